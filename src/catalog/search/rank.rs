//! Which records answer a question, and how well: those with all words, or those with some.

use std::ops::Range;

use super::numbering;
use super::query::{Asked, Meaning};
use super::score::scores;
use crate::domain::NodeKind;

/// Documents in the order of their numbers, and their scores in parts.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    pub(super) documents: Vec<u32>,
    pub(super) scores: Vec<u32>,
}

/// The documents with all required words. The rarest word comes first, and each that follows is looked up only where those before
/// it are.
pub(super) fn with_all(meaning: &Meaning) -> Found {
    let mut words: Vec<&Asked> = meaning.0.iter().collect();
    words.sort_by_cached_key(|asked| (!asked.required, asked.count()));
    let Some((rarest, others)) = words.split_first() else { return Found::default() };
    let mut found: Found = scores(rarest, None).into_iter().collect();
    for asked in others {
        let scored = scores(asked, Some(&found.documents));
        found.join(&scored, asked.required);
    }
    found
}

/// The documents with any of the words. Each required word that one lacks costs it its share of the score.
pub(super) fn with_some(meaning: &Meaning) -> Found {
    let required = meaning.0.iter().filter(|asked| asked.required).count().max(1);
    let mut said: Vec<(u32, u32, usize)> = Vec::new();
    for asked in &meaning.0 {
        let scored = scores(asked, None);
        said.extend(scored.into_iter().map(|(document, score)| (document, score, usize::from(asked.required))));
    }
    said.sort_by_key(|(document, _, _)| *document);
    said.dedup_by(|(document, score, words), (before, of_before, words_before)| {
        let same = document == before;
        if same {
            *of_before += *score;
            *words_before += *words;
        }
        same
    });
    let share = |score: u32, words: usize| (u64::from(score) * words as u64 / required as u64) as u32;
    said.into_iter().map(|(document, score, words)| (document, share(score, words))).collect()
}

impl Found {
    /// The places of the documents of a kind.
    pub(super) fn places(&self, kind: NodeKind) -> Range<usize> {
        let first = numbering::document(kind, 0);
        let before = |document: &u32| *document < first;
        let through = |document: &u32| before(document) || numbering::kind(*document) == kind;
        self.documents.partition_point(before)..self.documents.partition_point(through)
    }

    /// Adds the scores of a word; where it is required, the documents without it go.
    fn join(&mut self, scored: &[(u32, u32)], required: bool) {
        let mut scored = scored.iter().peekable();
        let mut kept = 0;
        for place in 0..self.documents.len() {
            let document = self.documents[place];
            while scored.next_if(|(other, _)| *other < document).is_some() {}
            let score = scored.next_if(|(other, _)| *other == document).map(|(_, score)| score);
            if score.is_some() || !required {
                self.documents[kept] = document;
                self.scores[kept] = self.scores[place] + score.copied().unwrap_or_default();
                kept += 1;
            }
        }
        self.documents.truncate(kept);
        self.scores.truncate(kept);
    }
}

impl FromIterator<(u32, u32)> for Found {
    fn from_iter<I: IntoIterator<Item = (u32, u32)>>(scored: I) -> Found {
        let (documents, scores) = scored.into_iter().unzip();
        Found { documents, scores }
    }
}
