//! The words of a filter, looked up once before the filter is tested.

use async_graphql::Result;

use super::error::{Code, refusal};
use crate::catalog::{Found, Reading, Scores, SearchQuery, Snapshot};
use crate::config::Limits;
use crate::domain::NodeKind;

/// Looks up the words of a filter for records of a kind, keeps how well the records answer, and watches over the filter's size.
pub(super) struct Words<'a> {
    snapshot: &'a Snapshot,
    kind: NodeKind,
    limits: &'a Limits,
    parts: usize,
    texts: usize,
    longest: usize,
    /// How the first words were read on the pages before.
    reading: Option<Reading>,
    /// How well each record answers, by the first words that were looked up; none before that.
    scores: Option<Scores>,
}

impl<'a> Words<'a> {
    /// `reading` says how the first words were read on the pages before, where the list is ordered by how well they are answered.
    pub(super) fn new(snapshot: &'a Snapshot, kind: NodeKind, limits: &'a Limits, reading: Option<Reading>) -> Words<'a> {
        Words { snapshot, kind, limits, parts: 0, texts: 0, longest: 0, reading, scores: None }
    }

    /// Counts a part of the filter.
    pub(super) fn part(&mut self) {
        self.parts += 1;
    }

    /// The records that have all words of a text, and how well they answer. Beyond the limits nothing is looked up; `scores` then
    /// refuses.
    pub(super) fn found(&mut self, text: &str) -> Found {
        self.texts += 1;
        self.longest = self.longest.max(text.len());
        if self.texts > self.limits.filter_texts || self.longest > self.limits.search_bytes {
            return Found::default();
        }
        let hits =
            self.snapshot.matching(&SearchQuery { text, kinds: &[self.kind], language: None }, self.reading.take().as_ref());
        let found = Found::new(hits.rows(self.kind));
        self.scores.get_or_insert_with(|| Scores::new(text, found.clone(), &hits.reading()));
        found
    }

    /// How well the records answer, to order by where `wanted`; an error where the filter is larger than allowed.
    pub(super) fn scores(self, wanted: bool) -> Result<Scores> {
        for (found, most, what) in [
            (self.parts, self.limits.filter_parts, "parts"),
            (self.texts, self.limits.filter_texts, "texts to look up"),
            (self.longest, self.limits.search_bytes, "bytes in a text to look up"),
        ] {
            if found > most {
                let message = format!("the filter has {found} {what}, but at most {most} are allowed: ask several times");
                return Err(refusal(Code::LimitExceeded, message));
            }
        }
        match self.scores {
            None if wanted => {
                let message = "the order by RELEVANCE needs the words that count: give `text` in the filter";
                Err(refusal(Code::BadUserInput, message))
            }
            scores => Ok(scores.unwrap_or_default()),
        }
    }
}
