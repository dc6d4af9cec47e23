//! Making a backup.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use super::frame::Writer;
use super::{BackupError, BackupSummary, HEADER, ROW};
use crate::store::head::Head;
use crate::store::{LogEntry, Store, StoreError, codec, pieces, tables};

impl Store {
    /// Writes all that the store holds up to its newest revision, while others read and write. Everything is compared with the
    /// log on its way, so a backup is never one of a damaged store.
    pub fn backup(&self, out: impl Write) -> Result<BackupSummary, BackupError> {
        // Until this ends no old version is dropped.
        let _kept = self.dropping.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        let head = self.head.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).head;
        let format = self.tree.get(tables::FORMAT)?.and_then(|format| format.first().copied()).unwrap_or(codec::FORMAT);
        let mut summary = BackupSummary { revision: head.revision, format, ..BackupSummary::default() };
        let mut writer = Writer::new(out).map_err(BackupError::Unwritable)?;
        let put = writer.put(HEADER, &[&[format], &head.revision.to_le_bytes(), head.hash()]);
        put.map_err(BackupError::Unwritable)?;

        let mut copied = Head::EMPTY;
        while copied.revision < head.revision {
            let revision = copied.revision + 1;
            let key = tables::log(revision);
            let bytes = self.value(&key, &format!("revision {revision} of the log"))?;
            let entry: LogEntry = codec::decode(&bytes)
                .map_err(|error| self.damaged(format!("revision {revision} of the log cannot be read: {error}")))?;
            for document in &entry.documents {
                self.copy(&mut writer, &tables::document(&document.sha256), document.checksum)?;
                summary.documents += 1;
            }
            for change in &entry.changes {
                self.copy(&mut writer, &tables::version(&change.id, revision), change.checksum)?;
                summary.versions += 1;
            }
            row(&mut writer, &key, &bytes)?;
            copied = copied.after(&bytes);
        }
        if copied != head {
            return Err(self.damaged("its log is not the one that was acknowledged".to_owned()).into());
        }
        writer.end().map_err(BackupError::Unwritable)?;
        Ok(summary)
    }

    /// Makes a backup in a file, whole or not at all.
    pub fn backup_to(&self, path: &Path) -> Result<BackupSummary, BackupError> {
        let draft = path.with_added_extension("new");
        let written = File::create(&draft).map_err(BackupError::Unwritable).and_then(|file| {
            let mut out = BufWriter::new(file);
            let summary = self.backup(&mut out)?;
            let file = out.into_inner().map_err(|error| BackupError::Unwritable(error.into_error()))?;
            file.sync_all().and_then(|()| fs::rename(&draft, path)).map_err(BackupError::Unwritable)?;
            Ok(summary)
        });
        if written.is_err() {
            // It may not even be there; why it could not be written is what counts.
            let _ = fs::remove_file(&draft);
        }
        written
    }

    fn copy(&self, writer: &mut Writer<impl Write>, key: &[u8], checksum: u32) -> Result<(), BackupError> {
        let name = || String::from_utf8_lossy(&key[1..]).replace('\0', " ");
        let bytes = self.value(key, &name())?;
        if codec::checksum(&bytes) != Some(checksum) || !codec::is_sound(&bytes) {
            return Err(self.damaged(format!("{} is not what its log says", name())).into());
        }
        row(writer, key, &bytes)
    }

    fn value(&self, key: &[u8], name: &str) -> Result<Vec<u8>, StoreError> {
        pieces::read(&self.tree, key)?.ok_or_else(|| self.damaged(format!("{name} is missing")))
    }
}

fn row(writer: &mut Writer<impl Write>, key: &[u8], bytes: &[u8]) -> Result<(), BackupError> {
    let length = u16::try_from(key.len()).expect("no key is longer than 500 bytes");
    writer.put(ROW, &[&length.to_le_bytes(), key, bytes]).map_err(BackupError::Unwritable)
}
