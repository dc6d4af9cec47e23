//! How a question was read, so that its pages go on as the first one began.
//!
//! What a record scores depends on its own words, and on how the question is read: which of its words count, what each is worth, and
//! which printed words are taken for a beginning or a slip. The latter goes by all records, so every write may move it a little. A cursor
//! carries the reading of the first page, and the pages after it keep to it: the score of a record that nobody touched is the same
//! to the last bit, so it comes once, and is not lost. A record that was written meanwhile stands where its new words put it.

use smol_str::SmolStr;

use super::analysis::{SHELVES, Shelf, Term, place};
use super::bytes::{read_byte, read_number, write_number};
use crate::domain::Language;

/// How many completions, and how many words near a slip, a reading has at most.
pub(super) const MOST: usize = 1024;

/// How a question was read. See [`SearchIndex::search`](super::SearchIndex::search).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// Whether records with only some of the words were taken, as none had all.
    pub(super) partial: bool,
    pub(super) words: Vec<WordRead>,
}

/// How one word of a question was read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct WordRead {
    /// Which word it is, counted with all that were left out.
    pub(super) number: u8,
    /// What it is worth.
    pub(super) rarity: f32,
    /// The words that were taken for its completions, by their marks.
    pub(super) completions: Vec<u32>,
    /// The words that it was taken to be a slip of.
    pub(super) near: Vec<Term>,
}

/// The mark of a word: two of the words that begin alike hardly ever have the same.
pub(super) fn mark(shelf: Shelf, word: &str) -> u32 {
    let mut sum = crc32fast::Hasher::new_with_initial(place(shelf) as u32);
    sum.update(word.as_bytes());
    sum.finalize()
}

impl Reading {
    pub(super) fn word(&self, number: u8) -> Option<&WordRead> {
        self.words.iter().find(|word| word.number == number)
    }

    /// The reading as bytes, for a cursor.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![u8::from(self.partial)];
        for WordRead { number, rarity, completions, near } in &self.words {
            bytes.push(*number);
            bytes.extend(rarity.to_be_bytes());
            write_number(completions.len() as u64, &mut bytes);
            completions.iter().for_each(|mark| bytes.extend(mark.to_be_bytes()));
            write_number(near.len() as u64, &mut bytes);
            for Term { shelf, word } in near {
                bytes.push(place(*shelf) as u8);
                write_number(word.len() as u64, &mut bytes);
                bytes.extend(word.as_bytes());
            }
        }
        bytes
    }

    /// The reading that a cursor carries; nothing, if it carries none.
    pub fn from_bytes(bytes: &[u8]) -> Option<Reading> {
        let mut left = bytes;
        let partial = read_byte(&mut left).filter(|byte| *byte < 2)? == 1;
        let mut words = Vec::new();
        while !left.is_empty() {
            words.push(word(&mut left)?);
        }
        Some(Reading { partial, words })
    }
}

fn word(left: &mut &[u8]) -> Option<WordRead> {
    let number = read_byte(left)?;
    let rarity = f32::from_be_bytes(four(left)?);
    let mut completions = Vec::new();
    for _ in 0..read_number(left).filter(|count| *count <= MOST as u64)? {
        completions.push(u32::from_be_bytes(four(left)?));
    }
    let mut near = Vec::new();
    for _ in 0..read_number(left).filter(|count| *count <= MOST as u64)? {
        let place = usize::from(read_byte(left)?);
        let length = usize::try_from(read_number(left)?).ok()?;
        let (word, rest) = left.split_at_checked(length)?;
        *left = rest;
        let shelf = Language::ALL.get(place).copied();
        near.push(Term { shelf, word: SmolStr::new(std::str::from_utf8(word).ok().filter(|_| place < SHELVES)?) });
    }
    // No word is worth less than nothing, nor more than one that is in a single one of all records that there can be.
    (0.0..=32.0).contains(&rarity).then_some(WordRead { number, rarity, completions, near })
}

fn four(left: &mut &[u8]) -> Option<[u8; 4]> {
    let (four, rest) = left.split_first_chunk()?;
    *left = rest;
    Some(*four)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_comes_out_of_its_bytes_and_of_no_part_of_them() {
        let near =
            vec![Term { shelf: Some(Language::Es), word: "reintegración".into() }, Term { shelf: None, word: "nino".into() }];
        let words = vec![
            WordRead { number: 3, rarity: 1.25, completions: vec![mark(None, "rr.0147"), 7], near: Vec::new() },
            WordRead { number: 4, rarity: 0.0, completions: Vec::new(), near },
        ];
        let reading = Reading { partial: true, words };
        let bytes = reading.to_bytes();
        assert_eq!(Reading::from_bytes(&bytes), Some(reading));
        let whole = (0..bytes.len()).filter(|end| Reading::from_bytes(&bytes[..*end]).is_some()).collect::<Vec<_>>();
        assert_eq!(whole, [1, 16], "without words, and with the first alone");
        assert_eq!(Reading::from_bytes(&[&bytes[..2], &f32::NAN.to_be_bytes(), &[0, 0]].concat()), None);
    }
}
