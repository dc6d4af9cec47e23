//! What relations cost, whatever the size of the store: `cargo bench --bench relations`.
//!
//! The data are made up and the same each time: projects and half as many news items, in one of three languages, of 1.2 KB each;
//! states, places and words are skewed as those of real texts are. `PROJECTS` says how many projects there are at most; the
//! default is 100,000, and 1,000,000 take a minute to make.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};
use std::time::{Duration, Instant};

use divan::{Bencher, black_box};
use fundgraph::catalog::{Keys, RelatedPlace, RelationIndex, Replacement};
use fundgraph::domain::{
    CountryCode, Language, Localized, NewsItem, NewsText, NodeKind, Project, ProjectText, ProjectType, Record,
};

fn main() {
    for size in SIZES.into_iter().filter(|size| *size <= *MOST) {
        world(size);
    }
    divan::main();
}

/// How many projects there are.
const SIZES: [u32; 3] = [1_000, 100_000, 1_000_000];
static MOST: LazyLock<u32> =
    LazyLock::new(|| std::env::var("PROJECTS").ok().and_then(|value| value.parse().ok()).unwrap_or(100_000));

/// The index of so many projects, and the keys of the records.
struct World {
    index: RelationIndex,
    size: u32,
    projects: Vec<String>,
    news: Vec<String>,
    /// The rows by key, for the projects that texts name.
    rows: HashMap<String, u32>,
}

impl Keys for World {
    fn key(&self, kind: NodeKind, row: u32) -> &str {
        let keys = if kind == NodeKind::Project { &self.projects } else { &self.news };
        &keys[row as usize]
    }

    fn row(&self, kind: NodeKind, key: &str) -> Option<u32> {
        self.rows.get(key).copied().filter(|_| kind == NodeKind::Project)
    }
}

fn world(size: u32) -> &'static World {
    static WORLDS: [OnceLock<World>; 3] = [const { OnceLock::new() }; 3];
    let at = SIZES.iter().position(|known| *known == size).expect("it is one of the sizes");
    WORLDS[at].get_or_init(|| {
        let projects: Vec<String> = (0..size).map(code).collect();
        let rows = projects.iter().cloned().zip(0..).collect();
        let (before, start) = (resident(), on_cpu());
        let mut making = Duration::ZERO;
        // Records are made some at a time, so that they take little memory and the time that it takes can be told apart.
        let mut made = |first: u32, is_project: bool| {
            let (start, make) = (on_cpu(), if is_project { project } else { news });
            let last = if is_project { size } else { size / 2 };
            let records: Vec<_> = (first..last.min(first + TOGETHER)).map(|row| (row, make(row, size, 0))).collect();
            making += on_cpu() - start;
            records
        };
        let firsts = |count: u32| (0..count).step_by(TOGETHER as usize);
        let all = firsts(size).map(|first| (first, true)).chain(firsts(size / 2).map(|first| (first, false)));
        let index = RelationIndex::of(all.flat_map(|(first, is_project)| made(first, is_project)));
        let (records, took) = (u128::from(size + size / 2), on_cpu() - start - making);
        println!("{records} records take {} ns each on a core to index", took.as_nanos() / records);
        if let Some(bytes) = before.zip(resident()).map(|(before, after)| after.saturating_sub(before)) {
            println!("{records} records take {} bytes each", bytes as u128 / records);
        }
        World { index, size, projects, news: (0..size / 2).map(slug).collect(), rows }
    })
}

/// How many records are made at once.
const TOGETHER: u32 = 1_000;

/// How long this thread has run: others may share the core. Where the system does not say, how long the program has.
fn on_cpu() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = schedule.and_then(|line| line.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

/// The bytes that the process holds in memory, where the system says.
fn resident() -> Option<usize> {
    let pages: usize = std::fs::read_to_string("/proc/self/statm").ok()?.split(' ').nth(1)?.parse().ok()?;
    Some(pages * 4096)
}

// --- records ---

/// Words that say nothing by themselves: four of ten words of a text.
const COMMON: [[&str; 8]; 3] = [
    ["de", "la", "les", "des", "dans", "pour", "et", "avec"],
    ["of", "the", "and", "to", "in", "for", "with", "their"],
    ["de", "la", "los", "las", "en", "para", "con", "del"],
];

/// Endings that the stemmers know, and the syllables before them.
const ENDINGS: [[&str; 4]; 3] =
    [["ation", "er", "ement", "ités"], ["ing", "ed", "ness", "ies"], ["ación", "ar", "amiento", "idades"]];
const SYLLABLES: [&str; 20] = [
    "mi", "gra", "ré", "in", "té", "ca", "for", "so", "na", "lo", "ver", "du", "pla", "con", "ba", "per", "tra", "vi", "mu",
    "se",
];

/// How many words each language has, how many states there are, how many places each, and how many contacts.
const VOCABULARY: f64 = 60_000.0;
const STATES: f64 = 200.0;
const PLACES: f64 = 300.0;
const CONTACTS: f64 = 5_000.0;

/// How many bytes a text has.
const BYTES: usize = 1_200;

/// Numbers that look thrown, the same each time (splitmix64).
struct Dice(u64);

impl Dice {
    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> usize {
        (self.throw() % bound) as usize
    }

    /// One of so many, of which the first are by far the most common.
    fn rank(&mut self, most: f64) -> u64 {
        let even = (self.throw() >> 11) as f64 / (1_u64 << 53) as f64;
        most.powf(even) as u64
    }
}

fn code(row: u32) -> String {
    format!("RR.{row:07}")
}

fn slug(row: u32) -> String {
    format!("nouvelle-{row:07}")
}

/// The word of a rank.
fn word(rank: u64, language: Language) -> String {
    let mut dice = Dice(rank * 3 + language as u64);
    let syllables: String = (0..2 + dice.below(2)).map(|_| SYLLABLES[dice.below(20)]).collect();
    format!("{syllables}{}", ENDINGS[language as usize][dice.below(4)])
}

/// A place of a state.
fn place(dice: &mut Dice, state: u64) -> String {
    let name = word(state * 1_000 + dice.rank(PLACES), Language::En);
    let (first, rest) = name.split_at(name.chars().next().map_or(0, char::len_utf8));
    first.to_uppercase() + rest
}

fn text(dice: &mut Dice, language: Language, state: u64, size: u32, bytes: usize) -> String {
    let mut text = String::new();
    while text.len() < bytes {
        match dice.below(100) {
            0..40 => text.push_str(COMMON[language as usize][dice.below(8)]),
            40..42 => text.extend(["de ", &place(dice, state)]),
            42 if dice.below(20) == 0 => text.push_str(&code(dice.below(size.into()) as u32)),
            _ => text.push_str(&word(dice.rank(VOCABULARY), language)),
        }
        text.push_str(match dice.below(12) {
            0 => ". ",
            1 => ", ",
            _ => " ",
        });
    }
    text
}

/// The states that a record names: mostly one, seldom ten.
fn states(dice: &mut Dice) -> (u64, Vec<CountryCode>) {
    static ALL: LazyLock<Vec<CountryCode>> = LazyLock::new(|| CountryCode::all().collect());
    let first = dice.rank(STATES);
    let more = [0, 0, 0, 0, 0, 0, 0, 1, 1, if dice.below(10) == 0 { 9 } else { 2 }][dice.below(10)];
    let mut ranks: Vec<u64> = vec![first];
    ranks.extend((0..more).map(|_| dice.rank(STATES)));
    ranks.sort_unstable();
    ranks.dedup();
    (first, ranks.into_iter().map(|rank| ALL[rank as usize]).collect())
}

fn language(dice: &mut Dice) -> Language {
    [Language::Fr, Language::Fr, Language::En, Language::Es][dice.below(4)]
}

fn project(row: u32, size: u32, edition: u64) -> Record {
    let mut dice = Dice(u64::from(row) << 8 | edition);
    let ((state, member_states), language) = (states(&mut dice), language(&mut dice));
    let title = text(&mut dice, language, state, size, 80);
    let description = Some(text(&mut dice, language, state, size, BYTES));
    let kind = format!("KIND_{}", dice.below(15));
    Record::from(Project {
        prima_id: Some(format!("GE10P{row:07}")),
        texts: Localized::one(language, ProjectText { title, description }),
        project_type: Some(ProjectType { code: kind.clone(), printed: kind }),
        member_states,
        ..Project::new(code(row))
    })
}

fn news(row: u32, size: u32, edition: u64) -> Record {
    let mut dice = Dice(u64::from(row) << 8 | 128 | edition);
    let ((state, member_states), language) = (states(&mut dice), language(&mut dice));
    let title = text(&mut dice, language, state, size, 80);
    let body = text(&mut dice, language, state, size, BYTES);
    Record::from(NewsItem {
        texts: Localized::one(language, NewsText { title, body }),
        place: Some(place(&mut dice, state)),
        contacts: vec![format!("contact-{}@iom.int", dice.rank(CONTACTS))],
        member_states,
        ..NewsItem::new(slug(row))
    })
}

// --- questions ---

/// Asks about projects from all over the store, one after the other.
fn ask(bencher: Bencher<'_, '_>, size: u32, question: impl Fn(&World, (u32, &Record)) + Sync) {
    if size > *MOST {
        return;
    }
    let world = world(size);
    let asked: Vec<(u32, Record)> = (0..100).map(|step| step * (size / 100)).map(|row| (row, project(row, size, 0))).collect();
    let mut next = 0;
    bencher
        .with_inputs(|| {
            next += 1;
            &asked[next % asked.len()]
        })
        .bench_local_values(|(row, record)| question(world, (*row, record)));
}

/// The first ten news items related to a project, and how many there are.
#[divan::bench(args = SIZES)]
fn related_news(bencher: Bencher<'_, '_>, size: u32) {
    ask(bencher, size, |world, project| {
        black_box(world.index.related(project, NodeKind::NewsItem, world, None, 10));
    });
}

/// The first ten projects related to a project, and how many there are.
#[divan::bench(args = SIZES)]
fn related_projects(bencher: Bencher<'_, '_>, size: u32) {
    ask(bencher, size, |world, project| {
        black_box(world.index.related(project, NodeKind::Project, world, None, 10));
    });
}

/// Ten news items from the middle of those that share only states, where no sign leads.
#[divan::bench(args = SIZES)]
fn related_by_state(bencher: Bencher<'_, '_>, size: u32) {
    let key = slug(size / 4);
    ask(bencher, size, |world, project| {
        let after = Some(RelatedPlace { score: 1.0, key: &key });
        black_box(world.index.related(project, NodeKind::NewsItem, world, after, 10));
    });
}

/// Why two projects are related.
#[divan::bench(args = SIZES)]
fn reasons(bencher: Bencher<'_, '_>, size: u32) {
    let other = project(1, size, 0);
    ask(bencher, size, |world, (_, project)| {
        black_box(world.index.reasons(project, &other));
    });
}

/// A project replaced in a copy of the index: what a single write costs while readers hold the revision before.
#[divan::bench(args = SIZES)]
fn replace_one(bencher: Bencher<'_, '_>, size: u32) {
    let after: Vec<Record> = (0..100).map(|step| project(step * (size / 100), size, 1)).collect();
    ask(bencher, size, |world, (row, before)| {
        let mut copy = world.index.clone();
        let after = &after[(row / (world.size / 100)) as usize];
        let replacement = Replacement { before: Some(before.clone()), ..Replacement::new(row, after) };
        copy.replace_all(&[replacement], world, world);
        black_box(copy);
    });
}
