//! Which documents print a word, and how much the word says about each.
//!
//! Most words stand in very few documents and a few words in very many, and a copy must be cheap either way: one document is
//! kept in place, a few in one packed run, many in a persistent map of runs. A write copies one run of a word, whatever the number
//! of documents.

mod reader;
mod run;
mod runs;
mod weight;

use std::sync::Arc;

pub(super) use reader::Reader;
use run::{FULL, Run};
use runs::Runs;
use serde::{Deserialize, Serialize};
pub(super) use weight::Weight;

/// The documents that print a word.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Postings {
    One(u32, Weight),
    Few(Arc<Run>),
    Many(Arc<Runs>),
}

impl Postings {
    pub(super) fn len(&self) -> usize {
        match self {
            Postings::One(..) => 1,
            Postings::Few(run) => run.len(),
            Postings::Many(runs) => runs.len(),
        }
    }

    /// The postings of documents in order; none where there are none.
    pub(super) fn of(documents: &[(u32, Weight)]) -> Option<Postings> {
        match documents {
            [] => None,
            [(document, weight)] => Some(Postings::One(*document, *weight)),
            few if few.len() <= FULL => Some(Postings::Few(Arc::new(few.iter().copied().collect()))),
            many => Some(Postings::Many(Arc::new(Runs::of(many)))),
        }
    }

    /// Adds documents in order that are not there yet.
    pub(super) fn add(&mut self, documents: &[(u32, Weight)]) {
        match self {
            _ if documents.is_empty() => {}
            Postings::Few(run) if run.len() + documents.len() <= FULL => *run = Arc::new(run.with(documents)),
            Postings::Many(runs) => Arc::make_mut(runs).add(documents),
            few => {
                let mut there = Vec::with_capacity(few.len() + documents.len());
                few.each(|document, weight| there.push((document, weight)));
                there.extend(documents);
                // Both were in order, so that it takes little to put them so.
                there.sort_by_key(|(document, _)| *document);
                if let Some(all) = Postings::of(&there) {
                    *few = all;
                }
            }
        }
    }

    /// Takes a document away. Says whether others are left; where none is, the postings are to be dropped.
    pub(super) fn remove(&mut self, document: u32) -> bool {
        match self {
            Postings::One(other, _) => return *other != document,
            Postings::Few(run) => *run = Arc::new(run.without(document)),
            Postings::Many(runs) => {
                Arc::make_mut(runs).remove(document);
                if runs.len() <= FULL / 2 {
                    *self = Postings::Few(Arc::new(runs.iter().collect()));
                }
            }
        }
        self.len() > 0
    }

    /// Hands out the documents in the order of their numbers.
    pub(super) fn each(&self, mut visit: impl FnMut(u32, Weight)) {
        match self {
            Postings::One(document, weight) => visit(*document, *weight),
            Postings::Few(run) => run.iter().for_each(|(document, weight)| visit(document, weight)),
            Postings::Many(runs) => {
                runs.all().for_each(|run| run.iter().for_each(|(document, weight)| visit(document, weight)))
            }
        }
    }

    /// The documents, to be read bit by bit.
    pub(super) fn reader(&self) -> Reader<'_> {
        match self {
            Postings::One(document, weight) => Reader::one(*document, *weight),
            Postings::Few(run) => Reader::of(std::iter::once(&**run)),
            Postings::Many(runs) => Reader::of(runs.all()),
        }
    }

    /// As [`Postings::each`], but only those among some, which are in order.
    pub(super) fn each_among(&self, some: &[u32], mut visit: impl FnMut(u32, Weight)) {
        match self {
            Postings::One(document, weight) if some.binary_search(document).is_ok() => visit(*document, *weight),
            Postings::One(..) => {}
            Postings::Few(run) => run.each_among(some, &mut visit),
            Postings::Many(runs) => runs.each_among(some, &mut visit),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn postings_hold_what_was_put_and_not_removed(edits in prop::collection::vec((0..5_u8, 0..60_000_u32), 1..2000)) {
            let mut postings = None::<Postings>;
            let mut plain = BTreeMap::new();
            for (choice, number) in edits {
                let number = number / 20 * 20;
                if choice == 0 {
                    let number = plain.range(number..).next().map_or(number, |(number, _)| *number);
                    plain.remove(&number);
                    if let Some(mut left) = postings.take() {
                        postings = left.remove(number).then_some(left);
                    }
                } else if plain.insert(number, ()).is_none() {
                    // Some that follow, and are there or not, come with it.
                    let some: Vec<u32> = (0..u32::from(choice - 1) * 300).map(|step| number + step * 20).collect();
                    let new = some.into_iter().filter(|other| *other == number || plain.insert(*other, ()).is_none());
                    let new: Vec<_> = [number].into_iter().chain(new.filter(|other| *other != number)).collect();
                    let new: Vec<_> = new.into_iter().map(|number| (number, Weight::of(1.0))).collect();
                    match &mut postings {
                        Some(postings) => postings.add(&new),
                        None => postings = Postings::of(&new),
                    }
                }
                prop_assert_eq!(postings.as_ref().map_or(0, Postings::len), plain.len());
            }
            let expected: Vec<u32> = plain.keys().copied().collect();
            if let Some(postings) = postings {
                let mut all = Vec::new();
                postings.each(|document, _| all.push(document));
                prop_assert_eq!(&all, &expected);
                let (mut reader, mut read) = (postings.reader(), Vec::new());
                while let Some(next) = reader.next() {
                    let start = next - next % 4096;
                    reader.each_within(start, 4096, |offset, _| read.push(start + offset));
                }
                prop_assert_eq!(&read, &expected);
                let some: Vec<u32> = (0..60_000).step_by(140).collect();
                let mut among = Vec::new();
                postings.each_among(&some, |document, _| among.push(document));
                prop_assert_eq!(among, some.into_iter().filter(|number| plain.contains_key(number)).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn a_copy_keeps_what_it_had() {
        let mut postings = Postings::One(0, Weight::OWN);
        (1..20_000).for_each(|document| postings.add(&[(document, Weight::of(1.0))]));
        let copy = postings.clone();
        postings.remove(17);
        assert_eq!((postings.len(), copy.len()), (19_999, 20_000));
    }
}
