//! What a search found, to be paged through.

use std::cmp::Ordering;

use super::documents::{self, Documents};
use super::highlight::{Highlight, highlights};
use super::query::Meaning;
use super::rank::Found;
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
    documents: Documents,
    meaning: Meaning,
    found: Found,
    counts: [usize; NodeKind::ALL.len()],
    partial: bool,
}

impl Hits {
    pub(super) fn new(documents: Documents, kinds: &[NodeKind], meaning: Meaning, found: Found, partial: bool) -> Hits {
        let mut counts = [0; NodeKind::ALL.len()];
        for same in found.documents.chunk_by(|one, other| documents::kind(*one) == documents::kind(*other)) {
            counts[documents::kind(same[0]) as usize] = same.len();
        }
        let mut hits = Hits { documents, meaning, found, counts, partial };
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

    /// The score of a record; none where it is no hit.
    pub fn score(&self, id: &NodeId) -> Option<f32> {
        let place = self.found.documents.binary_search(&self.documents.number(id)?).ok()?;
        Some(self.found.scores[place])
    }

    /// The keys of the hits of a kind, in no order that means anything.
    pub fn keys(&self, kind: NodeKind) -> impl Iterator<Item = &str> {
        let documents = self.found.documents.iter().filter(move |document| documents::kind(**document) == kind);
        documents.map(|document| self.documents.key(*document))
    }

    /// The best hits, or those that follow one.
    pub fn page(&self, after: Option<&Hit>, first: usize) -> Vec<Hit> {
        let scored = self.found.documents.iter().copied().zip(self.found.scores.iter().copied());
        let mut left: Vec<(u32, f32)> = scored.filter(|hit| after.is_none_or(|after| self.follows(*hit, after))).collect();
        if first < left.len() {
            // Scores first: to compare keys costs a look-up, and is needed only among hits of one score.
            left.select_nth_unstable_by(first, |one, other| other.1.total_cmp(&one.1));
            let least = left[first].1;
            left.retain(|(_, score)| *score >= least);
            if first + 1 < left.len() {
                left.select_nth_unstable_by(first, |one, other| self.compare(one, other));
            }
            left.truncate(first);
        }
        left.sort_unstable_by(|one, other| self.compare(one, other));
        left.into_iter().map(|(document, score)| Hit { id: self.id(document), score }).collect()
    }

    /// Where a record prints what was asked for: field by field, the words marked. See [`Highlight`].
    pub fn highlights(&self, record: &Record) -> Vec<Highlight> {
        highlights(record, &self.meaning.terms())
    }

    fn id(&self, document: u32) -> NodeId {
        NodeId::new(documents::kind(document), self.documents.key(document))
    }

    fn compare(&self, one: &(u32, f32), other: &(u32, f32)) -> Ordering {
        let place = |document: u32| (documents::kind(document), self.documents.key(document));
        other.1.total_cmp(&one.1).then_with(|| place(one.0).cmp(&place(other.0)))
    }

    fn follows(&self, (document, score): (u32, f32), after: &Hit) -> bool {
        let place = || (documents::kind(document), self.documents.key(document));
        after.score.total_cmp(&score).then_with(|| place().cmp(&(after.id.kind, after.id.key.as_str()))).is_gt()
    }

    fn keep(&mut self, kinds: &[NodeKind]) {
        let all = std::mem::take(&mut self.found);
        let kept =
            all.documents.into_iter().zip(all.scores).filter(|(document, _)| kinds.contains(&documents::kind(*document)));
        (self.found.documents, self.found.scores) = kept.unzip();
    }
}
