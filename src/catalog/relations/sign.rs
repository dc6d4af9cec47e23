//! What records may share, as numbers.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::{Deserialize, Serialize};

use crate::catalog::packed::Packed;

/// Something that records may share: its kind, and what is left of the hash of its name. Two names that share a number are met
/// once in some 10^18, so a sign stands for its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(in crate::catalog) struct Sign(u64);

impl Packed for Vec<Sign> {
    fn pack(&self) -> Cow<'_, [u8]> {
        self.iter().flat_map(|sign| sign.0.to_le_bytes()).collect()
    }

    fn unpack(bytes: Vec<u8>) -> Option<Self> {
        Vec::<u64>::unpack(bytes).map(|numbers| numbers.into_iter().map(Sign).collect())
    }
}

/// The kinds of sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum SignKind {
    /// The code of a project: its own, or one that a text names.
    Code,
    /// A contact, by its key: one that a news item names, or whose e-mail address a text prints.
    Contact,
    /// A place, by what the spellings of its name share.
    Place,
    /// A telling word, by its stem.
    Term,
    /// The agency's number of a project. Names the project rather than relating it.
    PrimaId,
    /// The slug of a project's title. Names the project rather than relating it.
    Title,
}

/// From which bit on a sign says its kind.
const KIND_SHIFT: u32 = 61;

impl Sign {
    /// No sign is smaller.
    pub(super) const SMALLEST: Sign = Sign(0);

    /// The sign as a number, and back.
    pub(super) fn number(self) -> u64 {
        self.0
    }

    pub(super) fn of_number(number: u64) -> Sign {
        Sign(number)
    }

    pub(super) fn of(kind: SignKind, name: &str) -> Sign {
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        Sign((kind as u64) << KIND_SHIFT | hasher.finish() >> (64 - KIND_SHIFT))
    }

    pub(super) fn kind(self) -> SignKind {
        match self.0 >> KIND_SHIFT {
            0 => SignKind::Code,
            1 => SignKind::Contact,
            2 => SignKind::Place,
            3 => SignKind::Term,
            4 => SignKind::PrimaId,
            _ => SignKind::Title,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_says_its_kind_and_tells_names_apart() {
        let kinds = [SignKind::Code, SignKind::Contact, SignKind::Place, SignKind::Term, SignKind::PrimaId, SignKind::Title];
        for kind in kinds {
            assert_eq!(Sign::of(kind, "RR.0147").kind(), kind);
            assert_ne!(Sign::of(kind, "RR.0147"), Sign::of(kind, "RR.0148"));
        }
        assert_ne!(Sign::of(SignKind::Place, "gom"), Sign::of(SignKind::Term, "gom"));
    }
}
