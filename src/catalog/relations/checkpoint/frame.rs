//! Pieces of a file, each with its length, and one checksum at the end of all.

use std::io::{self, Read, Write};

/// How many bytes a frame has at most. One that says it has more is damaged.
const MOST: u32 = 1 << 20;

/// What a frame holds.
#[derive(Debug, Default)]
pub(super) struct Frame(Vec<u8>);

impl Frame {
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn number(&mut self, number: u32) {
        self.bytes(&number.to_le_bytes());
    }

    pub(super) fn long(&mut self, number: u64) {
        self.bytes(&number.to_le_bytes());
    }

    pub(super) fn text(&mut self, text: &str) {
        self.number(text.len() as u32);
        self.bytes(text.as_bytes());
    }

    #[cfg(test)]
    pub(super) fn parts(&self) -> Parts<'_> {
        Parts(&self.0)
    }
}

/// What is left of a frame to be read.
#[derive(Debug)]
pub(super) struct Parts<'a>(&'a [u8]);

impl<'a> Parts<'a> {
    pub(super) fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    pub(super) fn number(&mut self) -> Option<u32> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*bytes))
    }

    pub(super) fn long(&mut self) -> Option<u64> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*bytes))
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = self.number()? as usize;
        std::str::from_utf8(self.bytes(length)?).ok()
    }
}

/// Writes frames.
pub(super) struct FrameWriter<'a> {
    out: &'a mut dyn Write,
    frame: Frame,
    checksum: crc32fast::Hasher,
}

impl<'a> FrameWriter<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        FrameWriter { out, frame: Frame::default(), checksum: crc32fast::Hasher::new() }
    }

    pub(super) fn write(&mut self, fill: impl FnOnce(&mut Frame)) -> io::Result<()> {
        self.frame.0.clear();
        self.frame.number(0);
        fill(&mut self.frame);
        let bytes = &mut self.frame.0;
        let length = u32::try_from(bytes.len() - 4).ok().filter(|length| *length <= MOST);
        let length =
            length.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a piece of the checkpoint is too long"))?;
        bytes[..4].copy_from_slice(&length.to_le_bytes());
        self.checksum.update(bytes);
        self.out.write_all(bytes)
    }

    /// Writes how many of something follow.
    pub(super) fn count(&mut self, count: usize) -> io::Result<()> {
        self.write(|frame| frame.number(count as u32))
    }

    pub(super) fn finish(self) -> io::Result<()> {
        self.out.write_all(&self.checksum.finalize().to_le_bytes())
    }
}

/// Reads frames.
pub(super) struct FrameReader<'a> {
    input: &'a mut dyn Read,
    frame: Vec<u8>,
    checksum: crc32fast::Hasher,
}

impl<'a> FrameReader<'a> {
    pub(super) fn new(input: &'a mut dyn Read) -> Self {
        FrameReader { input, frame: Vec::new(), checksum: crc32fast::Hasher::new() }
    }

    /// Reads a frame; `take` takes what it holds, and nothing of something else.
    pub(super) fn read<T>(&mut self, take: impl FnOnce(Parts<'_>) -> Option<T>) -> io::Result<T> {
        let mut length = [0; 4];
        self.input.read_exact(&mut length)?;
        self.checksum.update(&length);
        let length = u32::from_le_bytes(length);
        if length > MOST {
            return Err(damaged());
        }
        self.frame.resize(length as usize, 0);
        self.input.read_exact(&mut self.frame)?;
        self.checksum.update(&self.frame);
        take(Parts(&self.frame)).ok_or_else(damaged)
    }

    /// Reads how many of something follow.
    pub(super) fn count(&mut self) -> io::Result<u32> {
        self.read(|mut parts| parts.number())
    }

    pub(super) fn finish(self) -> io::Result<()> {
        let mut checksum = [0; 4];
        self.input.read_exact(&mut checksum)?;
        if u32::from_le_bytes(checksum) == self.checksum.finalize() { Ok(()) } else { Err(damaged()) }
    }
}

pub(super) fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the checkpoint of relations is damaged, or of another program")
}
