//! How many versions of a record are kept.
//!
//! An old version is dropped by putting a stub in its place: its checksum, without its payload. So the log, which knows every
//! version by its checksum, stays as it is, and a version that is missing is still damage. The newest version of a record is never
//! dropped, be it a deletion, and neither is any entry of the log.

use std::num::NonZeroUsize;

use sled::Batch;

use super::{Store, StoreError, codec, pieces, tables};
use crate::domain::NodeId;

/// How many records are looked at between two batches of stubs.
const BATCH_ROWS: usize = 500;

impl Store {
    /// Keeps the newest versions of each record from now on, and drops what is older.
    pub fn keep_versions(&mut self, newest: NonZeroUsize) -> Result<(), StoreError> {
        self.keep = Some(newest);
        let mut stubs = Stubs { store: self, batch: Batch::default(), rows: 0 };
        let mut seen: Option<Vec<u8>> = None;
        // From the newest version of the last record down to the oldest of the first.
        let mut newer = 0;
        for row in self.tree.scan_prefix([tables::RECORDS]).keys().rev() {
            let row = row?;
            let Some((key, 0)) = pieces::split(&row) else { continue };
            let record = key.split_last_chunk::<8>().map(|(record, _)| record.to_vec());
            if record != seen {
                (seen, newer) = (record, 0);
            }
            if newer >= newest.get() {
                stubs.add(key)?;
            }
            newer += 1;
        }
        stubs.write()?;
        self.sync()
    }

    /// Drops what is older than the newest versions of some records. Nothing waits for the disk: a version that comes back after
    /// a power cut is dropped the next time.
    pub(super) fn drop_old_versions<'a>(&self, changed: impl Iterator<Item = &'a NodeId>) -> Result<(), StoreError> {
        let Some(newest) = self.keep else { return Ok(()) };
        // A backup that goes on needs the old versions; later changes of the same records drop them.
        let Ok(_alone) = self.dropping.try_write() else { return Ok(()) };
        let mut stubs = Stubs { store: self, batch: Batch::default(), rows: 0 };
        for id in changed {
            let versions = self.tree.scan_prefix(tables::versions(id)).keys().rev();
            let mut newer = 0;
            for row in versions {
                let row = row?;
                let Some((key, 0)) = pieces::split(&row) else { continue };
                newer += 1;
                if newer > newest.get() && !stubs.add(key)? {
                    // What is older than a stub is one, too.
                    break;
                }
            }
        }
        stubs.write()
    }
}

/// Stubs on their way into the tree.
struct Stubs<'a> {
    store: &'a Store,
    batch: Batch,
    rows: usize,
}

impl Stubs<'_> {
    /// Puts a stub in the place of a version; false where there is one already.
    fn add(&mut self, key: &[u8]) -> Result<bool, StoreError> {
        let name = || String::from_utf8_lossy(key).into_owned();
        let bytes = pieces::read(&self.store.tree, key)?;
        let bytes = bytes.ok_or_else(|| self.store.damaged(format!("a part of the version {} is missing", name())))?;
        if codec::is_stub(&bytes) {
            return Ok(false);
        }
        let stub = pieces::cut(key, &codec::stub(&bytes));
        for number in 1..pieces::count(bytes.len()) {
            self.batch.remove(pieces::row_key(key, number));
            self.rows += 1;
        }
        self.batch.insert(stub.first.0, stub.first.1);
        self.rows += 1;
        if self.rows >= BATCH_ROWS {
            self.write()?;
        }
        Ok(true)
    }

    fn write(&mut self) -> Result<(), StoreError> {
        self.rows = 0;
        Ok(self.store.tree.apply_batch(std::mem::take(&mut self.batch))?)
    }
}
