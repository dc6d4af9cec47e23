//! What stands in the place of what.

use super::search::document;
use crate::domain::Record;

/// A record in the place of another, or of none; or none in the place of one.
#[derive(Debug, Clone)]
pub struct Replacement {
    /// The number of the record's row, see [`document`].
    pub document: u32,
    pub before: Option<Record>,
    pub after: Option<Record>,
}

impl Replacement {
    /// A record where there was none.
    pub fn new(row: u32, record: &Record) -> Replacement {
        Replacement { document: document(record.kind(), row), before: None, after: Some(record.clone()) }
    }

    /// The other way round.
    pub fn undone(self) -> Replacement {
        Replacement { before: self.after, after: self.before, ..self }
    }
}
