//! What every request meets first, and every answer goes through last: a name for the log, a line in it, and the rules for browsers.

use std::any;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header::{IF_NONE_MATCH, UPGRADE};
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use axum::response::IntoResponse;
use axum::{Extension, Json, Router};
use hyper::body::Incoming;
use serde_json::json;
use tokio::task::yield_now;
use tower::ServiceExt;
use tracing::{Instrument, Level, Span};

use super::graphql::{caller, shown};
use super::kept::{Keep, KeptAnswers, LONGEST};
use super::lines::Line;
use super::named::{Ending, REQUEST_ID, named};
use super::outgoing::Outgoing;
use super::peeked::Peeked;
use super::rate::Counted;
use super::routes::GRAPHQL;
use super::{Server, at_once, security, traces};

/// Up to how many bytes an answer goes out together with others that are found meanwhile: who reads them is then woken once for
/// several, which costs more than such an answer. A long one would have left the processor's cache by then.
const SHORT: usize = 4 << 10;

/// How long a caller's own request id may be.
const LONGEST_ID: usize = 128;

/// What stands before the routes.
#[derive(Debug)]
pub(super) struct Front {
    server: Arc<Server>,
    routes: Router,
}

/// What a request met.
enum Met {
    /// Its answer, which may be kept under a key, if there is one.
    Answer(at_once::Found, Option<Vec<u8>>),
    /// Nothing: the routes answer it, and that may be kept.
    Nothing(Request<Body>, Option<Vec<u8>>),
}

impl Front {
    pub(super) fn of(server: Arc<Server>, routes: Router) -> Front {
        Front { server, routes }
    }

    /// The answer to a request of a peer, for its line.
    pub(super) async fn answer(&self, peer: SocketAddr, request: Request<Incoming>, line: &Arc<Line>) -> Response<Outgoing> {
        let begun = Instant::now();
        let id = id(request.headers());
        let trace = traces::span(&request, &id);
        let name = (!trace.is_disabled()).then(|| format!("{} {}", request.method(), request.uri().path()));
        // To write down who asked takes as long as to find an answer that is kept, so it is done for those that say something.
        let mut span = if tracing::enabled!(Level::DEBUG) { span(&request, &id) } else { Span::none() };
        let (mut response, key, keep) = match self.meet(peer, request, begun, &trace) {
            Met::Answer((response, keep), key) => {
                if response.body().len() <= SHORT {
                    yield_now().await;
                }
                (response.map(|body| Outgoing::Whole(Some(body))), key, keep)
            }
            Met::Nothing(mut request, key) => {
                if span.is_none() {
                    span = self::span(&request, &id);
                }
                request.extensions_mut().insert(ConnectInfo(peer));
                // From here on every request has one.
                request.headers_mut().insert(REQUEST_ID, id.clone());
                let answer = self.routes.clone().oneshot(request).instrument(trace.clone());
                let Ok(mut response) = answer.instrument(span.clone()).await;
                security::put_on(response.headers_mut());
                let mut response = named(response, &id).await;
                let keep = response.extensions_mut().remove::<Keep>();
                (response.map(|body| Outgoing::Coming(body, line.busy())), key, keep)
            }
        };
        response.headers_mut().insert(REQUEST_ID, id);
        // The next request's name takes the place of this one's.
        if let (Some(key), Some(keep)) = (key, keep) {
            self.server.kept.keep_response(key, keep, response.headers().clone());
        }
        if let Some(name) = name {
            traces::note(&trace, &name, &response);
        }
        span.in_scope(|| note(&response, begun));
        response
    }

    /// Looks a request up by its bytes, or else answers it, if that is done at once. Who collects traces wants to see the steps of the
    /// routes.
    fn meet(&self, peer: SocketAddr, request: Request<Incoming>, begun: Instant, trace: &Span) -> Met {
        let (kept, revision) = (&self.server.kept, self.server.catalog.revision());
        // Before anything is kept of this revision, by whichever way it is answered.
        kept.drop_older(revision);
        let headers = request.headers();
        let may_be_met = request.uri().path() == GRAPHQL
            && matches!(*request.method(), Method::GET | Method::POST)
            && !headers.contains_key(UPGRADE)
            && !headers.contains_key(IF_NONE_MATCH);
        let caller = may_be_met.then(|| caller(&self.server, shown(headers)).ok()).flatten();
        let Some(caller) = caller else { return Met::Nothing(request.map(Body::new), None) };
        let (mut head, body) = request.into_parts();
        let body = Peeked::of(body);
        let Some(whole) = body.whole().filter(|body| body.len() <= LONGEST) else {
            return Met::Nothing(Request::from_parts(head, Body::new(body)), None);
        };
        let key = kept.is_on(&caller).then(|| KeptAnswers::key(revision, &caller, &head, whole));
        let standing = self.server.rates.count(Counted::of(Some(&caller), peer));
        // A refusal is written where all others are.
        if standing.is_none_or(|standing| standing.allowed) {
            let known = key.as_ref().and_then(|key| kept.response(key));
            let found = match known {
                Some(known) => {
                    known.counted.again(begun);
                    Some((known.again(), None))
                }
                None if trace.is_disabled() => {
                    at_once::answer(&self.server, &caller, (&head, whole), key.as_deref(), (begun, revision))
                }
                None => None,
            };
            if let Some((mut response, keep)) = found {
                if let Some(standing) = standing {
                    standing.put_on(&mut response);
                }
                return Met::Answer((response, keep), key);
            }
        }
        if let Some(standing) = standing {
            head.extensions.insert(standing);
        }
        Met::Nothing(Request::from_parts(head, Body::new(body)), key)
    }
}

/// The name of a request: the caller's own, as long as it does not fill the log, else a new one.
fn id(headers: &HeaderMap) -> HeaderValue {
    match headers.get(REQUEST_ID) {
        Some(own) if own.len() <= LONGEST_ID => own.clone(),
        _ => new_id(),
    }
}

/// A name that no other request has: steps through all numbers of 128 bits from where chance began.
fn new_id() -> HeaderValue {
    static FIRST: LazyLock<u128> = LazyLock::new(|| {
        let mut bytes = [0; 16];
        // Without chance, the ids of one process still differ.
        let _ = getrandom::fill(&mut bytes);
        u128::from_ne_bytes(bytes)
    });
    static COUNT: AtomicU64 = AtomicU64::new(0);
    const STEP: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
    let number = u128::from(COUNT.fetch_add(1, Ordering::Relaxed)).wrapping_mul(STEP).wrapping_add(*FIRST);
    let bytes = number.to_be_bytes();
    let digit = |place: usize| b"0123456789abcdef"[usize::from(bytes[place / 2] >> (4 - 4 * (place % 2)) & 15)];
    let digits: [u8; 32] = std::array::from_fn(digit);
    HeaderValue::from_bytes(&digits).expect("hexadecimal digits are ASCII")
}

/// What the log says with every line about a request. The query string may hold a partner's data, so it stays out.
fn span<B>(request: &Request<B>, id: &HeaderValue) -> Span {
    let id = id.to_str().unwrap_or_default();
    tracing::info_span!("request", id, method = %request.method(), path = request.uri().path())
}

/// The line of the log about an answer.
fn note(response: &Response<Outgoing>, begun: Instant) {
    let status = response.status();
    if status.is_server_error() {
        tracing::error!(status = status.as_u16(), latency = ?begun.elapsed(), "a request failed");
    } else if status.is_client_error() {
        tracing::info!(status = status.as_u16(), latency = ?begun.elapsed(), "a request was refused");
    } else {
        tracing::debug!(status = status.as_u16(), latency = ?begun.elapsed(), "answered");
    }
}

/// The answer where a bug ended a request: the log has what it said.
pub(super) fn failed(panic: Box<dyn any::Any + Send>) -> axum::response::Response {
    let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = said.unwrap_or_default(), "a request ended in a panic");
    let error = json!({ "message": "the server could not do this: its log says why", "extensions": { "code": "INTERNAL" } });
    (StatusCode::INTERNAL_SERVER_ERROR, Extension(Ending::Plain), Json(json!({ "errors": [error] }))).into_response()
}
