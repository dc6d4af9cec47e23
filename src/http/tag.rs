//! Tags of answers: who has an answer is told that it still holds, and nothing is run.

use axum::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::graphql::{Caller, Checked, Preferred};

/// For how many bytes room is made, in which mostly all fits that an answer hangs on.
const ROOM: usize = 512;

/// The name of an answer by all that it hangs on.
#[derive(Debug)]
pub(super) struct Tag(u128);

impl Tag {
    /// The tag of what an operation answers at a revision of the store.
    pub(super) fn of(operation: &Checked, caller: &Caller, revision: u64, media_type: &str, preferred: Preferred) -> Tag {
        let (text, name, variables) = operation.identity();
        let language = preferred.0.map(|it| it.code());
        // Rights decide what is answered, and a bearer's answers are its own.
        let bearer = (*caller != Caller::Anonymous).then(|| format!("{caller:?}"));
        let mut whole = Vec::with_capacity(ROOM);
        whole.extend(text);
        let parts = (name, variables, revision, media_type, language, bearer, env!("CARGO_PKG_VERSION"));
        serde_json::to_writer(&mut whole, &parts).expect("names and values can be written as JSON");
        let hash = Sha256::digest(&whole);
        let (number, _) = hash.split_first_chunk().expect("a SHA-256 has 32 bytes");
        Tag(u128::from_be_bytes(*number))
    }

    /// The name as a number.
    pub(super) fn number(&self) -> u128 {
        self.0
    }

    /// The name as headers have it.
    fn text(&self) -> String {
        format!("W/\"{}\"", BASE64_URL_SAFE_NO_PAD.encode(self.0.to_be_bytes()))
    }

    /// Whether the caller has the answer already.
    pub(super) fn is_known(&self, headers: &HeaderMap) -> bool {
        let known = headers.get_all(IF_NONE_MATCH).into_iter().filter_map(|value| value.to_str().ok());
        fn weak(tag: &str) -> &str {
            tag.trim().trim_start_matches("W/")
        }
        let text = self.text();
        known.flat_map(|value| value.split(',')).any(|tag| weak(tag) == weak(&text))
    }

    /// The answer that says so.
    pub(super) fn not_modified(&self, caller: &Caller) -> Response {
        let mut response = StatusCode::NOT_MODIFIED.into_response();
        self.put_on(&mut response, caller);
        response
    }

    /// Names an answer, and says who may keep it: it is asked for anew each time, and mostly still holds.
    pub(super) fn put_on(&self, response: &mut Response, caller: &Caller) {
        let tag = HeaderValue::from_str(&self.text()).expect("Base64 is ASCII");
        let may = if *caller == Caller::Anonymous { "public, no-cache" } else { "private, no-cache" };
        response.headers_mut().insert(ETAG, tag);
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(may));
    }
}
