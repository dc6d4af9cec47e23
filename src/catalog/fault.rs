//! Why a commit was not made.

use std::sync::Arc;

use super::Snapshot;
use crate::domain::Problem;
use crate::store::StoreError;

/// A problem, and which edit of the change set has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The position of the edit in the change set.
    pub edit: usize,
    pub problem: Problem,
}

/// Why a commit was not made. Nothing of it is stored.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    #[error("{}", faults.iter().map(|fault| fault.problem.message.as_str()).collect::<Vec<_>>().join("; "))]
    Refused {
        faults: Vec<Fault>,
        /// The records that the proposal looked at.
        snapshot: Arc<Snapshot>,
    },
    #[error(
        "the idempotency key “{key}” belongs to a request with another input, which made revision {revision}: choose a new key"
    )]
    KeyTaken { key: String, revision: u64 },
    #[error(
        "the request was done before and made revision {revision}, but what it answered is not kept any more: read the records"
    )]
    Forgotten { revision: u64 },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the disk has no room for this write, and nothing of it was stored: make room and send it again; reading goes on")]
    Full,
    #[error("the store could not be written, and is opened again: try again in a moment; reading goes on")]
    Broken,
    #[error("too many writes are waiting: try again in a moment")]
    Busy,
    #[error("it waited too long for other writes, so it was not begun and nothing of it is stored: send it again in a moment")]
    Late,
    #[error("a bug stopped this write, and nothing of it was stored")]
    Bug,
    #[error("the catalog is closed")]
    Closed,
}
