//! `/metrics`: what an operator watches, as Prometheus reads it.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};
use std::time::Instant;

use async_graphql::ServerError;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use foldhash::HashMap;
use metrics::{Counter, Histogram, counter, describe_counter, describe_gauge, gauge, histogram};
use prometheus::{HistogramOpts, HistogramVec, Registry, TextEncoder};

use super::Server;
use super::graphql::{PLAIN_JSON, caller, shown};
use crate::domain::NodeKind;
use crate::graphql::{Checked, OperationType};

/// How many names of operations of a kind are told apart: callers choose them, and each takes memory for ever. The rest is `other`.
const NAMES: usize = 100;
/// The longest name that is told apart.
const LONGEST_NAME: usize = 64;
/// The name of the gauge of connections.
const CONNECTIONS: &str = "fundgraph_connections_open";
/// Seconds.
const LATENCIES: [f64; 13] = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// Nodes.
const COSTS: [f64; 7] = [1.0, 10.0, 100.0, 1_000.0, 5_000.0, 20_000.0, 100_000.0];

/// What is observed in buckets: its name, its labels, its buckets, and what it is.
const OBSERVED: [(&str, &[&str], &[f64], &str); 4] = [
    ("fundgraph_operation_seconds", &["kind"], &LATENCIES, "Seconds that operations took."),
    ("fundgraph_operation_cost", &["kind"], &COSTS, "Nodes that the answers to operations can hold."),
    ("fundgraph_commit_seconds", &[], &LATENCIES, "Seconds that it took to write what was committed together."),
    ("fundgraph_flush_seconds", &[], &LATENCIES, "Seconds that the disk took to make it durable."),
];

/// What the process counts. It is counted from the first look at this on.
static COUNTED: LazyLock<Option<Registry>> = LazyLock::new(|| {
    let registry = Registry::new();
    let recorder = OBSERVED.into_iter().try_fold(
        metrics_prometheus::Recorder::builder().with_registry(&registry),
        |recorder, (name, labels, buckets, help)| {
            let options = HistogramOpts::new(name, help).buckets(buckets.to_vec());
            recorder.try_with_metric(HistogramVec::new(options, labels)?)
        },
    );
    let recorder = recorder.inspect_err(|error| tracing::error!(%error, "nothing is counted")).ok()?;
    let installed = recorder.try_build_and_install();
    installed.inspect_err(|error| tracing::error!(%error, "nothing is counted")).ok()?;
    describe();
    Some(registry)
});

/// Says what is counted and gauged.
fn describe() {
    describe_counter!("fundgraph_operations_total", "Operations by their names, kinds and outcomes.");
    describe_counter!("fundgraph_cache_lookups_total", "Looks at what is kept, found there or not.");
    describe_gauge!("fundgraph_revision", "The newest revision of the store.");
    describe_gauge!("fundgraph_records", "Records by their kinds.");
    describe_gauge!(CONNECTIONS, "Open connections, those that became WebSockets not counted.");
    describe_gauge!("fundgraph_streams_open", "Open sockets and event streams.");
    describe_gauge!("fundgraph_operations_running", "Operations that run.");
    describe_gauge!("fundgraph_takes_writes", "1 where the store takes writes, else 0.");
    describe_gauge!("fundgraph_store_bytes", "Bytes of the data folder.");
}

/// Begins to count.
pub(super) fn begin() {
    LazyLock::force(&COUNTED);
}

/// What is counted of the operations of one name and kind.
struct Counters {
    name: String,
    kind: &'static str,
    ok: Counter,
    seconds: Histogram,
    costs: Histogram,
}

impl Counters {
    fn of(name: &str, kind: &'static str) -> Counters {
        Counters {
            name: name.to_owned(),
            kind,
            ok: ended(name, kind, "ok"),
            seconds: histogram!("fundgraph_operation_seconds", "kind" => kind),
            costs: histogram!("fundgraph_operation_cost", "kind" => kind),
        }
    }

    /// Those of a name, if it is one of the first so many of its kind.
    fn known(name: &str, kind: &'static str) -> Arc<Counters> {
        /// By the kinds, and by the names of each.
        type Known = BTreeMap<&'static str, HashMap<String, Arc<Counters>>>;
        static KNOWN: LazyLock<RwLock<Known>> = LazyLock::new(RwLock::default);
        let counters = |name: &str| {
            let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
            known.get(kind)?.get(name).map(Arc::clone)
        };
        if let Some(counters) = counters(name) {
            return counters;
        }
        let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
        let known = known.entry(kind).or_default();
        let is_new = !known.contains_key(name) && (known.len() >= NAMES || name.len() > LONGEST_NAME);
        let name = if is_new { "other" } else { name };
        Arc::clone(known.entry(name.to_owned()).or_insert_with(|| Arc::new(Counters::of(name, kind))))
    }
}

/// An operation that runs.
pub(super) struct Running {
    counted: Counted,
    begun: Instant,
}

/// How an operation that was answered is counted when the same answer is given once more.
#[derive(Clone)]
pub(super) struct Counted {
    counters: Arc<Counters>,
    cost: f64,
}

impl Counted {
    /// Counts it once more.
    pub(super) fn again(&self, begun: Instant) {
        self.count(&self.counters.ok, begun);
    }

    fn count(&self, outcome: &Counter, begun: Instant) {
        outcome.increment(1);
        self.counters.costs.record(self.cost);
        self.counters.seconds.record(begun.elapsed());
    }
}

impl fmt::Debug for Counted {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Counted").field("cost", &self.cost).finish_non_exhaustive()
    }
}

impl Running {
    pub(super) fn of(operation: &Checked) -> Running {
        Running::since(Instant::now(), operation)
    }

    /// One that began a moment ago.
    pub(super) fn since(begun: Instant, operation: &Checked) -> Running {
        let kind = match operation.kind() {
            OperationType::Query => "query",
            OperationType::Mutation => "mutation",
            OperationType::Subscription => "subscription",
        };
        let counters = Counters::known(operation.name().unwrap_or("anonymous"), kind);
        Running { counted: Counted { counters, cost: operation.cost() as f64 }, begun }
    }

    /// Notes how it ended; for a subscription, how it began.
    pub(super) fn end(self, errors: &[ServerError]) -> Counted {
        let Running { counted, begun } = self;
        let Counters { name, kind, ok, .. } = &*counted.counters;
        match errors {
            [] => counted.count(ok, begun),
            errors if errors.iter().all(|error| error.path.is_empty()) => counted.count(&ended(name, kind, "refused"), begun),
            _ => counted.count(&ended(name, kind, "error"), begun),
        }
        counted
    }
}

/// Counts the operations of a name and kind that ended in one way.
fn ended(name: &str, kind: &'static str, outcome: &'static str) -> Counter {
    counter!("fundgraph_operations_total", "operation" => name.to_owned(), "kind" => kind, "outcome" => outcome)
}

/// Notes an operation that was refused before it could run.
pub(super) fn refused() {
    ended("unknown", "unknown", "refused").increment(1);
}

/// A connection, as long as it is held.
pub(super) struct Connected;

impl Connected {
    pub(super) fn new() -> Connected {
        gauge!(CONNECTIONS).increment(1.0);
        Connected
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        gauge!(CONNECTIONS).decrement(1.0);
    }
}

/// Answers with all that was counted. Where reading needs a token, so does this.
pub(super) async fn metrics(State(server): State<Arc<Server>>, headers: HeaderMap) -> Response {
    if let Err(refusal) = caller(&server, shown(&headers)) {
        return refusal.answer(PLAIN_JSON);
    }
    let snapshot = server.catalog.snapshot();
    gauge!("fundgraph_revision").set(snapshot.revision() as f64);
    for kind in NodeKind::ALL {
        gauge!("fundgraph_records", "kind" => kind.type_name()).set(snapshot.count(kind) as f64);
    }
    gauge!("fundgraph_streams_open").set(server.open_streams() as f64);
    gauge!("fundgraph_operations_running").set(server.running_now() as f64);
    let caches = [
        ("answers", &server.kept.lookups),
        ("operations", server.engine.lookups()),
        ("rows", server.engine.row_lookups()),
        ("records", server.catalog.lookups()),
    ];
    for (cache, lookups) in caches {
        for (outcome, count) in [("hit", lookups.hits()), ("miss", lookups.misses())] {
            counter!("fundgraph_cache_lookups_total", "cache" => cache, "outcome" => outcome).absolute(count);
        }
    }
    gauge!("fundgraph_takes_writes").set(if server.catalog.takes_writes() { 1.0 } else { 0.0 });
    gauge!("fundgraph_store_bytes").set(bytes(server.catalog.folder()) as f64);
    let text = COUNTED.as_ref().and_then(|counted| {
        let text = TextEncoder::new().encode_to_string(&counted.gather());
        text.inspect_err(|error| tracing::error!(%error, "what was counted cannot be written")).ok()
    });
    ([(CONTENT_TYPE, prometheus::TEXT_FORMAT)], text.unwrap_or_default()).into_response()
}

/// How many bytes a folder has. What goes away meanwhile has none.
fn bytes(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    entries
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => bytes(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}
