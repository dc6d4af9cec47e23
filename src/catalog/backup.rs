//! Copies of all records, and a look at whether they are whole.

use std::io::Write;
use std::path::Path;

use super::Catalog;
use crate::store::{BackupError, BackupSummary, Store, StoreError, Verified};

impl Catalog {
    /// Writes a backup of the newest revision, while others read and write.
    pub fn backup(&self, out: impl Write) -> Result<BackupSummary, BackupError> {
        self.storage.get()?.backup(out)
    }

    /// Makes a backup in a file, whole or not at all.
    pub fn backup_to(&self, path: &Path) -> Result<BackupSummary, BackupError> {
        self.storage.get()?.backup_to(path)
    }
}

/// Looks at everything in a data folder that nobody has open, and changes nothing.
pub fn verify(folder: &Path) -> Result<Verified, StoreError> {
    Store::verify(folder)
}
