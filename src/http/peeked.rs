//! A body that was looked at: what had come already of it, and the rest.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Bytes, HttpBody};
use futures_util::FutureExt;
use http_body_util::BodyExt;
use hyper::body::{Frame, Incoming};

/// A body of which the first frame may be there. Nobody waits for it here: most requests come in one piece.
#[derive(Debug)]
pub(super) struct Peeked {
    first: Option<Result<Frame<Bytes>, hyper::Error>>,
    rest: Incoming,
}

impl Peeked {
    pub(super) fn of(mut body: Incoming) -> Peeked {
        Peeked { first: body.frame().now_or_never().flatten(), rest: body }
    }

    /// All of the body, if it is there.
    pub(super) fn whole(&self) -> Option<&[u8]> {
        match &self.first {
            _ if !self.rest.is_end_stream() => None,
            None => Some(&[]),
            Some(Ok(frame)) => frame.data_ref().map(|bytes| &**bytes),
            Some(Err(_)) => None,
        }
    }
}

impl HttpBody for Peeked {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match self.first.take() {
            Some(first) => Poll::Ready(Some(first)),
            None => Pin::new(&mut self.rest).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.first.is_none() && self.rest.is_end_stream()
    }
}
