//! What a search found, for a filter and an order.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use crate::catalog::{Reading, RowSet};
use crate::domain::Language;

/// Rows that a search found, and how well each answers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    rows: RowSet,
    /// In the order of the rows.
    scores: Arc<[(u32, f32)]>,
}

/// Scores are numbers.
impl Eq for Found {}

/// Two searches that found the same number of rows are told apart by comparing them.
impl Hash for Found {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.rows.len().hash(state);
    }
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
    /// Names the words in cursors, and says how they were read.
    name: Vec<u8>,
}

impl Scores {
    pub fn new(text: &str, found: Found, reading: &Reading) -> Scores {
        Scores { found, name: relevance_name(text, None, reading) }
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

/// How many bytes name the words that were looked up. How they were read follows.
const WORDS: usize = 8;

/// What names the words that were looked up, and says how they were read, in cursors: pages go on by the reading of the first one.
pub fn relevance_name(text: &str, language: Option<Language>, reading: &Reading) -> Vec<u8> {
    let mut hasher = DefaultHasher::new();
    (text, language).hash(&mut hasher);
    let name: [u8; WORDS] = hasher.finish().to_be_bytes();
    [name.as_slice(), &reading.to_bytes()].concat()
}

/// How the words were read, as a cursor says; none where it says nothing of the kind.
pub fn relevance_reading(name: &[u8]) -> Option<Reading> {
    Reading::from_bytes(name.get(WORDS..)?)
}
