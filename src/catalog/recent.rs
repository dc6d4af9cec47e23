//! What words mean, kept for the next time that they are met: most words of a text are common, and a few thousand make up most of all
//! texts.

/// How many bytes a word has at most that is kept.
const BYTES: usize = 24;

/// The words that were met of late, each with the number that it means. One that comes to the place of another takes it.
#[derive(Debug)]
pub(super) struct Recent {
    /// A power of two of them. Memory that no word has come to is zero, and so is never touched.
    words: Vec<Met>,
    meanings: Vec<u64>,
}

/// A word's letters, and last its length and its shelf. What is no word has no length, so no word is like a place that none has come to.
type Met = [u64; 4];

/// A word of a shelf as it is looked for; none where it is longer than what is kept. The same word means something else on another
/// shelf.
pub(super) fn met(word: &str, shelf: u8) -> Option<Met> {
    let bytes = word.as_bytes();
    let length = bytes.len();
    let eight = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
    let four = |bytes: &[u8; 4]| u64::from(u32::from_le_bytes(*bytes));
    // The parts overlap, so that none has to be filled up; with the length they tell all words apart.
    let [first, middle, last] = match (bytes.first_chunk(), bytes.last_chunk()) {
        (Some(first), Some(last)) if length <= BYTES => {
            let middle = if length > 16 { bytes[8..].first_chunk() } else { None };
            [eight(first), middle.map_or(0, eight), eight(last)]
        }
        (Some(_), _) => return None,
        (None, _) => match (bytes.first_chunk(), bytes.last_chunk()) {
            (Some(first), Some(last)) => [four(first), 0, four(last)],
            _ => [bytes.iter().fold(0, |letters, byte| letters << 8 | u64::from(*byte)), 0, 0],
        },
    };
    Some([first, middle, last, u64::from(shelf) << 32 | length as u64])
}

impl Recent {
    /// Room for so many words, which is a power of two.
    pub(super) fn new(places: usize) -> Recent {
        Recent { words: vec![[0; 4]; places], meanings: vec![0; places] }
    }

    pub(super) fn get(&self, met: &Met) -> Option<u64> {
        let place = self.place(met);
        (self.words[place] == *met).then(|| self.meanings[place])
    }

    pub(super) fn keep(&mut self, met: &Met, meaning: u64) {
        let place = self.place(met);
        (self.words[place], self.meanings[place]) = (*met, meaning);
    }

    fn place(&self, [first, middle, last, which]: &Met) -> usize {
        let mixed = first.wrapping_mul(0x9e37_79b9_7f4a_7c15)
            ^ middle.wrapping_mul(0xc2b2_ae3d_27d4_eb4f)
            ^ last.wrapping_add(*which).rotate_left(32).wrapping_mul(0xd6e8_feb8_6659_fd93);
        (mixed >> 32) as usize & (self.words.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_word_means_what_was_kept_of_it_or_is_forgotten(words in prop::collection::vec(("[abé]{0,26}", 0u8..3), 1..400)) {
            let mut recent = Recent::new(64);
            let mut kept = HashMap::new();
            for (number, (word, shelf)) in (0..).zip(&words) {
                let Some(met) = met(word, *shelf) else {
                    prop_assert!(word.len() > BYTES);
                    continue;
                };
                if word.is_empty() {
                    continue;
                }
                let meaning = recent.get(&met);
                prop_assert!(meaning.is_none() || meaning == kept.get(&(word, shelf)).copied());
                recent.keep(&met, number);
                kept.insert((word, shelf), number);
                prop_assert_eq!(recent.get(&met), Some(number));
            }
        }
    }

    #[test]
    fn words_of_any_length_are_told_apart() {
        let words: Vec<String> = (1..=BYTES).flat_map(|length| ["a", "b"].map(|letter| letter.repeat(length))).collect();
        let of = |word: &String| met(word, 0).unwrap();
        let told: std::collections::HashSet<_> = words.iter().map(of).collect();
        assert_eq!(told.len(), words.len());
    }
}
