//! What words mean, kept for the next time that they are met.

use std::cell::RefCell;
use std::hash::Hasher;

use rustc_hash::FxHasher;

use super::sign::Sign;

/// How many words are kept, and how many bytes one of them has at most. A word that is longer is looked at each time.
const SLOTS: usize = 1 << 13;
const BYTES: usize = 22;

/// Who asks what a word means. A word means something else as a place than it does in a French text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shelf(pub(super) u8);

#[derive(Clone, Copy)]
struct Slot {
    word: [u8; BYTES],
    length: u8,
    shelf: Shelf,
    meaning: Option<Sign>,
}

thread_local! {
    static SLOTS_OF_THREAD: RefCell<Vec<Slot>> = const { RefCell::new(Vec::new()) };
}

/// What a word means, found by `look_up` where it was not met of late. The same word always means the same.
pub(super) fn meaning(word: &str, shelf: Shelf, look_up: impl FnOnce(&str) -> Option<Sign>) -> Option<Sign> {
    let bytes = word.as_bytes();
    if bytes.len() > BYTES {
        return look_up(word);
    }
    let mut padded = [0; BYTES];
    padded[..bytes.len()].copy_from_slice(bytes);
    let mut hasher = FxHasher::default();
    hasher.write(bytes);
    hasher.write_u8(shelf.0);
    let place = hasher.finish() as usize % SLOTS;
    SLOTS_OF_THREAD.with_borrow_mut(|slots| {
        if slots.is_empty() {
            slots.resize(SLOTS, Slot { word: [0; BYTES], length: 0, shelf: Shelf(0), meaning: None });
        }
        let slot = &mut slots[place];
        if usize::from(slot.length) != bytes.len() || slot.shelf != shelf || slot.word != padded {
            *slot = Slot { word: padded, length: bytes.len() as u8, shelf, meaning: look_up(word) };
        }
        slot.meaning
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
