//! Which rows a test takes.

use crate::catalog::RowSet;

/// Rows that were picked: these, or all but these, so that what a filter denies costs no more than what it asks for.
#[derive(Debug, Clone)]
pub enum Picked {
    In(RowSet),
    Out(RowSet),
}

impl Picked {
    /// All rows there are.
    pub(super) fn all() -> Picked {
        Picked::Out(RowSet::default())
    }

    /// No row.
    pub(super) fn none() -> Picked {
        Picked::In(RowSet::default())
    }

    pub(super) fn not(self) -> Picked {
        match self {
            Picked::In(rows) => Picked::Out(rows),
            Picked::Out(rows) => Picked::In(rows),
        }
    }

    pub(super) fn and(self, other: Picked) -> Picked {
        match (self, other) {
            (Picked::In(one), Picked::In(other)) => Picked::In(one.and(&other)),
            (Picked::In(inside), Picked::Out(outside)) | (Picked::Out(outside), Picked::In(inside)) => {
                Picked::In(if outside.is_empty() { inside } else { inside.without(&outside) })
            }
            (Picked::Out(one), Picked::Out(other)) => Picked::Out(one.or(&other)),
        }
    }

    pub(super) fn or(self, other: Picked) -> Picked {
        self.not().and(other.not()).not()
    }

    /// The rows themselves, out of all there are.
    pub(super) fn of(self, all: &RowSet) -> RowSet {
        match self {
            Picked::In(rows) => rows,
            Picked::Out(rows) if rows.is_empty() => all.clone(),
            Picked::Out(rows) => all.without(&rows),
        }
    }
}
