//! Records as an earlier revision left them.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use super::Snapshot;
use crate::domain::NodeId;
use crate::store::{Store, StoreError};

/// A snapshot in which some records, and those that they name, stand as they stood at a revision. All others stand as they do
/// now, so what names them or relates to them is looked up among what there is now.
pub(super) fn as_of(
    store: &Store,
    now: &Arc<Snapshot>,
    mut wanted: Vec<NodeId>,
    revision: u64,
) -> Result<Snapshot, StoreError> {
    let mut snapshot = Snapshot::after(now);
    let mut done = BTreeSet::new();
    let roots: BTreeSet<NodeId> = wanted.iter().cloned().collect();
    let mut times = Times::default();
    while let Some(id) = wanted.pop() {
        if !done.insert(id.clone()) {
            continue;
        }
        // What did not change since needs no look at the disk.
        if now.revision_of(&id).is_none_or(|last| last > revision) {
            let kept = match store.version_at(&id, revision) {
                // A record that is only named by a wanted one stands as it does now, if that is all that is known.
                Err(StoreError::Dropped { .. }) if !roots.contains(&id) => continue,
                kept => kept?,
            };
            match kept.and_then(|kept| Some((kept.revision, kept.record?))) {
                Some((made, record)) => snapshot.put(record, made, times.of(store, made)?),
                None => snapshot.remove(&id),
            }
        }
        wanted.extend(snapshot.record(&id).into_iter().flat_map(|record| record.links()));
    }
    snapshot.settle_many();
    Ok(snapshot)
}

/// When revisions were made, each read from the log once.
#[derive(Default)]
struct Times(HashMap<u64, Timestamp>);

impl Times {
    fn of(&mut self, store: &Store, revision: u64) -> Result<Timestamp, StoreError> {
        if let Some(at) = self.0.get(&revision) {
            return Ok(*at);
        }
        let at = store.entry(revision)?.map_or(Timestamp::UNIX_EPOCH, |entry| entry.at);
        self.0.insert(revision, at);
        Ok(at)
    }
}
