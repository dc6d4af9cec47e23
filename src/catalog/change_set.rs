//! What a proposal wants changed, and what a commit changed.

use jiff::Timestamp;

use super::{Fault, View};
use crate::domain::{Document, NodeId, Problem, Record};
use crate::store::{Action, LogEntry, LoggedChange, StoreError, StreamPlace};

/// Edits that are made all together or not at all.
#[derive(Debug, Default)]
pub struct ChangeSet {
    pub(super) edits: Vec<Edit>,
    pub(super) documents: Vec<Document>,
    pub(super) faults: Vec<Fault>,
    unchanged_since: Option<u64>,
    pub(super) stream: Option<StreamPlace>,
}

#[derive(Debug)]
pub(super) enum Edit {
    Put(Record),
    Ensure(Record),
    Delete(NodeId),
    Refused,
}

impl ChangeSet {
    /// Stores a record in place of what stands under its key.
    pub fn put(&mut self, record: impl Into<Record>) {
        self.edits.push(Edit::Put(record.into()));
    }

    /// Stores a record if nothing stands under its key yet.
    pub fn ensure(&mut self, record: impl Into<Record>) {
        self.edits.push(Edit::Ensure(record.into()));
    }

    /// Takes a record away.
    pub fn delete(&mut self, id: NodeId) {
        self.edits.push(Edit::Delete(id));
    }

    /// Says that an edit cannot be made, and with it the whole change set.
    pub fn refuse(&mut self, problems: impl IntoIterator<Item = Problem>) {
        let edit = self.edits.len();
        self.edits.push(Edit::Refused);
        self.faults.extend(problems.into_iter().map(|problem| Fault { edit, problem }));
    }

    /// Refuses every edit of a record that changed after a revision.
    pub fn unless_changed_since(&mut self, revision: u64) {
        self.unchanged_since = Some(revision);
    }

    /// Notes how far a stream has come with these edits. Where they change nothing, nothing is noted.
    pub fn came_to(&mut self, place: StreamPlace) {
        self.stream = Some(place);
    }

    /// The edits of records that changed since the caller looked.
    pub(super) fn stale(&self, view: &View<'_>) -> Result<Vec<Fault>, StoreError> {
        let Some(since) = self.unchanged_since else { return Ok(Vec::new()) };
        let mut stale = Vec::new();
        for (edit, change) in self.edits.iter().enumerate() {
            let id = match change {
                Edit::Put(record) => record.id(),
                Edit::Delete(id) => id.clone(),
                Edit::Ensure(_) | Edit::Refused => continue,
            };
            if view.last_changed(&id)?.is_some_and(|last| last > since) {
                stale.push(Fault { edit, problem: view.stale(id, since) });
            }
        }
        Ok(stale)
    }

    /// Keeps the text of a document that the records were read from.
    pub fn keep(&mut self, document: Document) {
        self.documents.push(document);
    }
}

/// A record that a commit changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The revision of the commit; the one it would have had, where nothing was stored.
    pub revision: u64,
    /// The place of the change among those of its commit.
    pub position: usize,
    pub at: Timestamp,
    pub actor: String,
    pub id: NodeId,
    pub action: Action,
}

/// Where a change stands among all that there ever were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangePlace {
    pub revision: u64,
    /// The place among the changes of the revision.
    pub position: usize,
}

impl Change {
    /// A change as an entry of the log has it.
    pub(super) fn logged(entry: &LogEntry, position: usize, change: &LoggedChange) -> Change {
        Change {
            revision: entry.revision,
            position,
            at: entry.at,
            actor: entry.actor.clone(),
            id: change.id.clone(),
            action: change.action,
        }
    }

    pub fn place(&self) -> ChangePlace {
        ChangePlace { revision: self.revision, position: self.position }
    }
}
