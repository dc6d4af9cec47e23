//! How much each word says about a record.
//!
//! This is the part of BM25F that a record decides by itself: how often each field prints the word, times what the field
//! counts, a running text's share lessened where the text is long. BM25 compares a text with the average of all; here the
//! average is a constant, so that a write changes the numbers of its own record and of no other.

use smol_str::SmolStr;

use super::analysis::{Lexicon, SHELVES, Term, tokens};
use super::fields::{Role, texts};
use super::postings::Weight;
use crate::domain::Record;

/// What a word of a title of common length counts, of a place, of running text of common length.
const TITLE: f32 = 10.0;
const DETAIL: f32 = 4.0;
const BODY: f32 = 1.0;

/// What a running text gives a word at most: however often it says it, a title that says it once is ahead.
const MOST_BODY: f32 = 4.0;

/// How many words a title commonly has, stop words left out, and what each of them counts at least in a long one.
const COMMON_TITLE: f32 = 10.0;
const LEAST_TITLE: f32 = 5.0;

/// How many words a running text commonly has, stop words left out, and how far another length counts.
const COMMON_LENGTH: f32 = 100.0;
const LENGTH_COUNTS: f32 = 0.75;

/// What words count is added up in whole parts of one, so that their order does not matter.
const PARTS: f32 = (1 << 20) as f32;

/// What is known so far of a word of a record.
#[derive(Debug)]
struct Said {
    word: u32,
    own: bool,
    in_bodies: u64,
    elsewhere: u64,
}

/// Weighs the words of records, and remembers the words.
#[derive(Debug, Default)]
pub(super) struct Weigher {
    lexicon: Lexicon,
    said: Vec<Said>,
    /// For each word, where in `said` it was put last.
    places: Vec<u32>,
    of_text: Vec<u32>,
}

impl Weigher {
    /// The words that were met, in order, a list a shelf, and the numbers that they have here.
    pub(super) fn into_words(self) -> [Vec<(SmolStr, u32)>; SHELVES] {
        self.lexicon.into_words()
    }

    /// The words of a record by their numbers, each once, and how much it says.
    pub(super) fn weigh(&mut self, record: &Record) -> impl Iterator<Item = (u32, Weight)> {
        self.said.clear();
        for text in texts(record) {
            if matches!(text.role, Role::Key | Role::Code) {
                let word = self.lexicon.number_of(Term::exact(text.text));
                self.said(word).own = true;
            }
            if text.role == Role::Key {
                continue;
            }
            let mut words = std::mem::take(&mut self.of_text);
            words.extend(tokens(text.text).filter_map(|token| self.lexicon.number(text.text, token, text.language)));
            let counts = (counts(text.role, words.len()) * PARTS) as u64;
            for word in words.drain(..) {
                let said = self.said(word);
                let sum = if text.role == Role::Body { &mut said.in_bodies } else { &mut said.elsewhere };
                *sum += counts;
            }
            self.of_text = words;
        }
        self.said.iter().map(|said| (said.word, said.weight()))
    }

    fn said(&mut self, word: u32) -> &mut Said {
        if self.places.len() <= word as usize {
            self.places.resize(word as usize + 1, 0);
        }
        let place = &mut self.places[word as usize];
        if self.said.get(*place as usize).is_none_or(|said| said.word != word) {
            *place = self.said.len() as u32;
            self.said.push(Said { word, own: false, in_bodies: 0, elsewhere: 0 });
        }
        &mut self.said[*place as usize]
    }
}

impl Said {
    fn weight(&self) -> Weight {
        if self.own {
            return Weight::OWN;
        }
        Weight::of(self.elsewhere as f32 / PARTS + (self.in_bodies as f32 / PARTS).min(MOST_BODY))
    }
}

/// What each word of a text of so many counts.
fn counts(role: Role, words: usize) -> f32 {
    match role {
        // A name of one word says all with it; in the longest title a word still says more than the text below.
        Role::Key | Role::Code | Role::Title => (2.0 * TITLE / (1.0 + words as f32 / COMMON_TITLE)).max(LEAST_TITLE),
        Role::Detail | Role::Implied => DETAIL,
        Role::Body => BODY / (1.0 - LENGTH_COUNTS + LENGTH_COUNTS * words as f32 / COMMON_LENGTH),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Language, Localized, Project, ProjectText};

    fn weights(title: &str, description: &str) -> Vec<(String, Weight)> {
        let text = ProjectText { title: title.into(), description: Some(description.into()) };
        let project = Project { texts: Localized::one(Language::Fr, text), ..Project::new("RR.0147") };
        super::super::tests::weighed(&Record::from(project))
            .into_iter()
            .map(|(term, weight)| (term.word.to_string(), weight))
            .collect()
    }

    #[test]
    fn titles_are_ahead_of_bodies_however_long() {
        let weights = weights("Le retour", &"réintégration ".repeat(1000));
        let of = |word: &str| weights.iter().find(|(printed, _)| printed == word).unwrap().1;
        assert!(of("retour") > of("reintegration"));
        assert_eq!(of("rr.0147"), Weight::OWN);
        assert_eq!(weights.iter().filter(|(word, _)| word == "le").count(), 0);
    }

    #[test]
    fn a_long_text_says_less_with_each_word() {
        let short = weights("", "retour");
        let long = weights("", &format!("retour {}", "et ville ".repeat(500)));
        let of = |weights: &[(String, Weight)]| weights.iter().find(|(printed, _)| printed == "retour").unwrap().1;
        assert!(of(&short) > of(&long));
    }
}
