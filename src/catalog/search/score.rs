//! How well one word fits each record: BM25.
//!
//! A word scores by how rare it is times how much it says about the record. The latter levels off: the tenth time that a text
//! says a word adds little. What the word weighs in a record was worked out when the record was put.
//!
//! All is added up in whole parts of one, so that the same words give the same score in whatever order they are looked up.

use super::postings::{Reader, Weight};
use super::query::{Asked, Fit, Printed};

/// The parts of a score that make one.
const PARTS: f32 = (1 << 16) as f32;

/// The parts of a weight that make one: eighths, and half of them for a guess.
const SIXTEENTHS: f32 = 16.0;

/// The weight at which a word has half its score.
const HALF_SCORE: f32 = 2.0;

/// What a record's own code or key adds: more than all words of a question together.
const OWN_CODE: f32 = 1000.0;

/// The weight that stands for a record's own code among the sums of others, which never reach it; in sixteenths.
const OWN_WEIGHT: u32 = 16_000_000;

/// How many documents are scored at a time where a word is in very many, and how many are very many.
const WINDOW: u32 = 1 << 16;
const VERY_MANY: usize = 1 << 15;

/// The sums of weights whose score is worked out beforehand where a word is in very many documents.
const COMMON_SUMS: usize = 4096;

/// What so many parts of a score come to.
pub(super) fn value(parts: u32) -> f32 {
    parts as f32 / PARTS
}

/// What a word that so many of all documents print is worth.
pub(super) fn rarity(count: usize, all: usize) -> f32 {
    let (count, all) = (count.min(all) as f32, all as f32);
    (1.0 + (all - count + 0.5) / (count + 0.5)).ln()
}

/// The documents that print a word, all or those among some, and what it scores there in parts, in the order of their numbers.
///
/// The forms of one language are summed up; of several languages the best counts, so that a record is not ahead for being
/// translated.
pub(super) fn scores(asked: &Asked, among: Option<&[u32]>) -> Vec<(u32, u32)> {
    let mut printed: Vec<&Printed> = asked.printed.iter().collect();
    printed.sort_by_key(|printed| printed.term.shelf);
    let shelves = printed.chunk_by(|one, other| one.term.shelf == other.term.shelf);
    match among {
        None if asked.count() >= VERY_MANY => window_by_window(shelves.collect(), asked.read.rarity),
        _ => {
            let sums = shelves.flat_map(|shelf| sum(shelf, among)).collect();
            let best = merge(sums, u32::max).into_iter();
            best.map(|(document, sum)| (document, score(sum, asked.read.rarity))).collect()
        }
    }
}

/// What the words of one shelf say about each document.
fn sum(shelf: &[&Printed], among: Option<&[u32]>) -> Vec<(u32, u32)> {
    let mut weights = Vec::new();
    for Printed { fit, postings, .. } in shelf {
        let add = |document, weight| weights.push((document, weigh(weight, *fit)));
        match among {
            Some(some) => postings.each_among(some, add),
            None => postings.each(add),
        }
    }
    merge(weights, |one, other| one + other)
}

/// As [`sum`] and the best of the shelves, for very many documents: their sums are kept by their numbers, a window at a time, so
/// nothing needs to be put in order.
fn window_by_window(shelves: Vec<&[&Printed]>, rarity: f32) -> Vec<(u32, u32)> {
    let common: Vec<u32> = (0..COMMON_SUMS as u32).map(|sum| score(sum, rarity)).collect();
    let mut shelves: Vec<Vec<(Reader<'_>, Fit)>> =
        shelves.iter().map(|shelf| shelf.iter().map(|printed| (printed.postings.reader(), printed.fit)).collect()).collect();
    let [mut best, mut sums] = [0; 2].map(|_| vec![0_u32; WINDOW as usize]);
    let mut found = Vec::new();
    while let Some(next) = shelves.iter().flatten().filter_map(|(reader, _)| reader.next()).min() {
        let start = next - next % WINDOW;
        for shelf in &mut shelves {
            for (reader, fit) in shelf {
                reader.each_within(start, WINDOW, |offset, weight| sums[offset as usize] += weigh(weight, *fit));
            }
            best.iter_mut().zip(&mut sums).for_each(|(best, sum)| *best = (*best).max(std::mem::take(sum)));
        }
        for (offset, sum) in best.iter_mut().enumerate().filter(|(_, sum)| **sum > 0) {
            let sum = std::mem::take(sum);
            let score = common.get(sum as usize).copied().unwrap_or_else(|| score(sum, rarity));
            found.push((start + offset as u32, score));
        }
    }
    found
}

/// What a sum of weights scores.
fn score(sum: u32, rarity: f32) -> u32 {
    let own = if sum >= OWN_WEIGHT { OWN_CODE } else { 0.0 };
    let weight = sum as f32 / SIXTEENTHS;
    ((own + rarity * weight / (weight + HALF_SCORE)) * PARTS).round() as u32
}

/// A weight in sixteenths.
fn weigh(weight: Weight, fit: Fit) -> u32 {
    match fit {
        Fit::Word if weight == Weight::OWN => OWN_WEIGHT,
        Fit::Word => weight.eighths() * 2,
        Fit::Guess => weight.eighths(),
    }
}

/// Puts lists that follow each other, each in order, into one order, and what is said of one document into one.
fn merge(mut said: Vec<(u32, u32)>, together: impl Fn(u32, u32) -> u32) -> Vec<(u32, u32)> {
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
