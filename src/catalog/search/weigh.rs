//! How much each word says about a record.
//!
//! This is the part of BM25F that a record decides by itself: how often each field prints the word, times what the field
//! counts, a running text's share lessened where the text is long. BM25 compares a text with the average of all; here the
//! average is a constant, so that a write changes the numbers of its own record and of no other.

use std::cell::Cell;

use smol_str::SmolStr;

use super::analysis::{Lexicon, SHELVES, Term, tokens};
use super::fields::{Role, Text, texts};
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

/// How many words a thread remembers from one time to the next: as many as the titles of most stores have.
const REMEMBERED: usize = 1 << 12;

/// What is known so far of a word: what the record says with it that stood there, and what the one that is to stand there says.
#[derive(Debug)]
struct Said {
    word: u32,
    by: [Count; 2],
}

/// How often a record says a word.
#[derive(Debug, Default, Clone, Copy)]
struct Count {
    own: bool,
    in_bodies: u64,
    elsewhere: u64,
}

/// Which of two records a text belongs to.
const BEFORE: &[usize] = &[0];
const AFTER: &[usize] = &[1];
const BOTH: &[usize] = &[0, 1];

/// Weighs the words of records, and remembers the words.
#[derive(Debug, Default)]
pub(super) struct Weigher {
    lexicon: Lexicon,
    said: Vec<Said>,
    /// For each word, where in `said` it was put last.
    places: Vec<u32>,
    of_text: Vec<u32>,
}

thread_local! {
    /// The weigher that a thread used last, if it does not remember too much.
    static LAST: Cell<Option<Weigher>> = const { Cell::new(None) };
}

impl Weigher {
    /// The one that the thread used last, which knows most words already.
    pub(super) fn last() -> Weigher {
        LAST.take().unwrap_or_default()
    }

    /// Leaves it to whoever asks for the last one.
    pub(super) fn leave(self) {
        if self.lexicon.len() <= REMEMBERED {
            LAST.set(Some(self));
        }
    }

    /// The words under some of the numbers that they have here: those of each shelf in order.
    pub(super) fn words(&self, numbers: impl Iterator<Item = u32>) -> [Vec<(SmolStr, u32)>; SHELVES] {
        self.lexicon.words(numbers)
    }

    /// The words by their numbers, each once, that a record says otherwise than the one before it: how much each says with it, if
    /// anything. What both print is read once.
    pub(super) fn weigh(
        &mut self,
        before: Option<&Record>,
        after: Option<&Record>,
    ) -> impl Iterator<Item = (u32, Option<Weight>, Option<Weight>)> {
        self.said.clear();
        let mut gone = before.map(texts).unwrap_or_default();
        gone.sort_unstable();
        let mut kept = vec![false; gone.len()];
        let (same, new): (Vec<_>, Vec<_>) = after
            .map(texts)
            .unwrap_or_default()
            .into_iter()
            .partition(|text| gone.binary_search(text).is_ok_and(|place| !std::mem::replace(&mut kept[place], true)));
        let mut kept = kept.into_iter();
        gone.retain(|_| !kept.next().unwrap_or_default());
        new.iter().for_each(|text| self.read(text, AFTER));
        gone.iter().for_each(|text| self.read(text, BEFORE));
        if !self.said.is_empty() {
            same.iter().for_each(|text| self.read(text, BOTH));
        }
        let weights = self.said.iter().map(|said| (said.word, said.by[0].weight(), said.by[1].weight()));
        weights.filter(|(_, before, after)| before != after)
    }

    /// Counts the words of a text for the records that print it; of one that both print, only those that other texts say too.
    fn read(&mut self, text: &Text<'_>, by: &[usize]) {
        let in_both = by == BOTH;
        if matches!(text.role, Role::Key | Role::Code) {
            let term = Term::exact(text.text);
            let word = if in_both { self.lexicon.known_term(&term) } else { Some(self.lexicon.number_of(term)) };
            if let Some(said) = word.and_then(|word| self.said(word, !in_both)) {
                by.iter().for_each(|by| said.by[*by].own = true);
            }
        }
        if text.role == Role::Key {
            return;
        }
        let (mut words, mut all) = (std::mem::take(&mut self.of_text), 0);
        for token in tokens(text.text) {
            let number = match in_both {
                true => self.lexicon.known(text.text, token, text.language),
                false => self.lexicon.number(text.text, token, text.language).map(Some),
            };
            all += usize::from(number.is_some());
            words.extend(number.flatten());
        }
        let counts = (counts(text.role, all) * PARTS) as u64;
        for word in words.drain(..) {
            let Some(said) = self.said(word, !in_both) else { continue };
            for by in by {
                let Count { in_bodies, elsewhere, .. } = &mut said.by[*by];
                *if text.role == Role::Body { in_bodies } else { elsewhere } += counts;
            }
        }
        self.of_text = words;
    }

    /// What is known of a word so far; where nothing is, a new place for it, if it is to have one.
    fn said(&mut self, word: u32, may_be_new: bool) -> Option<&mut Said> {
        if self.places.len() <= word as usize {
            self.places.resize(word as usize + 1, 0);
        }
        let place = &mut self.places[word as usize];
        if self.said.get(*place as usize).is_none_or(|said| said.word != word) {
            if !may_be_new {
                return None;
            }
            *place = self.said.len() as u32;
            self.said.push(Said { word, by: [Count::default(); 2] });
        }
        self.said.get_mut(*place as usize)
    }
}

impl Count {
    /// None where the record does not say the word.
    fn weight(&self) -> Option<Weight> {
        match self {
            Count { own: true, .. } => Some(Weight::OWN),
            Count { in_bodies: 0, elsewhere: 0, .. } => None,
            Count { in_bodies, elsewhere, .. } => {
                Some(Weight::of(*elsewhere as f32 / PARTS + (*in_bodies as f32 / PARTS).min(MOST_BODY)))
            }
        }
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
