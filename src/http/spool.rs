//! An answer that is written as fast as it comes and read as fast as its reader wants. What is not read yet lies in a file: a
//! caller that reads only once it has sent everything is not waited for, and takes no memory.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use futures_util::stream;
use tokio::sync::watch;

/// How much is read at once.
const PIECE_BYTES: usize = 64 << 10;

/// The end that is written to. When it is dropped the answer is whole.
pub(super) struct SpoolWriter {
    file: Arc<File>,
    written: watch::Sender<u64>,
}

impl SpoolWriter {
    /// Adds to the answer.
    pub(super) fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        let at = *self.written.borrow();
        self.file.write_all_at(bytes, at)?;
        self.written.send_replace(at + bytes.len() as u64);
        Ok(())
    }
}

/// An answer through a file without a name.
pub(super) fn spool(file: File) -> (SpoolWriter, Body) {
    let (written, told) = watch::channel(0);
    let file = Arc::new(file);
    let reader = Reader { file: Arc::clone(&file), told, read: 0 };
    (SpoolWriter { file, written }, Body::from_stream(stream::unfold(reader, Reader::next)))
}

struct Reader {
    file: Arc<File>,
    told: watch::Receiver<u64>,
    read: u64,
}

impl Reader {
    async fn next(mut self) -> Option<(io::Result<Bytes>, Reader)> {
        // Once the writer is gone the last number stays.
        while *self.told.borrow_and_update() == self.read {
            if self.told.changed().await.is_err() && *self.told.borrow() == self.read {
                return None;
            }
        }
        let waits = *self.told.borrow() - self.read;
        let mut piece = vec![0; usize::try_from(waits).map_or(PIECE_BYTES, |waits| waits.min(PIECE_BYTES))];
        let read = self.file.read_exact_at(&mut piece, self.read).map(|()| Bytes::from(piece));
        self.read += read.as_ref().map_or(waits, |piece| piece.len() as u64);
        Some((read, self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn what_was_written_is_read_whole_however_late() {
        let (mut writer, body) = spool(tempfile::tempfile().unwrap());
        let expected: Vec<u8> = (0..300_000u32).flat_map(u32::to_le_bytes).collect();
        let (late, early) = expected.split_at(expected.len() / 2);
        writer.add(late).unwrap();
        let reading = tokio::spawn(axum::body::to_bytes(body, usize::MAX));
        tokio::task::yield_now().await;
        early.chunks(7_001).for_each(|piece| writer.add(piece).unwrap());
        drop(writer);
        assert_eq!(reading.await.unwrap().unwrap(), expected);
    }
}
