//! `/seed`: a stream of records in, a line of JSON about each of them out.

use std::collections::HashSet;
use std::io::{self, BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::header::{CACHE_CONTROL, CONNECTION, CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use flate2::bufread::MultiGzDecoder;
use http_body_util::BodyExt;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{self, Receiver};
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use super::graphql::{PLAIN_JSON, Refusal, bearer, caller, shown};
use super::rate::Counted;
use super::spool::spool;
use super::{Server, spool};
use crate::access::Scope;
use crate::config::Limits;
use crate::graphql::{Event, Sender, seed_stream};

pub(super) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// How many frames of a body may wait to be read.
const FRAMES: usize = 4;
/// How many bytes show that a stream goes on although no line has ended.
const ENOUGH: usize = 1 << 10;

/// The streams that are being read.
#[derive(Debug, Default)]
pub(super) struct Seeding {
    count: Mutex<usize>,
    /// Who sends those with a key, and the keys.
    keys: Mutex<HashSet<(String, String)>>,
}

/// Stores a stream of records and answers as it goes.
pub(super) async fn seed(
    State(server): State<Arc<Server>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let who = Counted::of(caller(&server, shown(&headers)).as_ref().ok(), peer);
    let answer = async {
        match begun(&server, &headers, body) {
            Ok(answer) => {
                let headers = [(CONTENT_TYPE, "application/x-ndjson; charset=utf-8"), (CACHE_CONTROL, "no-store")];
                (headers, answer).into_response()
            }
            Err(refusal) => refusal.answer(PLAIN_JSON),
        }
    };
    let mut answer = server.rates.hold(who, None, answer).await;
    if !answer.status().is_success() {
        // The connection ends on a body that nobody reads: no other request should be sent over it.
        answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    answer
}

fn begun(server: &Arc<Server>, headers: &HeaderMap, body: Body) -> Result<Body, Refusal> {
    let actor = bearer(server, headers, Scope::Seed)?;
    let gzip = in_gzip(headers)?;
    let key = key(headers, &server.limits)?;
    let turn = Turn::take(server, &actor, key.as_deref())?;
    let file = server.catalog.scratch().map_err(|error| {
        tracing::error!(%error, "no file for an answer");
        Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", "the server has no room for the answer: try again later")
    })?;
    let (mut writer, answer) = spool(file);
    let frames = Frames::of(body, Arc::clone(server), !gzip);
    let server = Arc::clone(server);
    tokio::task::spawn_blocking(move || {
        // The next stream may begin only once this one is at its end.
        let _turn = turn;
        let stop = || *server.stopping.borrow();
        let mut tell = |event: Event| tell(&mut writer, &event);
        let sender = Sender { actor, key };
        let from: Box<dyn BufRead> = if gzip {
            Box::new(BufReader::new(MultiGzDecoder::new(BufReader::new(Patient(frames)))))
        } else {
            Box::new(BufReader::new(frames))
        };
        if let Err(error) = seed_stream(&server.catalog, &server.limits, sender, from, &stop, &mut tell) {
            tracing::error!(%error, "a stream's sender cannot be told how far it came");
        }
    });
    Ok(answer)
}

fn tell(writer: &mut spool::SpoolWriter, event: &Event) -> io::Result<()> {
    let mut line = serde_json::to_vec(event)?;
    line.push(b'\n');
    writer.add(&line)
}

/// Whether the body is packed; an error where it is none that can be read.
fn in_gzip(headers: &HeaderMap) -> Result<bool, Refusal> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default();
    let unsupported = |message: String| Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", message);
    let given = text(CONTENT_TYPE);
    let media_type = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if media_type != "application/x-ndjson" && media_type != "application/ndjson" {
        return Err(unsupported(format!(
            "the body's Content-Type is “{given}”: send application/x-ndjson, a line for each record"
        )));
    }
    match text(CONTENT_ENCODING).trim().to_ascii_lowercase().as_str() {
        "" | "identity" => Ok(false),
        "gzip" => Ok(true),
        other => Err(unsupported(format!("the body's Content-Encoding is “{other}”: send it as it is, or in gzip"))),
    }
}

fn key(headers: &HeaderMap, limits: &Limits) -> Result<Option<String>, Refusal> {
    let Some(given) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let most = limits.idempotency_key_bytes;
    let key = given.to_str().ok().map(str::trim).filter(|key| !key.is_empty() && key.len() <= most);
    let unfit = || {
        Refusal::bad(format!("the Idempotency-Key is not a text of 1 to {most} plain letters: make a shorter one, a UUID say"))
    };
    key.map(|key| Some(key.to_owned())).ok_or_else(unfit)
}

/// A stream's turn: as long as it is held, no other may have the same key.
struct Turn {
    server: Arc<Server>,
    key: Option<(String, String)>,
}

impl Turn {
    fn take(server: &Arc<Server>, actor: &str, key: Option<&str>) -> Result<Turn, Refusal> {
        let mut count = server.seeding.count.lock().unwrap_or_else(PoisonError::into_inner);
        let most = server.limits.seed_streams;
        if *count >= most {
            let message = format!("{most} streams are being read, which is all there may be at once: try again in a moment");
            return Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", message));
        }
        let key = key.map(|key| (actor.to_owned(), key.to_owned()));
        if let Some(key) = &key
            && !server.seeding.keys.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone())
        {
            let message = format!("a stream with the idempotency key “{}” is still being read: wait for its end", key.1);
            return Err(Refusal::new(StatusCode::CONFLICT, "CONFLICT", message));
        }
        *count += 1;
        Ok(Turn { server: Arc::clone(server), key })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *self.server.seeding.count.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        if let Some(key) = &self.key {
            self.server.seeding.keys.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
        }
    }
}

/// A body, read where it may be waited for. A pause is an error of the kind `WouldBlock`, and reading goes on after it.
struct Frames {
    frames: Receiver<io::Result<Bytes>>,
    rest: Bytes,
    handle: Handle,
    server: Arc<Server>,
    /// How long the sender was waited for since the last sign that the stream goes on, and what came meanwhile.
    waited: Duration,
    trickle: usize,
    /// Whether the ends of lines can be seen.
    plain: bool,
}

impl Frames {
    fn of(mut body: Body, server: Arc<Server>, plain: bool) -> Frames {
        let (sender, frames) = mpsc::channel(FRAMES);
        tokio::spawn(async move {
            loop {
                let frame = tokio::select! {
                    frame = body.frame() => frame,
                    // Nobody reads any more; a body that is let go lets its connection end.
                    () = sender.closed() => break,
                };
                let Some(frame) = frame else { break };
                let bytes = frame.map(|frame| frame.into_data().unwrap_or_default()).map_err(io::Error::other);
                let broken = bytes.is_err();
                if sender.send(bytes).await.is_err() || broken {
                    break;
                }
            }
        });
        let (rest, handle, waited) = (Bytes::new(), Handle::current(), Duration::ZERO);
        Frames { frames, rest, handle, server, waited, trickle: 0, plain }
    }

    /// The next frame, if it comes within a pause; none within the body is its end.
    fn wait(&mut self) -> Result<Option<io::Result<Bytes>>, Elapsed> {
        let (begun, pause) = (Instant::now(), self.server.limits.stream_pause);
        let frame = self.handle.block_on(async { timeout(pause, self.frames.recv()).await });
        self.waited += begun.elapsed();
        if let Ok(Some(Ok(bytes))) = &frame {
            self.trickle += bytes.len();
            if self.trickle >= ENOUGH || self.plain && bytes.contains(&b'\n') {
                (self.waited, self.trickle) = (Duration::ZERO, 0);
            }
        }
        frame
    }
}

impl Read for Frames {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() {
            let frame = self.wait();
            let most = self.server.limits.stream_silence;
            match frame {
                Ok(None) => return Ok(0),
                Ok(Some(Err(_))) => return Err(io::Error::other("its connection was lost")),
                _ if self.waited > most => {
                    return Err(io::Error::other(format!("next to nothing came for {} seconds", most.as_secs())));
                }
                Ok(Some(Ok(bytes))) => self.rest = bytes,
                Err(_) => return Err(io::ErrorKind::WouldBlock.into()),
            }
        }
        let length = self.rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&self.rest.split_to(length));
        Ok(length)
    }
}

/// A body that is waited for, unless the server stops: what unpacks it cannot be left in the middle.
struct Patient(Frames);

impl Read for Patient {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.0.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if *self.0.server.stopping.borrow() {
                        return Err(io::Error::other("the server stops"));
                    }
                }
                read => return read,
            }
        }
    }
}
