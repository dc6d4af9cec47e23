//! What many records come to say, gathered record by record and handed out word by word.

use std::ops::Range;

use super::dictionary::Said;
use super::postings::Weight;

/// The words that records say now, or do not say any more.
///
/// They are noted one after the other and sorted by their words at the end: a word in the middle of all that was said of others
/// would have to be fetched anew each time.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// The words of each record by their numbers, with their weights; none where the record does not say the word any more.
    words: Vec<(u32, Option<Weight>)>,
    /// The records, and where the words of each are.
    records: Vec<(u32, Range<usize>)>,
    /// How often each word is noted.
    counts: Vec<usize>,
}

impl Gathered {
    /// Notes a word of the record whose [end](Gathered::end) comes next.
    pub(super) fn add(&mut self, word: u32, weight: Option<Weight>) {
        if self.counts.len() <= word as usize {
            self.counts.resize(word as usize + 1, 0);
        }
        self.counts[word as usize] += 1;
        self.words.push((word, weight));
    }

    /// Says which record it was.
    pub(super) fn end(&mut self, document: u32) {
        let start = self.records.last().map_or(0, |(_, words)| words.end);
        self.records.push((document, start..self.words.len()));
    }

    pub(super) fn by_word(self) -> ByWord {
        let Gathered { words, mut records, counts: mut places } = self;
        records.sort_by_key(|(document, _)| *document);
        let mut next = 0;
        for place in &mut places {
            next += std::mem::replace(place, next);
        }
        let mut documents = vec![(0, None); words.len()];
        for (document, of_record) in records {
            for (word, weight) in &words[of_record] {
                let place = &mut places[*word as usize];
                documents[*place] = (document, *weight);
                *place += 1;
            }
        }
        ByWord { documents, ends: places }
    }
}

/// See [`Gathered`].
#[derive(Debug)]
pub(super) struct ByWord {
    /// The records that say each word, in the order of their numbers.
    documents: Vec<(u32, Option<Weight>)>,
    /// Where those of each word end.
    ends: Vec<usize>,
}

impl ByWord {
    /// The words of which something comes to be said.
    pub(super) fn words(&self) -> impl Iterator<Item = u32> {
        (0..self.ends.len() as u32).filter(|word| !self.documents(*word).is_empty())
    }

    /// What comes to be said of a word.
    pub(super) fn of(&self, word: u32) -> Said {
        let documents = self.documents(word);
        let gone = documents.iter().filter(|(_, weight)| weight.is_none()).map(|(document, _)| *document).collect();
        let said = documents.iter().filter_map(|(document, weight)| Some((*document, (*weight)?))).collect();
        Said { gone, said }
    }

    fn documents(&self, word: u32) -> &[(u32, Option<Weight>)] {
        let word = word as usize;
        let start = word.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.documents[start..self.ends[word]]
    }
}
