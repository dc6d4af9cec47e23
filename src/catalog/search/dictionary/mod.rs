//! The words of one language, in order, each with the documents that print it.

mod near;

use std::ops::Bound;
use std::sync::Arc;

use imbl::OrdMap;
use smol_str::SmolStr;

use super::analysis::{Shelf, stem};
use super::postings::{Postings, Weight};

/// How many words are looked at to complete the beginning of one, and how many of them, the most printed, it stands for.
const LOOKED_AT: usize = 4096;
const COMPLETIONS: usize = 128;

/// The words of one shelf. They are kept as they are, not as their stems: so the beginning of a word and a slip in it can be
/// looked for, and a word is stemmed only when it is first met.
#[derive(Debug, Clone)]
pub(super) struct Dictionary {
    shelf: Shelf,
    words: OrdMap<SmolStr, Postings>,
    /// By stem, the words that have it, in order.
    stems: OrdMap<SmolStr, Arc<[SmolStr]>>,
}

impl Dictionary {
    pub(super) fn new(shelf: Shelf) -> Dictionary {
        Dictionary { shelf, words: OrdMap::new(), stems: OrdMap::new() }
    }

    /// Adds a document to those of a word. It is not among them yet.
    pub(super) fn insert(&mut self, word: SmolStr, document: u32, weight: Weight) {
        if let Some(postings) = self.words.get_mut(&word) {
            postings.insert(document, weight);
        } else {
            self.add(word, Postings::One(document, weight));
        }
    }

    /// Adds a word that is not there yet.
    pub(super) fn add(&mut self, word: SmolStr, postings: Postings) {
        if let Some(language) = self.shelf {
            let forms = self.stems.entry(stem(&word, language)).or_insert_with(|| Arc::from([]));
            let at = forms.partition_point(|other| *other < word);
            *forms = forms[..at].iter().chain([&word]).chain(&forms[at..]).cloned().collect();
        }
        self.words.insert(word, postings);
    }

    /// Takes a document from those of a word, and the word with its last one.
    pub(super) fn remove(&mut self, word: &SmolStr, document: u32) {
        if self.words.get_mut(word).is_none_or(|postings| postings.remove(document)) {
            return;
        }
        self.words.remove(word);
        let Some(language) = self.shelf else { return };
        let stem = stem(word, language);
        if let Some(forms) = self.stems.get_mut(&stem) {
            *forms = forms.iter().filter(|other| *other != word).cloned().collect();
            if forms.is_empty() {
                self.stems.remove(&stem);
            }
        }
    }

    /// The documents that print a word.
    pub(super) fn postings(&self, word: &str) -> Option<&Postings> {
        self.words.get(word)
    }

    /// The words that share a word's stem; on the shelf of no language, the word itself. Printed ones only.
    pub(super) fn forms(&self, word: &SmolStr) -> Vec<SmolStr> {
        match self.shelf {
            Some(language) => self.stems.get(&stem(word, language)).map_or_else(Vec::new, |forms| forms.to_vec()),
            None => self.words.contains_key(word).then(|| word.clone()).into_iter().collect(),
        }
    }

    /// The most printed words that begin with some letters.
    pub(super) fn completions(&self, letters: &str) -> Vec<SmolStr> {
        let mut found: Vec<_> = self.from(letters).take_while(|(word, _)| word.starts_with(letters)).take(LOOKED_AT).collect();
        found.sort_by_key(|(_, postings)| std::cmp::Reverse(postings.len()));
        found.into_iter().take(COMPLETIONS).map(|(word, _)| word.clone()).collect()
    }

    /// The words that are one slip away from a word: a letter left out, added, changed, or two neighbours in each other's place.
    pub(super) fn near(&self, word: &str) -> Vec<SmolStr> {
        near::near(self, word)
    }

    /// The words from some letters on, in order.
    fn from(&self, letters: &str) -> impl Iterator<Item = (&SmolStr, &Postings)> {
        self.words.range::<_, str>((Bound::Included(letters), Bound::Unbounded))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Language;

    fn dictionary(words: &[&str]) -> Dictionary {
        let mut dictionary = Dictionary::new(Some(Language::Fr));
        for (document, word) in words.iter().enumerate() {
            dictionary.insert(SmolStr::new(word), document as u32, Weight::of(1.0));
        }
        dictionary
    }

    #[test]
    fn a_word_stands_for_the_forms_that_are_printed() {
        let mut dictionary = dictionary(&["reintegration", "reintegre", "retour"]);
        assert_eq!(dictionary.forms(&"reintegrer".into()), ["reintegration", "reintegre"]);
        dictionary.remove(&"reintegre".into(), 1);
        assert_eq!(dictionary.forms(&"reintegrer".into()), ["reintegration"]);
        dictionary.remove(&"reintegration".into(), 0);
        assert_eq!(dictionary.forms(&"reintegrer".into()), [""; 0]);
    }

    #[test]
    fn the_most_printed_completions_come_first() {
        let dictionary = dictionary(&["rente", "retour", "retour", "sante"]);
        assert_eq!(dictionary.completions("re"), ["retour", "rente"]);
        assert_eq!(dictionary.completions("x"), [""; 0]);
    }
}
