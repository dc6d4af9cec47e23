//! An integrator seeds more than one request holds.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::app::{App, fundgraph, seeds};

fn project(code: &str, states: &[&str]) -> String {
    json!({ "project": { "code": code, "title": format!("Le titre de {code}"), "memberStates": states } }).to_string() + "\n"
}

fn state(code: &str) -> String {
    json!({ "memberState": { "code": code } }).to_string() + "\n"
}

/// The events of an answer.
fn events(answer: &str) -> Vec<Value> {
    answer.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What a stream is answered, once it is sent.
fn seed(app: &App, headers: &[(&str, &str)], body: &[u8]) -> (u16, String) {
    let mut request = app.agent().post(app.url("/seed")).header("Content-Type", "application/x-ndjson");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut answer = request.header("Authorization", format!("Bearer {}", app.token())).send(body).unwrap();
    (answer.status().as_u16(), answer.body_mut().with_config().limit(1 << 30).read_to_string().unwrap())
}

fn projects(app: &App) -> u64 {
    app.ask("{ projects { totalCount } }")["projects"]["totalCount"].as_u64().unwrap()
}

#[test]
fn mixed_lines_in_any_order_are_answered_one_by_one() {
    let app = App::empty();
    let news = json!({ "newsItem": { "title": "Deux", "body": "Texte.", "memberStates": ["KE"], "contacts": ["a@iom.int"] } });
    let body = format!(
        "{}{news}\n{{\"rubbish\": 1}}\n{{\"contact\": {{\"email\": \"a@iom.int\", \"name\": \"A\"}}}}\n{}{}{{\"region\": {{\"code\": \"AFRICA\"}}}}",
        project("X.1", &["KE"]),
        state("KE"),
        project("X.2", &["ZW"]),
    );
    let (status, answer) = seed(&app, &[], body.as_bytes());
    assert_eq!(status, 200, "{answer}");
    let events = events(&answer);
    let accepted: Vec<_> = events.iter().filter(|event| event["event"] == "accepted").collect();
    assert_eq!(accepted.len(), 5, "{answer}");
    assert_eq!(
        *accepted[0],
        json!({ "event": "accepted", "line": 1, "kind": "Project", "key": "X.1", "outcome": "CREATED", "revision": 1 })
    );
    let refused: Vec<_> = events.iter().filter(|event| event["event"] == "refused").collect();
    assert_eq!((&refused[0]["line"], &refused[0]["errors"][0]["code"]), (&json!(3), &json!("INVALID")));
    assert_eq!(refused[1]["line"], 6);
    assert!(refused[1]["errors"][0]["message"].as_str().unwrap().contains("there is no MemberState ZW"), "{answer}");
    let done = json!({ "event": "done", "lines": 7, "accepted": 5, "refused": 2, "skipped": 0, "waiting": 0, "revision": 1 });
    assert_eq!(*events.last().unwrap(), done);
    let changes = app.ask("{ changes(first: 1) { edges { node { actor } } } }");
    assert_eq!(changes["changes"]["edges"][0]["node"]["actor"], "admin");
}

#[test]
fn gzip_a_key_and_a_repeat() {
    let app = App::empty();
    let body: String = (0..1_200).map(|number| project(&format!("P.{number:04}"), &[])).collect();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(body.as_bytes()).unwrap();
    let packed = gzip.finish().unwrap();
    let headers = [("Content-Encoding", "gzip"), ("Idempotency-Key", "nightly")];

    // Cut in the middle: whole chunks are stored, and the answer says how far it came.
    let (_, answer) = seed(&app, &headers, &packed[..packed.len() - 9]);
    let stopped = events(&answer).pop().unwrap();
    assert_eq!(stopped["event"], "stopped", "{stopped}");
    assert_eq!(stopped["accepted"], projects(&app), "{stopped}");
    assert_eq!(projects(&app), 1_000);
    let app = app.killed_and_started_again();
    let (_, answer) = seed(&app, &headers, &packed);
    let done = events(&answer).pop().unwrap();
    assert_eq!((&done["event"], &done["accepted"], &done["skipped"]), (&json!("done"), &json!(200), &json!(1_000)));
    let (_, again) = seed(&app, &headers, &packed);
    assert_eq!(events(&again).pop().unwrap()["skipped"], 1_200, "{again}");
    assert_eq!(app.ask("{ service { revision } }")["service"]["revision"], 3, "a repeat changes nothing");
    let (_, other) = seed(&app, &headers[1..], project("OTHER", &[]).as_bytes());
    assert!(other.contains("the idempotency key “nightly” belongs to another stream"), "{other}");
    assert_eq!(app.ask("{ project(code: \"OTHER\") { code } }")["project"], Value::Null);
}

#[test]
fn what_cannot_be_a_stream_is_refused_before_it_is_read() {
    let app = App::empty();
    let line = state("KE");
    let post = |headers: &[(&str, &str)]| {
        let mut request = app.agent().post(app.url("/seed"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = request.send(line.as_str()).unwrap();
        let error: Value = answer.body_mut().read_json().unwrap();
        (answer.status().as_u16(), error["errors"][0]["message"].as_str().unwrap().to_owned())
    };
    let bearer = format!("Bearer {}", app.token());
    let reader = fundgraph(["token", "create", "--name", "reader", "--scope", "read", "--data", app.data().to_str().unwrap()]);
    let reader = format!("Bearer {}", String::from_utf8(reader.stdout).unwrap().trim());
    let ndjson = ("Content-Type", "application/x-ndjson");
    let long = "k".repeat(201);
    for (headers, status, message) in [
        (vec![ndjson], 401, "this needs a token with the scope seed"),
        (vec![ndjson, ("Authorization", &reader)], 403, "the token “reader” has the scope read"),
        (vec![("Content-Type", "application/json"), ("Authorization", &bearer)], 415, "send application/x-ndjson"),
        (vec![ndjson, ("Authorization", &bearer), ("Content-Encoding", "br")], 415, "in gzip"),
        (vec![ndjson, ("Authorization", &bearer), ("Idempotency-Key", &long)], 400, "1 to 200"),
    ] {
        let (found, said) = post(&headers);
        assert_eq!(found, status, "{headers:?}: {said}");
        assert!(said.contains(message), "{said}");
    }
    assert_eq!(app.get("/seed").status(), 405);
    assert_eq!(app.ask("{ memberStates { totalCount } }")["memberStates"]["totalCount"], 0);
}

#[test]
fn a_sender_that_pauses_is_answered_and_one_that_goes_leaves_whole_chunks() {
    let app = App::empty();
    let mut line = TcpStream::connect(&app.address).unwrap();
    let head = format!(
        "POST /seed HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n",
        app.address,
        app.token()
    );
    let piece = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
    line.write_all(head.as_bytes()).unwrap();
    line.write_all(piece(&(project("X.1", &[]) + "{\"proj")).as_bytes()).unwrap();
    // The answer to the first comes although the second has not.
    let mut answer = BufReader::new(line.try_clone().unwrap());
    let mut text = String::new();
    while !text.contains("\"progress\"") {
        answer.read_line(&mut text).unwrap();
    }
    assert!(text.contains("\"key\":\"X.1\",\"outcome\":\"CREATED\""), "{text}");
    assert_eq!(projects(&app), 1);
    line.write_all(piece("ect\": {\"code\": \"X.2\", \"title\": \"X\"}}\n{\"project\": {\"code\": \"X.3\"").as_bytes())
        .unwrap();
    line.shutdown(std::net::Shutdown::Write).unwrap();
    let mut rest = String::new();
    answer.read_to_string(&mut rest).unwrap();
    // What was whole when the line went may be stored; the half of a record is not.
    assert!(!rest.contains("X.3"), "{rest}");
    assert!(app.ask("{ project(code: \"X.3\") { code } }")["project"].is_null());
}

#[test]
fn a_sender_that_reads_only_when_all_is_sent_is_not_waited_for() {
    let app = App::empty();
    // The answer is several times what a socket holds.
    let body: String = (0..30_000).map(|number| format!("{{\"project\": \"{}{number}\"}}\n", "x".repeat(300))).collect();
    let mut line = TcpStream::connect(&app.address).unwrap();
    let head = format!(
        "POST /seed HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/x-ndjson\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        app.address,
        app.token(),
        body.len()
    );
    line.write_all(head.as_bytes()).unwrap();
    line.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("{\"event\":\"done\",\"lines\":30000,\"accepted\":0,\"refused\":30000"), "{}", answer.len());
}

#[test]
fn the_command_sends_records_and_documents_to_a_server() {
    let app = App::empty();
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let records = folder.path().join("records.ndjson");
    let lines: String = (0..700).map(|number| project(&format!("P.{number}"), &["KE"])).chain([state("KE")]).collect();
    fs::write(&records, lines + "{\"memberState\": {\"code\": \"ZZ\"}}\n").unwrap();
    let send = |paths: &[&str], more: &[&str]| {
        let url = app.url("");
        fundgraph(["seed", "--server", &url, "--token", &app.token()].iter().chain(paths).chain(more).copied())
    };
    let output = send(&[records.to_str().unwrap()], &["--idempotency-key", "k"]);
    let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("records.ndjson: 701 records stored, 1 refused"), "{said}{errors}");
    assert!(errors.contains("refused  records.ndjson, line 702: “ZZ” is not an ISO 3166-1 code"), "{errors}");
    assert_eq!(projects(&app), 700);
    let again = send(&[records.to_str().unwrap()], &["--idempotency-key", "k"]);
    let said = String::from_utf8_lossy(&again.stdout).into_owned();
    assert!(said.contains("lines done before"), "{said}");

    let output = send(&[seeds().to_str().unwrap()], &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("Sent 5 documents, 5 of them new"), "{output:?}");
    assert_eq!(projects(&app), 704);

    let wrong = fundgraph(["seed", "--server", &app.url(""), "--token", "fg_wrong", records.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("the token is not known"), "{wrong:?}");
    let nowhere = fundgraph(["seed", "--server", "http://127.0.0.1:1", records.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&nowhere.stderr).contains("does not answer"), "{nowhere:?}");
}

#[test]
fn a_file_of_more_than_one_commit_goes_in_chunks_without_a_server_too() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let (data, records) = (folder.path().join("data"), folder.path().join("records.ndjson"));
    let lines: String = (0..10_001).map(|number| project(&format!("P.{number}"), &[])).collect();
    fs::write(&records, lines + "rubbish\n").unwrap();
    let output = fundgraph(["seed", "--data", data.to_str().unwrap(), records.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("records.ndjson: 10001 records stored, 1 refused, up to revision 21"), "{said}");
}
