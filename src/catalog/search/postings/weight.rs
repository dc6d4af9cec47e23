//! How much a word says about a document, in one byte, most often in half of one.

use serde::{Deserialize, Serialize};

/// A weight in eighths; the highest is kept for a document's own code.
///
/// What running texts give a word is told less exactly than what titles do: there are fifteen weights up to the most that texts
/// give, each about a fifth above the one before, so that most weights can be packed in four bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(in crate::catalog::search) struct Weight(u8);

const EIGHTHS: f32 = 8.0;

/// The weights up to that of a word that a text says over and over.
const LEVELS: [u8; 15] = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 17, 21, 26, 32];

/// The level that stands for all weights above them.
const ABOVE: u8 = LEVELS.len() as u8;

impl Weight {
    /// The word is the document's own code or key.
    pub(in crate::catalog::search) const OWN: Weight = Weight(u8::MAX);

    /// The nearest weight that there is.
    pub(in crate::catalog::search) fn of(value: f32) -> Weight {
        let eighths = (value * EIGHTHS).round().clamp(1.0, 254.0) as u8;
        let above = LEVELS.partition_point(|level| *level < eighths);
        match (LEVELS.get(above), LEVELS.get(above.wrapping_sub(1))) {
            (Some(above), Some(below)) if eighths - below < above - eighths => Weight(*below),
            (Some(above), _) => Weight(*above),
            (None, _) => Weight(eighths),
        }
    }

    /// The value in eighths.
    pub(in crate::catalog::search) fn eighths(self) -> u32 {
        self.0.into()
    }

    /// Four bits that tell the weight, and the byte that must follow where they do not.
    pub(super) fn packed(self) -> (u8, Option<u8>) {
        match LEVELS.binary_search(&self.0) {
            Ok(level) => (level as u8, None),
            Err(_) => (ABOVE, Some(self.0)),
        }
    }

    /// The weight that four bits tell; where they do not, `next` reads the byte that follows.
    #[inline]
    pub(super) fn unpacked(level: u8, next: impl FnOnce() -> Option<u8>) -> Option<Weight> {
        match LEVELS.get(usize::from(level)) {
            Some(eighths) => Some(Weight(*eighths)),
            None => next().map(Weight),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_the_nearest_that_there_is() {
        for (value, eighths) in [(0.0, 1), (0.9, 7), (1.0, 8), (1.1, 10), (3.9, 32), (4.1, 33), (18.2, 146), (99.0, 254)] {
            assert_eq!(Weight::of(value).eighths(), eighths, "{value}");
        }
    }

    #[test]
    fn a_weight_comes_out_as_it_was_packed() {
        for byte in 1..=u8::MAX {
            let (level, follows) = Weight(byte).packed();
            assert_eq!(Weight::unpacked(level, || follows), Some(Weight(byte)));
            assert_eq!(follows.is_none(), LEVELS.contains(&byte));
        }
    }
}
