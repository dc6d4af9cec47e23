//! What the server takes in memory stays bounded, however many listen and however much is read.

use std::fs;
use std::io;

use serde_json::{Value, json};

use crate::app::App;
use crate::socket::Socket;
use crate::stream::Stream;

/// Bytes that one connection may hold: as many as the longest head of a request.
const CONNECTION: u64 = 128 << 10;
/// Bytes of answers that are kept for the next who asks the same, by their setting.
const ANSWERS: u64 = 32 << 20;
/// Bytes that all caches may hold by their settings: records, the pages of the store, answers.
const CACHES: u64 = (256 << 20) + (64 << 20) + ANSWERS;

/// The most bytes that the process ever held in memory.
fn peak(app: &App) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", app.process())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() << 10
}

#[test]
fn a_thousand_who_listen_take_no_more_than_their_lines() {
    const STREAMS: usize = 390;
    const SOCKETS: usize = 400;
    const DEAF: usize = 10;
    const WRITES: usize = 50;
    let app = App::empty();
    let changes = "subscription { changes { cursor } }";
    let long = "Une phrase de plus. ".repeat(20_000);
    let write = |number: usize| {
        let write = "mutation($code: String!, $text: String!) { upsertProject(input: { code: $code, title: \"x\", description: $text }) { revision } }";
        app.write(write, json!({ "code": format!("P.{number}"), "text": long }));
    };
    write(0);
    let before = peak(&app);

    let mut streams: Vec<_> = (0..STREAMS).map(|_| Stream::open(&app.address, changes, Value::Null)).collect();
    let mut sockets: Vec<_> = (0..SOCKETS).map(|_| Socket::known(&app.address, None)).collect();
    sockets.iter_mut().for_each(|socket| socket.subscribe("1", changes, Value::Null));
    let mut busy: Vec<_> = (0..2).map(|_| Socket::known(&app.address, None)).collect();
    for socket in &mut busy {
        (0..100).for_each(|number| socket.subscribe(&number.to_string(), changes, Value::Null));
    }
    // They ask for everything and read nothing: all of it together is far more than may be held.
    let whole = "subscription { changes { node { ... on Project { description } } } }";
    let _deaf: Vec<_> = (0..DEAF).map(|_| Stream::open(&app.address, whole, Value::Null)).collect();

    std::thread::scope(|scope| {
        scope.spawn(|| (1..WRITES).for_each(write));
        for _ in 0..WRITES {
            streams.iter_mut().for_each(|stream| assert!(stream.answer().unwrap()["data"]["changes"]["cursor"].is_string()));
            sockets.iter_mut().for_each(|socket| assert_eq!(socket.hear()["type"], "next"));
            busy.iter_mut().for_each(|socket| (0..100).for_each(|_| assert_eq!(socket.hear()["type"], "next")));
        }
    });
    // What was written is kept too, as it was sent and as it is stored.
    let (most, written) = (1_000 * CONNECTION, 2 * (WRITES * long.len()) as u64);
    let taken = peak(&app) - before;
    assert!(DEAF as u64 * written / 2 > most + written, "the deaf ones alone could fill it");
    assert!(taken <= most + written, "{} MiB for 1,000 listeners", taken >> 20);
}

#[test]
fn who_pages_through_everything_again_and_again_takes_no_more_than_the_first_time() {
    const RECORDS: usize = 20_000;
    let app = App::empty();
    let before = peak(&app);
    let long = "x".repeat(3_000);
    let record = |number: usize| {
        let project = json!({ "project": { "code": format!("P.{number:05}"), "title": "x", "description": long } });
        project.to_string() + "\n"
    };
    let body: String = (0..RECORDS).map(record).collect();
    let request = app.agent().post(app.url("/seed")).header("Authorization", format!("Bearer {}", app.token()));
    let mut answer = request.content_type("application/x-ndjson").send(body).unwrap();
    let answer = answer.body_mut().read_to_string().unwrap();
    assert!(answer.contains(&format!("\"event\":\"done\",\"lines\":{RECORDS},\"accepted\":{RECORDS}")), "{answer:.300}");

    // All by pages, and all at once.
    let read = || {
        let query = "query($after: Cursor) { projects(first: 100, after: $after) { nodes { description } pageInfo { hasNextPage endCursor } } }";
        let (mut after, mut bytes) = (Value::Null, 0);
        loop {
            let page = app.post(&json!({ "query": query, "variables": { "after": after } }), None);
            let page = &page["data"]["projects"];
            let nodes = page["nodes"].as_array().unwrap().iter();
            bytes += nodes.map(|node| node["description"].as_str().unwrap().len() as u64).sum::<u64>();
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
        bytes + io::copy(&mut app.get("/export/all.ndjson").body_mut().as_reader(), &mut io::sink()).unwrap()
    };
    read();
    let first = peak(&app);
    assert!(first - before <= CACHES, "{} MiB once all was read", (first - before) >> 20);
    let bytes = read() + read();
    // The kernel's counters are read roughly: where nothing more was held, it may say a little less.
    let more = peak(&app).saturating_sub(first);
    assert!(bytes > 3 * ANSWERS, "what is read is much more than may be kept of it");
    assert!(more <= 2 * ANSWERS, "{} MiB more for {} MiB that were read again", more >> 20, bytes >> 20);
}
