//! Frames: a length, a checksum, a payload. Numbers are little-endian.

use std::io::{self, Read, Write};

use sha2::{Digest, Sha256};

use super::{BackupError, END, MAGIC, VERSION};

/// No frame is longer: an entry of the log, the longest value, has some 60 bytes for each record that it changed.
const LONGEST: u32 = 1 << 30;

/// Frames on their way out.
pub(super) struct Writer<W> {
    out: W,
    hash: Sha256,
}

impl<W: Write> Writer<W> {
    pub(super) fn new(out: W) -> io::Result<Self> {
        let mut writer = Writer { out, hash: Sha256::new() };
        writer.add(MAGIC)?;
        writer.add(&[VERSION])?;
        Ok(writer)
    }

    /// Adds a frame whose payload is a tag and some parts.
    pub(super) fn put(&mut self, tag: u8, parts: &[&[u8]]) -> io::Result<()> {
        let length = 1 + parts.iter().map(|part| part.len()).sum::<usize>();
        let length = u32::try_from(length).ok().filter(|length| *length <= LONGEST);
        let length = length.ok_or_else(|| io::Error::other("a value is too long for a backup"))?;
        let mut checksum = crc32fast::Hasher::new();
        checksum.update(&[tag]);
        parts.iter().for_each(|part| checksum.update(part));
        self.add(&length.to_le_bytes())?;
        self.add(&checksum.finalize().to_le_bytes())?;
        self.add(&[tag])?;
        parts.iter().try_for_each(|part| self.add(part))
    }

    /// Adds the last frame.
    pub(super) fn end(mut self) -> io::Result<()> {
        let hash = self.hash.clone().finalize();
        self.put(END, &[&hash])?;
        self.out.flush()
    }

    fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.out.write_all(bytes)
    }
}

/// Frames on their way in.
pub(super) struct Reader<R> {
    from: R,
    hash: Sha256,
}

impl<R: Read> Reader<R> {
    /// Reads the beginning; none where it is not that of a backup.
    pub(super) fn new(from: R) -> Result<Option<Self>, BackupError> {
        let mut reader = Reader { from, hash: Sha256::new() };
        match reader.array::<8>() {
            Ok(magic) if magic == *MAGIC => {}
            Ok(_) | Err(BackupError::Damaged(_)) => return Ok(None),
            Err(error) => return Err(error),
        }
        match reader.array()? {
            [VERSION] => Ok(Some(reader)),
            [found] => Err(BackupError::Newer { what: "version", found, known: VERSION }),
        }
    }

    /// The tag and the payload of the next frame; none after the last, which holds the checksum of all others.
    pub(super) fn next(&mut self) -> Result<Option<(u8, Vec<u8>)>, BackupError> {
        let before = self.hash.clone().finalize();
        let length = u32::from_le_bytes(self.array()?);
        let checksum = u32::from_le_bytes(self.array()?);
        if !(1..=LONGEST).contains(&length) {
            return Err(BackupError::Damaged("a part has an impossible length".to_owned()));
        }
        // What is missing is seen as it is read: a damaged length does not take the memory.
        let mut payload = Vec::new();
        self.from.by_ref().take(length.into()).read_to_end(&mut payload).map_err(BackupError::Unreadable)?;
        if payload.len() < length as usize {
            return Err(cut());
        }
        if crc32fast::hash(&payload) != checksum {
            return Err(BackupError::Damaged("the checksum of a part is wrong".to_owned()));
        }
        self.hash.update(&payload);
        let tag = payload.remove(0);
        if tag != END {
            return Ok(Some((tag, payload)));
        }
        if payload != before.as_slice() {
            return Err(BackupError::Damaged("the checksum of the whole is wrong".to_owned()));
        }
        match self.from.read(&mut [0]).map_err(BackupError::Unreadable)? {
            0 => Ok(None),
            _ => Err(BackupError::Damaged("something follows after its end".to_owned())),
        }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], BackupError> {
        let mut bytes = [0; N];
        self.from.read_exact(&mut bytes).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => cut(),
            _ => BackupError::Unreadable(error),
        })?;
        self.hash.update(bytes);
        Ok(bytes)
    }
}

fn cut() -> BackupError {
    BackupError::Damaged("it ends before its end".to_owned())
}
