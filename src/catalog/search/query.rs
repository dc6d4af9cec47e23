//! What a question asks for.

use std::cmp::Reverse;
use std::collections::HashSet;

use smol_str::SmolStr;

use super::SearchIndex;
use super::analysis::{Shelf, Term, Token, is_stop_word, tokens};
use super::postings::Postings;
use super::reading::{MOST, Reading, WordRead, mark};
use super::score::rarity;
use crate::domain::{Language, NodeKind};

/// How many words of a question are read, compounds and their parts each counted. Those after them are left out.
const MOST_WORDS: u8 = 64;

/// The fewest letters that are completed, and that may have a slip among them.
const LETTERS_TO_COMPLETE: usize = 2;
const LETTERS_FOR_A_SLIP: usize = 5;

/// How many words of a language are looked at to complete the beginning of one, and how many of all, the most printed, it stands for.
const LOOKED_AT: usize = 4096;
const COMPLETIONS: usize = 64;

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
    /// How it was read.
    pub(super) read: WordRead,
}

impl Asked {
    /// In how many documents it is printed, each counted once a form.
    pub(super) fn count(&self) -> usize {
        count(&self.printed)
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
    /// What a question means, read anew or as it was read before. Stop words are not asked for, unless there is nothing else;
    /// without a language, those of any.
    pub(super) fn of(query: &SearchQuery<'_>, index: &SearchIndex, reading: Option<&Reading>) -> Meaning {
        let languages = match &query.language {
            Some(language) => std::slice::from_ref(language),
            None => &Language::ALL,
        };
        let reader = Reader { query, index, languages, reading };
        let all = reader.words();
        let telling: Vec<_> = all.iter().filter(|word| !reader.is_stop_word(word)).cloned().collect();
        let words = if telling.is_empty() { all } else { telling };
        Meaning(words.into_iter().map(|word| reader.asked(word)).collect())
    }

    /// How the question was read.
    pub(super) fn reading(&self, partial: bool) -> Reading {
        Reading { partial, words: self.0.iter().map(|asked| asked.read.clone()).collect() }
    }

    /// The printed words that answer the question.
    pub(super) fn terms(&self) -> HashSet<&Term> {
        self.0.iter().flat_map(|asked| asked.printed.iter().map(|printed| &printed.term)).collect()
    }
}

/// A word of a question as typed, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    number: u8,
    exact: Term,
    compound: bool,
    last: bool,
    required: bool,
}

struct Reader<'a> {
    query: &'a SearchQuery<'a>,
    index: &'a SearchIndex,
    languages: &'a [Language],
    reading: Option<&'a Reading>,
}

impl Reader<'_> {
    /// The words of the question, each once.
    ///
    /// A code (a compound with a digit, an e-mail address) is looked for as a whole wherever it is printed, in parts where it is
    /// not. Of other compounds the parts are looked for, and the whole makes a better hit.
    fn words(&self) -> Vec<Word> {
        let mut words: Vec<Word> = Vec::new();
        let mut read_to = 0;
        for (number, token) in (0..MOST_WORDS).zip(tokens(self.query.text)) {
            if token.end <= read_to || self.reading.is_some_and(|reading| reading.word(number).is_none()) {
                continue;
            }
            let mut word = self.word(number, token);
            if token.whole {
                let code = word.exact.word.contains(|letter: char| letter.is_ascii_digit() || letter == '@');
                if self.reading.is_none() && self.asked(word.clone()).printed.is_empty() {
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

    fn word(&self, number: u8, token: Token) -> Word {
        let text = self.query.text;
        let last = token.end == text.len();
        Word { number, exact: Term::exact(&text[token.start..token.end]), compound: token.whole, last, required: true }
    }

    fn is_stop_word(&self, word: &Word) -> bool {
        self.languages.iter().any(|language| is_stop_word(&word.exact.word, *language))
    }

    /// Finds what is printed of a word. A slip in it is thought of only where nothing else is printed.
    fn asked(&self, word: Word) -> Asked {
        let Word { number, exact, compound, last, required } = word;
        let before = self.reading.and_then(|reading| reading.word(number));
        let letters = exact.word.chars().count();
        let plain = !compound && !exact.word.contains(|letter: char| letter.is_ascii_digit());
        let languages = self.languages.iter().filter(|language| plain && !is_stop_word(&exact.word, **language));
        let shelves: Vec<Shelf> = languages.copied().map(Some).chain([None]).collect();
        let mut found = Found { index: self.index, printed: Vec::new(), known: HashSet::new() };
        for &shelf in &shelves {
            found.add(shelf, self.index.dictionary(shelf).forms(&exact.word), Fit::Word);
        }
        let mut completions = Vec::new();
        if last && letters >= LETTERS_TO_COMPLETE {
            let completed = match before {
                Some(before) => self.marked(&shelves, &exact.word, &before.completions),
                None => self.completions(&shelves, &exact.word),
            };
            completions = completed.iter().map(|Term { shelf, word }| mark(*shelf, word)).collect();
            completed.into_iter().for_each(|Term { shelf, word }| found.add(shelf, vec![word], Fit::Guess));
        }
        let mut near = Vec::new();
        if let Some(before) = before {
            near.clone_from(&before.near);
        } else if found.printed.is_empty() && plain && letters >= LETTERS_FOR_A_SLIP {
            let near_on = |shelf: Shelf| {
                let words = self.index.dictionary(shelf).near(&exact.word).into_iter();
                words.map(move |word| Term { shelf, word })
            };
            near.extend(shelves.iter().copied().flat_map(near_on).take(MOST));
        }
        for Term { shelf, word } in &near {
            found.add(*shelf, self.index.dictionary(*shelf).forms(word), Fit::Guess);
        }
        let printed = found.printed;
        let count = count(&printed);
        let read = match before {
            Some(before) => before.clone(),
            None => WordRead { number, rarity: rarity(count, self.index.len()), completions, near },
        };
        Asked { printed, required, read }
    }

    /// The most printed words that begin with some letters.
    fn completions(&self, shelves: &[Shelf], letters: &str) -> Vec<Term> {
        let begin_alike = |shelf: Shelf| {
            let words = self.index.dictionary(shelf).completions(letters).take(LOOKED_AT);
            words.map(move |(word, postings)| (Term { shelf, word }, postings.len()))
        };
        let mut found: Vec<_> = shelves.iter().copied().flat_map(begin_alike).collect();
        found.sort_by_key(|(_, count)| Reverse(*count));
        found.into_iter().take(COMPLETIONS).map(|(term, _)| term).collect()
    }

    /// The words that begin with some letters and have one of some marks, as far as they are still printed.
    fn marked(&self, shelves: &[Shelf], letters: &str, marks: &[u32]) -> Vec<Term> {
        let begin_alike = |shelf: Shelf| {
            let words = self.index.dictionary(shelf).completions(letters).map(move |(word, _)| Term { shelf, word });
            words.filter(|term| marks.contains(&mark(term.shelf, &term.word)))
        };
        shelves.iter().copied().flat_map(begin_alike).take(marks.len()).collect()
    }
}

/// In how many documents words are printed, each counted once a form.
fn count(printed: &[Printed]) -> usize {
    printed.iter().map(|printed| printed.postings.len()).sum()
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
