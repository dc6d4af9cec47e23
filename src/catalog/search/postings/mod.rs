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
use run::{FULL, Run, close};
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

    /// Adds a document that is not there yet.
    pub(super) fn insert(&mut self, document: u32, weight: Weight) {
        match self {
            Postings::One(other, others) => {
                let mut run: Run = [(*other, *others)].into_iter().collect();
                run.insert(document, weight);
                *self = Postings::Few(Arc::new(run));
            }
            Postings::Few(run) if run.len() < FULL => Arc::make_mut(run).insert(document, weight),
            Postings::Few(run) => {
                let mut runs = Runs::from(Arc::clone(run));
                runs.insert(document, weight);
                *self = Postings::Many(Arc::new(runs));
            }
            Postings::Many(runs) => Arc::make_mut(runs).insert(document, weight),
        }
    }

    /// Adds documents that are not there yet.
    pub(super) fn append(&mut self, other: Postings) {
        other.each(|document, weight| self.insert(document, weight));
        self.close();
    }

    /// The same without the room that is kept for more.
    pub(super) fn closed(mut self) -> Postings {
        self.close();
        self
    }

    /// Gives back room that is kept for more. What is shared with others keeps none.
    fn close(&mut self) {
        match self {
            Postings::One(..) => {}
            Postings::Few(run) => close(run),
            Postings::Many(runs) => Arc::get_mut(runs).into_iter().for_each(Runs::close),
        }
    }

    /// Takes a document away. Says whether others are left; where none is, the postings are to be dropped.
    pub(super) fn remove(&mut self, document: u32) -> bool {
        match self {
            Postings::One(other, _) => return *other != document,
            Postings::Few(run) => Arc::make_mut(run).remove(document),
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
                    match &mut postings {
                        Some(postings) => postings.insert(number, Weight::of(1.0)),
                        None => postings = Some(Postings::One(number, Weight::of(1.0))),
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
        (1..20_000).for_each(|document| postings.insert(document, Weight::of(1.0)));
        let copy = postings.clone();
        postings.remove(17);
        assert_eq!((postings.len(), copy.len()), (19_999, 20_000));
    }
}
