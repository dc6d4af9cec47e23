//! How fast words are indexed and found: `cargo bench --bench search`.
//!
//! The data are made up and the same each time: projects in one of three languages, their words skewed as those of real texts
//! are. `DOCUMENTS` and `WORDS` say how many there are and how long their texts; the defaults are 50,000 and 60.

use std::sync::LazyLock;
use std::time::Instant;

use divan::{Bencher, black_box};
use fundgraph::catalog::{Numbering, SearchIndex, SearchQuery, document};
use fundgraph::domain::{Language, Localized, NodeId, NodeKind, Project, ProjectText, Record};

fn main() {
    let documents = RECORDS.len();
    let (before, start) = (resident(), Instant::now());
    LazyLock::force(&INDEX);
    println!("{documents} documents take {} ns each", start.elapsed().as_nanos() / documents as u128);
    if let Some(bytes) = before.zip(resident()).map(|(before, after)| after.saturating_sub(before)) {
        println!("{documents} documents take {} bytes each", bytes / documents);
    }
    divan::main();
}

/// The bytes that the process holds in memory, where the system says.
fn resident() -> Option<usize> {
    let pages: usize = std::fs::read_to_string("/proc/self/statm").ok()?.split(' ').nth(1)?.parse().ok()?;
    Some(pages * 4096)
}

static RECORDS: LazyLock<Vec<Record>> =
    LazyLock::new(|| (0..setting("DOCUMENTS", 50_000)).map(|number| project(number, 0)).collect());

static INDEX: LazyLock<SearchIndex> = LazyLock::new(|| SearchIndex::of((0..).zip(RECORDS.iter())));

/// Projects are numbered in the order of their codes.
struct Codes;

impl Numbering for Codes {
    fn document(&self, id: &NodeId) -> Option<u32> {
        id.key.strip_prefix("RR.")?.parse().ok().map(|row| document(NodeKind::Project, row))
    }

    fn id(&self, document: u32) -> NodeId {
        NodeId::new(NodeKind::Project, format!("RR.{document:07}"))
    }
}

/// Words that say nothing by themselves: four of ten words of a text.
const COMMON: [[&str; 8]; 3] = [
    ["de", "la", "les", "des", "dans", "pour", "et", "l’"],
    ["of", "the", "and", "to", "in", "for", "with", "their"],
    ["de", "la", "los", "las", "en", "para", "y", "del"],
];

/// Endings that the stemmers know, and the syllables before them.
const ENDINGS: [[&str; 4]; 3] =
    [["ation", "er", "ement", "ités"], ["ing", "ed", "ness", "ies"], ["ación", "ar", "amiento", "idades"]];
const SYLLABLES: [&str; 20] = [
    "mi", "gra", "ré", "in", "té", "ca", "for", "so", "na", "lo", "ver", "du", "pla", "con", "ba", "per", "tra", "vi", "mu",
    "se",
];

/// How many words each language has.
const VOCABULARY: f64 = 60_000.0;

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

    /// The rank of a word: the first are by far the most common.
    fn rank(&mut self) -> u64 {
        let even = (self.throw() >> 11) as f64 / (1_u64 << 53) as f64;
        VOCABULARY.powf(even) as u64
    }
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// The word of a rank.
fn word(rank: u64, language: Language) -> String {
    let mut dice = Dice(rank * 3 + language as u64);
    let syllables: String = (0..2 + dice.below(2)).map(|_| SYLLABLES[dice.below(20)]).collect();
    format!("{syllables}{}", ENDINGS[language as usize][dice.below(4)])
}

fn text(dice: &mut Dice, language: Language, words: u64) -> String {
    let mut text = String::new();
    for _ in 0..words {
        if dice.below(10) < 4 {
            text.push_str(COMMON[language as usize][dice.below(8)]);
        } else {
            text.push_str(&word(dice.rank(), language));
        }
        text.push(if dice.below(12) == 0 { ',' } else { ' ' });
    }
    text
}

fn project(number: u64, edition: u64) -> Record {
    let mut dice = Dice(number << 8 | edition);
    let language = [Language::Fr, Language::Fr, Language::En, Language::Es][dice.below(4)];
    let title = text(&mut dice, language, 8);
    let description = Some(text(&mut dice, language, setting("WORDS", 60)));
    Record::Project(Project {
        prima_id: Some(format!("GE10P{number:07}")),
        texts: Localized::one(language, ProjectText { title, description }),
        ..Project::new(format!("RR.{number:07}"))
    })
}

/// Questions with as many hits as their words are common, each answered with its first page of twenty.
#[divan::bench(args = ["code", "rare", "middling", "common", "common and rare", "common and common", "beginning", "slip"])]
fn ask(bencher: Bencher<'_, '_>, question: &str) {
    let of = |rank| word(rank, Language::Fr);
    let text = match question {
        "code" => "rr.0000147 ".to_owned(),
        "rare" => format!("{} ", of(50_000)),
        "middling" => format!("{} ", of(500)),
        "common" => format!("{} ", of(2)),
        "common and rare" => format!("{} {} ", of(2), of(5_000)),
        "common and common" => format!("{} {} ", of(2), of(3)),
        "beginning" => of(200).chars().take(5).collect(),
        _ => format!("x{} ", of(500)),
    };
    let index = &*INDEX;
    let hits = index.search(&SearchQuery { text: &text, kinds: &[], language: None });
    println!("{question}: “{text}” has {} hits{}", hits.total(), if hits.is_partial() { ", partial" } else { "" });
    bencher.bench(|| index.search(&SearchQuery { text: black_box(&text), kinds: &[], language: None }).page(&Codes, None, 20));
}

/// A record replaced in a copy of the index: what a single write costs while readers hold the revision before.
#[divan::bench]
fn replace_one(bencher: Bencher<'_, '_>) {
    let index = &*INDEX;
    let mut dice = Dice(1);
    let inputs = || {
        let number = dice.below(RECORDS.len() as u64);
        (index.clone(), number, &RECORDS[number], project(number as u64, 1))
    };
    bencher.with_inputs(inputs).bench_local_values(|(mut copy, number, before, after)| {
        copy.remove(number as u32, before);
        copy.put(number as u32, &after);
        copy
    });
}
