//! The index: what each word is printed in.

use std::array;
use std::borrow::Borrow;

use serde::{Deserialize, Serialize};

use super::analysis::{SHELVES, Shelf, place};
use super::dictionary::Dictionary;
use super::gathered::Gathered;
use super::hits::Hits;
use super::query::{Meaning, SearchQuery};
use super::rank::{with_all, with_some};
use super::reading::Reading;
use super::weigh::Weigher;
use crate::catalog::Replacement;
use crate::domain::{Language, Record};

/// How many records are gathered at a time: more would take more memory while they are.
const GATHERED: usize = 1 << 16;

/// The words of all records, to search by. A copy shares all it can with the original, so a write costs what it changes.
#[derive(Debug, Clone, Serialize, Deserialize)]
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

    /// Adds records under numbers where none stands.
    pub fn put_all<R: Borrow<Record>>(&mut self, records: impl IntoIterator<Item = (u32, R)>) {
        self.change(records.into_iter().map(|(document, record)| (document, None, Some(record))));
    }

    /// Puts records in the place of others. Only the words that say something else now are touched: most writes change a fact, and
    /// no text.
    pub fn replace_all(&mut self, replacements: &[Replacement]) {
        let change = |Replacement { document, before, after }: &'_ _| (*document, before.clone(), after.clone());
        self.change(replacements.iter().map(change));
    }

    /// Changes what stands under some numbers, as told by what stood and what is to stand there.
    ///
    /// For many records it costs less than one by one: nothing of what they say is shared yet, so it is gathered first, and then each
    /// word of the index is touched once.
    fn change<R: Borrow<Record>>(&mut self, changes: impl Iterator<Item = (u32, Option<R>, Option<R>)>) {
        let mut changes = changes.peekable();
        while changes.peek().is_some() {
            let mut weigher = Weigher::last();
            let mut gathered = Gathered::default();
            for (document, before, after) in changes.by_ref().take(GATHERED) {
                self.documents = self.documents + usize::from(after.is_some()) - usize::from(before.is_some());
                for (word, before, after) in weigher.weigh(before.as_ref().map(R::borrow), after.as_ref().map(R::borrow)) {
                    before.into_iter().for_each(|_| gathered.add(word, None));
                    after.into_iter().for_each(|weight| gathered.add(word, Some(weight)));
                }
                gathered.end(document);
            }
            let said = gathered.by_word();
            for (dictionary, words) in self.dictionaries.iter_mut().zip(weigher.words(said.words())) {
                dictionary.change(words.into_iter().map(|(word, number)| (word, said.of(number))));
            }
            weigher.leave();
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
