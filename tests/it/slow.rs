//! Who holds on to a connection is let go, while others are served.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use crate::app::App;

/// How long anybody may hold on.
const LONGEST: Duration = Duration::from_secs(30);

fn connect(app: &App) -> TcpStream {
    let line = TcpStream::connect(&app.address).unwrap();
    line.set_read_timeout(Some(LONGEST)).unwrap();
    line
}

/// Reads until the server ends the connection.
fn read_to_the_end(mut line: TcpStream) -> String {
    let mut text = Vec::new();
    let mut part = [0; 4096];
    loop {
        match line.read(&mut part) {
            Ok(0) => break,
            Ok(length) => text.extend_from_slice(&part[..length]),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => break,
            Err(error) => panic!("the server held on for {LONGEST:?}: {error}"),
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

#[test]
fn who_sends_nothing_half_or_reads_nothing_is_let_go() {
    let app = App::seeded();
    let silent = connect(&app);
    let mut half_head = connect(&app);
    half_head.write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: ").unwrap();
    let mut half_body = connect(&app);
    half_body
        .write_all(
            b"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"query\"",
        )
        .unwrap();
    let mut idle = connect(&app);
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    // Asks for much, again and again, and reads none of it; the server must not wait for room to answer.
    let mut deaf = connect(&app);
    deaf.set_write_timeout(Some(2 * LONGEST)).unwrap();
    let ask = b"GET /schema.graphql HTTP/1.1\r\nHost: a\r\n\r\n".repeat(100);
    let deaf = std::thread::spawn(move || while deaf.write_all(&ask).is_ok() {});
    // Sends a record, and then nothing, or a byte now and then of a line that never ends.
    let seeding = |code: &str| {
        let mut line = connect(&app);
        let head = format!(
            "POST /seed HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
            app.token()
        );
        let record = json!({ "project": { "code": code, "title": "Un titre" } }).to_string() + "\n";
        line.write_all(format!("{head}{:x}\r\n{record}\r\n", record.len()).as_bytes()).unwrap();
        line
    };
    let (mute, trickle) = (seeding("MUTE"), seeding("TRICKLE"));
    let mut trickling = trickle.try_clone().unwrap();
    let trickling = std::thread::spawn(move || {
        while trickling.write_all(b"1\r\n \r\n").is_ok() {
            std::thread::sleep(Duration::from_millis(100));
        }
    });

    // Sends for longer than that, and reads its answer afterwards; it is more than any line holds.
    let mut busy = seeding("BUSY");
    let busy = std::thread::spawn(move || {
        let many = format!("{{\"project\": \"{}\"}}\n", "x".repeat(300)).repeat(100);
        (0..300).for_each(|_| busy.write_all(format!("{:x}\r\n{many}\r\n", many.len()).as_bytes()).unwrap());
        for _ in 0..(LONGEST.as_secs() + 5) {
            busy.write_all(b"1\r\n\n\r\n").unwrap();
            std::thread::sleep(Duration::from_secs(1));
        }
        busy.write_all(b"0\r\n\r\n").unwrap();
        read_to_the_end(busy)
    });

    assert_eq!(app.ask("{ __typename }"), json!({ "__typename": "Query" }), "others are served");
    assert_eq!(read_to_the_end(silent), "");
    assert_eq!(read_to_the_end(half_head), "");
    assert!(read_to_the_end(half_body).starts_with("HTTP/1.1 408"));
    assert!(read_to_the_end(idle).ends_with("{\"status\":\"ok\"}"));
    deaf.join().unwrap();
    for line in [mute, trickle] {
        let answer = read_to_the_end(line);
        assert!(answer.contains("\"accepted\"") && answer.contains("next to nothing came for 25 seconds"), "{answer}");
    }
    trickling.join().unwrap();
    assert!(busy.join().unwrap().contains("\"done\""), "who still sends is not cut off");
    assert_eq!(app.ask("{ __typename }"), json!({ "__typename": "Query" }));
}

#[test]
fn beyond_the_connections_there_is_room_to_ask_whether_it_lives() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let app = App::start(&folder, &["--no-seed", "--connections", "2"]);
    let request = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
    let answered = |path: &str| {
        let mut line = connect(&app);
        line.write_all(request(path).as_bytes()).unwrap();
        let mut head = [0; 12];
        line.read_exact(&mut head).unwrap();
        (line, String::from_utf8_lossy(&head).into_owned())
    };
    let (first, one) = answered("/readyz");
    let (_second, two) = answered("/readyz");
    assert_eq!((one.as_str(), two.as_str()), ("HTTP/1.1 200", "HTTP/1.1 200"));
    let (third, refused) = answered("/graphql?query=%7B__typename%7D");
    assert_eq!(refused, "HTTP/1.1 503");
    assert!(read_to_the_end(third).to_lowercase().contains("retry-after: 1"));
    assert_eq!(answered("/healthz").1, "HTTP/1.1 200");
    drop(first);
    // The room is free once the server has seen that the caller is gone.
    while answered("/readyz").1 != "HTTP/1.1 200" {}
}
