//! Which records answer a question, and how well: those with all words, or those with some.

use super::SearchIndex;
use super::query::{Asked, Meaning};
use super::score::{printed_in, scores};

/// Documents in the order of their numbers, and their scores.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    pub(super) documents: Vec<u32>,
    pub(super) scores: Vec<f32>,
}

/// The documents with all required words. The rarest word comes first, and each that follows is looked up only where those before
/// it are.
pub(super) fn with_all(index: &SearchIndex, meaning: &Meaning) -> Found {
    let mut words: Vec<&Asked> = meaning.0.iter().collect();
    words.sort_by_cached_key(|asked| (!asked.required, printed_in(index, asked)));
    let Some((rarest, others)) = words.split_first() else { return Found::default() };
    let mut found: Found = scores(index, rarest, None).into_iter().collect();
    for asked in others {
        let scored = scores(index, asked, Some(&found.documents));
        found.join(&scored, asked.required);
    }
    found
}

/// The documents with any of the words. Each required word that one lacks costs it its share of the score.
pub(super) fn with_some(index: &SearchIndex, meaning: &Meaning) -> Found {
    let required = meaning.0.iter().filter(|asked| asked.required).count().max(1);
    let mut said: Vec<(u32, f32, usize)> = Vec::new();
    for asked in &meaning.0 {
        let scored = scores(index, asked, None);
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
    said.into_iter().map(|(document, score, words)| (document, score * words as f32 / required as f32)).collect()
}

impl Found {
    /// Adds the scores of a word; where it is required, the documents without it go.
    fn join(&mut self, scored: &[(u32, f32)], required: bool) {
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

impl FromIterator<(u32, f32)> for Found {
    fn from_iter<I: IntoIterator<Item = (u32, f32)>>(scored: I) -> Found {
        let (documents, scores) = scored.into_iter().unzip();
        Found { documents, scores }
    }
}
