//! What formats 1 and 2 wrote of an entry of the log, and the step to format 3: an entry says how far its stream had come.

use jiff::Timestamp;
use jiff::fmt::serde::timestamp::microsecond::required as microseconds;
use serde::Deserialize;

use super::{Idempotency, LogEntry, LoggedChange, LoggedDocument};

#[derive(Debug, Deserialize)]
pub(super) struct Entry {
    revision: u64,
    #[serde(with = "microseconds")]
    at: Timestamp,
    actor: String,
    idempotency: Option<Idempotency>,
    changes: Vec<LoggedChange>,
    documents: Vec<LoggedDocument>,
}

impl From<Entry> for LogEntry {
    fn from(entry: Entry) -> Self {
        let Entry { revision, at, actor, idempotency, changes, documents } = entry;
        LogEntry { revision, at, actor, idempotency, changes, documents, stream: None }
    }
}
