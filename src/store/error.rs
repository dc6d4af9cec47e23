//! What can go wrong with the store.

use std::io;
use std::path::PathBuf;

/// Why the store could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("another process has the data folder {} open: stop it, or give this one a folder of its own with --data", .0.display())]
    InUse(PathBuf),
    #[error("the data folder {} cannot be written: {reason}; choose another with --data or mend its rights", folder.display())]
    Unwritable { folder: PathBuf, reason: io::Error },
    #[error(
        "STORE_DAMAGED: the store in {} is damaged: {what}. Copy the folder before anything else, then put a backup in its place",
        folder.display()
    )]
    Damaged { folder: PathBuf, what: String },
    #[error(
        "the store in {} has format {found}, but this version of fundgraph knows formats up to {known}: use the newer version",
        folder.display()
    )]
    NewerFormat { folder: PathBuf, found: u8, known: u8 },
    #[error(
        "the store has format {from} and would get format {to}, but no backup of it can be made in {}: {reason}. Make room, or \
         mend the rights of that folder",
        path.display()
    )]
    NoBackup { path: PathBuf, from: u8, to: u8, reason: String },
    #[error("there is no store in {}: name its folder with --data", .0.display())]
    NotThere(PathBuf),
    #[error("{id} as revision {revision} left it was dropped: only its newest versions are kept")]
    Dropped { id: String, revision: u64 },
    #[error(
        "there is no room to write: {needed} bytes must be free on the disk, and {free} are. Make room; writes are taken again then, \
         and reading goes on"
    )]
    Full { free: u64, needed: u64 },
    #[error("the store is being opened again after a write that failed: try again in a moment")]
    Closed,
    #[error("the store could not be written: {0}")]
    Sled(#[from] sled::Error),
    #[error("the store's files could not be written: {0}")]
    Io(#[from] io::Error),
}

impl StoreError {
    /// Whether another process has the data folder open.
    pub fn is_in_use(&self) -> bool {
        matches!(self, StoreError::InUse(_))
    }
}
