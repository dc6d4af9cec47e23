//! What it costs to answer over HTTP, next to what none can do without: `cargo bench --bench http`, or with the number of
//! projects, `cargo bench --bench http -- 100000`. Needs Linux, two cores, and wrk (Debian: `apt install wrk`).
//!
//! The server runs on one core, the load from 64 connections on another. What counts is the time on a processor that the server's
//! process took, for itself and in the kernel, over the requests that it answered; times of the clock mean little on a machine that
//! others use too. **The limit** is a bare axum server of the same build that reads the same requests, and answers each with
//! the same bytes. It has its turn before each cell, and the ratio of the two holds on any machine.
//!
//! Before anything is timed, answers are compared with those of the schema's own executor.

#[allow(dead_code, reason = "each bench uses its part of the data")]
#[path = "../data/mod.rs"]
mod data;
mod load;
mod parts;
mod process;
mod questions;
#[allow(dead_code, reason = "each bench uses its part of the store")]
mod store;

use std::fs;
use std::path::Path;
use std::process::Command;

use load::Load;
use process::Process;
use questions::{Again, GROUPS, QUESTIONS, Question, SEARCH, UPSERT};
use store::Store;

/// How often each cell has its turn.
const ROUNDS: usize = 3;
/// How many connections the load has.
const CLIENTS: usize = 64;
/// How many answers of each cell are compared.
const COMPARED: usize = 50;
const TOKEN: &str = "the token of a bench over HTTP";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["limit", file] => parts::limit(Path::new(file)),
        ["bare-sled", folder] => parts::bare_sled(Path::new(folder)),
        _ => measure(arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(10_000)),
    }
}

/// A cell of the table: a question, asked again in one way.
struct Cell {
    again: Again,
    load: Load,
    /// Some answers, each with the body that it is the answer to.
    expected: Vec<(String, String)>,
    limit: Process,
    /// Microseconds of a processor for each request, in each round.
    limits: Vec<f64>,
    each: Vec<f64>,
}

fn measure(projects: u64) {
    let folder = tempfile::tempdir().expect("a folder for a while");
    let data = folder.path().join("data");
    let store = Store::fill(&data, projects);
    let cell = |question: &Question, again| Cell::new(folder.path(), &store, question, again, projects);
    let mut table: Vec<Vec<Cell>> =
        Again::ALL.map(|again| QUESTIONS.iter().map(|question| cell(question, again)).collect()).into();
    let mut others = [cell(&SEARCH, Again::OtherVariables), cell(&GROUPS, Again::NewText)];
    drop(store);

    let [copy, other_copy] = ["copy", "other copy"].map(|name| {
        let copy = folder.path().join(name);
        let copied = Command::new("cp").arg("-r").arg(&data).arg(&copy).status();
        assert!(copied.is_ok_and(|status| status.success()), "the data can be copied");
        copy
    });
    let server = Process::product(&data, TOKEN, &[]);
    // What is not to be kept is asked of one that has room for next to nothing: it looks up and lets go as any other does.
    let forgetful = Process::product(&copy, TOKEN, &["--kept-answers", "16384"]);
    let bare = Process::product(&other_copy, TOKEN, &["--kept-answers", "16384", "--kept-rows", "0"]);
    println!("{projects} projects: started in {} ms, {} MB in memory", server.start.as_millis(), server.resident());
    let of = |again| match again {
        Again::Same => &server,
        Again::OtherVariables | Again::NewText => &forgetful,
        Again::NothingKept => &bare,
    };
    for cell in table.iter().flatten().chain(&others) {
        cell.compare(&server);
        cell.compare(&forgetful);
        cell.compare(&bare);
    }
    for _ in 0..ROUNDS {
        table.iter_mut().flatten().chain(&mut others).for_each(|cell| cell.turn(of(cell.again)));
    }
    println!("after {ROUNDS} rounds {} MB in memory, {} MB where every text was new", server.resident(), forgetful.resident());

    println!("\nµs of a processor for each request: the limit, the server, their ratio");
    print!("{:32}", "");
    QUESTIONS.iter().for_each(|question| print!("{:^26}", question.name));
    for (again, cells) in Again::ALL.iter().zip(&mut table) {
        print!("\n{:32}", again.name());
        cells.iter_mut().for_each(Cell::print);
    }
    println!();
    for (question, cell) in [SEARCH, GROUPS].iter().zip(&mut others) {
        print!("{:40}", question.name);
        cell.print();
        println!();
    }

    table[1][1].alone(&forgetful);
    writes(folder.path(), &server, projects);
}

/// Upserts that are acknowledged once they are on disk, next to the same bytes into a bare sled.
fn writes(folder: &Path, server: &Process, projects: u64) {
    let bodies = UPSERT.bodies(Again::OtherVariables, projects);
    let answer = server.post(&bodies[0], Some(TOKEN));
    assert!(answer.contains(r#""errors":[]"#), "a project could not be written: {answer}");
    let load = Load::new(folder, UPSERT.name, &bodies, CLIENTS).bearing(TOKEN);
    let bare_folder = folder.join("bare");
    fs::create_dir(&bare_folder).expect("a folder can be made");
    let bare = Process::part("bare-sled", &bare_folder);
    let (mut rates, mut bare_rates, mut each) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        bare_rates.push(load.onto(&bare).rate());
        let served = load.onto(server);
        rates.push(served.rate());
        each.push(served.each);
    }
    println!(
        "durable upserts from {CLIENTS} clients: {:.0} a second, {:.0} µs of a processor each; a bare sled: {:.0} a second",
        median(&mut rates),
        median(&mut each),
        median(&mut bare_rates)
    );
}

impl Cell {
    fn new(folder: &Path, store: &Store, question: &Question, again: Again, projects: u64) -> Cell {
        let bodies = question.bodies(again, projects);
        let load = Load::new(folder, &format!("{} {}", question.name, again.name()), &bodies, CLIENTS);
        let some = bodies.iter().take(COMPARED).map(|body| body.replace("@@", "0"));
        let expected: Vec<(String, String)> = some.map(|body| (store.answer(&body), body)).collect();
        // Where answers differ, the limit gives one of the middle length.
        let mut answers: Vec<&String> = expected.iter().map(|(answer, _)| answer).collect();
        answers.sort_by_key(|answer| answer.len());
        let file = folder.join("answer");
        fs::write(&file, answers[answers.len() / 2]).expect("an answer can be written down");
        let limit = Process::part("limit", &file);
        Cell { again, load, expected, limit, limits: Vec::new(), each: Vec::new() }
    }

    /// Holds the server's answers against the expected ones.
    fn compare(&self, server: &Process) {
        for (expected, body) in &self.expected {
            // The second time it may be kept.
            for _ in 0..2 {
                assert_eq!(&server.post(body, None), expected, "{body}");
            }
        }
    }

    fn turn(&mut self, server: &Process) {
        self.limits.push(self.load.onto(&self.limit).each);
        self.each.push(self.load.onto(server).each);
    }

    /// How long one client alone waits, next to how long it waits for the limit: on a machine that is shared, some of that is waiting
    /// for a processor.
    fn alone(&self, server: &Process) {
        let load = self.load.clone().alone();
        let mut waits: [Vec<f64>; 4] = Default::default();
        for _ in 0..ROUNDS {
            let (limit, served) = (load.onto(&self.limit), load.onto(server));
            let wait = [served.p50, served.p99, limit.p50, limit.p99];
            waits.iter_mut().zip(wait).for_each(|(waits, wait)| waits.push(wait as f64));
        }
        let [p50, p99, limit_p50, limit_p99] = waits.each_mut().map(|waits| median(waits));
        println!(
            "one client alone, nested, other variables: p50 {p50} µs, p99 {p99} µs of the clock; the limit: {limit_p50} and {limit_p99}"
        );
    }

    fn print(&mut self) {
        let mut ratios: Vec<f64> = self.each.iter().zip(&self.limits).map(|(each, limit)| each / limit).collect();
        print!("{:8.1}{:9.1}{:6.2} × ", median(&mut self.limits), median(&mut self.each), median(&mut ratios));
    }
}

fn median(numbers: &mut [f64]) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}
