//! How fast words are indexed and found, and in how much memory: `cargo bench --bench search`.
//!
//! The records are made up and the same each time: two projects to one news item, each in one of three languages with a text of
//! 1.2 KB, their words skewed as those of real texts are. `DOCUMENTS` says how many there are; the default is 100,000.

#[allow(dead_code, reason = "each bench uses its part of the data")]
mod data;

use std::cmp::Ordering;
use std::sync::{Arc, LazyLock};

use data::{Dice, TEXT, WORDS, busy, resident, text, word};
use divan::{Bencher, black_box};
use fundgraph::catalog::{Numbering, Replacement, SearchIndex, SearchQuery, document};
use fundgraph::domain::{CountryCode, Language, Localized, NewsItem, NewsText, NodeId, NodeKind, Project, ProjectText, Record};

fn main() {
    let documents = setting("DOCUMENTS", 100_000);
    LazyLock::force(&WORDS);
    let start = busy();
    (0..documents).for_each(|number| drop(black_box(record(number, 0))));
    let making = busy() - start;
    let (before, start) = (resident(), busy());
    LazyLock::force(&INDEX);
    println!("{documents} documents take {} ns each to index", (busy() - start).saturating_sub(making) / documents);
    if let Some(bytes) = before.zip(resident()).map(|(before, after)| after.saturating_sub(before)) {
        println!("{documents} documents take {} bytes each", bytes / documents as usize);
    }
    divan::main();
}

static INDEX: LazyLock<SearchIndex> = LazyLock::new(|| {
    let documents = setting("DOCUMENTS", 100_000);
    // In the order of their numbers, as the catalog opens them: all projects, then all news.
    let (projects, news) = ((0..documents).filter(|number| number % 3 < 2), (0..documents).filter(|number| number % 3 == 2));
    SearchIndex::of(projects.chain(news).map(|number| (numbered(number), record(number, 0))))
});

/// The number of a record: two of three are projects.
fn numbered(number: u64) -> u32 {
    match number % 3 {
        2 => document(NodeKind::NewsItem, (number / 3) as u32),
        rest => document(NodeKind::Project, (number / 3 * 2 + rest) as u32),
    }
}

/// Numbers by key and keys by number.
struct Keys;

impl Numbering for Keys {
    fn document(&self, id: &NodeId) -> Option<u32> {
        Some(document(id.kind, id.key.rsplit(['.', '-']).next()?.parse().ok()?))
    }

    fn id(&self, document: u32) -> NodeId {
        match document >> 29 {
            0 => NodeId::new(NodeKind::Project, format!("RR.{document:07}")),
            _ => NodeId::new(NodeKind::NewsItem, format!("nouvelle-{:07}", document & 0x1fff_ffff)),
        }
    }

    fn compare(&self, document: u32, id: &NodeId) -> Ordering {
        Some(document).cmp(&self.document(id))
    }
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

fn record(number: u64, edition: u64) -> Record {
    let mut dice = Dice(number << 8 | edition);
    let language = [Language::Fr, Language::Fr, Language::En, Language::Es][dice.below(4)];
    let (title, text) = (text(&mut dice, language, 60), text(&mut dice, language, TEXT));
    let row = numbered(number) & 0x1fff_ffff;
    let states = [["GE", "KE", "GT", "MU"][dice.below(4)], "SN"].map(|code| code.parse::<CountryCode>().ok());
    let member_states = states.into_iter().take(1 + dice.below(2)).flatten().collect();
    if number % 3 == 2 {
        let texts = Localized::one(language, NewsText { title, body: text });
        return Record::from(NewsItem { texts, member_states, ..NewsItem::new(format!("nouvelle-{row:07}")) });
    }
    Record::from(Project {
        prima_id: Some(format!("GE10P{number:07}")),
        texts: Localized::one(language, ProjectText { title, description: Some(text) }),
        member_states,
        ..Project::new(format!("RR.{row:07}"))
    })
}

/// Questions with as many hits as their words are common, each answered with its first page of twenty.
#[divan::bench(args = ["code", "rare", "middling", "common", "most common", "common and rare", "common and common", "beginning", "broad beginning", "slip", "some"])]
fn ask(bencher: Bencher<'_, '_>, question: &str) {
    let of = |rank| word(rank, Language::Fr);
    let text = match question {
        "code" => "rr.0000147 ".to_owned(),
        "rare" => format!("{} ", of(50_000)),
        "middling" => format!("{} ", of(500)),
        "common" => format!("{} ", of(20)),
        "most common" => format!("{} ", of(1)),
        "common and rare" => format!("{} {} ", of(2), of(5_000)),
        "common and common" => format!("{} {} ", of(1), of(3)),
        "beginning" => of(200).chars().take(6).collect(),
        "broad beginning" => "mi".to_owned(),
        "some" => format!("{} {} zzzzzzzz ", of(40), of(60)),
        _ => format!("x{} ", of(500)),
    };
    let index = &*INDEX;
    let hits = index.search(&SearchQuery { text: &text, kinds: &[], language: None }, None);
    println!("{question}: “{text}” has {} hits{}", hits.total(), if hits.is_partial() { ", partial" } else { "" });
    bencher.bench(|| {
        index.search(&SearchQuery { text: black_box(&text), kinds: &[], language: None }, None).page(&Keys, None, 20)
    });
}

/// As [`replace_one`], but only a state of the record is another, as in most writes.
#[divan::bench]
fn replace_state(bencher: Bencher<'_, '_>) {
    let index = &*INDEX;
    let mut dice = Dice(2);
    let inputs = || record(dice.throw() % setting("DOCUMENTS", 100_000) / 3 * 3, 0);
    bencher.with_inputs(inputs).bench_local_values(|before| {
        let mut after = before.clone();
        if let Record::Project(project) = &mut after {
            Arc::make_mut(project).member_states = vec!["FR".parse::<CountryCode>().expect("France has this code")];
        }
        let mut next = index.clone();
        let document = Keys.document(&before.id()).expect("it is numbered by its key");
        next.replace_all(&[Replacement { document, before: Some(before), after: Some(after) }]);
        next
    });
}

/// A record replaced in a copy of the index by one with another text: what a single write costs while readers hold the revision
/// before. The copy before it is dropped, as a revision is that nobody reads any more.
#[divan::bench]
fn replace_one(bencher: Bencher<'_, '_>) {
    let mut index = INDEX.clone();
    let mut dice = Dice(1);
    let mut edition = 0;
    let inputs = move || {
        let number = dice.throw() % setting("DOCUMENTS", 100_000);
        (number, record(number, 0))
    };
    let mut replaced = std::collections::HashMap::new();
    bencher.with_inputs(inputs).bench_local_values(|(number, first)| {
        edition += 1;
        let before = replaced.remove(&number).unwrap_or(first);
        let after = record(number, edition);
        let mut next = index.clone();
        replaced.insert(number, after.clone());
        next.replace_all(&[Replacement { document: numbered(number), before: Some(before), after: Some(after) }]);
        index = next;
    });
}
