//! The index: what each word is printed in.

use std::array;
use std::borrow::Borrow;
use std::collections::HashMap;

use smol_str::SmolStr;

use super::analysis::{SHELVES, Shelf, place};
use super::dictionary::Dictionary;
use super::hits::Hits;
use super::postings::{Postings, Weight};
use super::query::{Meaning, SearchQuery};
use super::rank::{with_all, with_some};
use super::reading::Reading;
use super::weigh::Weigher;
use crate::domain::{Language, Record};

/// How many records are gathered at a time: more would take more memory while they are.
const GATHERED: usize = 1 << 17;

/// The words of all records, to search by. A copy shares all it can with the original, so a write costs what it changes.
#[derive(Debug, Clone)]
pub struct SearchIndex {
    /// How many records there are.
    pub(super) documents: usize,
    /// For each language, and last for the words of none.
    pub(super) dictionaries: [Dictionary; SHELVES],
}

impl Default for SearchIndex {
    fn default() -> Self {
        let dictionary = |place| Dictionary::new(Language::ALL.get(place).copied());
        SearchIndex { documents: 0, dictionaries: array::from_fn(dictionary) }
    }
}

impl SearchIndex {
    /// The index of records, each with its number. In the order of the numbers it costs least.
    pub fn of<R: Borrow<Record>>(records: impl IntoIterator<Item = (u32, R)>) -> SearchIndex {
        let mut index = SearchIndex::default();
        index.put_all(records);
        index
    }

    /// Adds records under their numbers. What stood there is removed before.
    ///
    /// It costs less than putting them one by one: nothing of what they say is shared yet, so it is gathered first, and then each
    /// word of the index is touched once.
    pub fn put_all<R: Borrow<Record>>(&mut self, records: impl IntoIterator<Item = (u32, R)>) {
        let mut records = records.into_iter().peekable();
        while records.peek().is_some() {
            let mut weigher = Weigher::default();
            let mut gathered: Vec<Option<Postings>> = Vec::new();
            for (document, record) in records.by_ref().take(GATHERED) {
                self.documents += 1;
                for (word, weight) in weigher.weigh(record.borrow()) {
                    if gathered.len() <= word as usize {
                        gathered.resize(word as usize + 1, None);
                    }
                    match &mut gathered[word as usize] {
                        Some(postings) => postings.insert(document, weight),
                        new => *new = Some(Postings::One(document, weight)),
                    }
                }
            }
            for (dictionary, words) in self.dictionaries.iter_mut().zip(weigher.into_words()) {
                let postings = |(word, number): (SmolStr, u32)| Some((word, gathered[number as usize].take()?));
                dictionary.merge(words.into_iter().filter_map(postings).collect());
            }
        }
    }

    /// Adds a record under its number. What stood there is removed before.
    pub fn put(&mut self, document: u32, record: &Record) {
        self.put_all([(document, record)]);
    }

    /// Puts a record in the place of another under its number. Only the words that say something else now are touched: most writes
    /// change a fact, and no text.
    pub fn replace(&mut self, document: u32, before: &Record, after: &Record) {
        let mut weigher = Weigher::default();
        let [before, after] = [before, after].map(|record| weigher.weigh(record).collect::<HashMap<u32, Weight>>());
        for (dictionary, words) in self.dictionaries.iter_mut().zip(weigher.into_words()) {
            let mut said = Vec::new();
            for (word, number) in words {
                let (before, after) = (before.get(&number), after.get(&number));
                if before == after {
                    continue;
                }
                if before.is_some() {
                    dictionary.remove(&word, document);
                }
                said.extend(after.map(|weight| (word, Postings::One(document, *weight))));
            }
            dictionary.merge(said);
        }
    }

    /// Takes a record away from under its number, as it was when it was put.
    pub fn remove(&mut self, document: u32, record: &Record) {
        self.documents -= 1;
        let mut weigher = Weigher::default();
        weigher.weigh(record).for_each(drop);
        for (dictionary, words) in self.dictionaries.iter_mut().zip(weigher.into_words()) {
            words.iter().for_each(|(word, _)| dictionary.remove(word, document));
        }
    }

    /// The records that print all words of a question, the best first; where none does, those that print some of them. Pages that
    /// follow others go on with the reading of the first one, see [`Reading`].
    pub fn search(&self, query: &SearchQuery<'_>, reading: Option<&Reading>) -> Hits {
        let meaning = Meaning::of(query, self, reading);
        let mut partial = reading.is_some_and(|reading| reading.partial);
        let mut found = if partial { with_some(&meaning) } else { with_all(&meaning) };
        if reading.is_none() && found.documents.is_empty() {
            found = with_some(&meaning);
            partial = !found.documents.is_empty();
        }
        Hits::new(query.kinds, meaning, found, partial)
    }

    /// The records that print all words of a question. As a filter must, it leaves none of the words out.
    pub fn matching(&self, query: &SearchQuery<'_>, reading: Option<&Reading>) -> Hits {
        let meaning = Meaning::of(query, self, reading);
        let found = with_all(&meaning);
        Hits::new(query.kinds, meaning, found, false)
    }

    pub(super) fn len(&self) -> usize {
        self.documents
    }

    pub(super) fn dictionary(&self, shelf: Shelf) -> &Dictionary {
        &self.dictionaries[place(shelf)]
    }
}
