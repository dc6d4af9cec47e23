//! `fundgraph serve`: the server, seeded on its first start.

use std::io::{self, IsTerminal};
use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use clap::Args;
use clap::builder::BoolishValueParser;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tracing_subscriber::EnvFilter;

use super::{DataFolder, clock, files, seed, server};
use crate::access::{Tokens, admin_token};
use crate::catalog::Catalog;
use crate::config::Limits;
use crate::graphql::Guard;
use crate::http::Server;

/// Serves the graph over HTTP. On the first start, while the store is empty, it seeds what lies in the seed folder.
///
/// FUNDGRAPH_ADMIN_TOKEN, if set, is the token that allows everything, in place of the one in admin.token.
#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    folder: DataFolder,
    /// The address to serve on; port 0 takes any that is free
    #[arg(long, env = "FUNDGRAPH_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// What the first start seeds: documents or records, a file or a folder
    #[arg(long, env = "FUNDGRAPH_SEED", value_name = "PATH", default_value = "seed")]
    seed: PathBuf,
    /// Start empty: the first start seeds nothing
    #[arg(long, env = "FUNDGRAPH_NO_SEED", value_parser = BoolishValueParser::new())]
    no_seed: bool,
    /// How many versions of each record are kept, its newest among them; all, if left out
    #[arg(long, env = "FUNDGRAPH_KEEP_VERSIONS", value_name = "NUMBER")]
    keep_versions: Option<NonZeroUsize>,
    /// Let nobody read without a token either
    #[arg(long, env = "FUNDGRAPH_PRIVATE", value_parser = BoolishValueParser::new())]
    private: bool,
    /// Which lines the log on standard error has: a level (info, debug) or filters of tracing's EnvFilter
    #[arg(long, env = "FUNDGRAPH_LOG", value_name = "FILTER", default_value = "info")]
    log: String,
}

/// The stack of each thread: what the limits on nesting allow takes a small part of it.
const STACK: usize = 16 << 20;
/// How long requests that go on after the grace time may take to notice that they are over.
const LAST_CALL: Duration = Duration::from_millis(500);

pub(super) fn run(options: Options) -> Result<ExitCode> {
    let log = EnvFilter::try_new(&options.log);
    let log = log.with_context(|| format!("“{}” is not a log filter: write info or debug", options.log))?;
    tracing_subscriber::fmt().with_env_filter(log).with_writer(io::stderr).with_ansi(io::stderr().is_terminal()).init();

    let limits = Limits::default();
    let data = &options.folder.data;
    let runtime = tokio::runtime::Builder::new_multi_thread().thread_stack_size(STACK).enable_all().build()?;
    let told = told_to_stop(&runtime)?;
    let listener = listen(options.listen)?;
    let catalog = Catalog::open_keeping(data, clock(), options.keep_versions)?;
    server::note_address(data, listener.local_addr()?)?;
    let (admin, token_path) = admin_token(data, std::env::var("FUNDGRAPH_ADMIN_TOKEN").ok())?;
    let tokens = Tokens::new(data, &admin)?;
    println!("fundgraph {} · data in {}", env!("CARGO_PKG_VERSION"), data.display());
    if !options.no_seed && catalog.wants_seeding()? {
        first_seeding(&catalog, &options.seed, &told)?;
    }

    if !*told.borrow() {
        let address = listener.local_addr()?;
        println!("GraphiQL  http://{address}/graphiql");
        println!("GraphQL   http://{address}/graphql");
        let what = if options.private { "reading and writing" } else { "writing" };
        match token_path {
            Some(path) => println!("Token     for {what}: in {}", path.display()),
            None => println!("Token     for {what}: the one in FUNDGRAPH_ADMIN_TOKEN"),
        }
        println!("Stop      Ctrl-C");
    }

    let catalog = Arc::new(catalog);
    let server = Server::new(Arc::clone(&catalog), tokens, options.private, Guard::new(limits.clone(), true), limits);
    let served = runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let mut told = told;
        // An error would say that the watch over signals is gone: then nobody can tell us to stop.
        server.serve(listener, async move { told.wait_for(|told| *told).await.map(drop).unwrap_or(()) }).await
    });
    // A query that goes on all the same cannot be ended, but it writes nothing; whatever was acknowledged is on disk.
    runtime.shutdown_timeout(LAST_CALL);
    drop(catalog);
    served?;
    println!("Stopped. Everything acknowledged is on disk.");
    Ok(ExitCode::SUCCESS)
}

/// Becomes true once the process is told to stop, by Ctrl-C or SIGTERM.
fn told_to_stop(runtime: &Runtime) -> Result<watch::Receiver<bool>> {
    let _entered = runtime.enter();
    let (mut interrupted, mut terminated) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let (tell, told) = watch::channel(false);
    runtime.spawn(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
        tell.send_replace(true);
        // The next signal finds nobody else, and this task keeps the watch open.
        std::future::pending::<()>().await;
    });
    Ok(told)
}

/// Seeds the store. One that is broken off begins again at the next start; one that could not store everything does not.
fn first_seeding(catalog: &Catalog, path: &Path, told: &watch::Receiver<bool>) -> Result<()> {
    if !path.exists() {
        println!("Nothing to seed: {} is not there.", path.display());
        return Ok(());
    }
    let files = files::files(path)?;
    catalog.set_seeding(true)?;
    // What could not be stored is reported, and is no reason not to serve the rest.
    if let Err(error) = seed::seed(catalog, files, "first start", &|| *told.borrow()) {
        eprintln!("refused  {}: {error:#}", path.display());
    }
    if !*told.borrow() {
        catalog.set_seeding(false)?;
    }
    Ok(())
}

fn listen(address: SocketAddr) -> Result<TcpListener> {
    let listener = TcpListener::bind(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => anyhow!("{address} is in use: stop what serves there, or choose another with --listen"),
        _ => anyhow!("{address} cannot be served on: {error}; choose another with --listen"),
    })?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}
