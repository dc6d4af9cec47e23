//! How much each word says about a record.
//!
//! This is the part of BM25F that a record decides by itself: how often each field prints the word, times what the field
//! counts, a running text's share lessened where the text is long. BM25 compares a text with the average of all; here the
//! average is a constant, so that a write changes the numbers of its own record and of no other.

use super::analysis::{Term, term, tokens};
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

/// A word of one of the record's texts, and what it counts there.
struct Occurrence {
    term: Term,
    role: Role,
    counts: f32,
}

/// The words of a record in order, each once, and how much it says.
pub(super) fn weigh(record: &Record) -> Vec<(Term, Weight)> {
    let mut occurrences = Vec::new();
    let mut folded = String::new();
    for text in texts(record) {
        if matches!(text.role, Role::Key | Role::Code) {
            occurrences.push(Occurrence { term: Term::exact(text.text), role: text.role, counts: 0.0 });
        }
        if text.role == Role::Key {
            continue;
        }
        let first = occurrences.len();
        let terms = tokens(text.text).filter_map(|token| term(text.text, token, text.language, &mut folded));
        let role = if text.role == Role::Code { Role::Title } else { text.role };
        occurrences.extend(terms.map(|term| Occurrence { term, role, counts: 0.0 }));
        let counts = counts(role, occurrences.len() - first);
        occurrences[first..].iter_mut().for_each(|occurrence| occurrence.counts = counts);
    }
    occurrences.sort_unstable_by(|one, other| one.term.cmp(&other.term));
    let weigh_word = |same: &[Occurrence]| (same[0].term.clone(), weight(same));
    occurrences.chunk_by(|one, other| one.term == other.term).map(weigh_word).collect()
}

/// What each word of a text of so many counts.
fn counts(role: Role, words: usize) -> f32 {
    match role {
        Role::Key | Role::Code => 0.0,
        // A name of one word says all with it; in the longest title a word still says more than the text below.
        Role::Title => (2.0 * TITLE / (1.0 + words as f32 / COMMON_TITLE)).max(LEAST_TITLE),
        Role::Detail => DETAIL,
        Role::Body => BODY / (1.0 - LENGTH_COUNTS + LENGTH_COUNTS * words as f32 / COMMON_LENGTH),
    }
}

/// The weight of a word from all its occurrences.
fn weight(same: &[Occurrence]) -> Weight {
    if same.iter().any(|occurrence| matches!(occurrence.role, Role::Key | Role::Code)) {
        return Weight::OWN;
    }
    let of = |bodies: bool| same.iter().filter(move |occurrence| (occurrence.role == Role::Body) == bodies);
    let elsewhere: f32 = of(false).map(|occurrence| occurrence.counts).sum();
    let bodies: f32 = of(true).map(|occurrence| occurrence.counts).sum();
    Weight::of(elsewhere + bodies.min(MOST_BODY))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Language, Localized, Project, ProjectText};

    fn weights(title: &str, description: &str) -> Vec<(String, Weight)> {
        let text = ProjectText { title: title.into(), description: Some(description.into()) };
        let project = Project { texts: Localized::one(Language::Fr, text), ..Project::new("RR.0147") };
        weigh(&Record::Project(project)).into_iter().map(|(term, weight)| (term.word.to_string(), weight)).collect()
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
