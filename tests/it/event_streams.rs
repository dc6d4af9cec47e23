//! A partner listens to an event stream.

use serde_json::{Value, json};
use ureq::http::StatusCode;

use crate::app::App;
use crate::socket::Socket;
use crate::stream::{Event, Stream};

const CHANGES: &str =
    "subscription($after: Cursor) { changes(after: $after) { cursor action node { ... on Project { code description } } } }";

#[test]
fn changes_come_as_events_and_from_any_cursor() {
    let app = App::seeded();
    let mut stream = Stream::open(&app.address, CHANGES, Value::Null);
    assert_eq!(stream.hear(), Some(Event::Alive), "the client knows at once that it is heard");
    let cursors: Vec<_> = (0..11).map(|_| stream.answer().unwrap()["data"]["changes"]["cursor"].clone()).collect();
    let page = app.ask("{ changes { edges { cursor } } }");
    let asked: Vec<_> = page["changes"]["edges"].as_array().unwrap().iter().map(|edge| edge["cursor"].clone()).collect();
    assert_eq!(cursors, asked, "the same as the query gives");

    let mut later = Stream::open(&app.address, CHANGES, json!({ "after": cursors[9] }));
    assert_eq!(later.answer().unwrap()["data"]["changes"]["cursor"], cursors[10]);
    app.write("mutation { upsertProject(input: { code: \"NEW.1\", title: \"Un titre\" }) { revision } }", Value::Null);
    for stream in [&mut stream, &mut later] {
        assert_eq!(stream.answer().unwrap()["data"]["changes"]["node"]["code"], "NEW.1");
    }
}

#[test]
fn what_has_one_answer_completes_after_it() {
    let app = App::seeded();
    for (query, answer) in [
        ("{ __typename }", json!({ "__typename": "Query" })),
        ("{ project(code: \"RR.0147\") { code } }", json!({ "project": { "code": "RR.0147" } })),
    ] {
        let mut stream = Stream::open(&app.address, query, Value::Null);
        assert_eq!(stream.answer().unwrap()["data"], answer);
        assert_eq!(stream.hear(), Some(Event::Complete));
        assert_eq!(stream.hear(), None);
    }
    for (query, code) in [
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { changes(after: \"AQA\") { cursor } }", "BAD_USER_INPUT"),
        ("{", "GRAPHQL_PARSE_FAILED"),
    ] {
        let mut stream = Stream::open(&app.address, query, Value::Null);
        let refused = stream.answer().unwrap();
        assert_eq!(refused["errors"][0]["extensions"]["code"], code, "{refused}");
        assert!(refused.get("data").is_none(), "{refused}");
        assert_eq!(stream.hear(), Some(Event::Complete));
    }
}

#[test]
fn a_line_without_news_shows_that_it_is_alive() {
    let app = App::empty();
    let mut stream = Stream::open(&app.address, CHANGES, Value::Null);
    assert_eq!([stream.hear(), stream.hear()], [Some(Event::Alive), Some(Event::Alive)]);
}

#[test]
fn a_server_that_stops_breaks_the_stream_off_so_that_the_client_comes_again() {
    let mut app = App::seeded();
    let mut stream = Stream::open(&app.address, CHANGES, Value::Null);
    assert!(stream.answer().is_some());
    app.signal("TERM");
    let mut last = None;
    while let Some(event) = stream.hear() {
        last = Some(event);
    }
    assert_ne!(last, Some(Event::Complete));
    assert!(app.ended().success());
}

#[test]
fn a_subscription_is_not_answered_as_plain_json() {
    let app = App::empty();
    for (accept, status) in [
        ("application/json", StatusCode::NOT_ACCEPTABLE),
        ("text/event-stream;q=0.1, application/json", StatusCode::NOT_ACCEPTABLE),
    ] {
        let request = app.agent().post(app.url("/graphql")).header("Accept", accept);
        let mut refused = request.send_json(json!({ "query": CHANGES })).unwrap();
        assert_eq!(refused.status(), status, "{accept}");
        let refused: Value = refused.body_mut().read_json().unwrap();
        assert!(refused["errors"][0]["message"].as_str().unwrap().contains("text/event-stream"), "{refused}");
    }
    let request = app.agent().get(app.url("/graphql?query=mutation%7BdeleteNode(input:%7Bid:%22x%22%7D)%7Brevision%7D%7D"));
    let refused = request.header("Accept", "text/event-stream").call().unwrap();
    assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED, "a mutation by GET is none, whatever comes back");
}

#[test]
fn who_does_not_read_is_told_to_resume_and_misses_nothing() {
    let app = App::empty();
    let long = "Une phrase de plus. ".repeat(20_000);
    // More than the line takes by itself: some systems hold more than 30 MB for a reader.
    let codes: Vec<_> = (0..150).map(|number| format!("P.{number:03}")).collect();
    let record = |code| json!({ "project": { "code": code, "title": "x", "description": long } });
    let seed = "mutation($r: [RecordInput!]!) { seedRecords(input: { records: $r }) { revision errors { message } } }";
    for codes in codes.chunks(50) {
        let records: Vec<_> = codes.iter().map(record).collect();
        assert_eq!(app.write(seed, json!({ "r": records }))["seedRecords"]["errors"], json!([]));
    }
    // Everything is there when the stream begins, so that nobody waits for it but the server.
    let mut stream = Stream::open(&app.address, CHANGES, Value::Null);
    let mut got = Vec::new();
    let mut cursor = Value::Null;
    // A sign of life on another line: longer than the server waits for one that takes nothing before it tells it so.
    Socket::known(&app.address, None).hear_ping();
    let told = loop {
        let answer = stream.answer().unwrap();
        if answer.get("errors").is_some() {
            break answer;
        }
        got.push(answer["data"]["changes"]["node"]["code"].as_str().unwrap().to_owned());
        cursor = answer["data"]["changes"]["cursor"].clone();
    };
    assert_eq!(told["errors"][0]["extensions"]["code"], "SLOW_READER", "{told}");
    assert_eq!(stream.hear(), Some(Event::Complete));
    assert!(!got.is_empty() && got.len() < codes.len(), "{} came through", got.len());
    let mut stream = Stream::open(&app.address, CHANGES, json!({ "after": cursor }));
    while got.len() < codes.len() {
        got.push(stream.answer().unwrap()["data"]["changes"]["node"]["code"].as_str().unwrap().to_owned());
    }
    assert_eq!(got, codes);
}
