//! What a commit promises, held against kill -9 at any moment.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::app::{App, fundgraph};

/// How many records one chunk of a stream has.
const CHUNK: u64 = 500;
/// How many rounds are gone through; `FUNDGRAPH_TEST_KILLS` names another number.
const ROUNDS: u64 = 10;

const UPSERT: &str = "mutation($code: String!, $title: String!) {
    upsertProject(input: { code: $code, title: $title }) { revision errors { message } } }";

/// What was acknowledged, and what may be there although it was not: the write that the kill found on its way.
#[derive(Default)]
struct Acknowledged {
    /// By the code of a project, the number of its last title that was acknowledged.
    titles: Vec<(String, u64)>,
    /// How many lines of the stream were.
    lines: u64,
}

/// One project that is written over and over, until the line breaks.
fn write(url: &str, token: &str, agent: &ureq::Agent, code: &str, last: &AtomicU64) {
    for number in last.load(Ordering::Relaxed) + 1.. {
        let body = json!({ "query": UPSERT, "variables": { "code": code, "title": format!("Titre {number}") } });
        let sent = agent.post(url).header("Authorization", format!("Bearer {token}")).send_json(body);
        let answer = sent.ok().and_then(|mut answer| answer.body_mut().read_json::<Value>().ok());
        match answer {
            Some(answer) if answer["data"]["upsertProject"]["revision"].is_u64() => last.store(number, Ordering::Relaxed),
            _ => return,
        }
    }
}

/// A stream of projects, until it ends or the line breaks; how many lines were acknowledged.
fn stream(url: &str, token: &str, agent: &ureq::Agent, round: u64) -> u64 {
    let record = |number: u64| json!({ "project": { "code": format!("S{round}.{number:05}"), "title": "Lot ".repeat(30) } });
    let body: String = (0..20 * CHUNK).map(|number| record(number).to_string() + "\n").collect();
    let request =
        agent.post(url).header("Authorization", format!("Bearer {token}")).header("Content-Type", "application/x-ndjson");
    let Ok(mut answer) = request.send(body) else { return 0 };
    let mut lines = 0;
    let mut reader = std::io::BufReader::new(answer.body_mut().as_reader());
    let mut line = String::new();
    while std::io::BufRead::read_line(&mut reader, &mut line).is_ok_and(|read| read > 0) {
        lines += u64::from(line.contains("\"accepted\",") && line.ends_with('\n'));
        line.clear();
    }
    lines
}

/// A number from 0 up to another, different each time.
fn random(below: u64) -> u64 {
    RandomState::new().hash_one(0) % below
}

#[test]
fn after_a_kill_every_acknowledged_write_is_there_and_no_chunk_is_half() {
    let rounds = std::env::var("FUNDGRAPH_TEST_KILLS").map_or(ROUNDS, |rounds| rounds.parse().expect("a number of rounds"));
    let mut app = App::empty();
    let (mut acknowledged, mut streamed) = (0, 0);
    let last: Vec<AtomicU64> = (0..4).map(|_| AtomicU64::new(0)).collect();
    for round in 0..rounds {
        let (graphql, seed, token, agent) = (app.url("/graphql"), app.url("/seed"), app.token(), app.agent().clone());
        let begun = AtomicBool::new(false);
        let (restarted, found) = std::thread::scope(|scope| {
            for (number, last) in last.iter().enumerate() {
                let (graphql, token, agent) = (&graphql, &token, &agent);
                scope.spawn(move || write(graphql, token, agent, &format!("W.{number}"), last));
            }
            let streaming = scope.spawn(|| {
                begun.store(true, Ordering::Relaxed);
                stream(&seed, &token, &agent, round)
            });
            while !begun.load(Ordering::Relaxed) {
                std::thread::yield_now();
            }
            std::thread::sleep(Duration::from_micros(random(900_000)));
            let mut app = app;
            app.kill();
            (app, Acknowledged { titles: Vec::new(), lines: streaming.join().unwrap() })
        });
        let found = Acknowledged {
            titles: last
                .iter()
                .enumerate()
                .map(|(number, last)| (format!("W.{number}"), last.load(Ordering::Relaxed)))
                .collect(),
            ..found
        };

        let verified = fundgraph(["verify", "--data", restarted.data().to_str().unwrap()]);
        assert!(verified.status.success(), "round {round}: {}", String::from_utf8_lossy(&verified.stderr));
        app = restarted.started_by_hand();
        for (code, number) in &found.titles {
            let project = &app.ask(&format!("{{ project(code: \"{code}\") {{ title }} }}"))["project"];
            let title = project["title"].as_str().map_or(0, |title| title["Titre ".len()..].parse().unwrap());
            // The next one may have been written and not been acknowledged.
            assert!(title == *number || title == number + 1, "round {round}: {code} is at {title}, acknowledged was {number}");
            last[code["W.".len()..].parse::<usize>().unwrap()].store(title, Ordering::Relaxed);
            acknowledged += 1;
        }
        let of_the_stream = format!("{{ projects(filter: {{ code: {{ startsWith: \"S{round}.\" }} }}) {{ totalCount }} }}");
        let stored = app.ask(&of_the_stream)["projects"]["totalCount"].as_u64().unwrap();
        assert!(stored.is_multiple_of(CHUNK), "round {round}: {stored} records of chunks of {CHUNK}");
        assert!(stored >= found.lines, "round {round}: {stored} records of {} acknowledged", found.lines);
        streamed += stored;
    }
    let written: u64 = last.iter().map(|last| last.load(Ordering::Relaxed)).sum();
    println!("{rounds} kills: {written} acknowledged writes and {streamed} streamed records are there, {acknowledged} checks");
    assert!(written > 0 && streamed > 0, "no round wrote anything before its end");
}
