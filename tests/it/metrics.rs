//! An operator watches.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::app::{App, command, seeds};
use crate::socket::Socket;

/// The value of a line of the metrics, 0 where there is no such line.
fn value(metrics: &str, line: &str) -> f64 {
    let found = metrics.lines().find_map(|known| known.strip_prefix(line)?.strip_prefix(' '));
    found.map_or(0.0, |value| value.parse().unwrap())
}

#[test]
fn what_happens_is_counted() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let mut command = command();
    // Rows are kept by plans alone.
    command.env("FUNDGRAPH_NO_PLANS", "false");
    let seeds = seeds();
    let options = ["--seed", seeds.to_str().unwrap(), "--kept-answers", "1000000", "--kept-rows", "1000000"];
    let app = App::launch(command, &folder, &options);
    let metrics = || app.get("/metrics").body_mut().read_to_string().unwrap();
    for name in ["Projects", "Projects", "Regions"] {
        app.ask(&format!("query {name} {{ regions {{ code }} }}"));
    }
    app.refusal("{ nothing }");
    app.write("mutation Add { upsertMemberState(input: { code: \"KE\" }) { revision } }", Value::Null);
    let mut socket = Socket::known(&app.address, None);
    socket.subscribe("1", "subscription Follow { changes { cursor } }", Value::Null);
    socket.hear();
    let seen = metrics();
    for (line, count) in [
        ("fundgraph_operations_total{kind=\"query\",operation=\"Projects\",outcome=\"ok\"}", 2.0),
        ("fundgraph_operations_total{kind=\"query\",operation=\"Regions\",outcome=\"ok\"}", 1.0),
        ("fundgraph_operations_total{kind=\"mutation\",operation=\"Add\",outcome=\"ok\"}", 1.0),
        ("fundgraph_operations_total{kind=\"subscription\",operation=\"Follow\",outcome=\"ok\"}", 1.0),
        ("fundgraph_operations_total{kind=\"unknown\",operation=\"unknown\",outcome=\"refused\"}", 1.0),
        ("fundgraph_operation_seconds_count{kind=\"query\"}", 3.0),
        ("fundgraph_operation_cost_count{kind=\"mutation\"}", 1.0),
        ("fundgraph_commit_seconds_count", 1.0),
        ("fundgraph_revision", 2.0),
        ("fundgraph_records{kind=\"Project\"}", 4.0),
        ("fundgraph_streams_open", 1.0),
        ("fundgraph_operations_running", 0.0),
        ("fundgraph_takes_writes", 1.0),
    ] {
        assert_eq!(value(&seen, line), count, "{line}\n{seen}");
    }
    assert!(value(&seen, "fundgraph_connections_open") >= 1.0, "{seen}");
    for help in seen.lines().filter_map(|line| line.strip_prefix("# HELP ")) {
        assert!(help.ends_with('.'), "what is counted is said in a sentence: {help}");
    }
    let lookups = |cache: &str| {
        let line = |outcome: &str| format!("fundgraph_cache_lookups_total{{cache=\"{cache}\",outcome=\"{outcome}\"}}");
        let seen = metrics();
        (value(&seen, &line("hit")), value(&seen, &line("miss")))
    };
    let ask = |page: usize| {
        let query = "query($page: Int) { projects(first: $page) { nodes { title } } }";
        app.post(&json!({ "query": query, "variables": { "page": page } }), None)
    };
    ask(4);
    let ((operations, unknown), (rows, unwritten), (records, unread)) =
        (lookups("operations"), lookups("rows"), lookups("records"));
    ask(3);
    let (again, still_unknown) = lookups("operations");
    assert!(again > operations && still_unknown == unknown, "the same text is known");
    assert_eq!(lookups("rows"), (rows + 3.0, unwritten), "what was written once is kept");
    app.ask("{ projects(first: 3) { nodes { year } } }");
    assert_eq!(lookups("records"), (records + 3.0, unread), "what was read once is in memory");
    let (kept, found_out) = lookups("answers");
    (0..4).for_each(|_| drop(ask(3)));
    let (kept_now, found_out_now) = lookups("answers");
    assert_eq!(kept_now + found_out_now, kept + found_out + 4.0, "each look is counted");
    // A body that comes after its head takes the routes, which know the question, but not the bytes that others came in.
    assert!(kept_now >= kept + 2.0, "what was asked twice in one way is kept");
    assert!(value(&seen, "fundgraph_flush_seconds_count") >= 1.0 && value(&seen, "fundgraph_store_bytes") > 10_000.0, "{seen}");
}

#[test]
fn callers_cannot_fill_the_memory_with_names() {
    let app = App::empty();
    for number in 0..150 {
        app.ask(&format!("query Name{number} {{ __typename }}"));
    }
    let seen = app.get("/metrics").body_mut().read_to_string().unwrap();
    assert_eq!(seen.matches("operation=\"Name").count(), 100);
    assert_eq!(value(&seen, "fundgraph_operations_total{kind=\"query\",operation=\"other\",outcome=\"ok\"}"), 50.0);
}

#[test]
fn no_token_is_ever_logged() {
    let app = App::launch(
        crate::app::command(),
        &std::sync::Arc::new(tempfile::tempdir().unwrap()),
        &["--no-seed", "--log", "debug"],
    );
    let token = app.token();
    app.write("mutation { upsertMemberState(input: { code: \"KE\" }) { revision } }", Value::Null);
    let mut socket = Socket::known(&app.address, Some(&token));
    socket.subscribe("1", "{ __typename }", Value::Null);
    socket.hear();
    app.post(&json!({ "query": "{ __typename }" }), Some("fg_a_token_that_is_none"));
    let log = app.log();
    assert!(log.lines().count() > 20, "everything is logged");
    assert!(!log.contains(&token) && !log.contains("fg_a_token_that_is_none"), "{log}");
}
