//! What words mean, kept for the next time that they are met.

use std::cell::RefCell;

use super::sign::Sign;
use crate::catalog::recent::{Recent, met};

/// How many words a thread keeps: as many as the texts of three languages have. A word that is looked up is stemmed.
const SLOTS: usize = 1 << 18;

/// Who asks what a word means. A word means something else as a place than it does in a French text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shelf(pub(super) u8);

thread_local! {
    /// Signs by their numbers; 0, which no place and no term has, for nothing.
    static LEXICON: RefCell<Recent> = RefCell::new(Recent::new(SLOTS));
}

/// What a word means, found by `look_up` where it was not met of late. The same word always means the same.
pub(super) fn meaning(word: &str, shelf: Shelf, look_up: impl FnOnce(&str) -> Option<Sign>) -> Option<Sign> {
    let Some(met) = met(word, shelf.0) else { return look_up(word) };
    LEXICON.with_borrow_mut(|lexicon| {
        let meaning = lexicon.get(&met).unwrap_or_else(|| {
            let meaning = look_up(word).map_or(0, Sign::number);
            lexicon.keep(&met, meaning);
            meaning
        });
        Some(meaning).filter(|meaning| *meaning != 0).map(Sign::of_number)
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
