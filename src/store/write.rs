//! Putting revisions on disk.

use std::collections::HashSet;
use std::sync::atomic::Ordering;
use std::time::Instant;

use metrics::histogram;
use sled::Batch;

use super::{
    Commit, Idempotency, LogEntry, LoggedChange, LoggedDocument, Store, StoreError, StreamPlace, codec, pieces, tables,
};
use crate::domain::Document;

/// sled holds one lock for a whole batch, so a large commit goes in several: only the last, with the log, makes it count.
const BATCH_ROWS: usize = 1000;

impl Store {
    /// Writes revisions that follow on the last one. They are on disk when this returns. After an error none of them counts as
    /// acknowledged; the store must be
    /// opened again before it is written again, unless it [is settled](Store::is_settled).
    pub fn write(&self, commits: &[Commit]) -> Result<(), StoreError> {
        let mut head_file = self.head.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let mut head = head_file.head;
        let mut rows = Rows { store: self, batch: Batch::default(), count: 0, bytes: 0 };
        let mut log = Batch::default();
        let mut kept = HashSet::new();
        for commit in commits {
            assert_eq!(commit.revision, head.revision + 1, "revisions follow on one another");
            let mut documents = Vec::new();
            for Document { sha256, text } in &commit.documents {
                // A text that is there already is the same text: it goes by its hash.
                let key = tables::document(sha256);
                if kept.contains(sha256) || pieces::begins(&self.tree, &key)? {
                    continue;
                }
                let bytes = codec::encode(text);
                rows.put(&key, &bytes)?;
                kept.insert(sha256.clone());
                documents.push(LoggedDocument { sha256: sha256.clone(), checksum: checksum(&bytes) });
            }
            let mut changes = Vec::with_capacity(commit.versions.len());
            for version in &commit.versions {
                let bytes = codec::encode(&version.record);
                rows.put(&tables::version(&version.id, commit.revision), &bytes)?;
                changes.push(LoggedChange { id: version.id.clone(), action: version.action, checksum: checksum(&bytes) });
            }
            let entry = codec::encode(&LogEntry {
                revision: commit.revision,
                at: commit.at,
                actor: commit.actor.clone(),
                idempotency: commit.idempotency.clone(),
                changes,
                documents,
                stream: commit.stream.clone(),
            });
            let cut = pieces::cut(&tables::log(commit.revision), &entry);
            for (key, piece) in cut.others {
                rows.insert(key, piece)?;
            }
            log.insert(cut.first.0, cut.first.1);
            if let Some(Idempotency { key, .. }) = &commit.idempotency {
                log.insert(tables::idempotency(&commit.actor, key), &commit.revision.to_be_bytes());
            }
            if let Some(StreamPlace { key, .. }) = &commit.stream {
                log.insert(tables::stream(&commit.actor, key), &commit.revision.to_be_bytes());
            }
            head = head.after(&entry);
        }
        rows.apply()?;
        self.tree.apply_batch(log)?;
        self.sync()?;
        head_file.write(head)?;
        drop(head_file);
        self.unsettled.store(false, Ordering::Relaxed);
        self.drop_old_versions(commits.iter().flat_map(|commit| &commit.versions).map(|version| &version.id))
    }

    /// Whether it may be written although a write failed: nothing of that one came into the store.
    pub fn is_settled(&self) -> bool {
        !self.unsettled.load(Ordering::Relaxed)
    }

    /// Waits until everything written is on disk.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        let begun = Instant::now();
        self.tree.flush()?;
        self.log_file.sync_data()?;
        histogram!("fundgraph_flush_seconds").record(begun.elapsed());
        Ok(())
    }
}

fn checksum(encoded: &[u8]) -> u32 {
    codec::checksum(encoded).expect("encoded bytes carry a checksum")
}

/// Rows on their way into the tree, a batch at a time.
struct Rows<'a> {
    store: &'a Store,
    batch: Batch,
    count: usize,
    bytes: u64,
}

impl Rows<'_> {
    fn put(&mut self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        let cut = pieces::cut(key, value);
        for (key, piece) in cut.others.into_iter().chain([cut.first]) {
            self.insert(key, piece)?;
        }
        Ok(())
    }

    fn insert(&mut self, key: Vec<u8>, piece: Vec<u8>) -> Result<(), StoreError> {
        self.bytes += (key.len() + piece.len()) as u64;
        self.batch.insert(key, piece);
        self.count += 1;
        if self.count == BATCH_ROWS { self.apply() } else { Ok(()) }
    }

    fn apply(&mut self) -> Result<(), StoreError> {
        self.store.make_sure_of_room(self.bytes)?;
        self.store.unsettled.store(true, Ordering::Relaxed);
        (self.count, self.bytes) = (0, 0);
        Ok(self.store.tree.apply_batch(std::mem::take(&mut self.batch))?)
    }
}
