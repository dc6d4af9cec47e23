//! What a search found, to be paged through.

use std::cmp::Ordering;

use super::highlight::{Highlight, highlights};
use super::numbering::{self, KINDS, Numbering};
use super::query::Meaning;
use super::rank::Found;
use super::reading::Reading;
use super::score::value;
use crate::domain::{NodeId, NodeKind, Record};

/// A record that a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    pub id: NodeId,
    /// Comparable with other hits of the same search only. A cursor keeps all its bits: pages go on by it.
    pub score: f32,
}

/// What a search found. Hits are in the order of their scores, those of one score by kind and key, so that a page can go on
/// after any hit, whether it is still there or not.
#[derive(Debug, Clone)]
pub struct Hits {
    meaning: Meaning,
    found: Found,
    counts: [usize; NodeKind::ALL.len()],
    partial: bool,
}

impl Hits {
    pub(super) fn new(kinds: &[NodeKind], meaning: Meaning, found: Found, partial: bool) -> Hits {
        let counts = NodeKind::ALL.map(|kind| found.places(kind).len());
        let mut hits = Hits { meaning, found, counts, partial };
        if !kinds.is_empty() {
            hits.keep(kinds);
        }
        hits
    }

    /// How many hits there are of the kinds that were asked for.
    pub fn total(&self) -> usize {
        self.found.documents.len()
    }

    /// How many hits there are of a kind, whether it was asked for or not.
    pub fn count(&self, kind: NodeKind) -> usize {
        self.counts[kind as usize]
    }

    /// Whether no record has all words, so that these have only some.
    pub fn is_partial(&self) -> bool {
        self.partial
    }

    /// How the question was read, for the pages that follow.
    pub fn reading(&self) -> Reading {
        self.meaning.reading(self.partial)
    }

    /// The score of the record with a number; none where it is no hit.
    pub fn score(&self, document: u32) -> Option<f32> {
        let place = self.found.documents.binary_search(&document).ok()?;
        Some(value(self.found.scores[place]))
    }

    /// The rows of the hits of a kind, in their order, and their scores.
    pub fn rows(&self, kind: NodeKind) -> impl Iterator<Item = (u32, f32)> {
        let places = self.found.places(kind);
        let scores = self.found.scores[places.clone()].iter();
        self.found.documents[places].iter().zip(scores).map(|(document, score)| (numbering::row(*document), value(*score)))
    }

    /// The best hits, or those that follow one, of which the numbering says which records they are.
    pub fn page(&self, numbering: &impl Numbering, after: Option<&Hit>, first: usize) -> Vec<Hit> {
        let mut best: Vec<Hit> = Vec::with_capacity(first + 1);
        let mut least = f32::NEG_INFINITY;
        for (document, score) in self.found.documents.iter().zip(&self.found.scores) {
            let score = value(*score);
            // Scores first: to compare keys costs a look-up, and is needed only among hits of one score.
            if score < least || after.is_some_and(|after| place(numbering, *document, score, after).is_le()) {
                continue;
            }
            if best.last().is_some_and(|last| best.len() == first && place(numbering, *document, score, last).is_gt()) {
                continue;
            }
            let at = best.partition_point(|hit| place(numbering, *document, score, hit).is_gt());
            best.insert(at, Hit { id: numbering.id(*document), score });
            best.truncate(first);
            if best.len() == first {
                least = best.last().map_or(f32::INFINITY, |last| last.score);
            }
        }
        best
    }

    /// Where a record prints what was asked for: field by field, the words marked. See [`Highlight`].
    pub fn highlights(&self, record: &Record) -> Vec<Highlight> {
        highlights(record, &self.meaning.terms())
    }

    fn keep(&mut self, kinds: &[NodeKind]) {
        let all = std::mem::take(&mut self.found);
        for kind in KINDS.into_iter().filter(|kind| kinds.contains(kind)) {
            self.found.documents.extend(&all.documents[all.places(kind)]);
            self.found.scores.extend(&all.scores[all.places(kind)]);
        }
    }
}

/// How a document stands to a hit in the order of hits.
fn place(numbering: &impl Numbering, document: u32, score: f32, hit: &Hit) -> Ordering {
    hit.score.total_cmp(&score).then_with(|| numbering.compare(document, &hit.id))
}
