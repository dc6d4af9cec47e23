//! Taking back revisions that were written, but not acknowledged, since the disk refused what came after them.

use sled::Batch;

use super::head::Head;
use super::{Store, StoreError, pieces, tables};

impl Store {
    /// Takes back all revisions after one. Their versions go when the store is opened the next time.
    pub fn take_back(&self, last: u64) -> Result<(), StoreError> {
        let mut head = Head::EMPTY;
        while head.revision < last {
            let revision = head.revision + 1;
            let bytes = pieces::read(&self.tree, &tables::log(revision))?;
            head = head.after(&bytes.ok_or_else(|| self.lost(revision))?);
        }
        // First the promise, then what it no longer promises.
        self.head.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).reset(head)?;
        let mut batch = Batch::default();
        for row in self.tree.range(tables::log(last + 1)..).keys() {
            let row = row?;
            if row.first() != Some(&tables::LOG) {
                break;
            }
            batch.remove(row);
        }
        self.tree.apply_batch(batch)?;
        self.sync()
    }
}
