//! What is wrong with a record or a change.

use super::{Field, NodeId};

/// One thing that is wrong, about which field, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    pub kind: ProblemKind,
    pub field: Option<Field>,
    pub message: String,
    /// The record whose standing tells more: the one that changed, the one that others name.
    pub record: Option<NodeId>,
}

/// The kinds of problem, as a caller may want to tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// A value that no record of this kind may hold.
    Invalid,
    /// A record that is named but not there.
    NotFound,
    /// A change that other records stand against.
    Conflict,
    /// The record changed since the caller looked.
    Stale,
}

impl Problem {
    pub fn new(kind: ProblemKind, field: impl Into<Option<Field>>, message: impl Into<String>) -> Self {
        Problem { kind, field: field.into(), message: message.into(), record: None }
    }

    /// The same problem, of a record whose standing tells more.
    pub fn of(self, record: NodeId) -> Self {
        Problem { record: Some(record), ..self }
    }

    pub fn invalid(field: impl Into<Option<Field>>, message: impl Into<String>) -> Self {
        Problem::new(ProblemKind::Invalid, field, message)
    }

    pub fn not_found(field: impl Into<Option<Field>>, message: impl Into<String>) -> Self {
        Problem::new(ProblemKind::NotFound, field, message)
    }
}
