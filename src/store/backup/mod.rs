//! A copy of everything in one file, and the way back.
//!
//! The file begins with [`MAGIC`] and the file's own version, one byte. Frames follow, each its length, its CRC-32 and its
//! payload (see [`frame`]); the first byte of a payload says what it is:
//!
//! | frame | holds |
//! |---|---|
//! | `h` | the store's format, the last revision, the hash of the log up to it |
//! | `r` | a value: its key's length, its key, its bytes as they lie in the store |
//! | `e` | SHA-256 of the file so far; nothing comes after it |
//!
//! The values come revision by revision: the documents that a revision brought, the versions that it made, and then its entry of
//! the log. So both writing and reading keep no more in memory than one revision, and what is read is compared with the log on its
//! way.

mod frame;
mod read;
mod write;

use std::io;
use std::path::PathBuf;

pub use read::{check, restore};

use super::StoreError;

const MAGIC: &[u8; 8] = b"FGBACKUP";
/// The version of the file's own shape.
const VERSION: u8 = 1;

const HEADER: u8 = b'h';
const ROW: u8 = b'r';
const END: u8 = b'e';

/// What a backup holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BackupSummary {
    /// The last revision in it.
    pub revision: u64,
    /// The format of the store that it is of.
    pub format: u8,
    /// How many versions of records are in it, deletions too.
    pub versions: u64,
    /// How many texts of documents are in it.
    pub documents: u64,
}

/// Why a backup could not be made, read or restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("{} is not a backup of fundgraph", .0.display())]
    NotABackup(PathBuf),
    #[error("the backup was made by a newer version of fundgraph ({what} {found}; this one knows {known}): use that one")]
    Newer { what: &'static str, found: u8, known: u8 },
    #[error("the backup is damaged: {0}. Take another one")]
    Damaged(String),
    #[error("{} is not empty: a backup is restored into a new or an empty folder, so name one with --data", .0.display())]
    NotEmpty(PathBuf),
    #[error("the backup cannot be read: {0}")]
    Unreadable(io::Error),
    #[error("the backup cannot be written: {0}")]
    Unwritable(io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sled::Error> for BackupError {
    fn from(error: sled::Error) -> Self {
        BackupError::Store(error.into())
    }
}
