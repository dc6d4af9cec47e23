//! Room on the disk, looked at before anything is written: sled takes no more writes after one that the disk refused, until it is
//! opened again.

use std::io;
use std::path::Path;

use super::{Store, StoreError};

/// How much must be free beyond what is written: sled writes in segments, and its pages anew; backups and tokens need room too.
const RESERVE: u64 = 16 << 20;
/// How many bytes sled may write for one of ours.
const WRITTEN_ANEW: u64 = 4;

impl Store {
    /// Refuses a folder that has no room for anything.
    pub fn has_room(folder: &Path) -> Result<(), StoreError> {
        room(folder, 0)
    }

    /// Refuses to write some bytes where there is no room for them.
    pub(super) fn make_sure_of_room(&self, bytes: u64) -> Result<(), StoreError> {
        room(&self.folder, bytes)
    }
}

/// Whether a folder has room for some bytes.
pub(super) fn room(folder: &Path, bytes: u64) -> Result<(), StoreError> {
    let disk = rustix::fs::statvfs(folder).map_err(io::Error::from)?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let needed = bytes.saturating_mul(WRITTEN_ANEW).saturating_add(RESERVE);
    if free < needed { Err(StoreError::Full { free, needed }) } else { Ok(()) }
}

impl StoreError {
    /// Whether it is for want of room that something could not be written.
    pub fn is_full(&self) -> bool {
        let io = match self {
            StoreError::Full { .. } => return true,
            StoreError::Sled(sled::Error::Io(error)) | StoreError::Io(error) => error,
            _ => return false,
        };
        matches!(io.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge)
    }
}
