//! The checkpoint: what is derived from the records, written down so that a start need not derive it again.
//!
//! It is a copy and never a source of truth. One of another log, one of a program that derives otherwise, one that is damaged: each is
//! left aside, and everything is derived from the records. The file is replaced whole or not at all. It holds
//!
//! | bytes | what |
//! |---|---|
//! | 8 | [`MAGIC`] |
//! | 16 | [`DERIVATION`]: the checksum of the code that derives, which decides the shape too, so that no format need be kept |
//! | 48 | the head of the log at the revision that it was made of (see [`super::head`]) |
//! | the rest | blocks: how many bytes it has, the checksum of the file up to its end, its bytes; the last one has none |

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use crc32fast::Hasher;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::codec::{self, CodecError};
use super::head::{Head, SLOT};
use super::{StoreError, space};

const MAGIC: &[u8; 8] = b"FGCHECKP";
/// What decides what is derived and how it is written, summed up when the program was built (see `build.rs`): the code of the rooms
/// that do it, the libraries and the compiler. A build that differs elsewhere reads what another one wrote.
const DERIVATION: &[u8] = env!("FUNDGRAPH_DERIVATION").as_bytes();
const HEADER: usize = MAGIC.len() + DERIVATION.len() + SLOT;
/// How many bytes a block has.
const BLOCK: usize = 1 << 18;
/// After how many blocks the disk is waited for: writing down much at once would make commits wait for it.
const SYNCED: usize = 64;

const NAME: &str = "checkpoint";
const DRAFT: &str = "checkpoint.new";

/// Writes down what is derived from the records up to a head of the log, in place of what was written before.
pub fn write_checkpoint<T: Serialize>(folder: &Path, head: Head, derived: &T) -> Result<(), StoreError> {
    let draft = folder.join(DRAFT);
    let written = write(&draft, head, derived).and_then(|()| {
        fs::rename(&draft, folder.join(NAME))?;
        Ok(File::open(folder)?.sync_all()?)
    });
    if written.is_err() {
        // It may not even be there; why it could not be written is what counts.
        let _ = fs::remove_file(&draft);
    }
    written
}

fn write<T: Serialize>(draft: &Path, head: Head, derived: &T) -> Result<(), StoreError> {
    let mut file = File::create(draft)?;
    let mut header = MAGIC.to_vec();
    header.extend(DERIVATION);
    header.extend(head.to_slot());
    file.write_all(&header)?;
    let mut sum = Hasher::new();
    sum.update(&header);
    let mut blocks = BlockWriter { folder: draft.parent(), file, sum, block: Vec::with_capacity(BLOCK), written: 0 };
    codec::write_derived(derived, &mut blocks)?;
    blocks.end()
}

/// Blocks on their way out.
struct BlockWriter<'a> {
    folder: Option<&'a Path>,
    file: File,
    sum: Hasher,
    block: Vec<u8>,
    written: usize,
}

impl BlockWriter<'_> {
    fn end(mut self) -> Result<(), StoreError> {
        if !self.block.is_empty() {
            self.write_block()?;
        }
        self.write_block()?;
        Ok(self.file.sync_all()?)
    }

    fn write_block(&mut self) -> io::Result<()> {
        if self.written.is_multiple_of(SYNCED) {
            self.file.sync_data()?;
            self.folder.map_or(Ok(()), |folder| space::room(folder, (SYNCED * BLOCK) as u64)).map_err(io::Error::other)?;
        }
        self.written += 1;
        let length = (self.block.len() as u32).to_le_bytes();
        self.sum.update(&length);
        self.sum.update(&self.block);
        self.file.write_all(&length)?;
        self.file.write_all(&self.sum.clone().finalize().to_le_bytes())?;
        self.file.write_all(&self.block)?;
        self.block.clear();
        Ok(())
    }
}

impl Write for BlockWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.block.len() == BLOCK {
            self.write_block()?;
        }
        let taken = bytes.len().min(BLOCK - self.block.len());
        self.block.extend(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A checkpoint of a log, as it lies in a data folder.
#[derive(Debug)]
pub struct Checkpoint {
    pub(super) head: Head,
    file: File,
    sum: Hasher,
}

impl Checkpoint {
    /// Opens the checkpoint of a data folder; none where there is none. Whether it is of the log that lies beside it is for others
    /// to say.
    pub(super) fn open(folder: &Path) -> Result<Option<Checkpoint>, Unfit> {
        let mut file = match File::open(folder.join(NAME)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let mut header = [0; HEADER];
        file.read_exact(&mut header)?;
        let (magic, rest) = header.split_at(MAGIC.len());
        let (derivation, slot) = rest.split_at(DERIVATION.len());
        if magic != MAGIC || derivation != DERIVATION {
            return Err(Unfit::OtherDerivation);
        }
        let head = slot.try_into().ok().and_then(Head::from_slot).ok_or(Unfit::Damaged)?;
        let mut sum = Hasher::new();
        sum.update(&header);
        Ok(Some(Checkpoint { head, file, sum }))
    }

    /// The revision that it was made of.
    pub fn revision(&self) -> u64 {
        self.head.revision
    }

    /// Reads what was written down.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, Unfit> {
        let mut blocks = BlockReader { file: self.file, sum: self.sum, block: Vec::new(), read: 0 };
        let derived = codec::read_derived(&mut blocks)?;
        match blocks.next_block() {
            Ok(()) if blocks.block.is_empty() => Ok(derived),
            _ => Err(Unfit::Damaged),
        }
    }
}

/// Blocks on their way in. No byte is given out before its block was compared with its checksum.
struct BlockReader {
    file: File,
    sum: Hasher,
    block: Vec<u8>,
    read: usize,
}

impl BlockReader {
    fn next_block(&mut self) -> io::Result<()> {
        let [mut length, mut sum] = [[0; 4]; 2];
        self.file.read_exact(&mut length)?;
        self.file.read_exact(&mut sum)?;
        let bytes = u32::from_le_bytes(length) as usize;
        if bytes > BLOCK {
            return Err(io::ErrorKind::InvalidData.into());
        }
        self.block.resize(bytes, 0);
        self.file.read_exact(&mut self.block)?;
        self.sum.update(&length);
        self.sum.update(&self.block);
        self.read = 0;
        if self.sum.clone().finalize() == u32::from_le_bytes(sum) { Ok(()) } else { Err(io::ErrorKind::InvalidData.into()) }
    }
}

impl Read for BlockReader {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.read == self.block.len() {
            self.next_block()?;
        }
        let left = &self.block[self.read..];
        let given = bytes.len().min(left.len());
        bytes[..given].copy_from_slice(&left[..given]);
        self.read += given;
        Ok(given)
    }

    /// Most of what is read are single numbers, whole in their block.
    fn read_exact(&mut self, mut bytes: &mut [u8]) -> io::Result<()> {
        if let Some(whole) = self.block.get(self.read..self.read + bytes.len()) {
            bytes.copy_from_slice(whole);
            self.read += bytes.len();
            return Ok(());
        }
        while !bytes.is_empty() {
            match self.read(bytes)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                given => bytes = &mut bytes[given..],
            }
        }
        Ok(())
    }
}

/// Why a checkpoint is left aside.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    #[error("another version of the program wrote it, which derives otherwise")]
    OtherDerivation,
    #[error("it is of another log")]
    OtherLog,
    #[error("too much changed since it was written")]
    Old,
    #[error("it does not hold the records of the store")]
    OtherRecords,
    #[error("it is damaged")]
    Damaged,
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    #[error("it cannot be read: {0}")]
    Codec(#[from] CodecError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_of_the_same_derivation_is_read_and_none_of_another() {
        let folder = tempfile::tempdir().unwrap();
        write_checkpoint(folder.path(), Head::EMPTY, &"derived".to_owned()).unwrap();
        let read = |folder: &Path| Checkpoint::open(folder)?.ok_or(Unfit::OtherLog)?.read::<String>();
        assert_eq!(read(folder.path()).unwrap(), "derived");
        let path = folder.path().join(NAME);
        let mut bytes = fs::read(&path).unwrap();
        assert_eq!(&bytes[MAGIC.len()..][..DERIVATION.len()], DERIVATION);
        let digit = &mut bytes[MAGIC.len() + 3];
        *digit = if *digit == b'0' { b'1' } else { b'0' };
        fs::write(&path, bytes).unwrap();
        assert!(matches!(read(folder.path()), Err(Unfit::OtherDerivation)));
    }
}
