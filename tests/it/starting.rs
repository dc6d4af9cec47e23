//! An operator starts and stops it.

use std::fs;
use std::io::{BufRead, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::app::{App, command, fundgraph, seeds};

#[test]
fn the_first_start_seeds_and_says_where_everything_is() {
    let app = App::seeded();
    let data = app.data();
    for line in [
        "Read 5 documents, 0 of them refused, with 4 warnings: 4 projects, 2 member states, 3 regions, 1 news item, 1 contact",
        &format!("GraphiQL  http://{}/graphiql", app.address),
        &format!("Token     for writing: in {}", data.join("admin.token").display()),
        "Stop      Ctrl-C",
    ] {
        assert!(app.greeting.contains(line), "{line}\nis not in\n{}", app.greeting);
    }
    let mode = fs::metadata(data.join("admin.token")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn the_second_start_seeds_nothing_and_loses_nothing() {
    let app = App::seeded();
    let everything = "{ projects { nodes { id title revision updatedAt sources { sha256 readAt } } } news { nodes { body } } service { revision } }";
    let (before, token) = (app.ask(everything), app.token());
    let app = app.started_again();
    assert!(!app.greeting.contains("Read "), "{}", app.greeting);
    assert_eq!(app.ask(everything), before);
    assert_eq!(app.token(), token);
}

#[test]
fn a_start_goes_on_from_what_the_stop_wrote_down_and_does_without_it() {
    let everything = "{ projects { nodes { title revision relatedNews { edges { score node { title } } } } }
        search(text: \"réintégrer\") { edges { score } } service { revision } }";
    let mut app = App::seeded();
    let before = app.ask(everything);
    for what in ["whole", "damaged", "missing"] {
        assert!(app.stop("TERM").success());
        let checkpoint = app.data().join("checkpoint");
        let mut bytes = fs::read(&checkpoint).expect("a stop leaves a checkpoint");
        match what {
            "damaged" => {
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
                fs::write(&checkpoint, bytes).unwrap();
            }
            "missing" => fs::remove_file(&checkpoint).unwrap(),
            _ => {}
        }
        app = app.started_by_hand();
        assert_eq!(app.ask(everything), before, "{what}");
    }
}

#[test]
fn seeding_the_same_twice_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let seed = || fundgraph(["seed", "--data", folder.path().to_str().unwrap(), seeds().to_str().unwrap()]);
    assert!(said(&seed()).contains("stored as revision 1"));
    let again = seed();
    assert!(again.status.success());
    assert!(said(&again).contains("nothing new"), "{}", said(&again));
}

#[test]
fn a_start_without_seeding_is_empty_until_somebody_writes() {
    let app = App::empty();
    assert_eq!(
        app.ask("{ projects { totalCount } regions { code } }"),
        json!({ "projects": { "totalCount": 0 }, "regions": [] })
    );
}

#[test]
fn a_first_start_that_is_killed_is_finished_by_the_next() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let seed = folder.path().join("seed");
    fs::create_dir(&seed).unwrap();
    for number in 0..40 {
        let line = json!({ "project": { "code": format!("N.{number}"), "title": "Un titre".repeat(500) } });
        fs::write(seed.join(format!("{number:02}.ndjson")), line.to_string()).unwrap();
    }
    let mut early = 0;
    for round in 0..6 {
        let mut process = command()
            .args(["--listen", "127.0.0.1:0", "--seed", seed.to_str().unwrap(), "--data"])
            .arg(folder.path().join("data"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Killed once it has stored some files, of which each says a line.
        let mut lines = std::io::BufReader::new(process.stdout.take().unwrap()).lines();
        for line in lines.by_ref().take(1 + round * 3) {
            early += usize::from(line.unwrap().contains("stored as revision"));
        }
        process.kill().unwrap();
        process.wait().unwrap();
    }
    assert!(early > 0, "no round stored anything before its end");
    let app = App::start(&folder, &["--seed", seed.to_str().unwrap()]);
    assert_eq!(app.ask("{ projects { totalCount } }")["projects"]["totalCount"], 40);
    let app = app.killed_and_started_again();
    assert_eq!(app.ask("{ projects { totalCount } }")["projects"]["totalCount"], 40);
}

#[test]
fn a_signal_at_any_moment_of_the_start_ends_it_well() {
    for delay in [0, 5, 10, 20, 40, 80] {
        let folder = tempfile::tempdir().unwrap();
        let mut process = command()
            .args(["--listen", "127.0.0.1:0", "--seed", seeds().to_str().unwrap(), "--data"])
            .arg(folder.path().join("data"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // The folder is made after the process watches for signals.
        while !folder.path().join("data").exists() {
            thread::yield_now();
        }
        thread::sleep(Duration::from_millis(delay));
        assert!(std::process::Command::new("kill").arg(process.id().to_string()).status().unwrap().success());
        assert_eq!(process.wait().unwrap().code(), Some(0), "after {delay} ms");
    }
}

#[test]
fn either_signal_ends_it_well() {
    for signal in ["TERM", "INT"] {
        let mut app = App::seeded();
        assert_eq!(app.stop(signal).code(), Some(0), "SIG{signal}");
        assert!(app.farewell().contains("Stopped. Everything acknowledged is on disk."));
    }
}

#[test]
fn a_request_in_flight_is_answered_before_the_end() {
    let mut app = App::empty();
    let records: Vec<_> =
        (0..3_000).map(|number| json!({ "project": { "code": format!("F.{number}"), "title": "Long" } })).collect();
    let body = json!({
        "query": "mutation($r: [RecordInput!]!) { seedRecords(input: { records: $r }) { revision errors { message } } }",
        "variables": { "r": records },
    })
    .to_string();
    // The head and all but the last byte of the body are with the server when it is told to stop.
    let mut line = TcpStream::connect(&app.address).unwrap();
    let (body, last) = body.split_at(body.len() - 1);
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        app.address,
        app.token(),
        body.len() + 1
    );
    line.write_all(head.as_bytes()).unwrap();
    line.write_all(body.as_bytes()).unwrap();
    while app.ask("{ __typename }")["__typename"] != "Query" {}
    app.signal("TERM");
    line.write_all(last.as_bytes()).unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("{\"data\":{\"seedRecords\":{\"revision\":1,\"errors\":[]}}"), "{answer}");
    assert_eq!(app.ended().code(), Some(0));
    assert_eq!(app.started_by_hand().ask("{ projects { totalCount } }")["projects"]["totalCount"], 3_000);
}

#[test]
fn a_chosen_token_replaces_the_made_one() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let mut process = command()
        .args(["--listen", "127.0.0.1:0", "--no-seed", "--log", "warn", "--data"])
        .arg(folder.path().join("data"))
        .env("FUNDGRAPH_ADMIN_TOKEN", "chosen-by-the-operator")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut greeting = String::new();
    let mut stdout = process.stdout.take().unwrap();
    let mut byte = [0];
    while !greeting.contains("Stop ") && stdout.read(&mut byte).unwrap() > 0 {
        greeting.push(byte[0] as char);
    }
    let made = folder.path().join("data/admin.token").exists();
    process.kill().unwrap();
    process.wait().unwrap();
    assert!(greeting.contains("the one in FUNDGRAPH_ADMIN_TOKEN"), "{greeting}");
    assert!(!made, "no second token is left behind");
}

#[test]
fn what_stands_in_the_way_of_a_start_is_said_in_one_sentence() {
    let app = App::empty();
    let data = app.data();
    let elsewhere = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().to_string();
    let file = elsewhere.path().join("file");
    fs::write(&file, "no folder").unwrap();
    let free = elsewhere.path().join("free");
    for (options, sentence) in [
        (vec!["--listen", &port, "--data", free.to_str().unwrap()], "is in use: stop what serves there"),
        (vec!["--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()], "another process has the data folder"),
        (vec!["--listen", "127.0.0.1:0", "--data", file.to_str().unwrap()], "cannot be written to"),
        (vec!["--listen", "here"], "“here” is no value for --listen: write an address and a port"),
        (vec!["--colour"], "unexpected argument '--colour'"),
        (vec!["--log", "fundgraph=loud", "--data", free.to_str().unwrap()], "is not a log filter"),
        (vec!["seed", "--data", data.to_str().unwrap(), seeds().to_str().unwrap()], "another process has the data folder"),
        (vec!["seed", "--data", free.to_str().unwrap(), "/nowhere"], "/nowhere cannot be read: No such file"),
    ] {
        let output = fundgraph(&options);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{options:?}");
        assert!(error.contains(sentence), "{options:?}: {error}");
        assert!(!error.contains("panicked"), "{error}");
    }
}

#[test]
fn all_that_is_wrong_with_the_settings_is_said_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("operations.json");
    fs::write(&trusted, "{\"a\": \"{ nothing }\", \"b\": \"{ regions { code } }\"}").unwrap();
    let data = folder.path().join("data");
    let output = command()
        .args(["--listen", "here", "--log", "fundgraph=loud", "--batch", "many", "--connections", "0", "--trusted"])
        .arg(&trusted)
        .arg("--data")
        .arg(&data)
        .env("FUNDGRAPH_ADMIN_TOKEN", "short")
        .env("FUNDGRAPH_RATE_LIMIT", "-1")
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{error}");
    for problem in [
        "7 things stand in the way of a start:",
        "“here” is no value for --listen",
        "“fundgraph=loud” is not a log filter",
        "“many” is no value for --batch",
        "“0” is no value for --connections",
        "“-1” is no value for --rate-limit",
        "operation a: `Query` has no field `nothing`",
        "shorter than 16 characters",
    ] {
        assert!(error.contains(problem), "{problem} is not in\n{error}");
    }
    assert!(!data.exists(), "nothing is touched");
}

#[test]
fn who_asks_whether_it_is_ready_hears_first_that_it_stops() {
    let mut app = App::start(&Arc::new(tempfile::tempdir().unwrap()), &["--no-seed", "--drain", "2"]);
    assert_eq!(app.get("/readyz").status(), 200);
    app.signal("TERM");
    // New connections are taken until the time is up.
    while app.get("/readyz").status() != 503 {}
    assert_eq!(app.ask("{ __typename }"), json!({ "__typename": "Query" }));
    assert_eq!(app.ended().code(), Some(0));
}

#[test]
fn half_a_request_does_not_hold_up_the_end() {
    let mut app = App::empty();
    let _silent = TcpStream::connect(&app.address).unwrap();
    let mut half_head = TcpStream::connect(&app.address).unwrap();
    half_head.write_all(b"POST /graphql HTTP/1.1\r\nHost").unwrap();
    let mut half_body = TcpStream::connect(&app.address).unwrap();
    half_body
        .write_all(b"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
        .unwrap();
    assert_eq!(app.ask("{ __typename }"), json!({ "__typename": "Query" }));
    assert_eq!(app.stop("TERM").code(), Some(0));
    let mut answer = String::new();
    half_body.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 503"), "it is told, and not cut off by the end of the grace time: {answer}");
}

#[test]
fn a_weak_token_is_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let output = command()
        .args(["--listen", "127.0.0.1:0", "--data"])
        .arg(folder.path())
        .env("FUNDGRAPH_ADMIN_TOKEN", "short")
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("shorter than 16 characters"));
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}
