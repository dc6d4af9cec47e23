//! What lies on disk: sled, the keys, the codec, the log and its head.
//!
//! A commit is one revision: the versions of the records that it changed and one entry of the log. The entry is written last,
//! in one atomic batch, so a version counts only once its revision stands in the log. Nothing else in the house says “sled” or
//! “bincode”; what the rooms above get are records.
//!
//! Layout of the data folder:
//!
//! | path | holds |
//! |---|---|
//! | `store/` | sled: one tree, its tables told apart by a prefix (see [`tables`]) |
//! | `head` | the last revision with the running hash of the log, to tell a damaged store from a shorter one (see [`head`]) |
//! | `checkpoint` | what the rooms above derived from the records, to start sooner; may be taken away (see [`checkpoint`]) |
//! | `lock` | held by the one process that has the folder open |

mod backup;
mod checkpoint;
mod codec;
mod error;
mod format_1;
mod format_2;
mod head;
mod history;
mod log;
mod migrate;
mod open;
mod pieces;
mod retention;
mod space;
mod tables;
mod take_back;
mod verify;
mod write;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, RwLock};

use crate::domain::{NodeId, Record};

pub use backup::{BackupError, BackupSummary, check, restore};
pub use checkpoint::{Checkpoint, Unfit, write_checkpoint};
pub use codec::size;
pub use error::StoreError;
pub use head::Head;
pub use history::Kept;
pub use log::{Action, Commit, Idempotency, LogEntry, LoggedChange, LoggedDocument, StreamPlace, Version};
pub use open::{Content, Contents, Current, Found, Opening, Standing};
pub use verify::Verified;

use head::HeadFile;

/// The open store of one data folder. Dropping it lets another process have the folder.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    tree: sled::Db,
    /// sled's own file: its flush does not wait for the disk, a `sync_data` on this does.
    log_file: File,
    head: Mutex<HeadFile>,
    /// How many versions of a record are kept; all, where there is no number.
    keep: Option<NonZeroUsize>,
    /// Whether something was written that no revision acknowledges yet.
    unsettled: AtomicBool,
    /// Held by who needs old versions to stay, and by who drops them.
    dropping: RwLock<()>,
    _lock: File,
}

impl Store {
    /// The text of a document that some record was read from.
    pub fn document(&self, sha256: &str) -> Result<Option<String>, StoreError> {
        let Some(bytes) = pieces::read(&self.tree, &tables::document(sha256))? else { return Ok(None) };
        let text =
            codec::decode(&bytes).map_err(|error| self.damaged(format!("the document {sha256} cannot be read: {error}")))?;
        Ok(Some(text))
    }

    /// A record as a revision left it; none where that revision deleted it or did not touch it, [`StoreError::Dropped`] where
    /// that version is not kept any more.
    pub fn version(&self, id: &NodeId, revision: u64) -> Result<Option<Record>, StoreError> {
        Ok(self.sized_version(id, revision)?.map(|(record, _)| record))
    }

    /// As [`Store::version`], with the bytes that the record takes on disk.
    pub fn sized_version(&self, id: &NodeId, revision: u64) -> Result<Option<(Record, usize)>, StoreError> {
        let Some(bytes) = pieces::read(&self.tree, &tables::version(id, revision))? else { return Ok(None) };
        if codec::is_stub(&bytes) {
            return Err(StoreError::Dropped { id: id.to_string(), revision });
        }
        let record: Option<Record> = codec::decode(&bytes)
            .map_err(|error| self.damaged(format!("{id} at revision {revision} cannot be read: {error}")))?;
        Ok(record.map(|record| (record, bytes.len())))
    }

    /// The entries of the log after a revision, oldest first, at most `limit` of them.
    pub fn log(&self, after: u64, limit: usize) -> Result<Vec<LogEntry>, StoreError> {
        let mut entries = Vec::new();
        for revision in after.saturating_add(1).. {
            if entries.len() == limit {
                break;
            }
            let Some(entry) = self.entry(revision)? else { break };
            entries.push(entry);
        }
        Ok(entries)
    }

    /// The entry of the log for a revision; none where there is none.
    pub fn entry(&self, revision: u64) -> Result<Option<LogEntry>, StoreError> {
        let Some(bytes) = pieces::read(&self.tree, &tables::log(revision))? else { return Ok(None) };
        let unreadable = |error| self.damaged(format!("revision {revision} of the log cannot be read: {error}"));
        codec::decode(&bytes).map(Some).map_err(unreadable)
    }

    /// The entry of the log that an actor's request with an idempotency key made; none where there was no such request.
    pub fn keyed(&self, actor: &str, key: &str) -> Result<Option<LogEntry>, StoreError> {
        let Some(bytes) = self.tree.get(tables::idempotency(actor, key))? else { return Ok(None) };
        let Ok(revision) = <[u8; 8]>::try_from(&*bytes).map(u64::from_be_bytes) else { return Ok(None) };
        let entry = self.entry(revision)?;
        Ok(entry.filter(|entry| entry.actor == actor && entry.idempotency.as_ref().is_some_and(|known| known.key == key)))
    }

    /// How far a stream of an actor came; none where nothing of it was ever stored.
    pub fn stream(&self, actor: &str, key: &str) -> Result<Option<StreamPlace>, StoreError> {
        let Some(bytes) = self.tree.get(tables::stream(actor, key))? else { return Ok(None) };
        let Ok(revision) = <[u8; 8]>::try_from(&*bytes).map(u64::from_be_bytes) else { return Ok(None) };
        let entry = self.entry(revision)?.filter(|entry| entry.actor == actor);
        Ok(entry.and_then(|entry| entry.stream).filter(|place| place.key == key))
    }

    /// A file without a name in the data folder, gone when it is closed.
    pub fn scratch(&self) -> io::Result<File> {
        tempfile::tempfile_in(&self.folder)
    }

    /// Whether a first seeding began and did not come to its end.
    pub fn is_seeding(&self) -> Result<bool, StoreError> {
        Ok(self.tree.contains_key(tables::SEEDING)?)
    }

    /// Notes that the first seeding begins or has come to its end, so that one that is broken off begins again.
    pub fn set_seeding(&self, seeding: bool) -> Result<(), StoreError> {
        if seeding {
            self.tree.insert(tables::SEEDING, &[])?
        } else {
            self.tree.remove(tables::SEEDING)?
        };
        self.sync()
    }

    /// What to say where an entry of the log that was acknowledged is not there.
    pub fn lost(&self, revision: u64) -> StoreError {
        self.damaged(format!("revision {revision} of its log is missing"))
    }

    /// The error for what cannot be in a store that is whole.
    pub fn damaged(&self, what: String) -> StoreError {
        StoreError::Damaged { folder: self.folder.clone(), what }
    }
}
