//! The words of one language, in order, each with the documents that print it.

mod leaf;
mod near;
mod words;

use smol_str::SmolStr;

use super::analysis::{Shelf, stem};
use super::postings::Postings;
use crate::domain::Language;
pub(super) use words::Words;

/// The words of one shelf. They are kept as they are, not as their stems: so the beginning of a word and a slip in it can be
/// looked for, and a word is stemmed only when it is first met.
#[derive(Debug, Clone)]
pub(super) struct Dictionary {
    shelf: Shelf,
    words: Words<Postings>,
    /// Each word after its stem and [`BETWEEN`].
    stems: Words<()>,
}

/// Stands between a stem and a word that has it: below all letters, so that the words of a stem follow each other.
const BETWEEN: char = '\0';

impl Dictionary {
    pub(super) fn new(shelf: Shelf) -> Dictionary {
        Dictionary { shelf, words: Words::new(), stems: Words::new() }
    }

    /// Adds documents to those of words, which are in order. They are not among them yet.
    pub(super) fn merge(&mut self, words: Vec<(SmolStr, Postings)>) {
        let mut new = Vec::new();
        for (word, mut postings) in words {
            if self.words.get(&word).is_none() {
                postings.close();
                new.push((word, postings));
            } else if let Some(before) = self.words.get_mut(&word) {
                before.append(postings);
            }
        }
        if let Some(language) = self.shelf {
            let mut stems: Vec<_> = new.iter().map(|(word, _)| (after_stem(word, language), ())).collect();
            stems.sort_unstable();
            self.stems.merge(stems);
        }
        self.words.merge(new);
    }

    /// The words, and the words after their stems.
    pub(super) fn parts(&self) -> (&Words<Postings>, &Words<()>) {
        (&self.words, &self.stems)
    }

    /// As [`Dictionary::parts`], to fill them.
    pub(super) fn parts_mut(&mut self) -> (&mut Words<Postings>, &mut Words<()>) {
        (&mut self.words, &mut self.stems)
    }

    /// Takes a document from those of a word, and the word with its last one.
    pub(super) fn remove(&mut self, word: &SmolStr, document: u32) {
        if self.words.get_mut(word).is_none_or(|postings| postings.remove(document)) {
            return;
        }
        self.words.remove(word);
        if let Some(language) = self.shelf {
            self.stems.remove(&after_stem(word, language));
        }
    }

    /// The documents that print a word.
    pub(super) fn postings(&self, word: &str) -> Option<&Postings> {
        self.words.get(word)
    }

    /// The words that share a word's stem; on the shelf of no language, the word itself. Printed ones only.
    pub(super) fn forms(&self, word: &SmolStr) -> Vec<SmolStr> {
        let Some(language) = self.shelf else {
            return self.words.get(word).map(|_| word.clone()).into_iter().collect();
        };
        let mut beginning = stem(word, language).to_string();
        beginning.push(BETWEEN);
        let same = self.stems.from(&beginning).map_while(|(word, ())| word.strip_prefix(beginning.as_str()).map(SmolStr::new));
        same.collect()
    }

    /// The words that begin with some letters, in order, each with the documents that print it.
    pub(super) fn completions<'a>(&'a self, letters: &'a str) -> impl Iterator<Item = (SmolStr, &'a Postings)> + 'a {
        self.from(letters).take_while(move |(word, _)| word.starts_with(letters))
    }

    /// The words that are one slip away from a word: a letter left out, added, changed, or two neighbours in each other's place.
    pub(super) fn near(&self, word: &str) -> Vec<SmolStr> {
        near::near(self, word)
    }

    /// The words from some letters on, in order.
    fn from<'a>(&'a self, letters: &'a str) -> impl Iterator<Item = (SmolStr, &'a Postings)> + 'a {
        self.words.from(letters)
    }
}

fn after_stem(word: &SmolStr, language: Language) -> SmolStr {
    smol_str::format_smolstr!("{}{BETWEEN}{word}", stem(word, language))
}

#[cfg(test)]
mod tests {
    use super::super::postings::Weight;
    use super::*;

    fn dictionary(words: &[&str]) -> Dictionary {
        let mut dictionary = Dictionary::new(Some(Language::Fr));
        for (document, word) in words.iter().enumerate() {
            dictionary.merge(vec![(SmolStr::new(word), Postings::One(document as u32, Weight::of(1.0)))]);
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
    fn completions_begin_with_the_letters() {
        let dictionary = dictionary(&["rente", "retour", "retour", "sante"]);
        let completions =
            |letters| dictionary.completions(letters).map(|(word, of)| (word.to_string(), of.len())).collect::<Vec<_>>();
        assert_eq!(completions("re"), [("rente".to_owned(), 1), ("retour".to_owned(), 2)]);
        assert_eq!(completions("x"), []);
    }
}
