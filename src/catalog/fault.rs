//! Why a commit was not made.

use crate::domain::Problem;

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
    #[error("{}", .0.iter().map(|fault| fault.problem.message.as_str()).collect::<Vec<_>>().join("; "))]
    Refused(Vec<Fault>),
    #[error("the store failed and takes no more writes until the next start; reading goes on")]
    Broken,
    #[error("too many writes are waiting: try again in a moment")]
    Busy,
    #[error("a bug stopped this write, and nothing of it was stored")]
    Bug,
    #[error("the catalog is closed")]
    Closed,
}
