//! The log: what each revision changed, when, and who did it.

use jiff::Timestamp;
use jiff::fmt::serde::timestamp::microsecond::required as microseconds;
use serde::{Deserialize, Serialize};

use crate::domain::{Document, NodeId, Record};

/// What a revision did to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[graphql(name = "ChangeAction")]
pub enum Action {
    /// The record is new, or came back after a deletion.
    Created,
    /// The record was there and is different now.
    Updated,
    /// The record is gone.
    Deleted,
}

/// One entry of the log, one revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    pub revision: u64,
    #[serde(with = "microseconds")]
    pub at: Timestamp,
    /// Who made the change: the name of a token, or of a command.
    pub actor: String,
    pub idempotency: Option<Idempotency>,
    pub changes: Vec<LoggedChange>,
    /// The documents whose texts the revision brought.
    pub documents: Vec<LoggedDocument>,
    /// How far the stream had come that the revision is a part of.
    pub stream: Option<StreamPlace>,
}

/// How far a stream of lines had come with one of its revisions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamPlace {
    /// The caller's own name for the stream.
    pub key: String,
    /// How many lines were done, but for those that still waited.
    pub lines: u64,
    /// SHA-256 of those lines, to know the stream again.
    pub sha256: [u8; 32],
    /// The numbers of the lines among them that waited for a record that they name.
    pub waiting: Vec<u64>,
}

/// By what a repeat of a request is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Idempotency {
    /// The caller's own name for the request.
    pub key: String,
    /// SHA-256 of the input, lower-case hexadecimal.
    pub input: String,
}

/// A document whose text a revision brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedDocument {
    pub sha256: String,
    /// The checksum of the text as it was written.
    pub checksum: u32,
}

/// A record that a revision changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedChange {
    pub id: NodeId,
    pub action: Action,
    /// The checksum of the version that the revision wrote.
    pub checksum: u32,
}

/// A revision to be written.
#[derive(Debug)]
pub struct Commit {
    pub revision: u64,
    pub at: Timestamp,
    pub actor: String,
    pub idempotency: Option<Idempotency>,
    pub versions: Vec<Version>,
    pub documents: Vec<Document>,
    pub stream: Option<StreamPlace>,
}

/// A record as a revision leaves it.
#[derive(Debug)]
pub struct Version {
    pub id: NodeId,
    pub action: Action,
    /// None for a deletion.
    pub record: Option<Record>,
}
