//! The words of one language, in order, each with the documents that print it.

mod leaf;
mod near;
mod words;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::analysis::{Shelf, stem};
use super::postings::{Postings, Weight};
use crate::domain::Language;
pub(super) use words::Words;

/// The words of one shelf. They are kept as they are, not as their stems: so the beginning of a word and a slip in it can be
/// looked for, and a word is stemmed only when it is first met.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Dictionary {
    shelf: Shelf,
    words: Words<Postings>,
    /// Each word after its stem and [`BETWEEN`].
    stems: Words<()>,
}

/// How many words a leaf has at most, where little is said of each.
const LEAF: usize = 64;

/// Stands between a stem and a word that has it: below all letters, so that the words of a stem follow each other.
const BETWEEN: char = '\0';

impl Dictionary {
    pub(super) fn new(shelf: Shelf) -> Dictionary {
        // Words of a language are said by many, and such a leaf costs more to copy than one of codes and names.
        let full = if shelf.is_some() { LEAF / 4 } else { LEAF };
        Dictionary { shelf, words: Words::new(full), stems: Words::new(LEAF) }
    }

    /// Takes documents from those of words, which are in order, and adds others. A word goes with its last document.
    pub(super) fn change(&mut self, words: impl Iterator<Item = (SmolStr, Said)>) {
        let (mut new, mut lost) = (Vec::new(), Vec::new());
        for (word, Said { gone, said }) in words {
            let Some(postings) = self.words.get_mut(&word) else {
                new.extend(Postings::of(&said).map(|postings| (word, postings)));
                continue;
            };
            if gone.into_iter().all(|document| postings.remove(document)) {
                postings.add(&said);
                continue;
            }
            match Postings::of(&said) {
                Some(said) => *postings = said,
                None => lost.push(word),
            }
        }
        lost.iter().for_each(|word| self.words.remove(word));
        if let Some(language) = self.shelf {
            lost.iter().for_each(|word| self.stems.remove(&after_stem(word, language)));
            let mut stems: Vec<_> = new.iter().map(|(word, _)| (after_stem(word, language), ())).collect();
            stems.sort_unstable();
            self.stems.merge(stems);
        }
        self.words.merge(new);
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

/// What comes to be said of a word.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    /// The documents that do not print it any more, or print it otherwise.
    pub(super) gone: Vec<u32>,
    /// Those that print it now and are not among its documents, once these are gone; in order.
    pub(super) said: Vec<(u32, Weight)>,
}

fn after_stem(word: &SmolStr, language: Language) -> SmolStr {
    smol_str::format_smolstr!("{}{BETWEEN}{word}", stem(word, language))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dictionary(words: &[&str]) -> Dictionary {
        let mut dictionary = Dictionary::new(Some(Language::Fr));
        for (document, word) in words.iter().enumerate() {
            dictionary.change(std::iter::once((SmolStr::new(word), said(document as u32))));
        }
        dictionary
    }

    fn said(document: u32) -> Said {
        Said { gone: Vec::new(), said: vec![(document, Weight::of(1.0))] }
    }

    fn remove(dictionary: &mut Dictionary, word: &str, document: u32) {
        dictionary.change(std::iter::once((word.into(), Said { gone: vec![document], said: Vec::new() })));
    }

    #[test]
    fn a_word_stands_for_the_forms_that_are_printed() {
        let mut dictionary = dictionary(&["reintegration", "reintegre", "retour"]);
        assert_eq!(dictionary.forms(&"reintegrer".into()), ["reintegration", "reintegre"]);
        remove(&mut dictionary, "reintegre", 1);
        assert_eq!(dictionary.forms(&"reintegrer".into()), ["reintegration"]);
        remove(&mut dictionary, "reintegration", 0);
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
