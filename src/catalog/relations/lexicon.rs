//! What words mean, kept for the next time that they are met.

use std::cell::RefCell;
use std::hash::Hasher;

use rustc_hash::FxHasher;

use super::sign::Sign;

/// How many words a thread keeps, and how many bytes one of them has at most. A word that is longer is looked at each time. Most
/// words of a text are common, and a few thousand make up most of all texts.
const SLOTS: usize = 1 << 16;
const BYTES: usize = 22;

/// Who asks what a word means. A word means something else as a place than it does in a French text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shelf(pub(super) u8);

/// The words that a thread has met of late. Memory that no word has come to is zero, and so is never touched.
#[derive(Default)]
struct Lexicon {
    /// A word, its length and its shelf.
    words: Vec<[u8; BYTES + 2]>,
    /// What it means; 0, which no place and no term has, for nothing.
    meanings: Vec<u64>,
}

thread_local! {
    static LEXICON: RefCell<Lexicon> = RefCell::default();
}

/// What a word means, found by `look_up` where it was not met of late. The same word always means the same.
pub(super) fn meaning(word: &str, shelf: Shelf, look_up: impl FnOnce(&str) -> Option<Sign>) -> Option<Sign> {
    let length = word.len();
    if length > BYTES {
        return look_up(word);
    }
    let mut met = [0; BYTES + 2];
    met[..length].copy_from_slice(word.as_bytes());
    // What is no word has no length, so no word is like a slot that none has come to.
    (met[BYTES], met[BYTES + 1]) = (length as u8, shelf.0);
    let mut hasher = FxHasher::default();
    met.chunks_exact(8).for_each(|eight| hasher.write_u64(u64::from_le_bytes(eight.try_into().expect("a chunk has eight"))));
    let place = hasher.finish() as usize % SLOTS;
    LEXICON.with_borrow_mut(|Lexicon { words, meanings }| {
        if words.is_empty() {
            (*words, *meanings) = (vec![[0; BYTES + 2]; SLOTS], vec![0; SLOTS]);
        }
        if words[place] != met {
            (words[place], meanings[place]) = (met, look_up(word).map_or(0, Sign::number));
        }
        Some(meanings[place]).filter(|meaning| *meaning != 0).map(Sign::of_number)
    })
}

#[cfg(test)]
mod tests {
    use super::super::sign::SignKind;
    use super::*;

    #[test]
    fn a_word_is_looked_up_once_and_means_the_same_ever_after() {
        let found = |word: &str| Some(Sign::of(SignKind::Term, word)).filter(|_| word.len().is_multiple_of(2));
        let long = "anticonstitutionnellement";
        for word in (0..20_000).map(|number| format!("mot{number}")).chain([long.to_owned()]) {
            assert_eq!(meaning(&word, Shelf(1), found), found(&word));
        }
        assert_eq!(meaning("retour", Shelf(1), found), found("retour"));
        assert_eq!(meaning("retour", Shelf(1), |_| unreachable!("it was met just now")), found("retour"));
        assert_eq!(meaning("retour", Shelf(2), |_| None), None);
    }
}
