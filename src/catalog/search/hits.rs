//! What a search found, to be paged through.

use std::cmp::Ordering;

use super::highlight::{Highlight, highlights};
use super::numbering::{self, Numbering};
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
    meaning: Meaning,
    found: Found,
    counts: [usize; NodeKind::ALL.len()],
    partial: bool,
}

impl Hits {
    pub(super) fn new(kinds: &[NodeKind], meaning: Meaning, found: Found, partial: bool) -> Hits {
        let mut counts = [0; NodeKind::ALL.len()];
        for same in found.documents.chunk_by(|one, other| numbering::kind(*one) == numbering::kind(*other)) {
            counts[numbering::kind(same[0]) as usize] = same.len();
        }
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

    /// The score of the record with a number; none where it is no hit.
    pub fn score(&self, document: u32) -> Option<f32> {
        let place = self.found.documents.binary_search(&document).ok()?;
        Some(self.found.scores[place])
    }

    /// The rows of the hits of a kind, in their order, and their scores.
    pub fn rows(&self, kind: NodeKind) -> impl Iterator<Item = (u32, f32)> {
        let [from, to] = [0, 1]
            .map(|after| self.found.documents.partition_point(|of| (numbering::kind(*of) as usize) < kind as usize + after));
        let documents = self.found.documents[from..to].iter().map(|document| numbering::row(*document));
        documents.zip(self.found.scores[from..to].iter().copied())
    }

    /// The best hits, or those that follow one, of which the numbering says which records they are.
    pub fn page(&self, numbering: &impl Numbering, after: Option<&Hit>, first: usize) -> Vec<Hit> {
        let scored = self.found.documents.iter().copied().zip(self.found.scores.iter().copied());
        let mut left: Vec<(u32, f32)> =
            scored.filter(|hit| after.is_none_or(|after| follows(numbering, *hit, after))).collect();
        if first < left.len() {
            // Scores first: to compare keys costs a look-up, and is needed only among hits of one score.
            left.select_nth_unstable_by(first, |one, other| other.1.total_cmp(&one.1));
            let least = left[first].1;
            left.retain(|(_, score)| *score >= least);
            if first + 1 < left.len() {
                left.select_nth_unstable_by(first, |one, other| compare(numbering, one, other));
            }
            left.truncate(first);
        }
        left.sort_unstable_by(|one, other| compare(numbering, one, other));
        left.into_iter().map(|(document, score)| Hit { id: numbering.id(document), score }).collect()
    }

    /// Where a record prints what was asked for: field by field, the words marked. See [`Highlight`].
    pub fn highlights(&self, record: &Record) -> Vec<Highlight> {
        highlights(record, &self.meaning.terms())
    }

    fn keep(&mut self, kinds: &[NodeKind]) {
        let all = std::mem::take(&mut self.found);
        let kept =
            all.documents.into_iter().zip(all.scores).filter(|(document, _)| kinds.contains(&numbering::kind(*document)));
        (self.found.documents, self.found.scores) = kept.unzip();
    }
}

fn compare(numbering: &impl Numbering, one: &(u32, f32), other: &(u32, f32)) -> Ordering {
    other.1.total_cmp(&one.1).then_with(|| numbering.id(one.0).cmp(&numbering.id(other.0)))
}

fn follows(numbering: &impl Numbering, (document, score): (u32, f32), after: &Hit) -> bool {
    after.score.total_cmp(&score).then_with(|| numbering.id(document).cmp(&after.id)).is_gt()
}
