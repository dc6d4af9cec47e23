//! The command line: one command a file, each putting the rooms together.

mod backup;
mod check;
mod export;
mod files;
mod inspect;
mod problems;
mod progress;
mod remote;
mod restore;
mod schema;
mod seed;
mod serve;
mod server;
mod stream;
mod telemetry;
mod token;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

/// The projects of the IOM Development Fund as one GraphQL graph, from one binary with its database inside.
///
/// Without a command it serves. The first start reads the documents in ./seed, and puts the token for writing into
/// admin.token in the data folder; FUNDGRAPH_ADMIN_TOKEN, if set, replaces it.
#[derive(Debug, Parser)]
#[command(name = "fundgraph", version, args_conflicts_with_subcommands = true, max_term_width = 100)]
struct CommandLine {
    #[command(flatten)]
    serve: serve::Options,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the graph over HTTP (what happens without a command)
    Serve(Box<serve::Options>),
    /// Store documents or records: in a data folder that no server has open, or through a server
    Seed(seed::Options),
    /// Read documents without storing anything: one line of JSON for each
    Inspect(inspect::Options),
    /// Say of operations whether the server would run them: one line of JSON for each
    Check(check::Options),
    /// Print the API's schema in the GraphQL schema definition language
    Schema,
    /// Write everything into one file, while a server runs or not
    Backup(backup::Options),
    /// Write records as NDJSON or CSV, while a server runs or not
    Export(export::Options),
    /// Put a backup into a new or empty data folder
    Restore(restore::Options),
    /// Read everything in a data folder or a backup, and say whether it is whole
    Verify(verify::Options),
    /// Make, list and revoke the tokens that allow writing; a server that runs sees it at once
    Token(token::Options),
}

/// Where the data lies; the same for every command.
#[derive(Debug, Args)]
struct DataFolder {
    /// The folder of the store and the tokens; made where it is not there yet
    #[arg(long, env = "FUNDGRAPH_DATA", value_name = "FOLDER", default_value = "data")]
    data: PathBuf,
}

impl DataFolder {
    /// Refuses a folder without a store, rather than make one there.
    fn must_hold_a_store(&self) -> anyhow::Result<()> {
        if self.data.join("head").exists() || self.data.join("store").exists() {
            return Ok(());
        }
        anyhow::bail!("there is no store in {}: name its folder with --data", self.data.display())
    }
}

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let CommandLine { serve, command } = CommandLine::parse();
    let done = match command.unwrap_or(Command::Serve(Box::new(serve))) {
        Command::Serve(options) => serve::run(&options),
        Command::Seed(options) => seed::run(&options),
        Command::Inspect(options) => inspect::run(&options),
        Command::Check(options) => check::run(&options),
        Command::Schema => schema::run(),
        Command::Backup(options) => backup::run(&options),
        Command::Export(options) => export::run(&options),
        Command::Restore(options) => restore::run(&options),
        Command::Verify(options) => verify::run(&options),
        Command::Token(options) => token::run(&options),
    };
    done.unwrap_or_else(|error| {
        eprintln!("fundgraph: {error:#}");
        ExitCode::FAILURE
    })
}

/// The time of this machine's clock.
fn clock() -> crate::catalog::Clock {
    std::sync::Arc::new(jiff::Timestamp::now)
}

/// Today, for documents that say what should have ended by now.
fn today() -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}
