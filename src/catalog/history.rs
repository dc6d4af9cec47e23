//! The versions of a record: who made each, when, and what it changed.

use std::sync::Arc;

use jiff::Timestamp;

use super::as_of::as_of;
use super::{Catalog, Snapshot};
use crate::domain::{Difference, NodeId, differences};
use crate::store::{Action, StoreError};

/// What a revision did to a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    pub revision: u64,
    pub at: Timestamp,
    pub actor: String,
    pub action: Action,
    /// The fields that it changed; none where the version before it is not kept any more.
    pub differences: Option<Vec<Difference>>,
}

impl Catalog {
    /// A snapshot in which a record, and those that it names, stand as they stood at a revision, and all others as in `now`;
    /// [`StoreError::Dropped`] where that version is not kept any more.
    pub fn as_of(&self, now: &Arc<Snapshot>, id: &NodeId, revision: u64) -> Result<Arc<Snapshot>, StoreError> {
        as_of(&*self.storage.get()?, now, vec![id.clone()], revision).map(Arc::new)
    }

    /// The versions of a record that are kept, up to a revision: the newest first, at most `limit` of them. Only they and their
    /// entries of the log are read.
    pub fn history(&self, id: &NodeId, up_to: u64, limit: usize) -> Result<Vec<Revision>, StoreError> {
        // One more, to compare the last with.
        let store = self.storage.get()?;
        let kept = store.versions(id, up_to, limit.saturating_add(1))?;
        let mut history = Vec::with_capacity(kept.len().min(limit));
        for (place, version) in kept.iter().enumerate().take(limit) {
            let revision = version.revision;
            let entry = store.entry(revision)?;
            let made = entry.and_then(|entry| {
                let action = entry.changes.iter().find(|change| change.id == *id)?.action;
                Some((entry.at, entry.actor, action))
            });
            let (at, actor, action) = made.ok_or_else(|| store.damaged(format!("its log does not know {id} at {revision}")))?;
            let before = match kept.get(place + 1) {
                Some(before) => Some(before.record.as_ref()),
                None => (action == Action::Created).then_some(None),
            };
            let differences = before.map(|before| differences(before, version.record.as_ref()));
            history.push(Revision { revision, at, actor, action, differences });
        }
        Ok(history)
    }

    /// How many versions of a record are kept, up to a revision.
    pub fn count_versions(&self, id: &NodeId, up_to: u64) -> Result<usize, StoreError> {
        self.storage.get()?.count_versions(id, up_to)
    }
}
