//! What a stream's sender is told, a line of JSON each.

use serde::Serialize;

use crate::catalog::Fault;
use crate::domain::{NodeId, ProblemKind};

/// What became of a line, or how far the stream has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "camelCase")]
pub enum Event {
    /// The record of a line is stored: on disk, with the rest of its chunk.
    #[serde(rename_all = "camelCase")]
    Accepted {
        line: u64,
        /// The kind of record: `Project`.
        kind: &'static str,
        /// What names the record among its kind.
        key: String,
        /// `CREATED`, `UPDATED` or `UNCHANGED`.
        outcome: &'static str,
        /// The revision that stored it; null where nothing had to be.
        revision: Option<u64>,
    },
    /// A line that is not stored, and why.
    Refused { line: u64, errors: Vec<Refusal> },
    /// A chunk is done.
    Progress(Counts),
    /// The stream came to its end, and each of its lines was accepted or refused.
    Done(Counts),
    /// The stream does not go on. What was accepted is stored; with the same idempotency key the same stream goes on from there.
    Stopped {
        message: String,
        #[serde(flatten)]
        counts: Counts,
    },
}

/// Why a line is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    pub code: &'static str,
    pub message: String,
    /// The field at fault.
    pub field: Option<&'static str>,
}

/// How far a stream has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Lines that were read.
    pub lines: u64,
    pub accepted: u64,
    pub refused: u64,
    /// Lines that were done when the same stream was sent before.
    pub skipped: u64,
    /// Lines that wait for a record that they name.
    pub waiting: u64,
    /// The last revision that the stream made.
    pub revision: Option<u64>,
}

impl Event {
    pub(super) fn accepted(line: u64, id: NodeId, outcome: &'static str, revision: Option<u64>) -> Event {
        Event::Accepted { line, kind: id.kind.type_name(), key: id.key, outcome, revision }
    }

    pub(super) fn refused(line: u64, message: String) -> Event {
        Event::Refused { line, errors: vec![Refusal { code: "INVALID", message, field: None }] }
    }

    pub(super) fn at_fault(line: u64, faults: impl IntoIterator<Item = Fault>) -> Event {
        let refusal = |Fault { problem, .. }: Fault| Refusal {
            code: match problem.kind {
                ProblemKind::Invalid => "INVALID",
                ProblemKind::NotFound => "NOT_FOUND",
                ProblemKind::Conflict => "CONFLICT",
                ProblemKind::Stale => "STALE_REVISION",
            },
            field: problem.field.map(|field| field.name()),
            message: problem.message,
        };
        Event::Refused { line, errors: faults.into_iter().map(refusal).collect() }
    }

    pub(super) fn progress(counts: Counts) -> Event {
        Event::Progress(counts)
    }

    pub(super) fn done(counts: Counts) -> Event {
        Event::Done(counts)
    }

    pub(super) fn stopped(message: String, counts: Counts) -> Event {
        Event::Stopped { message, counts }
    }
}
