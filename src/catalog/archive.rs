//! The records themselves: read from the store when they are asked for, and kept while there is room.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};

use foldhash::fast::RandomState;
use quick_cache::Weighter;
use quick_cache::sync::{Cache, DefaultLifecycle};

use super::lookups::Lookups;
use super::storage::Storage;
use super::stored::Noun;
use crate::domain::{NodeId, NodeKind};
use crate::store;

/// How many bytes of records are kept, as long as they are on disk.
const KEPT_BYTES: u64 = 256 << 20;
/// How many bytes most records take in memory, about.
const COMMON_BYTES: usize = 2 << 10;
/// How many bytes a record takes in memory for each that it takes on disk, about.
const SPREAD: usize = 2;

/// The records of a store. All snapshots of a catalog share one: what a revision left in a row never changes.
pub(super) struct Archive {
    storage: OnceLock<Arc<Storage>>,
    kept: Cache<Place, Kept, Bytes, RandomState>,
    pub(super) lookups: Lookups,
}

const OF_ITS_KIND: &str = "a place holds records of its kind";

/// A row of a kind, and the revision that last changed it.
type Place = (NodeKind, u32, u64);

/// A record of some kind, and the bytes it is taken to have.
#[derive(Clone)]
struct Kept {
    record: Arc<dyn Any + Send + Sync>,
    bytes: usize,
}

/// Weighs records by the bytes they are taken to have.
#[derive(Clone)]
struct Bytes;

impl Weighter<Place, Kept> for Bytes {
    fn weight(&self, _: &Place, kept: &Kept) -> u64 {
        kept.bytes as u64
    }
}

impl Default for Archive {
    fn default() -> Self {
        let about = KEPT_BYTES as usize / COMMON_BYTES;
        let kept = Cache::with(about, KEPT_BYTES, Bytes, RandomState::default(), DefaultLifecycle::default());
        Archive { storage: OnceLock::new(), kept, lookups: Lookups::default() }
    }
}

impl Archive {
    /// Says where the records are read from. It is said once, when the store is open.
    pub(super) fn read_from(&self, storage: Arc<Storage>) {
        let first = self.storage.set(storage);
        debug_assert!(first.is_ok(), "an archive has one store");
    }

    /// The record that a revision left in a row. It is on disk: a store that was read whole when it was opened and cannot be read
    /// now fails the request that asks, rather than leave a record out.
    pub(super) fn read<T: Noun>(&self, key: &str, row: u32, revision: u64) -> Arc<T> {
        let place = (T::KIND, row, revision);
        if let Some(kept) = self.kept.get(&place) {
            self.lookups.hit();
            return kept.record.downcast().expect(OF_ITS_KIND);
        }
        let kept = self.kept.get_or_insert_with(&place, || {
            self.lookups.miss();
            let id = NodeId::new(T::KIND, key);
            let storage = self.storage.get().expect("what is not held by a snapshot is in a store");
            match storage.get().and_then(|store| store.sized_version(&id, revision)) {
                Ok(Some((record, bytes))) => T::of(record).map(|record| Kept { record, bytes: bytes * SPREAD }),
                Ok(None) => None,
                Err(error) => {
                    tracing::error!(%error, %id, revision, "a record cannot be read any more");
                    None
                }
            }
            .ok_or_else(|| format!("{id} at revision {revision} was on disk when the store was opened and is not now"))
        });
        let kept = kept.unwrap_or_else(|missing| panic!("{missing}"));
        kept.record.downcast().expect(OF_ITS_KIND)
    }

    /// Keeps a record that has come to be on disk.
    pub(super) fn keep<T: Noun>(&self, row: u32, revision: u64, record: Arc<T>) {
        let bytes = store::size(&*record) * SPREAD;
        self.kept.insert((T::KIND, row, revision), Kept { record, bytes });
    }
}

impl fmt::Debug for Archive {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Archive").field("kept", &self.kept.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Language, Localized, Project, ProjectText};

    #[test]
    fn a_long_record_counts_as_long_as_it_is() {
        let archive = Archive::default();
        let description = Some("x".repeat(1 << 20));
        for row in 0..10 {
            let texts = Localized::one(Language::Fr, ProjectText { title: "x".to_owned(), description: description.clone() });
            archive.keep(row, 1, Arc::new(Project { texts, ..Project::new(row.to_string()) }));
        }
        assert!(archive.kept.weight() > 10 << 20, "{}", archive.kept.weight());
    }
}
