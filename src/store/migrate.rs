//! Bringing a store of an older format to the newest, at open.
//!
//! A backup of the store as it was is made first. Values say their own format and older ones are read all the same, so only what
//! must look different on disk has a step here. While steps are taken, `meta` says so: one that is broken off is taken again, and
//! each step does nothing where it was done before.

use std::path::PathBuf;

use sled::Batch;

use super::backup::BackupError;
use super::head::Head;
use super::{LogEntry, Store, StoreError, codec, pieces, tables};

/// What leads to a format from the one before it.
type Step = fn(&Store) -> Result<(), StoreError>;

/// The steps, by the format that they lead to.
const STEPS: [(u8, Step); 1] = [(3, write_the_log_anew)];

impl Store {
    /// Brings the store to the newest format, and answers the head of its log, which may have been written anew.
    pub(super) fn migrate(&self, from: u8, last: u64) -> Result<Head, StoreError> {
        if self.tree.get(tables::MIGRATING)?.is_none() {
            let backup = self.place_for_a_backup(from, last);
            self.backup_to(&backup).map_err(|reason| match reason {
                BackupError::Store(error) => error,
                reason => StoreError::NoBackup { path: backup.clone(), from, to: codec::FORMAT, reason: reason.to_string() },
            })?;
            tracing::info!(from, to = codec::FORMAT, backup = %backup.display(), "the store gets a new format; a backup was made");
            self.tree.insert(tables::MIGRATING, &[from])?;
            self.sync()?;
        }
        for (_, step) in STEPS.iter().filter(|(to, _)| *to > from) {
            step(self)?;
        }
        self.sync()?;

        let mut head = Head::EMPTY;
        while head.revision < last {
            head = head.after(&self.entry_bytes(head.revision + 1)?);
        }
        self.head.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).write(head)?;
        let mut done = Batch::default();
        done.insert(tables::FORMAT, &[codec::FORMAT]);
        done.remove(tables::MIGRATING);
        self.tree.apply_batch(done)?;
        self.sync()?;
        Ok(head)
    }

    /// Beside the folder, else in it: where the folder is a volume of its own, nothing can be written beside it. Another backup is
    /// never written over.
    fn place_for_a_backup(&self, format: u8, revision: u64) -> PathBuf {
        let folder = self.folder.canonicalize().unwrap_or_else(|_| self.folder.clone());
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let beside = folder.parent().filter(|parent| tempfile::tempfile_in(parent).is_ok());
        let name = format!("{name}.format-{format}.revision-{revision}");
        let path = |suffix: String| beside.unwrap_or(&folder).join(format!("{name}{suffix}.backup"));
        let mut names = (2u32..).map(|number| format!(".{number}"));
        let mut place = path(String::new());
        while place.exists() {
            place = path(names.next().expect("numbers do not end before names do"));
        }
        place
    }

    fn entry_bytes(&self, revision: u64) -> Result<Vec<u8>, StoreError> {
        let bytes = pieces::read(&self.tree, &tables::log(revision))?;
        bytes.ok_or_else(|| self.damaged(format!("revision {revision} of its log is missing")))
    }
}

/// To format 3: an entry of the log got a field.
fn write_the_log_anew(store: &Store) -> Result<(), StoreError> {
    for revision in 1.. {
        let key = tables::log(revision);
        let Some(bytes) = pieces::read(&store.tree, &key)? else { break };
        if codec::format(&bytes) == Some(codec::FORMAT) {
            continue;
        }
        let entry: LogEntry = codec::decode(&bytes)
            .map_err(|error| store.damaged(format!("revision {revision} of its log cannot be read: {error}")))?;
        // The new bytes are longer than the old, so no piece of these is left.
        let cut = pieces::cut(&key, &codec::encode(&entry));
        let mut batch = Batch::default();
        cut.others.into_iter().chain([cut.first]).for_each(|(key, piece)| batch.insert(key, piece));
        store.tree.apply_batch(batch)?;
    }
    Ok(())
}
