//! What pages of other sites may do here: ask, as anybody may, and read what they are answered.

use std::time::Duration;

use axum::http::header::{
    ACCEPT, ACCEPT_LANGUAGE, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, AUTHORIZATION, CONTENT_ENCODING,
    CONTENT_TYPE, ETAG, IF_NONE_MATCH, RETRY_AFTER,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use tower_http::cors::{Any, CorsLayer};

use super::named::REQUEST_ID;
use super::rate::{RATE_LIMIT, RATE_REMAINING, RATE_RESET};
use super::seed::IDEMPOTENCY_KEY;

/// How long a browser may remember that another site's page may ask.
const PREFLIGHT: Duration = Duration::from_secs(3600);
/// What a page may read of an answer besides what all may.
const EXPOSED: [HeaderName; 6] = [REQUEST_ID, ETAG, RETRY_AFTER, RATE_LIMIT, RATE_REMAINING, RATE_RESET];

/// Answers browsers that ask before they ask, and marks all answers.
pub(super) fn layer() -> CorsLayer {
    let asked =
        [ACCEPT, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, IF_NONE_MATCH, IDEMPOTENCY_KEY, REQUEST_ID];
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(asked)
        .expose_headers(EXPOSED)
        .max_age(PREFLIGHT)
}

/// Marks an answer as the layer does.
pub(super) fn put_on(headers: &mut HeaderMap) {
    let exposed = HeaderValue::from_str(&EXPOSED.map(|name| name.to_string()).join(",")).expect("names of headers are ASCII");
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
}
