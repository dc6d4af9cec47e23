//! What a commit promises, held against kill -9 at any moment: during writes, bulks and streams, while others read, and while
//! the server starts.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use ureq::Agent;

use crate::app::{App, command, fundgraph};
use crate::chance::Chance;

/// How many records one chunk of a stream has, and one bulk.
const CHUNK: u64 = 500;
const BULK: u64 = 200;
/// A store that grew for so many rounds makes room for a new one, so that the reading at each start stays short. The last of
/// these rounds is a long one, in which everybody must get on.
const GROWN: u64 = 10;
/// How long rounds go on where `FUNDGRAPH_TEST_KILLS` does not say how many there are.
const BUDGET: Duration = Duration::from_secs(15);
/// Microseconds: the longest a server is left alone, and how much longer in a long round.
const LONGEST_ROUND: u64 = 500_000;
const LONG_ROUND: u64 = 6_000_000;
/// The longest that any request may take where rounds are counted, on a machine that does nothing else.
const SLOWEST: Duration = Duration::from_secs(5);
/// At every such step a writer deletes what it wrote.
const DELETES: u64 = 5;

const UPSERT: &str = "mutation($code: String!, $title: String!) {
    done: upsertProject(input: { code: $code, title: $title }) { revision } }";
const ID: &str = "query($code: String!) { project(code: $code) { id } }";
const DELETE: &str = "mutation($id: ID!) { done: deleteNode(input: { id: $id }) { revision } }";
const SEED: &str = "mutation($records: [RecordInput!]!) { done: seedRecords(input: { records: $records }) { revision } }";
const PAGE: &str = "query($after: Cursor) { projects(first: 100, after: $after) { totalCount
    nodes { code title } pageInfo { hasNextPage endCursor } } }";

/// What goes on in a server until it is killed.
struct Storm {
    writers: u64,
    scanners: u64,
    /// Whether each start is killed once before it is let through.
    starts: bool,
}

/// One who talks to a server until the line breaks.
struct Client<'a> {
    agent: Agent,
    graphql: String,
    seed: String,
    token: &'a str,
    /// The microseconds of the slowest answer, to anybody.
    slowest: &'a AtomicU64,
}

impl<'a> Client<'a> {
    fn of(app: &App, token: &'a str, slowest: &'a AtomicU64) -> Client<'a> {
        let agent = Agent::config_builder().http_status_as_error(false).build().into();
        Client { agent, graphql: app.url("/graphql"), seed: app.url("/seed"), token, slowest }
    }

    /// The data of an answer; none once the line is broken.
    fn ask(&self, query: &str, variables: &Value) -> Option<Value> {
        let begun = Instant::now();
        let request = self.agent.post(&self.graphql).header("Authorization", format!("Bearer {}", self.token));
        let answer: Result<Value, _> = request
            .send_json(json!({ "query": query, "variables": variables }))
            .and_then(|mut answer| answer.body_mut().read_json());
        // One that still waited when the line broke had waited so long.
        self.slowest.fetch_max(begun.elapsed().as_micros() as u64, Ordering::Relaxed);
        let mut answer = answer.ok()?;
        assert!(answer.get("errors").is_none(), "{answer:#}");
        Some(answer["data"].take())
    }

    /// Writes one project over and over, and deletes it in between. `last` is the last step that was acknowledged.
    fn write(&self, code: &str, last: &AtomicU64) {
        for step in last.load(Ordering::Relaxed) + 1.. {
            let answer = match title(step) {
                Some(title) => self.ask(UPSERT, &json!({ "code": code, "title": title })),
                None => self
                    .ask(ID, &json!({ "code": code }))
                    .and_then(|answer| self.ask(DELETE, &json!({ "id": answer["project"]["id"] }))),
            };
            let Some(answer) = answer else { return };
            assert!(answer["done"]["revision"].is_u64(), "{code}, step {step}: {answer}");
            last.store(step, Ordering::Relaxed);
        }
    }

    /// Reads every page of all projects again and again.
    fn scan(&self) {
        let mut after = Value::Null;
        while let Some(answer) = self.ask(PAGE, &json!({ "after": after })) {
            let page = &answer["projects"];
            assert!(page["totalCount"].is_u64() && page["nodes"].as_array().is_some_and(|nodes| nodes.len() <= 100), "{page}");
            after = if page["pageInfo"]["hasNextPage"] == true { page["pageInfo"]["endCursor"].clone() } else { Value::Null };
        }
    }

    /// Stores many records by one mutation, again and again. Answers how many were acknowledged.
    fn bulk(&self, prefix: &str) -> u64 {
        let mut acknowledged = 0;
        loop {
            let record = |number| json!({ "project": { "code": format!("{prefix}{number:06}"), "title": "En gros" } });
            let records: Vec<_> = (acknowledged..acknowledged + BULK).map(record).collect();
            let Some(answer) = self.ask(SEED, &json!({ "records": records })) else { return acknowledged };
            assert!(answer["done"]["revision"].is_u64(), "{answer}");
            acknowledged += BULK;
        }
    }

    /// Sends one long stream. Answers how many of its lines were acknowledged.
    fn stream(&self, prefix: &str) -> u64 {
        let record = |number| json!({ "project": { "code": format!("{prefix}{number:06}"), "title": "Lot ".repeat(30) } });
        let body: String = (0..20 * CHUNK).map(|number| record(number).to_string() + "\n").collect();
        let request = self.agent.post(&self.seed).header("Authorization", format!("Bearer {}", self.token));
        let Ok(mut answer) = request.header("Content-Type", "application/x-ndjson").send(body) else { return 0 };
        let lines = BufReader::new(answer.body_mut().as_reader()).lines().map_while(Result::ok);
        // The last line may be cut off.
        lines.filter(|line| line.contains("\"accepted\",") && line.ends_with('}')).count() as u64
    }
}

/// What a project is called after a step; none where the step deleted it.
fn title(step: u64) -> Option<String> {
    (step > 0 && !step.is_multiple_of(DELETES)).then(|| format!("Titre {step}"))
}

/// Records that come in lots of a size, each whole or not at all, and how many of them were acknowledged.
struct Lots {
    prefix: String,
    size: u64,
    acknowledged: u64,
}

impl Storm {
    /// Lets it rage over servers that are killed again and again, and looks each time at what is left.
    fn rage(&self) {
        let rounds: Option<u64> = std::env::var("FUNDGRAPH_TEST_KILLS").ok().map(|rounds| rounds.parse().expect("a number"));
        let (begun, mut chance, slowest) = (Instant::now(), Chance::new(), AtomicU64::new(0));
        let (mut written, mut streamed, mut killed, mut round) = (0, 0, 0, 0);
        let mut app = App::empty();
        let mut last: Vec<AtomicU64> = Vec::new();
        while rounds.map_or(round == 0 || begun.elapsed() < BUDGET, |rounds| round < rounds) {
            if round % GROWN == 0 {
                app = App::empty();
                last = (0..self.writers).map(|_| AtomicU64::new(0)).collect();
            }
            let before: u64 = steps(&last);
            let lots = self.round(&mut app, &last, &mut chance, &slowest, round);
            written += steps(&last) - before;
            killed += 1;

            let verified = fundgraph(["verify", "--data", app.data().to_str().unwrap()]);
            assert!(verified.status.success(), "round {round}: {}", String::from_utf8_lossy(&verified.stderr));
            if self.starts {
                killed_while_it_starts(&app, &mut chance);
                killed += 1;
            }
            app = app.started_by_hand();
            compare(&app, &last, round);
            for lot in &lots {
                let stored = count(&app, &lot.prefix);
                assert!(stored.is_multiple_of(lot.size), "round {round}: {stored} records in lots of {}", lot.size);
                assert!(stored >= lot.acknowledged, "round {round}: {stored} records of {} acknowledged", lot.acknowledged);
                streamed += stored;
            }
            round += 1;
        }
        let slowest = Duration::from_micros(slowest.into_inner());
        println!(
            "{round} rounds, {killed} kills: {written} acknowledged writes and {streamed} records of bulks and streams are there; \
             the slowest request took {slowest:?}"
        );
        assert!(rounds.is_none() || slowest < SLOWEST, "a request took {slowest:?}");
        assert!(written > 0, "no round wrote anything before its end");
    }

    /// What is asked of a server until it is killed: each writer notes what was acknowledged.
    fn round(&self, app: &mut App, last: &[AtomicU64], chance: &mut Chance, slowest: &AtomicU64, round: u64) -> Vec<Lots> {
        let token = app.token();
        let client = || Client::of(app, &token, slowest);
        let clients: Vec<_> = (0..self.writers + self.scanners + 2).map(|_| client()).collect();
        let long = round % GROWN == GROWN - 1;
        let delay = Duration::from_micros(chance.below(LONGEST_ROUND) + if long { LONG_ROUND } else { 0 });
        let before: Vec<_> = last.iter().map(|last| last.load(Ordering::Relaxed)).collect();
        std::thread::scope(|scope| {
            let mut clients = clients.iter();
            for ((number, last), client) in last.iter().enumerate().zip(clients.by_ref()) {
                scope.spawn(move || client.write(&format!("W.{number}"), last));
            }
            for client in clients.by_ref().take(self.scanners as usize) {
                scope.spawn(move || client.scan());
            }
            let (bulk, stream) = (format!("B{round}."), format!("S{round}."));
            let (bulks, streams) = (clients.next().unwrap(), clients.next().unwrap());
            let lots = [
                scope.spawn(move || Lots { size: BULK, acknowledged: bulks.bulk(&bulk), prefix: bulk }),
                scope.spawn(move || Lots { size: CHUNK, acknowledged: streams.stream(&stream), prefix: stream }),
            ];
            std::thread::sleep(delay);
            app.kill();
            let stuck = last.iter().zip(&before).filter(|(last, before)| last.load(Ordering::Relaxed) == **before).count();
            assert!(!long || stuck == 0, "round {round}: {stuck} writers got no answer in {delay:?}");
            lots.map(|lots| lots.join().unwrap()).into()
        })
    }
}

/// Starts a server, and ends it before it may have come to serve.
fn killed_while_it_starts(app: &App, chance: &mut Chance) {
    let mut starting = command();
    starting.args(["--no-seed", "--listen", "127.0.0.1:0", "--log", "warn", "--data"]).arg(app.data());
    let mut starting = starting.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_micros(chance.below(LONGEST_ROUND / 2)));
    starting.kill().unwrap();
    starting.wait().unwrap();
}

/// Each writer's project stands where its last acknowledged step left it. The next step may have been written and not been
/// acknowledged.
fn compare(app: &App, last: &[AtomicU64], round: u64) {
    let query = "{ projects(first: 100, filter: { code: { startsWith: \"W.\" } }) { nodes { code title } } }";
    let answer = app.ask(query);
    let nodes = answer["projects"]["nodes"].as_array().unwrap();
    let found: HashMap<_, _> =
        nodes.iter().map(|node| (node["code"].as_str().unwrap(), node["title"].as_str().unwrap())).collect();
    for (number, last) in last.iter().enumerate() {
        let (code, step) = (format!("W.{number}"), last.load(Ordering::Relaxed));
        let found = found.get(code.as_str()).copied();
        let step = [step, step + 1].into_iter().find(|step| title(*step).as_deref() == found);
        let step = step.unwrap_or_else(|| panic!("round {round}: {code} is {found:?}, acknowledged was step {last:?}"));
        last.store(step, Ordering::Relaxed);
    }
}

fn count(app: &App, prefix: &str) -> u64 {
    let query = format!("{{ projects(filter: {{ code: {{ startsWith: \"{prefix}\" }} }}) {{ totalCount }} }}");
    app.ask(&query)["projects"]["totalCount"].as_u64().unwrap()
}

fn steps(last: &[AtomicU64]) -> u64 {
    last.iter().map(|last| last.load(Ordering::Relaxed)).sum()
}

#[test]
fn after_a_kill_every_acknowledged_write_is_there_and_no_bulk_is_half() {
    Storm { writers: 4, scanners: 0, starts: false }.rage();
}

#[test]
fn thirty_two_writers_and_four_readers_lose_nothing_to_a_kill_while_starting_either() {
    Storm { writers: 32, scanners: 4, starts: true }.rage();
}
