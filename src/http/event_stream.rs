//! Answers as an event stream (`text/event-stream`): the distinct connections mode of the npm package graphql-sse.
//!
//! Each answer is an event `next`; `complete` follows the last. hyper asks for the next event only once the line has taken the
//! last one, and only then the log is read: whoever does not read takes no memory here. It is told so when it reads again.

use std::convert::Infallible;
use std::sync::Arc;

use async_graphql::ServerError;
use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, VARY};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, BoxStream, StreamExt};
use serde_json::json;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::Server;
use super::answers::{Answers, error};
use super::graphql::{Refusal, caller};
use super::named::{Ending, put};

/// nginx holds answers back until it has enough of them, unless it is told not to.
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");
/// What says nothing but that the line is alive.
const SIGN_OF_LIFE: &str = ":\n\n";
const COMPLETE: &str = "event: complete\ndata:\n\n";

/// The answers to an operation of a caller who showed a token, or none, as an event stream. Errors name the request.
pub(super) fn event_stream(
    server: Arc<Server>,
    shown: Option<&str>,
    answers: Answers,
    request: &str,
) -> Result<Response, Refusal> {
    let answers = match answers {
        Answers::Refused(refused) => stream::iter([event(&errors(&refused, request))]).boxed(),
        Answers::One(answer) => stream::iter([event(&answer)]).boxed(),
        Answers::Many(answers) => answers.map(|answer| event(&answer)).boxed(),
    };
    let heartbeat = server.limits.heartbeat;
    let mut beat = interval_at(Instant::now() + heartbeat, heartbeat);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let events = Events {
        _room: server.open_stream()?,
        stopping: server.stopping.subscribe(),
        shown: shown.map(str::to_owned),
        request: request.to_owned(),
        server,
        answers,
        beat,
        given: None,
        ended: false,
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (VARY, HeaderValue::from_static("accept, accept-language")),
        (ACCEL_BUFFERING, HeaderValue::from_static("no")),
    ];
    Ok((headers, Body::from_stream(stream::unfold(events, Events::next))).into_response())
}

/// The events of one answer's body.
struct Events {
    answers: BoxStream<'static, String>,
    server: Arc<Server>,
    /// The token that was shown; it is looked up again and again, since it may be revoked at any time.
    shown: Option<String>,
    /// The id of the request.
    request: String,
    beat: Interval,
    stopping: watch::Receiver<bool>,
    /// When the last event was given to the line.
    given: Option<Instant>,
    ended: bool,
    _room: OwnedSemaphorePermit,
}

impl Events {
    async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Events)> {
        if self.ended {
            return None;
        }
        if self.given.is_some_and(|given| given.elapsed() > self.server.limits.slow_reader) {
            tracing::warn!(id = self.request, "an event stream is read too slowly, and told to come again");
            let message = "you read too slowly, so this stream ends here: subscribe again with `after`, the cursor of the last change that you got";
            return Some(self.last_words(message, "SLOW_READER"));
        }
        if self.given.is_none() {
            // The client knows at once that it is heard.
            self.given = Some(Instant::now());
            return Some((Ok(SIGN_OF_LIFE.into()), self));
        }
        let event = tokio::select! {
            biased;
            // The stream breaks off without `complete`, so that the client comes again. An error would say that the server is gone.
            _ = self.stopping.wait_for(|stopping| *stopping) => return None,
            _ = self.beat.tick() => SIGN_OF_LIFE.to_owned(),
            answer = self.answers.next() => answer.unwrap_or_else(|| {
                self.ended = true;
                COMPLETE.to_owned()
            }),
        };
        if event == SIGN_OF_LIFE && caller(&self.server, self.shown.as_deref()).is_err() {
            return Some(
                self.last_words("the token is revoked or out of date: subscribe again with one that is not", "UNAUTHENTICATED"),
            );
        }
        self.given = Some(Instant::now());
        Some((Ok(event.into()), self))
    }

    /// An event that says why the stream ends, and its end.
    fn last_words(mut self, message: &str, code: &str) -> (Result<Bytes, Infallible>, Events) {
        self.ended = true;
        let errors = event(&errors(&[error(message, code)], &self.request));
        (Ok((errors + COMPLETE).into()), self)
    }
}

/// An answer of nothing but errors.
fn errors(errors: &[ServerError], request: &str) -> String {
    let mut json = json!({ "errors": errors }).to_string();
    put(&mut json, Ending::Plain, request);
    json
}

/// An event with an answer, in JSON on one line.
fn event(answer: &str) -> String {
    format!("event: next\ndata: {answer}\n\n")
}
