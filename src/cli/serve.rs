//! `fundgraph serve`: the server, seeded on its first start.

use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use clap::Args;
use clap::builder::BoolishValueParser;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tracing_subscriber::EnvFilter;

use super::problems::{Given, Problems};
use super::progress::Reading;
use super::telemetry::{self, LogFormat, Telemetry};
use super::{DataFolder, clock, files, seed, server};
use crate::access::{SHORTEST, TokenError, TokenFile, Tokens, admin_token};
use crate::catalog::Catalog;
use crate::config::Limits;
use crate::graphql::{Guard, Trusted};
use crate::http::Server;

/// Serves the graph over HTTP. On the first start, while the store is empty, it seeds what lies in the seed folder.
///
/// FUNDGRAPH_ADMIN_TOKEN, if set, is the token that allows everything, in place of the one in admin.token.
/// OTEL_EXPORTER_OTLP_ENDPOINT, if set, is the collector that gets OpenTelemetry traces by HTTP.
#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    folder: DataFolder,
    /// The address to serve on; port 0 takes any that is free
    #[arg(long, env = "FUNDGRAPH_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: Given<SocketAddr>,
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
    /// A file of operations that alone may run: Apollo's manifest, or {"id": "text"}
    #[arg(long, env = "FUNDGRAPH_TRUSTED", value_name = "FILE")]
    trusted: Option<PathBuf>,
    /// Requests in one body, as a JSON array; 0 takes none
    #[arg(long, env = "FUNDGRAPH_BATCH", value_name = "NUMBER", default_value = "0")]
    batch: Given<usize>,
    /// Requests a minute from one token or address; 0 counts none
    #[arg(long, env = "FUNDGRAPH_RATE_LIMIT", value_name = "NUMBER", default_value = "0")]
    rate_limit: Given<u32>,
    /// Bytes of answers that are kept for the next who asks the same; 0 keeps none
    #[arg(long, env = "FUNDGRAPH_KEPT_ANSWERS", value_name = "BYTES", default_value = "33554432")]
    kept_answers: Given<u64>,
    /// Bytes of rows of lists that are kept as they were written, for other pages with them; 0 keeps none
    #[arg(long, env = "FUNDGRAPH_KEPT_ROWS", value_name = "BYTES", default_value = "16777216")]
    kept_rows: Given<u64>,
    /// Connections at once
    #[arg(long, env = "FUNDGRAPH_CONNECTIONS", value_name = "NUMBER", default_value = "4096")]
    connections: Given<NonZeroUsize>,
    /// Queries and mutations that run at once; more wait for a moment, and are then told to come again
    #[arg(long, env = "FUNDGRAPH_RUNNING", value_name = "NUMBER", default_value = "64")]
    running: Given<NonZeroUsize>,
    /// How long a query may run, in milliseconds, and how long a mutation may wait before it begins
    #[arg(long, env = "FUNDGRAPH_QUERY_TIME", value_name = "MILLISECONDS", default_value = "10000")]
    query_time: Given<u64>,
    /// How long connections are still taken after the order to stop, while /readyz says 503, in seconds
    #[arg(long, env = "FUNDGRAPH_DRAIN", value_name = "SECONDS", default_value = "0")]
    drain: Given<u64>,
    /// Say in no error which name was meant perhaps
    #[arg(long, env = "FUNDGRAPH_NO_SUGGESTIONS", value_parser = BoolishValueParser::new())]
    no_suggestions: bool,
    /// Let the library run all queries, none along a plan: the answers are the same
    #[arg(long, env = "FUNDGRAPH_NO_PLANS", value_parser = BoolishValueParser::new(), hide = true)]
    no_plans: bool,
    /// Which lines the log on standard error has: a level (info: requests that were refused or failed; debug: all requests) or filters
    /// of tracing's EnvFilter
    #[arg(long, env = "FUNDGRAPH_LOG", value_name = "FILTER", default_value = "info")]
    log: String,
    /// How its lines are written
    #[arg(long, env = "FUNDGRAPH_LOG_FORMAT", value_name = "FORMAT", value_enum, default_value_t = LogFormat::Text)]
    log_format: LogFormat,
}

/// The stack of each thread: what the limits on nesting allow takes a small part of it.
const STACK: usize = 16 << 20;
/// How long requests that go on after the grace time may take to notice that they are over.
const LAST_CALL: Duration = Duration::from_millis(500);

pub(super) fn run(options: &Options) -> Result<ExitCode> {
    let Prepared { log, traces, listener, limits, guard } = prepare(options)?;
    let _telemetry = Telemetry::begin(log, options.log_format, traces);
    let data = &options.folder.data;
    let runtime = tokio::runtime::Builder::new_multi_thread().thread_stack_size(STACK).enable_all().build()?;
    let told = told_to_stop(&runtime)?;
    let reading = Reading::default();
    let catalog = Catalog::open_keeping(data, clock(), options.keep_versions, &|read, all| reading.come_to(read, all))?;
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
    let server = Server::new(Arc::clone(&catalog), tokens, options.private, guard, limits);
    let served = runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let mut told = told;
        // An error would say that the watch over signals is gone: then nobody can tell us to stop.
        server.serve(listener, async move { told.wait_for(|told| *told).await.map(drop).unwrap_or(()) }).await;
        anyhow::Ok(())
    });
    // A query that goes on all the same cannot be ended, but it writes nothing; whatever was acknowledged is on disk.
    runtime.shutdown_timeout(LAST_CALL);
    drop(catalog);
    served?;
    println!("Stopped. Everything acknowledged is on disk.");
    Ok(ExitCode::SUCCESS)
}

/// What a start needs before it touches the data.
struct Prepared {
    log: EnvFilter,
    traces: Option<SdkTracerProvider>,
    listener: TcpListener,
    limits: Limits,
    guard: Guard,
}

/// Looks at every setting, and tells all that is wrong at once.
fn prepare(options: &Options) -> Result<Prepared> {
    let mut problems = Problems::default();
    let log = EnvFilter::try_new(&options.log);
    let log = problems.of(log.with_context(|| format!("“{}” is not a log filter: write info or debug", options.log)));
    let address = problems.value("--listen", &options.listen, "an address and a port, such as 127.0.0.1:8080");
    let listener = address.and_then(|address| problems.of(listen(address)));
    let defaults = Limits::default();
    let limits = Limits {
        batch: problems.value("--batch", &options.batch, "a number").unwrap_or_default(),
        kept_answers: problems
            .value("--kept-answers", &options.kept_answers, "a number of bytes")
            .unwrap_or(defaults.kept_answers),
        kept_rows: problems.value("--kept-rows", &options.kept_rows, "a number of bytes").unwrap_or(defaults.kept_rows),
        rate: problems.value("--rate-limit", &options.rate_limit, "a number").unwrap_or_default(),
        connections: problems
            .value("--connections", &options.connections, "a number above 0")
            .map_or(defaults.connections, NonZeroUsize::get),
        running: problems.value("--running", &options.running, "a number above 0").map_or(defaults.running, NonZeroUsize::get),
        query_time: problems
            .value("--query-time", &options.query_time, "a number of milliseconds")
            .map_or(defaults.query_time, Duration::from_millis),
        drain: problems.value("--drain", &options.drain, "a number of seconds").map_or(defaults.drain, Duration::from_secs),
        ..defaults
    };
    let mut guard = Guard::new(limits.clone(), !options.no_suggestions);
    if options.no_plans {
        guard = guard.without_plans();
    }
    if let Some(trusted) = options.trusted.as_ref().and_then(|file| trusted(file, &guard, &mut problems)) {
        guard = guard.trusting(trusted);
    }
    if let Some(token) = std::env::var_os("FUNDGRAPH_ADMIN_TOKEN") {
        let weak = token.to_string_lossy().trim().len() < SHORTEST;
        problems.of(if weak { Err(TokenError::Weak.into()) } else { Ok(()) });
    }
    let data = &options.folder.data;
    if data.exists() && !data.is_dir() {
        problems.add(format!("{} is no folder, and cannot be written to: choose another with --data", data.display()));
    } else {
        problems.of(TokenFile::of(data).list().map_err(Into::into));
    }
    let traces = problems.of(telemetry::traces());
    problems.none()?;
    let (log, listener) = (log.context("no log")?, listener.context("no listener")?);
    Ok(Prepared { log, traces: traces.flatten(), listener, limits, guard })
}

/// The list of operations that alone may run; each of them must be one that may.
fn trusted(file: &Path, guard: &Guard, problems: &mut Problems) -> Option<Trusted> {
    let text = problems.of(fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display())))?;
    let trusted = Trusted::from_json(&text)
        .with_context(|| format!("{} holds no list of operations such as {{\"id\": \"query {{ … }}\"}}", file.display()));
    let trusted = problems.of(trusted)?;
    for (id, text) in trusted.operations() {
        if let Err(fault) = guard.validate(text) {
            problems.add(format!("{}, operation {id}: {fault}", file.display()));
        }
    }
    Some(trusted)
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
