//! What every request meets first, and every answer goes through last: a name for the log, a line in it, and the rules for browsers.

use std::any;
use std::net::SocketAddr;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use hyper::body::Incoming;
use serde_json::json;
use tower::ServiceExt;
use tracing::{Instrument, Span};

use super::security;

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// How long a caller's own request id may be.
const LONGEST_ID: usize = 128;

/// What stands before the routes.
#[derive(Debug)]
pub(super) struct Front {
    routes: Router,
}

impl Front {
    pub(super) fn of(routes: Router) -> Front {
        Front { routes }
    }

    /// The answer to a request of a peer.
    pub(super) async fn answer(&self, peer: SocketAddr, request: Request<Incoming>) -> Response {
        let begun = Instant::now();
        let id = id(request.headers());
        let span = span(&request, &id);
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let Ok(mut response) = self.routes.clone().oneshot(request).instrument(span.clone()).await;
        security::put_on(response.headers_mut());
        response.headers_mut().insert(REQUEST_ID, id);
        span.in_scope(|| note(&response, begun));
        response
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
    let digit = |place: usize| b"0123456789abcdef"[(number >> (124 - 4 * place)) as usize & 15];
    let digits: [u8; 32] = std::array::from_fn(digit);
    HeaderValue::from_bytes(&digits).expect("hexadecimal digits are ASCII")
}

/// What the log says with every line about a request. The query string may hold a partner's data, so it stays out.
fn span<B>(request: &Request<B>, id: &HeaderValue) -> Span {
    let id = id.to_str().unwrap_or_default();
    tracing::info_span!("request", id, method = %request.method(), path = request.uri().path())
}

/// The line of the log about an answer.
fn note(response: &Response, begun: Instant) {
    let (status, latency) = (response.status(), begun.elapsed());
    if status.is_server_error() {
        tracing::error!(status = status.as_u16(), ?latency, "a request failed");
    } else {
        tracing::info!(status = status.as_u16(), ?latency, "answered");
    }
}

/// The answer where a bug ended a request: the log has what it said.
pub(super) fn failed(panic: Box<dyn any::Any + Send>) -> Response {
    let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = said.unwrap_or_default(), "a request ended in a panic");
    let error = json!({ "message": "the server could not do this: its log says why", "extensions": { "code": "INTERNAL" } });
    (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "errors": [error] }))).into_response()
}
