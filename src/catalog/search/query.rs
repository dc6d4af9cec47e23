//! What a question asks for.

use std::collections::HashSet;

use smol_str::SmolStr;

use super::SearchIndex;
use super::analysis::{Shelf, Term, Token, is_stop_word, tokens};
use super::postings::Postings;
use super::score::rarity;
use crate::domain::{Language, NodeKind};

/// How many words of a question are read, compounds and their parts each counted. Those after them are left out.
const MOST_WORDS: usize = 64;

/// The fewest letters that are completed, and that may have a slip among them.
const LETTERS_TO_COMPLETE: usize = 2;
const LETTERS_FOR_A_SLIP: usize = 5;

/// A question in words.
#[derive(Debug, Clone, Copy)]
pub struct SearchQuery<'a> {
    /// The last word may be a beginning only, unless something follows it, be it a space.
    pub text: &'a str,
    /// The kinds of record that are wanted; all where none is named.
    pub kinds: &'a [NodeKind],
    /// The language of the words, and of the texts to look in; any where none is named. Codes and names are found in each.
    pub language: Option<Language>,
}

/// How well a printed word fits the asked one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// It is the word, or a form of it.
    Word,
    /// It begins like the word, or is a slip away. It counts half.
    Guess,
}

/// One asked word: the printed words that answer it.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) printed: Vec<Printed>,
    /// Whether a record must print it, or only had better.
    pub(super) required: bool,
    /// What it is worth.
    pub(super) rarity: f32,
}

impl Asked {
    /// In how many documents it is printed, each counted once a form.
    pub(super) fn count(&self) -> usize {
        self.printed.iter().map(|printed| printed.postings.len()).sum()
    }
}

/// A printed word that answers the asked one, and where.
#[derive(Debug, Clone)]
pub(super) struct Printed {
    pub(super) term: Term,
    pub(super) fit: Fit,
    pub(super) postings: Postings,
}

/// The words of a question, each with what is printed of it in the index.
#[derive(Debug, Clone, Default)]
pub(super) struct Meaning(pub(super) Vec<Asked>);

impl Meaning {
    /// Stop words are not asked for, unless there is nothing else; without a language, those of any.
    pub(super) fn of(query: &SearchQuery<'_>, index: &SearchIndex) -> Meaning {
        let languages = match &query.language {
            Some(language) => std::slice::from_ref(language),
            None => &Language::ALL,
        };
        let reader = Reader { query, index, languages };
        let all = reader.words();
        let telling: Vec<_> = all.iter().filter(|word| !reader.is_stop_word(word)).cloned().collect();
        let words = if telling.is_empty() { all } else { telling };
        Meaning(words.into_iter().map(|word| reader.asked(word)).collect())
    }

    /// The printed words that answer the question.
    pub(super) fn terms(&self) -> HashSet<&Term> {
        self.0.iter().flat_map(|asked| asked.printed.iter().map(|printed| &printed.term)).collect()
    }
}

/// A word of a question as typed, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    exact: Term,
    compound: bool,
    last: bool,
    required: bool,
}

struct Reader<'a> {
    query: &'a SearchQuery<'a>,
    index: &'a SearchIndex,
    languages: &'a [Language],
}

impl Reader<'_> {
    /// The words of the question, each once.
    ///
    /// A code (a compound with a digit, an e-mail address) is looked for as a whole wherever it is printed, in parts where it is
    /// not. Of other compounds the parts are looked for, and the whole makes a better hit.
    fn words(&self) -> Vec<Word> {
        let mut words: Vec<Word> = Vec::new();
        let mut read_to = 0;
        for token in tokens(self.query.text).take(MOST_WORDS) {
            if token.end <= read_to {
                continue;
            }
            let mut word = self.word(token);
            if token.whole {
                let code = word.exact.word.contains(|letter: char| letter.is_ascii_digit() || letter == '@');
                if self.asked(word.clone()).printed.is_empty() {
                    continue;
                }
                word.required = code;
                if code {
                    read_to = token.end;
                }
            }
            if !words.iter().any(|other| other.exact == word.exact) {
                words.push(word);
            }
        }
        words
    }

    fn word(&self, token: Token) -> Word {
        let text = self.query.text;
        let last = token.end == text.len();
        Word { exact: Term::exact(&text[token.start..token.end]), compound: token.whole, last, required: true }
    }

    fn is_stop_word(&self, word: &Word) -> bool {
        self.languages.iter().any(|language| is_stop_word(&word.exact.word, *language))
    }

    /// Finds what is printed of a word. A slip in it is thought of only where nothing else is printed.
    fn asked(&self, word: Word) -> Asked {
        let Word { exact, compound, last, required } = word;
        let letters = exact.word.chars().count();
        let plain = !compound && !exact.word.contains(|letter: char| letter.is_ascii_digit());
        let languages = self.languages.iter().filter(|language| plain && !is_stop_word(&exact.word, **language));
        let shelves: Vec<Shelf> = languages.copied().map(Some).chain([None]).collect();
        let mut found = Found { index: self.index, printed: Vec::new(), known: HashSet::new() };
        for &shelf in &shelves {
            found.add(shelf, self.index.dictionary(shelf).forms(&exact.word), Fit::Word);
        }
        if last && letters >= LETTERS_TO_COMPLETE {
            for &shelf in &shelves {
                found.add(shelf, self.index.dictionary(shelf).completions(&exact.word), Fit::Guess);
            }
        }
        if found.printed.is_empty() && plain && letters >= LETTERS_FOR_A_SLIP {
            for &shelf in &shelves {
                let dictionary = self.index.dictionary(shelf);
                for near in dictionary.near(&exact.word) {
                    found.add(shelf, dictionary.forms(&near), Fit::Guess);
                }
            }
        }
        let mut asked = Asked { printed: found.printed, required, rarity: 0.0 };
        asked.rarity = rarity(asked.count(), self.index.len());
        asked
    }
}

/// Printed words, each once, with the best fit first.
struct Found<'a> {
    index: &'a SearchIndex,
    printed: Vec<Printed>,
    known: HashSet<Term>,
}

impl Found<'_> {
    fn add(&mut self, shelf: Shelf, words: Vec<SmolStr>, fit: Fit) {
        for word in words {
            let term = Term { shelf, word };
            if self.known.insert(term.clone())
                && let Some(postings) = self.index.dictionary(shelf).postings(&term.word)
            {
                self.printed.push(Printed { term, fit, postings: postings.clone() });
            }
        }
    }
}
