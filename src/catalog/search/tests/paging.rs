//! Pages that follow each other while others write.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::{Hit, Reading, SearchQuery};
use super::records::{Indexed, news, project};
use super::scan::record;
use crate::domain::Language::{En, Fr};
use crate::domain::{NodeId, Record};

/// Writes a record, or takes it away.
fn write(index: &mut Indexed, records: &mut BTreeMap<NodeId, Record>, record: &Record, put: bool) {
    if let Some(before) = records.remove(&record.id()) {
        index.remove(&before);
    }
    if put {
        index.put(record);
        records.insert(record.id(), record.clone());
    }
}

/// All pages of a question, with writes before each but the first; what was written in the end.
fn pages(index: &mut Indexed, text: &str, length: usize, mut write: impl FnMut(&mut Indexed) -> bool) -> Vec<Hit> {
    let query = SearchQuery { text, kinds: &[], language: None };
    let (mut all, mut reading) = (Vec::new(), None::<Reading>);
    loop {
        let hits = index.index.search(&query, reading.as_ref());
        let page = index.page(&hits, all.last(), length);
        assert!(reading.is_none_or(|reading| reading == hits.reading()), "every page carries the same reading");
        // As it comes out of a cursor.
        reading = Reading::from_bytes(&hits.reading().to_bytes());
        let more = write(index);
        if page.is_empty() && !more {
            return all;
        }
        all.extend(page);
    }
}

fn question() -> impl Strategy<Value = String> {
    let words = [
        "retour",
        "réintégrer ",
        "retuor ",
        "migraton ",
        "natins ",
        "mig",
        "re",
        "de la",
        "santé emploi",
        "santé 2019 health ",
        "XX.3",
    ];
    prop::sample::select(words.to_vec()).prop_map(str::to_owned)
}

proptest! {
    #[test]
    fn nothing_comes_twice_and_nothing_that_stays_is_lost(
        there in prop::collection::vec(record(), 1..40),
        writes in prop::collection::vec((record(), any::<bool>()), 0..40),
        text in question(),
        length in 1..5_usize,
    ) {
        let (mut index, mut records) = (Indexed::default(), BTreeMap::new());
        there.iter().for_each(|record| write(&mut index, &mut records, record, true));
        let query = SearchQuery { text: &text, kinds: &[], language: None };
        let first = index.index.search(&query, None);
        let before = index.page(&first, None, 99);
        let mut writing = writes.iter();
        let all = pages(&mut index, &text, length, |index| {
            let some = writing.by_ref().take(3).map(|(record, put)| write(index, &mut records, record, *put)).count();
            some > 0
        });
        let touched: BTreeSet<NodeId> = writes.iter().map(|(record, _)| record.id()).collect();
        let untouched = |hits: &[Hit]| hits.iter().filter(|hit| !touched.contains(&hit.id)).cloned().collect::<Vec<_>>();
        prop_assert_eq!(untouched(&all), untouched(&before), "{}", text);
        prop_assert!(all.is_sorted_by(|one, next| one.score > next.score || one.score == next.score && one.id < next.id));
    }
}

#[test]
fn what_was_read_as_a_slip_stays_one_when_the_word_itself_is_written() {
    let mut index = super::records::index(&[
        project("A", &[(Fr, "Réintégration", "")]),
        project("B", &[(Fr, "Pour mieux réintégrer les gens", "")]),
        project("C", &[(Fr, "Le reste de la réintégration au pays", "")]),
    ]);
    let mut writes =
        vec![project("A", &[(Fr, "Rien", "")]), news("z", En, "Reintegratoin", ""), project("C", &[(Fr, "Rien", "")])];
    let gone = [project("A", &[(Fr, "Réintégration", "")]), project("C", &[(Fr, "Le reste de la réintégration au pays", "")])];
    let keys: Vec<_> = pages(&mut index, "reintegratoin ", 1, |index| {
        let Some(next) = writes.pop() else { return false };
        if let Some(before) = gone.iter().find(|before| before.id() == next.id()) {
            index.remove(before);
        }
        index.put(&next);
        true
    })
    .into_iter()
    .map(|hit| hit.id.key)
    .collect();
    assert_eq!(keys, ["A", "B"], "B is found by a form of the word, of which no record is left; the news has come before");
}
