//! How well one word fits each record: BM25.
//!
//! A word scores by how rare it is times how much it says about the record. The latter levels off: the tenth time that a text
//! says a word adds little. What the word weighs in a record was worked out when the record was put.

use super::SearchIndex;
use super::postings::{Postings, Weight};
use super::query::{Asked, Fit};

/// The weight at which a word has half its score.
const HALF_SCORE: f32 = 2.0;

/// What a record's own code or key adds: more than all words of a question together.
const OWN_CODE: f32 = 1000.0;

/// The weight that stands for a record's own code among the sums of others, which never reach it.
const OWN_WEIGHT: f32 = 1_000_000.0;

/// In how many documents a word is printed, each counted once a form.
pub(super) fn printed_in(index: &SearchIndex, asked: &Asked) -> usize {
    asked.terms.iter().filter_map(|(term, _)| index.postings(term)).map(Postings::len).sum()
}

/// The documents that print a word, all or those among some, and what it scores there, in the order of their numbers.
///
/// The forms of one language are summed up; of several languages the best counts, so that a record is not ahead for being
/// translated.
pub(super) fn scores(index: &SearchIndex, asked: &Asked, among: Option<&[u32]>) -> Vec<(u32, f32)> {
    let mut terms: Vec<_> = asked.terms.iter().collect();
    terms.sort_by_key(|(term, _)| term.shelf);
    let mut best = Vec::new();
    for same_shelf in terms.chunk_by(|(one, _), (other, _)| one.shelf == other.shelf) {
        let mut weights = Vec::new();
        for (term, fit) in same_shelf {
            let Some(postings) = index.postings(term) else { continue };
            let add = |document, weight| weights.push((document, weigh(weight, *fit)));
            match among {
                Some(some) => postings.each_among(some, add),
                None => postings.each(add),
            }
        }
        best.extend(merge(weights, |one, other| one + other));
    }
    let rarity = rarity(printed_in(index, asked), index.len());
    let mut scores = merge(best, f32::max);
    for (_, score) in &mut scores {
        let own = if *score >= OWN_WEIGHT { OWN_CODE } else { 0.0 };
        *score = own + rarity * *score / (*score + HALF_SCORE);
    }
    scores
}

/// What a word that so many of all documents print is worth.
fn rarity(count: usize, all: usize) -> f32 {
    let (count, all) = (count.min(all) as f32, all as f32);
    (1.0 + (all - count + 0.5) / (count + 0.5)).ln()
}

fn weigh(weight: Weight, fit: Fit) -> f32 {
    match fit {
        Fit::Word if weight == Weight::OWN => OWN_WEIGHT,
        Fit::Word => weight.value(),
        Fit::Guess => weight.value() / 2.0,
    }
}

/// Puts lists that follow each other, each in order, into one order, and what is said of one document into one.
fn merge(mut said: Vec<(u32, f32)>, together: impl Fn(f32, f32) -> f32) -> Vec<(u32, f32)> {
    said.sort_by_key(|(document, _)| *document);
    said.dedup_by(|(document, said), (before, of_before)| {
        let same = document == before;
        if same {
            *of_before = together(*of_before, *said);
        }
        same
    });
    said
}
