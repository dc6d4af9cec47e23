//! The numbers that the search knows records by.

use std::cmp::Ordering;

use crate::domain::{NodeId, NodeKind};

/// How many of a number's bits count the records of a kind. The bits above are the kind, so that in the order of the numbers
/// the kinds follow each other.
const KIND_SHIFT: u32 = 29;

/// Who gives records their numbers. Each record that is in the index has one, made by [`document`].
pub trait Numbering {
    /// The number of a record; none where it has none.
    fn document(&self, id: &NodeId) -> Option<u32>;

    /// The record with a number.
    fn id(&self, document: u32) -> NodeId;

    /// How the record with a number stands to another in the order of kinds and keys. It is asked for each of many hits of one
    /// score.
    fn compare(&self, document: u32, id: &NodeId) -> Ordering {
        self.id(document).cmp(id)
    }
}

/// The kinds in the order in which a store gives them when it is opened: what comes in the order of the numbers costs least.
pub(super) const KINDS: [NodeKind; NodeKind::ALL.len()] =
    [NodeKind::Contact, NodeKind::NewsItem, NodeKind::Project, NodeKind::Region, NodeKind::MemberState];

/// The number of the record in some row of its kind. There are at most 536,870,912 rows of a kind.
pub fn document(kind: NodeKind, row: u32) -> u32 {
    debug_assert!(row >> KIND_SHIFT == 0, "row {row} of {kind:?} is beyond all numbers");
    let place = KINDS.iter().position(|known| *known == kind).expect("all kinds are numbered");
    (place as u32) << KIND_SHIFT | row
}

/// The kind of the record with a number.
pub fn kind(document: u32) -> NodeKind {
    KINDS[(document >> KIND_SHIFT) as usize]
}

/// The row of the record with a number among those of its kind.
pub fn row(document: u32) -> u32 {
    document & ((1 << KIND_SHIFT) - 1)
}
