//! A partner listens over a WebSocket.

use std::net::TcpStream;

use serde_json::{Value, json};
use tungstenite::Message;
use tungstenite::client::IntoClientRequest;

use crate::app::{App, fundgraph};
use crate::socket::Socket;

const CHANGES: &str = "subscription($after: Cursor, $kinds: [NodeKind!]) { changes(after: $after, kinds: $kinds) {
    cursor revision kind action nodeId node { __typename id ... on Project { title memberStates { code } } } } }";

const UPSERT: &str =
    "mutation($code: String!, $title: String!) { upsertProject(input: { code: $code, title: $title }) { revision } }";

const STATE: &str = "mutation { upsertMemberState(input: { code: \"KE\" }) { revision } }";

#[test]
fn changes_come_as_they_are_made_and_from_any_cursor() {
    let app = App::seeded();
    let mut socket = Socket::known(&app.address, None);
    socket.subscribe("a", CHANGES, Value::Null);
    let mut cursors = Vec::new();
    for place in 0..11 {
        let said = socket.hear();
        assert_eq!((&said["id"], &said["type"]), (&json!("a"), &json!("next")), "{said}");
        let change = &said["payload"]["data"]["changes"];
        assert_eq!((&change["revision"], &change["action"]), (&json!(1), &json!("CREATED")), "{place}");
        cursors.push(change["cursor"].clone());
    }
    let page = app.ask("{ changes { edges { cursor } } }");
    let asked: Vec<_> = page["changes"]["edges"].as_array().unwrap().iter().map(|edge| edge["cursor"].clone()).collect();
    assert_eq!(cursors, asked, "the same as the query gives");

    socket.subscribe("b", CHANGES, json!({ "after": cursors.last(), "kinds": ["PROJECT"] }));
    app.write(STATE, Value::Null);
    let change = socket.hear();
    assert_eq!(
        (&change["id"], &change["payload"]["data"]["changes"]["node"]["__typename"]),
        (&json!("a"), &json!("MemberState"))
    );
    app.write(UPSERT, json!({ "code": "NEW.1", "title": "Un titre" }));
    let heard = [socket.hear(), socket.hear()];
    for id in ["a", "b"] {
        let said = heard.iter().find(|said| said["id"] == id).unwrap();
        assert_eq!(said["payload"]["data"]["changes"]["node"]["title"], "Un titre", "the record as it stands");
    }
}

#[test]
fn queries_and_mutations_go_over_the_socket_too() {
    let app = App::seeded();
    let mut socket = Socket::known(&app.address, Some(&app.token()));
    socket.subscribe("1", "{ project(code: \"RR.0147\") { code } }", Value::Null);
    let heard = socket.hear();
    assert_eq!((&heard["id"], &heard["type"]), (&json!("1"), &json!("next")));
    assert_eq!(heard["payload"]["data"], json!({ "project": { "code": "RR.0147" } }));
    assert_eq!(socket.hear(), json!({ "id": "1", "type": "complete" }));
    socket.subscribe("1", UPSERT, json!({ "code": "NEW.1", "title": "Un titre" }));
    assert_eq!(socket.hear()["payload"]["data"]["upsertProject"]["revision"], 2);
    assert_eq!(socket.hear()["type"], "complete");
    assert_eq!(
        app.ask("{ changes(kinds: [PROJECT]) { edges { node { actor } } } }")["changes"]["edges"][4]["node"]["actor"],
        "admin"
    );

    let mut reader = Socket::known(&app.address, None);
    reader.subscribe("1", UPSERT, json!({ "code": "NEW.2", "title": "Un titre" }));
    let refused = reader.hear();
    assert_eq!(refused["payload"]["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{refused}");
}

#[test]
fn what_cannot_run_ends_with_an_error_and_leaves_the_connection() {
    let app = App::seeded();
    let mut socket = Socket::known(&app.address, None);
    let deep = format!("{{ f(a: {}{}) }}", "[".repeat(5_000), "]".repeat(5_000));
    let future = "subscription { changes(after: \"AQH9AAAAAAAPQkAAAAAAAAAAAA\") { cursor } }";
    for (query, code) in [
        ("subscription {", "GRAPHQL_PARSE_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { changes { cursor } more: changes { cursor } }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { changes(after: \"AQA\") { cursor } }", "BAD_USER_INPUT"),
        (future, "BAD_USER_INPUT"),
        ("query($code: String!) { project(code: $code) { code } }", "BAD_USER_INPUT"),
        (&deep, "LIMIT_EXCEEDED"),
    ] {
        socket.subscribe("x", query, Value::Null);
        let said = socket.hear();
        assert_eq!((&said["id"], &said["type"]), (&json!("x"), &json!("error")), "{said}");
        assert_eq!(said["payload"][0]["extensions"]["code"], code, "{said}");
    }
    socket.subscribe("x", "{ __typename }", Value::Null);
    assert_eq!(socket.hear()["type"], "next");
}

#[test]
fn who_breaks_the_protocol_is_told_by_the_code() {
    let app = App::empty();
    let init = json!({ "type": "connection_init" });
    let subscribe = json!({ "id": "1", "type": "subscribe", "payload": { "query": CHANGES } });
    let wrong = json!({ "type": "connection_init", "payload": { "authorization": "Bearer fg_wrong" } });
    let number = json!({ "type": "connection_init", "payload": { "Authorization": 7 } });
    for (said, code) in [
        (vec![json!("hello")], 4400),
        (vec![init.clone(), json!({ "type": "connection_ack" })], 4400),
        (vec![init.clone(), json!({ "id": "", "type": "complete" })], 4400),
        (vec![number], 4400),
        (vec![subscribe.clone()], 4401),
        (vec![wrong], 4403),
        (vec![init.clone(), subscribe.clone(), subscribe.clone()], 4409),
        (vec![init.clone(), init.clone()], 4429),
    ] {
        let mut socket = Socket::open(&app.address);
        for message in &said {
            socket.say(message.clone());
        }
        assert_eq!(socket.closed().0, code, "{said:?}");
        assert!(socket.gone());
    }
    let mut socket = Socket::known(&app.address, None);
    socket.send(Message::binary(b"{}".to_vec()));
    assert_eq!(socket.closed().0, 4400);
    assert_eq!(app.ask("{ __typename }")["__typename"], "Query");
}

#[test]
fn a_socket_that_never_says_who_it_is_is_closed() {
    let app = App::empty();
    let mut socket = Socket::open(&app.address);
    socket.say(json!({ "type": "ping" }));
    assert_eq!(socket.hear(), json!({ "type": "pong" }));
    assert_eq!(socket.closed(), (4408, "Connection initialisation timeout".to_owned()));
}

#[test]
fn a_message_that_is_too_long_is_refused_as_such() {
    let app = App::empty();
    let mut socket = Socket::known(&app.address, None);
    socket.send(Message::text("x".repeat(1 << 20)));
    assert_eq!(socket.closed().0, 4400, "as long as a request by HTTP may be, and nothing of the protocol");
    let mut socket = Socket::known(&app.address, None);
    socket.send(Message::text("x".repeat((1 << 20) + 1)));
    assert_eq!(socket.closed().0, 1009);
}

#[test]
fn pings_are_answered_and_sent() {
    let app = App::empty();
    let mut socket = Socket::known(&app.address, None);
    socket.say(json!({ "type": "ping", "payload": { "sent": 7 } }));
    assert_eq!(socket.hear(), json!({ "type": "pong", "payload": { "sent": 7 } }));
    socket.say(json!({ "type": "pong" }));
    socket.hear_ping();
    socket.subscribe("1", "{ __typename }", Value::Null);
    assert_eq!(socket.hear()["type"], "next");
}

#[test]
fn a_connection_has_a_hundred_operations_and_no_more() {
    let app = App::empty();
    let mut socket = Socket::known(&app.address, None);
    for number in 0..100 {
        socket.subscribe(&number.to_string(), CHANGES, Value::Null);
    }
    socket.subscribe("more", CHANGES, Value::Null);
    let refused = socket.hear();
    assert_eq!((&refused["id"], &refused["type"]), (&json!("more"), &json!("error")));
    assert_eq!(refused["payload"][0]["extensions"]["code"], "LIMIT_EXCEEDED");
    socket.say(json!({ "id": "7", "type": "complete" }));
    socket.subscribe("more", CHANGES, Value::Null);
    app.write(STATE, Value::Null);
    let mut heard: Vec<_> = (0..200).map(|_| socket.hear()["id"].as_str().unwrap().to_owned()).collect();
    heard.sort();
    heard.dedup();
    assert_eq!(heard.len(), 100, "each of the hundred got both changes");
    assert!(!heard.contains(&"7".to_owned()) && heard.contains(&"more".to_owned()));
}

#[test]
fn other_protocols_and_wrong_tokens_do_not_get_far() {
    let app = App::empty();
    let mut wrong = IntoClientRequest::into_client_request(format!("ws://{}/graphql", app.address)).unwrap();
    wrong.headers_mut().insert("Authorization", "Bearer fg_wrong".parse().unwrap());
    let line = TcpStream::connect(&app.address).unwrap();
    let Err(tungstenite::HandshakeError::Failure(tungstenite::Error::Http(answer))) = tungstenite::client(wrong, line) else {
        panic!("a wrong token in the header opened a socket")
    };
    assert_eq!(answer.status().as_u16(), 401);
    let request = IntoClientRequest::into_client_request(format!("ws://{}/graphql", app.address)).unwrap();
    let (mut plain, _) = tungstenite::client(request, TcpStream::connect(&app.address).unwrap()).unwrap();
    let Message::Close(Some(frame)) = plain.read().unwrap() else { panic!("served without a protocol") };
    assert_eq!(u16::from(frame.code), 4406);
}

#[test]
fn a_private_server_tells_nothing_to_a_socket_without_a_token() {
    let app = App::start(&std::sync::Arc::new(tempfile::tempdir().unwrap()), &["--no-seed", "--private"]);
    let mut socket = Socket::open(&app.address);
    socket.introduce(None);
    assert_eq!(socket.closed().0, 4403);
    let mut socket = Socket::known(&app.address, Some(&app.token()));
    socket.subscribe("1", "{ __typename }", Value::Null);
    assert_eq!(socket.hear()["payload"]["data"], json!({ "__typename": "Query" }));
}

#[test]
fn a_token_that_is_revoked_ends_its_socket() {
    let app = App::empty();
    let data = app.data();
    let data = data.to_str().unwrap();
    let made = fundgraph(["token", "create", "--name", "partner", "--scope", "read", "--data", data]);
    let token =
        String::from_utf8(made.stdout).unwrap().split_whitespace().find(|word| word.starts_with("fg_")).unwrap().to_owned();
    let mut socket = Socket::known(&app.address, Some(&token));
    socket.subscribe("1", CHANGES, Value::Null);
    assert!(fundgraph(["token", "revoke", "partner", "--data", data]).status.success());
    assert_eq!(socket.closed().0, 4403);
}

#[test]
fn a_server_that_stops_says_so_to_its_sockets() {
    let mut app = App::seeded();
    let mut socket = Socket::known(&app.address, None);
    socket.subscribe("1", CHANGES, Value::Null);
    let mut silent = Socket::open(&app.address);
    app.signal("TERM");
    assert_eq!(socket.closed().0, 1001);
    assert_eq!(silent.closed().0, 1001);
    assert!(app.ended().success());
}

#[test]
fn who_does_not_read_is_told_to_resume_and_misses_nothing() {
    let app = App::empty();
    // More than the line between both may come to take: some systems let it grow to 32 MiB.
    let long = "Une phrase de plus. ".repeat(20_000);
    let codes: Vec<_> = (0..180).map(|number| format!("P.{number:03}")).collect();
    let record = |code| json!({ "project": { "code": code, "title": "x", "description": long } });
    let seed = "mutation($r: [RecordInput!]!) { seedRecords(input: { records: $r }) { revision errors { message } } }";
    for codes in codes.chunks(60) {
        let records: Vec<_> = codes.iter().map(record).collect();
        assert_eq!(app.write(seed, json!({ "r": records }))["seedRecords"]["errors"], json!([]));
    }
    let query =
        "subscription($after: Cursor) { changes(after: $after) { cursor node { ... on Project { code description } } } }";
    let mut socket = Socket::known(&app.address, None);
    socket.subscribe("slow", query, Value::Null);
    let mut got = Vec::new();
    let mut cursor = Value::Null;
    let take = |said: &Value, got: &mut Vec<String>, cursor: &mut Value| {
        let change = &said["payload"]["data"]["changes"];
        got.push(change["node"]["code"].as_str().unwrap().to_owned());
        *cursor = change["cursor"].clone();
    };
    // The server gives up on the line before anybody reads from it.
    app.wait_for_log("a socket reads too slowly");
    // What came is looked at only when all of it is there: to read it as JSON takes longer than the server waits for its goodbye.
    let (texts, code) = socket.read_to_the_end();
    let (told, texts) = texts.split_last().unwrap();
    for text in texts {
        take(&serde_json::from_str(text).unwrap(), &mut got, &mut cursor);
    }
    let told: Value = serde_json::from_str(told).unwrap();
    assert_eq!(told["payload"][0]["extensions"]["code"], "SLOW_READER", "{told}");
    assert_eq!(code, 1013);
    assert!(!got.is_empty() && got.len() < codes.len(), "{} came through", got.len());

    let mut socket = Socket::known(&app.address, None);
    socket.subscribe("again", query, json!({ "after": cursor }));
    while got.len() < codes.len() {
        let said = socket.hear();
        take(&said, &mut got, &mut cursor);
    }
    assert_eq!(got, codes);
}
