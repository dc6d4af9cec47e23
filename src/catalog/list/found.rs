//! What a search found, for a filter and an order.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use crate::catalog::{RowSet, Snapshot};

/// Rows that a search found, and how well each answers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    rows: RowSet,
    /// In the order of the rows.
    scores: Arc<[(u32, f32)]>,
}

impl Found {
    /// The rows in any order with their scores.
    pub fn new(scored: impl Iterator<Item = (u32, f32)>) -> Found {
        let mut scores: Vec<(u32, f32)> = scored.collect();
        scores.sort_unstable_by_key(|(row, _)| *row);
        Found { rows: scores.iter().map(|(row, _)| *row).collect(), scores: scores.into() }
    }

    pub(super) fn rows(&self) -> &RowSet {
        &self.rows
    }
}

/// How well records answer the words of a filter.
#[derive(Debug, Clone, Default)]
pub struct Scores {
    found: Found,
    /// Names the words and the revision in cursors: every write may change every score a little.
    name: Vec<u8>,
}

impl Scores {
    pub fn new(snapshot: &Snapshot, text: &str, found: Found) -> Scores {
        Scores { found, name: relevance_name(snapshot, text) }
    }

    /// How well the record of a row answers; none where it does not.
    pub(super) fn of(&self, row: u32) -> Option<f32> {
        let place = self.found.scores.binary_search_by_key(&row, |(row, _)| *row).ok()?;
        Some(self.found.scores[place].1)
    }

    pub(super) fn name(&self) -> &[u8] {
        &self.name
    }
}

/// What names the words that were looked up, and the revision in which they were, in cursors.
pub fn relevance_name(snapshot: &Snapshot, text: &str) -> Vec<u8> {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    [snapshot.revision().to_be_bytes(), hasher.finish().to_be_bytes()].concat()
}
