//! The index: what each word is printed in.

use std::array;
use std::borrow::Borrow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::analysis::{Shelf, Term};
use super::dictionary::Dictionary;
use super::hits::Hits;
use super::postings::Postings;
use super::query::{Meaning, SearchQuery};
use super::rank::{Found, with_all, with_some};
use super::weigh::weigh;
use crate::domain::{Language, Record};

/// The words of all records, to search by. A copy shares all it can with the original, so a write costs what it changes.
#[derive(Debug, Clone)]
pub struct SearchIndex {
    /// How many records there are.
    documents: usize,
    /// For each language, and last for the words of none.
    dictionaries: [Dictionary; Language::ALL.len() + 1],
}

impl Default for SearchIndex {
    fn default() -> Self {
        let dictionary = |place| Dictionary::new(Language::ALL.get(place).copied());
        SearchIndex { documents: 0, dictionaries: array::from_fn(dictionary) }
    }
}

impl SearchIndex {
    /// The index of all records at once, each with its number, which costs less than putting them one by one: nothing is shared
    /// yet, so the words are gathered first and put in order at the end. In the order of the numbers it costs least.
    pub fn of<R: Borrow<Record>>(records: impl Iterator<Item = (u32, R)>) -> SearchIndex {
        let mut index = SearchIndex::default();
        let mut gathered: HashMap<Term, Postings> = HashMap::new();
        for (document, record) in records {
            index.documents += 1;
            for (term, weight) in weigh(record.borrow()) {
                match gathered.entry(term) {
                    Entry::Occupied(mut postings) => postings.get_mut().insert(document, weight),
                    Entry::Vacant(place) => drop(place.insert(Postings::One(document, weight))),
                }
            }
        }
        let mut gathered: Vec<_> = gathered.into_iter().collect();
        gathered.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        for (Term { shelf, word }, postings) in gathered {
            index.dictionaries[place(shelf)].add(word, postings);
        }
        index
    }

    /// Adds a record under its number. What stood there is removed before.
    pub fn put(&mut self, document: u32, record: &Record) {
        self.documents += 1;
        for (Term { shelf, word }, weight) in weigh(record) {
            self.dictionaries[place(shelf)].insert(word, document, weight);
        }
    }

    /// Takes a record away from under its number, as it was when it was put.
    pub fn remove(&mut self, document: u32, record: &Record) {
        self.documents -= 1;
        for (Term { shelf, word }, _) in weigh(record) {
            self.dictionaries[place(shelf)].remove(&word, document);
        }
    }

    /// The records that print all words of a question, the best first; where none does, those that print some of them.
    pub fn search(&self, query: &SearchQuery<'_>) -> Hits {
        let meaning = Meaning::of(query, self);
        let mut found = with_all(self, &meaning);
        let partial = found.documents.is_empty();
        if partial {
            found = with_some(self, &meaning);
        }
        self.hits(query, meaning, found, partial)
    }

    /// The records that print all words of a question. As a filter must, it leaves none of the words out.
    pub fn matching(&self, query: &SearchQuery<'_>) -> Hits {
        let meaning = Meaning::of(query, self);
        let found = with_all(self, &meaning);
        self.hits(query, meaning, found, false)
    }

    pub(super) fn len(&self) -> usize {
        self.documents
    }

    pub(super) fn dictionary(&self, shelf: Shelf) -> &Dictionary {
        &self.dictionaries[place(shelf)]
    }

    pub(super) fn postings(&self, term: &Term) -> Option<&Postings> {
        self.dictionary(term.shelf).postings(&term.word)
    }

    fn hits(&self, query: &SearchQuery<'_>, meaning: Meaning, found: Found, partial: bool) -> Hits {
        Hits::new(query.kinds, meaning, found, partial)
    }
}

fn place(shelf: Shelf) -> usize {
    shelf.map_or(Language::ALL.len(), |language| language as usize)
}
