//! A body that is written from a thread of its own: as much as its reader takes, and never more in memory than a few pieces.

use std::io::{self, Write};

use axum::body::{Body, Bytes};
use futures_util::stream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::{self, Sender};

/// How much is sent at once.
const PIECE_BYTES: usize = 64 << 10;
/// How many pieces may wait for the reader.
const WAITING: usize = 4;

/// The end that is written to. A reader that went away is an error of the next write.
pub(super) struct PipeWriter {
    sender: Sender<io::Result<Bytes>>,
    piece: Vec<u8>,
}

/// A body whose bytes `write` writes, on a thread where it may wait, and which gives its room back when it is done. Where it fails the body breaks off, so that its reader cannot
/// take what came for all there is.
pub(super) fn body(room: OwnedSemaphorePermit, write: impl FnOnce(&mut PipeWriter) -> io::Result<()> + Send + 'static) -> Body {
    let (sender, receiver) = mpsc::channel(WAITING);
    tokio::task::spawn_blocking(move || {
        let _room = room;
        let mut writer = PipeWriter { sender, piece: Vec::with_capacity(PIECE_BYTES) };
        if let Err(error) = write(&mut writer).and_then(|()| writer.flush()) {
            // A reader that is gone does not hear it either.
            let _ = writer.sender.blocking_send(Err(error));
        }
    });
    Body::from_stream(stream::unfold(receiver, async |mut receiver| Some((receiver.recv().await?, receiver))))
}

impl Write for PipeWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE_BYTES));
        self.sender.blocking_send(Ok(piece.into())).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}
