//! The first answer to a request, rebuilt from the log for a caller that repeats it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::as_of::as_of;
use super::proposal::Before;
use super::{Change, CommitError, Committed, Snapshot};
use crate::domain::NodeId;
use crate::store::{Store, StoreError};

/// What the request that made a revision was answered: the records that it changed or showed as it left them, all others as they
/// are now.
pub(super) fn first_answer(
    store: &Store,
    now: &Arc<Snapshot>,
    revision: u64,
    mut shown: Vec<NodeId>,
) -> Result<Committed, CommitError> {
    let entry = store.entry(revision)?.ok_or(CommitError::Forgotten { revision })?;
    let at = entry.at;
    let changes: Vec<Change> =
        entry.changes.iter().enumerate().map(|(at, change)| Change::logged(&entry, at, change)).collect();
    shown.extend(changes.iter().map(|change| change.id.clone()));
    let snapshot = as_of(store, now, shown, revision).map_err(|error| match error {
        StoreError::Dropped { .. } => CommitError::Forgotten { revision },
        error => CommitError::Store(error),
    })?;
    let mut before = BTreeMap::new();
    for Change { id, .. } in &changes {
        match store.version_at(id, revision - 1) {
            Ok(kept) => drop(before.insert(id.clone(), kept.and_then(|kept| kept.record))),
            Err(StoreError::Dropped { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let revision = (!changes.is_empty()).then_some(revision);
    Ok(Committed { snapshot: Arc::new(snapshot), revision, at, changes, before: Before::Records(before) })
}
