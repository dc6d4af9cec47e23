//! How much a word says about a document, in one byte.

/// A weight in eighths; the highest is kept for a document's own code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::catalog::search) struct Weight(u8);

const EIGHTHS: f32 = 8.0;

impl Weight {
    /// The word is the document's own code or key.
    pub(in crate::catalog::search) const OWN: Weight = Weight(u8::MAX);

    /// The nearest weight that there is.
    pub(in crate::catalog::search) fn of(value: f32) -> Weight {
        Weight((value * EIGHTHS).round().clamp(1.0, 254.0) as u8)
    }

    pub(super) fn from_byte(byte: u8) -> Weight {
        Weight(byte)
    }

    pub(super) fn byte(self) -> u8 {
        self.0
    }

    /// The value in whole and eighths.
    pub(in crate::catalog::search) fn value(self) -> f32 {
        f32::from(self.0) / EIGHTHS
    }
}
