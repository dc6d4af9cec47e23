//! What a query costs, how long it may take, and how often one may ask.

use std::io::Write as _;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use ureq::http::{HeaderMap, Response};

use crate::app::App;
use crate::socket::Socket;
use crate::stream::Stream;

fn start(options: &[&str]) -> App {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    App::start(&folder, &[&["--seed", crate::app::seeds().to_str().unwrap()], options].concat())
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

#[test]
fn every_answer_says_what_it_cost() {
    let app = App::seeded();
    for (query, variables, cost) in [
        ("{ __typename }", json!({}), 0),
        ("{ project(code: \"RR.0147\") { title region { name } } }", json!({}), 0),
        ("{ projects { totalCount } }", json!({}), 20),
        ("{ memberStates(first: 50) { nodes { projects(first: 10) { nodes { title } } } } }", json!({}), 550),
        ("query ($n: Int) { projects(first: $n) { nodes { code } } }", json!({ "n": 7 }), 7),
        ("query ($n: Int = 9) { projects(first: $n) { nodes { code } } }", json!({}), 9),
        ("query ($n: Int) { projects(last: $n) { nodes { code } } }", json!({ "n": 3 }), 3),
        ("query ($i: [ID!]!) { nodes(ids: $i) { id } }", json!({ "i": ["a", "b"] }), 2),
        (
            "{ a: projects(first: 5) { ...P } b: projects(first: 5) { ...P } } fragment P on ProjectConnection { nodes { relatedNews(first: 2) { edges { score } } } }",
            json!({}),
            30,
        ),
    ] {
        let answer = app.post(&json!({ "query": query, "variables": variables }), None);
        assert!(answer.get("errors").is_none(), "{answer}");
        assert_eq!(answer["extensions"]["cost"], json!({ "requested": cost, "limit": 100_000 }), "{query}");
    }
}

#[test]
fn a_refusal_names_the_limit_what_was_asked_and_how_to_fit() {
    let app = App::seeded();
    let query = "{ memberStates(first: 100) { nodes { projects(first: 100) { nodes { relatedNews(first: 50) { edges { score } } } } } } }";
    let error = app.refusal(query);
    let extensions = &error["extensions"];
    assert_eq!((&extensions["limit"], &extensions["most"]), (&json!("cost"), &json!(100_000)));
    assert!(extensions["asked"].as_u64().unwrap() > 100_000);
    let message = error["message"].as_str().unwrap();
    assert!(message.contains(&extensions["asked"].to_string()) && message.contains("ask for smaller pages"), "{message}");
}

#[test]
fn a_query_that_takes_too_long_is_ended() {
    let app = start(&["--query-time", "0"]);
    let answer = app.post(&json!({ "query": "{ a: __typename projects { totalCount } }" }), None);
    assert_eq!(answer["errors"][0]["extensions"]["code"], "TIMEOUT", "{answer}");
    assert_eq!(app.ask("{ __typename }"), json!({ "__typename": "Query" }));
}

#[test]
fn a_write_that_waited_too_long_is_never_begun() {
    let app = start(&["--query-time", "0"]);
    let revision = |app: &App| app.ask("{ service { revision } }")["service"]["revision"].clone();
    let before = revision(&app);
    let late = json!({ "query": "mutation { upsertMemberState(input: { code: \"KE\" }) { revision errors { message } } }" });
    let answer = app.post(&late, Some(&app.token()));
    assert_eq!((&answer["data"], &answer["errors"][0]["extensions"]["code"]), (&Value::Null, &json!("TIMEOUT")), "{answer}");
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("nothing of it is stored"), "{answer}");
    assert_eq!(revision(&app), before);
    assert_eq!(revision(&app.started_again()), before);
}

#[test]
fn an_event_has_its_time_too() {
    let app = start(&["--query-time", "0"]);
    let query = "subscription { changes(kinds: [MEMBER_STATE]) { node { ... on MemberState { projects { totalCount } } } } }";
    let answer = Stream::open(&app.address, query, Value::Null).answer().unwrap();
    assert_eq!(answer["errors"][0]["extensions"]["code"], "TIMEOUT", "{answer}");
}

#[test]
fn an_error_over_a_socket_or_an_event_stream_names_the_request_that_opened_it() {
    let app = start(&["--query-time", "0"]);
    let (refused, ended) = ("{ nothing }", "{ a: __typename projects { totalCount } }");
    let event = "subscription { changes(kinds: [MEMBER_STATE]) { node { ... on MemberState { projects { totalCount } } } } }";
    for query in [refused, ended, event] {
        let mut socket = Socket::known(&app.address, None);
        socket.subscribe("1", query, Value::Null);
        let said = socket.hear();
        let id = match query == refused {
            true => said["payload"][0]["extensions"]["requestId"].clone(),
            false => said["payload"]["extensions"]["requestId"].clone(),
        };
        assert!(!socket.request.is_empty() && id == socket.request, "{said}");

        let mut stream = Stream::open(&app.address, query, Value::Null);
        let said = stream.answer().unwrap();
        assert!(said["errors"][0]["message"].is_string(), "{said}");
        assert!(!stream.request.is_empty() && said["extensions"]["requestId"] == stream.request, "{said}");
    }
}

#[test]
fn who_finds_no_turn_is_told_to_come_again_while_the_server_lives() {
    let app = start(&["--running", "2"]);
    let record = |number: usize| json!({ "project": { "code": format!("P.{number}"), "title": "Un titre", "description": "Une phrase. ".repeat(100) } });
    let records: Vec<_> = (0..10_000).map(record).collect();
    let seed = "mutation($r: [RecordInput!]!) { seedRecords(input: { records: $r, dryRun: true }) { errors { message } } }";
    let long = json!({ "query": seed, "variables": { "r": records } });
    std::thread::scope(|scope| {
        let writing: Vec<_> = (0..2).map(|_| scope.spawn(|| app.post(&long, Some(&app.token())))).collect();
        // Each question is another: an answer that is kept takes no turn.
        let mut refused = (0..).map(|number| {
            assert!(writing.iter().any(|writing| !writing.is_finished()), "nobody was refused while all turns were taken");
            let question = json!({ "query": format!("{{ a{number}: __typename }}") });
            let mut response = app.agent().post(app.url("/graphql")).send_json(question).unwrap();
            (response.status(), response.headers().clone(), response.body_mut().read_json::<Value>().unwrap())
        });
        let (_, headers, answer) = refused.find(|(status, ..)| *status == 503).unwrap();
        assert_eq!(header(&headers, "retry-after"), "1");
        assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAVAILABLE");
        assert_eq!(app.get("/healthz").status(), 200);
        for writing in writing {
            assert_eq!(writing.join().unwrap()["data"]["seedRecords"]["errors"], json!([]));
        }
    });
    assert_eq!(app.ask("{ __typename }"), json!({ "__typename": "Query" }));
}

#[test]
fn who_asks_too_often_is_told_when_to_come_again() {
    let app = start(&["--rate-limit", "3"]);
    let ask = |token: Option<&str>| {
        let mut request = app.agent().post(app.url("/graphql"));
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let mut response = request.send_json(json!({ "query": "{ __typename }" })).unwrap();
        (response.status().as_u16(), response.headers().clone(), response.body_mut().read_json::<Value>().unwrap())
    };
    for left in ["2", "1", "0"] {
        let (status, headers, _) = ask(None);
        assert_eq!((status, header(&headers, "ratelimit-limit"), header(&headers, "ratelimit-remaining")), (200, "3", left));
    }
    let (status, headers, answer) = ask(None);
    assert_eq!((status, &answer["errors"][0]["extensions"]["code"]), (429, &json!("RATE_LIMITED")));
    assert_eq!(header(&headers, "retry-after"), header(&headers, "ratelimit-reset"));
    assert_eq!(ask(Some("wrong")).0, 429, "a wrong token counts to the address");
    assert_eq!(ask(Some(&app.token())).0, 200, "a right one has a count of its own");
    assert_eq!(app.get("/healthz").status(), 200);
}

#[test]
fn streams_exports_and_what_a_socket_asks_for_are_counted_too() {
    let app = start(&["--rate-limit", "2"]);
    let bearer = format!("Bearer {}", app.token());
    let seed = || {
        let request = app.agent().post(app.url("/seed")).header("Authorization", &bearer);
        request.header("Content-Type", "application/x-ndjson").send("{}\n{}\n{}\n").unwrap()
    };
    let told = |mut response: Response<ureq::Body>| {
        let left = header(response.headers(), "ratelimit-remaining").to_owned();
        let code = match response.status().as_u16() {
            429 => response.body_mut().read_json::<Value>().unwrap()["errors"][0]["extensions"]["code"].clone(),
            status => json!(status),
        };
        (code, left)
    };
    let seen = [seed(), seed(), seed()].map(told);
    let expected = [(json!(200), "1"), (json!(200), "0"), (json!("RATE_LIMITED"), "0")];
    assert_eq!(seen, expected.clone().map(|(code, left)| (code, left.to_owned())), "its lines do not count");
    let export = || app.get("/export/regions.csv");
    assert_eq!([export(), export(), export()].map(told), expected.map(|(code, left)| (code, left.to_owned())));

    let app = start(&["--rate-limit", "3"]);
    // To open it counts, as every request does.
    let mut socket = Socket::known(&app.address, None);
    for id in ["1", "2"] {
        socket.subscribe(id, "{ __typename }", Value::Null);
        assert_eq!([socket.hear(), socket.hear()].map(|said| said["type"].clone()), ["next", "complete"]);
    }
    socket.subscribe("3", "{ __typename }", Value::Null);
    let refused = socket.hear();
    assert_eq!((&refused["type"], &refused["id"]), (&json!("error"), &json!("3")));
    assert_eq!(refused["payload"][0]["extensions"]["code"], "RATE_LIMITED");
    assert!(refused["payload"][0]["message"].as_str().unwrap().contains("ask again in"), "{refused}");
}

#[test]
fn who_does_not_read_exports_keeps_nobody_from_being_answered() {
    let app = start(&[]);
    let record = |number: usize| json!({ "project": { "code": format!("P.{number}"), "title": "x", "description": "x".repeat(200_000) } });
    let records: Vec<_> = (0..50).map(record).collect();
    let seed = "mutation($r: [RecordInput!]!) { seedRecords(input: { records: $r }) { errors { message } } }";
    assert_eq!(app.write(seed, json!({ "r": records }))["seedRecords"]["errors"], json!([]));
    // Each is more than a line takes by itself, and holds a thread.
    let deaf = || app.get("/export/projects.ndjson");
    let unread: Vec<_> = (0..32).map(|_| deaf()).collect();
    assert!(unread.iter().all(|response| response.status() == 200));
    let mut refused = deaf();
    assert_eq!((refused.status().as_u16(), header(refused.headers(), "retry-after")), (503, "1"));
    assert_eq!(refused.body_mut().read_json::<Value>().unwrap()["errors"][0]["extensions"]["code"], "UNAVAILABLE");
    assert_eq!(app.get("/healthz").status(), 200);
    app.ask("{ projects { groups(by: [YEAR]) { year } } }");
}

#[test]
fn a_packed_body_is_unpacked_up_to_the_limit() {
    let app = App::seeded();
    let send = |bytes: &[u8], encoding: &str| {
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        packer.write_all(bytes).unwrap();
        let packed = packer.finish().unwrap();
        let request = app.agent().post(app.url("/graphql")).content_type("application/json");
        let mut response = request.header("Content-Encoding", encoding).send(&packed[..]).unwrap();
        (response.status().as_u16(), response.body_mut().read_json::<Value>().unwrap())
    };
    assert_eq!(send(b"{\"query\": \"{ __typename }\"}", "gzip").1["data"], json!({ "__typename": "Query" }));
    let bomb = send(&vec![b' '; 64 << 20], "gzip");
    assert_eq!((bomb.0, &bomb.1["errors"][0]["extensions"]["code"]), (413, &json!("LIMIT_EXCEEDED")));
    assert_eq!(send(b"{}", "br").0, 415);
    let request = app.agent().post(app.url("/graphql")).content_type("application/json").header("Content-Encoding", "gzip");
    assert_eq!(request.send("no gzip").unwrap().status(), 400);
}

#[test]
fn a_batch_is_answered_where_that_is_allowed() {
    let app = start(&["--batch", "3"]);
    let send = |body: Value| {
        let mut response = app.agent().post(app.url("/graphql")).send_json(body).unwrap();
        (response.status().as_u16(), response.body_mut().read_json::<Value>().unwrap())
    };
    let one = |query: &str| json!({ "query": query });
    let (status, answers) = send(json!([one("{ __typename }"), one("{ nothing }"), {}]));
    assert_eq!((status, &answers[0]["data"]), (200, &json!({ "__typename": "Query" })));
    assert_eq!(answers[1]["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
    assert_eq!(answers[2]["errors"][0]["extensions"]["code"], "BAD_REQUEST");
    let (status, answer) = send(json!([one("{ a }"), one("{ a }"), one("{ a }"), one("{ a }")]));
    assert_eq!((status, &answer["errors"][0]["extensions"]["code"]), (400, &json!("LIMIT_EXCEEDED")));
    let large = "{ memberStates(first: 100) { nodes { projects(first: 100) { nodes { relatedNews(first: 6) { edges { score } } } } } } }";
    let (status, answer) = send(json!([one(large), one(large)]));
    assert_eq!((status, &answer["errors"][0]["extensions"]["code"]), (400, &json!("LIMIT_EXCEEDED")), "{answer:.300}");
}
