//! A connection that does not wait for ever to be read: who takes nothing for too long, or only a trickle, is let go.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::lines::{Busy, Line};

/// How many bytes make up for all the waiting so far.
const ENOUGH: usize = 16 << 10;

/// A stream whose writes must get on.
#[derive(Debug)]
pub(super) struct Patient<S> {
    stream: S,
    /// How long a write may wait for the other side to take enough.
    most: Duration,
    line: Arc<Line>,
    /// Runs from the first write that waits until enough was taken.
    waits: Option<(Pin<Box<Sleep>>, Busy)>,
    /// Bytes that were taken meanwhile.
    taken: usize,
}

impl<S> Patient<S> {
    pub(super) fn new(stream: S, most: Duration, line: &Arc<Line>) -> Patient<S> {
        Patient { stream, most, line: Arc::clone(line), waits: None, taken: 0 }
    }

    /// Nobody is waited for any more.
    fn rest(&mut self) {
        (self.waits, self.taken) = (None, 0);
    }

    /// Notes what was written, or how long nothing could be.
    fn written(&mut self, context: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(bytes)) = written {
            self.taken += bytes;
            if self.taken >= ENOUGH {
                self.rest();
            }
        }
        self.hold(context, written)
    }

    fn hold<T>(&mut self, context: &mut Context<'_>, done: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if done.is_ready() {
            return done;
        }
        let (waits, _) = self.waits.get_or_insert_with(|| (Box::pin(sleep(self.most)), self.line.busy()));
        ready!(waits.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            // Who still sends may read the answer afterwards; how slowly one may send is held where the body is read.
            self.rest();
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.written(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        if flushed.is_ready() {
            // All there was to write is written.
            self.rest();
        }
        self.hold(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(context);
        self.hold(context, shut)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::super::lines::Lines;
    use super::*;

    /// A line that takes some bytes every few milliseconds.
    struct Slow {
        bytes: usize,
        until: Pin<Box<Sleep>>,
    }

    impl Slow {
        const PAUSE: Duration = Duration::from_millis(5);

        fn by(bytes: usize) -> Slow {
            Slow { bytes, until: Box::pin(sleep(Slow::PAUSE)) }
        }
    }

    impl AsyncWrite for Slow {
        fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
            ready!(self.until.as_mut().poll(context));
            self.until = Box::pin(sleep(Slow::PAUSE));
            Poll::Ready(Ok(bytes.len().min(self.bytes)))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    /// Writes to a line that takes so many bytes at once, until all is written or the line is given up.
    async fn written(at_once: usize, mut left: usize, most: Duration) -> io::Result<()> {
        let mut line = Patient::new(Slow::by(at_once), most, &Arc::new(Lines::new(most)).open());
        while left > 0 {
            left -= poll_fn(|context| Pin::new(&mut line).poll_write(context, &vec![0; left])).await?;
        }
        poll_fn(|context| Pin::new(&mut line).poll_flush(context)).await?;
        assert!(line.waits.is_none(), "nobody is waited for once all is written");
        Ok(())
    }

    #[tokio::test]
    async fn a_trickle_does_not_count_as_reading() {
        let given_up = written(1, 1_000_000, Duration::from_millis(50)).await.unwrap_err();
        assert_eq!(given_up.kind(), io::ErrorKind::TimedOut);
        let forever = Duration::from_secs(600);
        written(1, 20, forever).await.unwrap();
        written(ENOUGH, 20 * ENOUGH, forever).await.unwrap();
    }
}
