//! The head file: how far the log goes, and a running hash of it.
//!
//! sled opens a damaged file without a word and serves fewer or older records. So the last revision and the hash of the log up
//! to it stand in a small file of their own, synced before a commit is acknowledged, and are compared at open: a store that
//! has less than its head says is damaged, one that has more lost power between the two writes.
//!
//! The file has two slots of [`SLOT`] bytes, written in turn, so that a torn write leaves the one before it.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use sha2::{Digest, Sha256};

/// Magic, revision, hash, checksum.
pub(super) const SLOT: usize = 4 + 8 + 32 + 4;
const MAGIC: &[u8; 4] = b"FGH1";

/// How far the log goes: its last revision, and the hash of all entries up to it. An empty log's is the default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Head {
    pub(super) revision: u64,
    hash: [u8; 32],
}

impl Head {
    /// The head of an empty log.
    pub(super) const EMPTY: Head = Head { revision: 0, hash: [0; 32] };

    /// The head once an entry, as its bytes stand in the store, is added.
    pub(super) fn after(&self, entry: &[u8]) -> Head {
        let hash = Sha256::new().chain_update(self.hash).chain_update(entry).finalize();
        Head { revision: self.revision + 1, hash: hash.into() }
    }

    /// The last revision.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    pub(super) fn of(revision: u64, hash: [u8; 32]) -> Head {
        Head { revision, hash }
    }

    /// The hash of all entries.
    pub(super) fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    pub(super) fn to_slot(self) -> [u8; SLOT] {
        let mut slot = [0; SLOT];
        slot[..4].copy_from_slice(MAGIC);
        slot[4..12].copy_from_slice(&self.revision.to_le_bytes());
        slot[12..44].copy_from_slice(&self.hash);
        let checksum = crc32fast::hash(&slot[..44]);
        slot[44..].copy_from_slice(&checksum.to_le_bytes());
        slot
    }

    pub(super) fn from_slot(slot: &[u8; SLOT]) -> Option<Head> {
        let (body, checksum) = slot.split_last_chunk::<4>()?;
        if &body[..4] != MAGIC || crc32fast::hash(body) != u32::from_le_bytes(*checksum) {
            return None;
        }
        Some(Head { revision: u64::from_le_bytes(body[4..12].try_into().ok()?), hash: body[12..44].try_into().ok()? })
    }
}

/// The open head file.
#[derive(Debug)]
pub(super) struct HeadFile {
    file: File,
    pub(super) head: Head,
}

impl HeadFile {
    /// Opens the file. The head is none where there is no file yet, and an error where no slot of it can be read.
    pub(super) fn open(path: &Path) -> io::Result<Option<HeadFile>> {
        let file = match OpenOptions::new().read(true).write(true).open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let slots = (0..2).filter_map(|place| {
            let mut slot = [0; SLOT];
            file.read_exact_at(&mut slot, place * SLOT as u64).ok()?;
            Head::from_slot(&slot)
        });
        match slots.max_by_key(|head| head.revision) {
            Some(head) => Ok(Some(HeadFile { file, head })),
            None => Err(io::Error::new(io::ErrorKind::InvalidData, "neither half of it can be read")),
        }
    }

    /// Makes the file of an empty log, whole or not at all.
    pub(super) fn create(path: &Path) -> io::Result<HeadFile> {
        let draft = path.with_added_extension("new");
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&draft)?;
        let mut head = HeadFile { file, head: Head::EMPTY };
        head.write(Head::EMPTY)?;
        fs::rename(draft, path)?;
        Ok(head)
    }

    /// Puts a head on disk in place of a later one, too: neither slot has another when this returns.
    pub(super) fn reset(&mut self, head: Head) -> io::Result<()> {
        for place in 0..2 {
            self.file.write_all_at(&head.to_slot(), place * SLOT as u64)?;
        }
        self.file.sync_data()?;
        self.head = head;
        Ok(())
    }

    /// Puts a head on disk; it is there when this returns.
    pub(super) fn write(&mut self, head: Head) -> io::Result<()> {
        self.file.write_all_at(&head.to_slot(), (head.revision % 2) * SLOT as u64)?;
        self.file.sync_data()?;
        self.head = head;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_write_leaves_the_head_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("head");
        assert!(HeadFile::open(&path).unwrap().is_none());
        let mut file = HeadFile::create(&path).unwrap();
        let first = Head::EMPTY.after(b"one");
        let second = first.after(b"two");
        file.write(first).unwrap();
        file.write(second).unwrap();
        assert_eq!(HeadFile::open(&path).unwrap().unwrap().head, second);
        file.file.write_all_at(&[0; 9], 5).unwrap();
        assert_eq!(HeadFile::open(&path).unwrap().unwrap().head, first);
        file.file.write_all_at(&[0; 9], SLOT as u64).unwrap();
        assert_eq!(HeadFile::open(&path).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn heads_of_different_logs_differ() {
        assert_ne!(Head::EMPTY.after(b"one").after(b"two"), Head::EMPTY.after(b"two").after(b"one"));
    }
}
