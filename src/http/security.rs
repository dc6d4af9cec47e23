//! What every answer tells a browser not to do with it.

use axum::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// The header of each rule, the rule, and why. An answer that gives the header itself keeps its own: the pages have a content
/// policy that lets them load their files.
///
/// `Strict-Transport-Security` is for whoever ends TLS in front of this server, which speaks plain HTTP.
const RULES: [(HeaderName, &str); 7] = [
    // An answer of the API that a browser is led to take for a page may load, run and send nothing.
    (CONTENT_SECURITY_POLICY, "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    // A text is what its media type says, never a script.
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // No other site lays a page of ours under its own, for browsers too old for `frame-ancestors`.
    (X_FRAME_OPTIONS, "DENY"),
    // A query in an address is not told to other sites.
    (REFERRER_POLICY, "same-origin"),
    // A page that another site opened cannot be reached from there.
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    // Other sites ask the API by CORS alone, not by tags.
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    // The pages need nothing of the reader's device.
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// Puts these rules on an answer.
pub(super) fn put_on(headers: &mut HeaderMap) {
    for (header, rule) in RULES {
        headers.entry(header).or_insert(HeaderValue::from_static(rule));
    }
}
