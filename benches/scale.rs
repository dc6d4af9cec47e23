//! What it costs to ask and to write as the store grows: `cargo bench --bench scale`, or with the numbers of projects,
//! `cargo bench --bench scale -- 1000 100000 1000000`. In place of a number may stand the folder of a store that was filled so, or a
//! copy of it: it is written to. `fill FOLDER NUMBER` makes one, and `open FOLDER` only opens it.
//!
//! Each size has half as many news items as projects. All times are of a processor, not of the clock, so that they hold on a machine
//! that others use too; the sizes are asked in turn. A question differs from the one before in its values, never in its text. What has a
//! limit has it printed beside; those of the ratio hold for a million against a thousand.

#[allow(dead_code, reason = "each bench uses its part of the data")]
mod data;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use data::{Dice, all_busy, busy, most_resident, news_item, places, project, resident};
use fundgraph::access::Tokens;
use fundgraph::catalog::{Catalog, ChangeSet, Committed, Proposal};
use fundgraph::config::Limits;
use fundgraph::domain::{NodeKind, Record};
use fundgraph::graphql::{Asked, Caller, Engine, Guard, Preferred};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tokio::runtime::{Builder, Runtime};

/// How many records a commit of the bulk has.
const BULK: usize = 10_000;
/// How long each question is asked in a row, each time with other values, and how often each store has its turn. Some systems count a
/// thread's work in milliseconds, so the row is timed as a whole.
const ROW: Duration = Duration::from_millis(400);
const TURNS: usize = 5;
/// How much more a page may cost where there is most than where there is least.
const TWICE: &str = "at most 2";
/// How many single writes are timed together.
const WRITES: u64 = 400;

const PAGE: &str = "query($state: CountryCode!, $year: Int!, $since: DateTime!, $after: Cursor) { projects(first: 50, after: $after, filter: \
    { status: { eq: COMPLETED }, year: { gte: $year }, memberState: { ne: $state }, updatedAfter: $since }, orderBy: [{ field: BUDGET, direction: DESC }]) \
    { totalCount pageInfo { endCursor hasNextPage } nodes { code title year budget { amount } memberStates { code name } } } }";
const SEVERAL: &str = "query($state: CountryCode!, $year: Int!, $since: DateTime!) { projects(first: 50, filter: \
    { status: { eq: COMPLETED }, year: { gte: $year }, memberState: { ne: $state }, updatedAfter: $since }, orderBy: [{ field: YEAR, direction: DESC }, \
    { field: BUDGET, direction: DESC }]) { totalCount nodes { code title year budget { amount } memberStates { code name } } } }";
const STATE: &str = "query($state: CountryCode!) { memberState(code: $state) { name region { name } \
    projects(first: 20) { totalCount nodes { code title status year budget { amount } } } \
    news(first: 5) { totalCount nodes { title publishedOn { text } contacts { name } } } } }";
const STATE_BY_YEAR: &str = "query($state: CountryCode!) { memberState(code: $state) { name \
    projects(first: 20, orderBy: [{ field: YEAR, direction: DESC }]) { totalCount nodes { code title status year } } } }";
const RELATED: &str = "query($code: String!) { project(code: $code) { title relatedNews(first: 3) { edges { score node { title } } } \
    relatedProjects(first: 3) { edges { score node { title } } } } }";
const SEARCH: &str =
    "query($text: String!) { search(text: $text, first: 20) { totalCount edges { score node { __typename } } } }";
const FEW: &str = "query($state: CountryCode!, $year: Int!) { projects(filter: { memberState: { eq: $state }, year: { eq: $year } }) \
    { totals { projects budget { amount } } groups(by: [TYPE, STATUS]) { type { code } status totals { projects budget { amount } } } } }";
const ALL: &str = "{ projects { groups(by: [REGION, YEAR]) { region { code } year totals { projects budget { amount } } } } }";

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

struct House {
    projects: u64,
    catalog: Arc<Catalog>,
    engine: Engine,
    folder: PathBuf,
    /// The folder, where it was made here and goes with the house.
    made: Option<tempfile::TempDir>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [command, folder] = arguments.as_slice()
        && command == "open"
    {
        return open(Path::new(folder));
    }
    if let [command, folder, projects] = arguments.as_slice()
        && command == "fill"
    {
        return drop(fill(Path::new(folder), projects.parse().expect("a number of projects")));
    }
    let mut houses: Vec<String> = arguments.into_iter().filter(|argument| argument != "--bench").collect();
    if houses.is_empty() {
        houses = ["1000", "100000"].map(str::to_owned).into();
    }
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime for one thread");
    let house = |of: &String| of.parse().map_or_else(|_| House::of(Path::new(of)), House::fill);
    let houses: Vec<House> = houses.iter().map(house).collect();
    println!("\nµs of a processor for each question");
    print!("{:46}", "projects");
    houses.iter().for_each(|house| print!("{:>14}", house.projects));
    println!("{:>10}  limit", "ratio");
    let mut dice = Dice(1);
    let states = ["SN", "GE", "KE", "CO", "VN", "MA", "PE", "UA"];
    let mut values = move || (states[dice.below(8)], 2003 + dice.below(12) as i64, long_ago(dice.throw()));
    table(&houses, &runtime, "a filtered, ordered page of 50", TWICE, PAGE, |_| {
        let (state, year, since) = values();
        json!({ "state": state, "year": year, "since": since })
    });
    let mut dice = Dice(2);
    let mut values = move || (states[dice.below(8)], 2003 + dice.below(12) as i64, long_ago(dice.throw()));
    table(&houses, &runtime, "the same, ordered by year and budget", TWICE, SEVERAL, |_| {
        let (state, year, since) = values();
        json!({ "state": state, "year": year, "since": since })
    });
    // The most common states have a whole page of projects and news also where there is least.
    let mut dice = Dice(2);
    let mut common = move || json!({ "state": data::state(dice.below(8)).as_str() });
    table(&houses, &runtime, "a state, its projects and news", TWICE, STATE, |_| common());
    let mut dice = Dice(2);
    let mut common = move || json!({ "state": data::state(dice.below(8)).as_str() });
    table(&houses, &runtime, "a state's projects by year", "", STATE_BY_YEAR, |_| common());
    let mut dice = Dice(3);
    table(
        &houses,
        &runtime,
        "what relates to a project",
        "",
        RELATED,
        |house| json!({ "code": format!("RR.{:07}", dice.throw() % house.projects) }),
    );
    let mut dice = Dice(4);
    table(
        &houses,
        &runtime,
        "search, first 20",
        "",
        SEARCH,
        |_| json!({ "text": data::word(dice.rank(5_000) as u64, fundgraph::domain::Language::Fr) + " " }),
    );
    let mut dice = Dice(5);
    table(
        &houses,
        &runtime,
        "totals and groups of a state and year",
        "",
        FEW,
        |_| json!({ "state": states[dice.below(8)], "year": 2001 + dice.below(25) }),
    );
    let all = table(&houses, &runtime, "groups by region and year over all", "", ALL, |_| json!({}));
    let rate = |(house, time): (&House, &u64)| print!("{:>14.1}", house.projects as f64 * 1e3 / *time as f64);
    print!("{:46}", "the same in millions of rows a second");
    houses.iter().zip(&all).for_each(rate);
    println!("{:>10}  at least 50", "");
    pages(&houses, &runtime);
    println!();
    houses.iter().for_each(House::write_one);
    houses.iter().for_each(House::write_many);
    for house in houses {
        house.open_again();
    }
}

/// Asks a question of each house in turn, prints the median of each and how the last stands to the first, and hands the medians out.
fn table(
    houses: &[House],
    runtime: &Runtime,
    name: &str,
    limit: &str,
    query: &str,
    mut variables: impl FnMut(&House) -> Value,
) -> Vec<u64> {
    let mut times = vec![Vec::new(); houses.len()];
    for _ in 0..TURNS {
        for (house, times) in houses.iter().zip(&mut times) {
            times.push(house.row(runtime, query, || variables(house)));
        }
    }
    print!("{name:46}");
    let medians: Vec<u64> = times.iter_mut().map(|times| median(times)).collect();
    medians.iter().for_each(|median| print!("{:>14.1}", *median as f64 / 1e3));
    println!("{:>10.2}  {limit}", medians[medians.len() - 1] as f64 / medians[0].max(1) as f64);
    medians
}

/// A moment before all records, by which a filter differs from those that were met before.
fn long_ago(number: u64) -> String {
    let micros = 946_684_800_000_000 + (number % 1_000_000_000_000) as i64;
    Timestamp::from_microsecond(micros).expect("it is of the year 2000").to_string()
}

fn median(times: &mut [u64]) -> u64 {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Page 2,000, or the last one, against page 1, by cursor.
fn pages(houses: &[House], runtime: &Runtime) {
    for house in houses {
        let (mut first, mut late) = (Vec::new(), Vec::new());
        let variables = |after: &Value| json!({ "state": "SN", "year": 2001, "since": long_ago(0), "after": after });
        let mut after = Value::Null;
        let mut page = 1;
        while page < 2_000 {
            let answer = house.ask(runtime, PAGE, variables(&after));
            let info = &answer["projects"]["pageInfo"];
            if info["hasNextPage"] == false {
                break;
            }
            after = info["endCursor"].clone();
            page += 1;
        }
        for _ in 0..TURNS {
            first.push(house.row(runtime, PAGE, || variables(&Value::Null)));
            late.push(house.row(runtime, PAGE, || variables(&after)));
        }
        let (first, late) = (median(&mut first), median(&mut late));
        let ratio = late as f64 / first as f64;
        println!(
            "{:46}{:>14.1}{:>14.1}{ratio:>10.2}  at most 1.5",
            format!("page 1, page {page} of {}", house.projects),
            first as f64 / 1e3,
            late as f64 / 1e3
        );
    }
}

impl House {
    /// A catalog of so many projects, written by bulks.
    fn fill(projects: u64) -> House {
        let folder = tempfile::tempdir().expect("a folder for a while");
        let catalog = Arc::new(fill(folder.path(), projects));
        House::asked(projects, catalog, folder.path().to_owned(), Some(folder))
    }

    /// The catalog of a folder.
    fn of(folder: &Path) -> House {
        let catalog = Arc::new(Catalog::open(folder, Arc::new(Timestamp::now)).expect("the store opens"));
        let projects = catalog.snapshot().count(NodeKind::Project) as u64;
        House::asked(projects, catalog, folder.to_owned(), None)
    }

    fn asked(projects: u64, catalog: Arc<Catalog>, folder: PathBuf, made: Option<tempfile::TempDir>) -> House {
        // The limits are those of the service but for the cost, which this is about.
        // What it takes to write a row is to be seen.
        let limits = Limits { kept_rows: 0, ..Limits::default() };
        let tokens = Arc::new(Tokens::new(&folder, "the token of a bench").expect("the tokens can be read"));
        let engine = Engine::new(Arc::clone(&catalog), tokens, Guard::new(limits.clone(), true), limits);
        House { projects, catalog, engine, folder, made }
    }

    /// Asks a question many times, and says how long this thread worked for each answer, down to its text.
    fn row(&self, runtime: &Runtime, query: &str, mut variables: impl FnMut() -> Value) -> u64 {
        let (begun, start) = (Instant::now(), busy());
        let mut asked = 0;
        while begun.elapsed() < ROW {
            self.ask(runtime, query, variables());
            asked += 1;
        }
        (busy() - start) / asked
    }

    fn ask(&self, runtime: &Runtime, query: &str, variables: Value) -> Value {
        let variables: Map<String, Value> = variables.as_object().cloned().unwrap_or_default();
        let asked = Asked { query: query.into(), operation_name: None, variables };
        let checked = self.engine.check(asked).unwrap_or_else(|refusal| panic!("{:?}", refusal.errors));
        let answer = runtime.block_on(self.engine.execute(checked, Caller::Anonymous, Preferred(None)));
        assert!(answer.errors.is_empty(), "{:?}", answer.errors);
        let answer: Value = serde_json::from_str(&answer.json).expect("an answer is JSON");
        answer["data"].clone()
    }

    /// Projects written over one by one, each with other texts: what all threads worked for the next snapshot of each, and for it all
    /// until it was acknowledged. A dry run makes the next snapshot, which is settled once something derived is asked of it, and drops
    /// it, as a write drops the one before; what it leaves out is the store.
    fn write_one(&self) {
        // The first time round the thread that settles learns the words, as the writer's has.
        let [_, published, written] = [true, true, false].map(|dry_run| {
            let mut dice = Dice(6);
            let records: Vec<Record> = (1..=WRITES).map(|edition| project(dice.throw() % self.projects, edition)).collect();
            let start = all_busy();
            for record in records {
                let committed = propose(&self.catalog, vec![record], dry_run);
                if dry_run {
                    committed.snapshot.namesakes(None, &[]);
                }
            }
            (all_busy() - start) as f64 / WRITES as f64 / 1e3
        });
        println!(
            "one upsert into {}: {published:.0} µs of a processor to publish (at most 2000), {written:.0} µs with the store",
            self.projects
        );
    }

    /// A bulk of 100,000 records on top, in one commit.
    fn write_many(&self) {
        let records: Vec<Record> = (0..100_000).map(|number| project(10_000_000 + number, 0)).collect();
        let (start, before) = (Instant::now(), all_busy());
        commit(&self.catalog, records);
        let (wall, worked) = (start.elapsed().as_secs_f64(), (all_busy() - before) as f64 / 1e9);
        println!(
            "100,000 records into {} in one commit: {:.0} a second (at least 20000), {:.0} a second of a processor",
            self.projects,
            1e5 / wall,
            1e5 / worked
        );
    }

    /// The same store opened by another process.
    fn open_again(self) {
        let House { projects, catalog, engine, folder, made } = self;
        drop(engine);
        drop(catalog);
        let program = std::env::current_exe().expect("this program");
        // It was written when the catalog was closed, and is again at the end of the first.
        let checkpoint = folder.join("checkpoint");
        for without in [true, false] {
            if without {
                std::fs::remove_file(&checkpoint).expect("a closed catalog has a checkpoint");
            }
            print!("{projects} opened {}: ", if without { "without a checkpoint" } else { "with one" });
            std::io::stdout().flush().expect("there is somebody to tell");
            let status = Command::new(&program).arg("open").arg(&folder).status().expect("this program runs");
            assert!(status.success());
        }
        drop(made);
    }
}

/// Fills an empty folder with so many projects, and says what that took.
fn fill(folder: &Path, projects: u64) -> Catalog {
    let catalog = Catalog::open(folder, Arc::new(Timestamp::now)).expect("an empty store opens");
    commit(&catalog, places().collect());
    let numbers: Vec<u64> = (0..projects + projects / 2).collect();
    let (mut wall, mut worked) = (0.0, 0);
    for bulk in numbers.chunks(BULK) {
        let record = |number: &u64| if *number < projects { project(*number, 0) } else { news_item(number - projects) };
        let records: Vec<Record> = bulk.iter().map(record).collect();
        let (start, before) = (Instant::now(), all_busy());
        commit(&catalog, records);
        wall += start.elapsed().as_secs_f64();
        worked += all_busy() - before;
    }
    let records = numbers.len() as f64;
    println!(
        "{projects} projects: {:.0} records a second, {:.0} a second of a processor; {} MB in memory",
        records / wall,
        records / (worked as f64 / 1e9),
        resident().unwrap_or_default() >> 20
    );
    catalog
}

/// Opens a store, and says what that took.
fn open(folder: &Path) {
    let (start, before) = (Instant::now(), all_busy());
    let catalog = Catalog::open(folder, Arc::new(Timestamp::now)).expect("the store opens");
    let worked = (all_busy() - before) as f64 / 1e9;
    println!(
        "{:.1} s, {worked:.1} s of a processor (at most 15); {} MB in memory (at most 1500), {} MB on the way; revision {}",
        start.elapsed().as_secs_f64(),
        resident().unwrap_or_default() >> 20,
        most_resident().unwrap_or_default() >> 20,
        catalog.snapshot().revision()
    );
}

fn commit(catalog: &Catalog, records: Vec<Record>) {
    propose(catalog, records, false);
}

fn propose(catalog: &Catalog, records: Vec<Record>, dry_run: bool) -> Committed {
    let propose = move |_: &fundgraph::catalog::View<'_>| {
        let mut change_set = ChangeSet::default();
        records.into_iter().for_each(|record| change_set.put(record));
        change_set
    };
    let proposal = Proposal::new("bench", propose).dry_run(dry_run);
    catalog.commit_blocking(proposal).expect("what is made up can be stored")
}
