//! Where the time of an answer goes, within the process: `cargo bench --bench answer`, or with the number of projects,
//! `cargo bench --bench answer -- 100000`.
//!
//! The questions are those of the bench over HTTP. All times are of a processor, not of the clock.

#[allow(dead_code, reason = "each bench uses its part of the data")]
mod data;
#[allow(dead_code, reason = "each bench asks its part of the questions")]
#[path = "http/questions.rs"]
mod questions;
#[allow(dead_code, reason = "each bench uses its part of the store")]
#[path = "http/store.rs"]
mod store;

use std::hint::black_box;
use std::time::Duration;

use data::busy;
use fundgraph::config::Limits;
use fundgraph::graphql::{Asked, Caller, Engine, Guard, Preferred};
use futures_util::FutureExt;
use questions::{Again, GROUPS, QUESTIONS, SEARCH};
use store::Store;

/// How long each step is repeated. Some systems count a thread's work in milliseconds.
const LONG: Duration = Duration::from_millis(400);
/// How many requests are gone round in.
const REQUESTS: usize = 5_000;

fn main() {
    let projects = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(10_000);
    let folder = tempfile::tempdir().expect("a folder for a while");
    let store = Store::fill(folder.path(), projects);
    println!("µs of a processor, {projects} projects\n");
    println!("{:40}{:>10}{:>10}{:>10}{:>10}{:>10}", "", "known", "read", "new", "plan", "library");
    for question in QUESTIONS.into_iter().chain([SEARCH, GROUPS]) {
        let [asked, new]: [Vec<Asked>; 2] =
            [Again::OtherVariables, Again::NewText].map(|again| requests(&question.bodies(again, projects)).collect());
        let text = |asked: &Asked| asked.query.plain().expect("a query is a text").into_owned();
        let guard = Guard::new(Limits::default(), true);
        let known = row(&asked, |asked| drop(black_box(guard.check(asked.clone()))));
        let read = row(&new, |asked| drop(black_box(guard.validate(&text(asked)))));
        let mut spaces = 0;
        let fresh = row(&new, |asked| {
            spaces += 1;
            let query = format!("{} #{spaces}", text(asked)).into();
            assert!(guard.check(black_box(Asked { query, ..asked.clone() })).is_ok());
        });
        let copied = row(&asked, |asked| drop(black_box(asked.clone())));
        let answer = |engine: &Engine| {
            let checked = row(&asked, |asked| drop(black_box(engine.check(asked.clone()))));
            row(&asked, |asked| {
                let checked = engine.check(asked.clone()).expect("the question is valid");
                let answer = engine.execute(checked, Caller::Anonymous, Preferred(None)).now_or_never();
                assert!(black_box(answer).is_some_and(|answer| answer.errors.is_empty()));
            }) - checked
        };
        let [plan, library] = [&store.planned, &store.engine].map(answer);
        print!("{:40}", question.name);
        [known - copied, read, fresh - copied, plan, library].into_iter().for_each(|time| print!("{time:>10.1}"));
        println!();
    }
}

/// What bodies ask, each with a number of its own where it has a place for one.
fn requests(bodies: &[String]) -> impl Iterator<Item = Asked> {
    bodies.iter().take(REQUESTS).enumerate().map(|(number, body)| {
        let mut body: serde_json::Value =
            serde_json::from_str(&body.replace("@@", &number.to_string())).expect("a body is JSON");
        let query = body["query"].as_str().expect("a body has a query").into();
        let variables = body["variables"].as_object_mut().map(std::mem::take).unwrap_or_default();
        Asked { query, operation_name: None, variables }
    })
}

/// The microseconds that a step takes with each of some requests.
fn row(asked: &[Asked], mut step: impl FnMut(&Asked)) -> f64 {
    asked.iter().for_each(&mut step);
    let (start, mut steps) = (busy(), 0_u32);
    while busy() - start < LONG.as_nanos() as u64 {
        asked.iter().take(500).for_each(&mut step);
        steps += 500;
    }
    (busy() - start) as f64 / 1e3 / f64::from(steps)
}
