//! `fundgraph token`: who may write.

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use jiff::{Span, Timestamp};

use super::DataFolder;
use crate::access::{Scope, TokenFile};

/// Makes, lists and revokes tokens. Only hashes are kept, so a token is shown once, when it is made.
#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a token and print it
    Create {
        /// Who will use it: stands in the log with every change
        #[arg(long)]
        name: String,
        /// What it allows
        #[arg(long, value_enum, default_value = "seed")]
        scope: Scope,
        /// When it ends: a time from now (90d, 12h) or a moment (2027-01-31T00:00:00Z); never, if left out
        #[arg(long, value_name = "WHEN", value_parser = moment)]
        expires: Option<Timestamp>,
        #[command(flatten)]
        folder: DataFolder,
    },
    /// List the tokens
    List {
        #[command(flatten)]
        folder: DataFolder,
    },
    /// Take a token away
    Revoke {
        /// The name that it was made with
        name: String,
        #[command(flatten)]
        folder: DataFolder,
    },
}

pub(super) fn run(options: &Options) -> Result<ExitCode> {
    match &options.command {
        Command::Create { name, scope, expires, folder } => {
            let token = TokenFile::of(&folder.data).create(name, *scope, Timestamp::now(), *expires)?;
            println!("{token}");
            eprintln!("This is the only time that the token of “{name}” is shown.");
        }
        Command::List { folder } => {
            for token in TokenFile::of(&folder.data).list()? {
                let end = token.expires_at.map_or("never".to_owned(), |end| end.to_string());
                println!("{}\t{}\tmade {}\tends {end}", token.name, token.scope, token.created_at);
            }
        }
        Command::Revoke { name, folder } => {
            TokenFile::of(&folder.data).revoke(name)?;
            println!("The token of “{name}” opens nothing any more.");
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A moment, or a span of time from now.
fn moment(text: &str) -> Result<Timestamp> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(moment);
    }
    let span: Span = text.parse().with_context(|| format!("“{text}” is neither a time from now (90d, 12h) nor a moment"))?;
    let now = Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
    Ok(now.checked_add(span).context("that is too far from now")?.timestamp())
}
