//! The index against a plain scan over the records: the same answers, however the records came to be.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::SearchQuery;
use super::super::analysis::{Shelf, Term, is_stop_word, stem, tokens};
use super::super::postings::Weight;
use super::super::weigh::Weigher;
use super::records::{Indexed, index_at_once, news, of_states, project};
use super::slip::one_slip;
use crate::domain::{Language, NodeId, Record};

/// The words of a record in order, and how much each says.
pub(in crate::catalog::search) fn weighed(record: &Record) -> Vec<(Term, Weight)> {
    let mut weigher = Weigher::default();
    let said = weigher.weigh(None, Some(record));
    let weights: BTreeMap<u32, Weight> = said.filter_map(|(word, _, weight)| Some((word, weight?))).collect();
    let shelves = Language::ALL.map(Some).into_iter().chain([None]).zip(weigher.words(weights.keys().copied()));
    shelves
        .flat_map(|(shelf, words)| words.into_iter().map(move |(word, number)| (Term { shelf, word }, number)))
        .map(|(term, number)| (term, weights[&number]))
        .collect()
}

/// Every record with all asked words and its score, worked out record by record. It knows plain words only: the stories beside
/// this file tell of compounds and codes.
fn scan(records: &BTreeMap<NodeId, Record>, text: &str, language: Option<Language>) -> BTreeMap<NodeId, f32> {
    let languages = language.map_or(Language::ALL.to_vec(), |language| vec![language]);
    let mut words: Vec<(Term, bool)> = Vec::new();
    for token in tokens(text) {
        let word = Term::exact(&text[token.start..token.end]);
        if words.iter().all(|(other, _)| *other != word) {
            words.push((word, token.end == text.len()));
        }
    }
    let is_stop = |word: &Term| languages.iter().any(|language| is_stop_word(&word.word, *language));
    if words.iter().any(|(word, _)| !is_stop(word)) {
        words.retain(|(word, _)| !is_stop(word));
    }
    let mut scores: BTreeMap<NodeId, f32> = records.keys().map(|id| (id.clone(), 0.0)).collect();
    for (word, last) in &words {
        let wanted = |shelf: Shelf| shelf.is_none_or(|of| languages.contains(&of) && !is_stop_word(&word.word, of));
        let is_form = |term: &Term, of: &Term| match term.shelf {
            Some(language) => stem(&term.word, language) == stem(&of.word, language),
            None => term.word == of.word,
        };
        let fit = |term: &Term| match term {
            term if !wanted(term.shelf) => 0.0,
            term if is_form(term, word) => 1.0,
            term if *last && word.word.len() > 1 && term.word.starts_with(word.word.as_str()) => 0.5,
            _ => 0.0,
        };
        let weighed: BTreeMap<&NodeId, Vec<(Term, Weight)>> =
            records.iter().map(|(id, record)| (id, weighed(record))).collect();
        let printed: BTreeSet<&Term> = weighed.values().flatten().map(|(term, _)| term).collect();
        let slips = word.word.len() >= 5 && !word.word.contains('2') && printed.iter().all(|term| fit(term) == 0.0);
        let is_slip = |term: &Term| {
            let meant = |other: &&Term| other.shelf == term.shelf && one_slip(&other.word, &word.word) && is_form(term, other);
            wanted(term.shelf) && printed.iter().copied().any(|other| meant(&other))
        };
        let fit = |term: &Term| if slips && is_slip(term) { 0.5 } else { fit(term) };
        let fitting = |id: &NodeId| weighed[id].iter().filter(|(term, _)| fit(term) > 0.0);
        let count: usize = records.keys().map(|id| fitting(id).count()).sum();
        let count = (count as f32).min(records.len() as f32);
        let rarity = (1.0 + (records.len() as f32 - count + 0.5) / (count + 0.5)).ln();
        scores.retain(|id, score| {
            let mut shelves: BTreeMap<_, f32> = BTreeMap::new();
            for (term, weight) in fitting(id) {
                *shelves.entry(term.shelf).or_default() += weight.eighths() as f32 / 8.0 * fit(term);
            }
            let best = shelves.into_values().fold(0.0, f32::max);
            *score += rarity * best / (best + 2.0);
            best > 0.0
        });
    }
    if words.is_empty() { BTreeMap::new() } else { scores }
}

fn word() -> impl Strategy<Value = &'static str> {
    let words = [
        "retour",
        "retours",
        "réintégration",
        "réintégrer",
        "emploi",
        "l’emploi",
        "santé",
        "sante",
        "de",
        "la",
        "migration",
        "migrations",
        "migrante",
        "health",
        "return",
        "returns",
        "nation",
        "nations",
        "2019",
        "the",
        "los",
        "Nino",
        "Georgia",
    ];
    prop::sample::select(words.to_vec())
}

fn text(words: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    prop::collection::vec(word(), words).prop_map(|words| words.join(" "))
}

pub(super) fn record() -> impl Strategy<Value = Record> {
    let language = prop::sample::select(Language::ALL.to_vec());
    let states = prop::sample::subsequence(vec!["GE", "KE", "SN"], 0..2);
    // One that comes often, so that records are put in the place of others that print it too.
    let body = prop_oneof![text(0..30), Just("le retour et la santé, le retour en 2019".to_owned())];
    (any::<bool>(), 0..12_u8, language, text(0..5), body, states).prop_map(
        |(is_news, number, language, title, body, states)| {
            let record = match is_news {
                true => news(&format!("zz{number}"), language, &title, &body),
                false => project(&format!("XX.{number}"), &[(language, &title, &body), (Language::Fr, &body, &title)]),
            };
            of_states(record, &states)
        },
    )
}

pub(super) fn query() -> impl Strategy<Value = String> {
    let beginning = prop::sample::select(vec!["", "", " ", "re", "mig", "2", "no"]);
    (text(0..4), beginning).prop_map(|(text, beginning)| format!("{text} {beginning}"))
}

proptest! {
    #[test]
    fn any_writes_leave_what_a_scan_finds(
        writes in prop::collection::vec((record(), 0..4_u8), 1..60),
        questions in prop::collection::vec((query(), prop::option::of(prop::sample::select(Language::ALL.to_vec()))), 8),
    ) {
        let mut index = Indexed::default();
        let mut records = BTreeMap::new();
        for (record, choice) in writes {
            let id = record.id();
            match (records.remove(&id), choice) {
                (Some(before), 0) => index.remove(&before),
                (Some(before), 1) => {
                    index.remove(&before);
                    index.put(&record);
                }
                (Some(before), _) => index.replace(&before, &record),
                (None, 0) => {}
                (None, _) => index.put(&record),
            }
            if choice > 0 {
                records.insert(id, record);
            }
        }
        let fresh = index_at_once(records.values());
        for (text, language) in &questions {
            let query = SearchQuery { text, kinds: &[], language: *language };
            let matching = |index: &Indexed| index.page(&index.index.matching(&query, None), None, 99);
            let searched = |index: &Indexed| index.page(&index.index.search(&query, None), None, 99);
            let hits = matching(&index);
            prop_assert_eq!(&hits, &matching(&fresh));
            prop_assert_eq!(searched(&index), searched(&fresh));
            prop_assert!(hits.is_sorted_by(|one, next| one.score > next.score || one.score == next.score && one.id < next.id));
            let expected = scan(&records, text, *language);
            // The scan adds up in the order of the question, the index that of rarity: the last digits may differ.
            prop_assert_eq!(hits.len(), expected.len(), "{} {:?} {:?}", text, hits, expected);
            for hit in hits {
                let score = expected.get(&hit.id).copied();
                prop_assert!(score.is_some_and(|score| (score - hit.score).abs() < 1e-3), "{} {:?} {:?}", text, hit, score);
            }
        }
    }

    #[test]
    fn nothing_that_is_asked_stops_the_search(title in ".{0,60}", text in ".{0,60}") {
        let record = project("XX.1", &[(Language::Fr, &title, &text)]);
        let index = super::records::index(std::slice::from_ref(&record));
        for asked in [&title, &text] {
            let hits = index.index.search(&SearchQuery { text: asked, kinds: &[], language: None }, None);
            hits.highlights(&record);
        }
    }
}
