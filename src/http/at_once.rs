//! Questions that are answered at once: sent by POST in one piece, as plain JSON, and soon answered along a plan.
//!
//! Most requests are such. They go from their bytes to the answer in one go, on the thread that read them, past the routes and all
//! that these have for others. Whatever is otherwise about a request, an error too, is left to the routes, which begin with it anew;
//! both answer the same.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use axum::body::Bytes;
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Response};

use super::graphql::{EVENT_STREAM, GZIP, PLAIN_JSON, VARIES, content_type, media_type, packed, preferred};
use super::kept::{Keep, KeptAnswer};
use super::metrics::Running;
use super::named::REQUEST_ID;
use super::parameters::{is_json, plainly_asked};
use super::tag::Tag;
use super::{Server, cors, security};
use crate::graphql::{Caller, OperationType};

/// For how many headers a copy has room, those that are put on it later among them.
const ROOM: usize = 24;

/// What stands on every answer. The name of the request takes its place in the end.
static HEADERS: LazyLock<HeaderMap> = LazyLock::new(|| {
    let mut headers = HeaderMap::with_capacity(ROOM);
    headers.insert(CONTENT_TYPE, content_type(PLAIN_JSON));
    headers.insert(VARY, VARIES);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REQUEST_ID, HeaderValue::from_static("-"));
    cors::put_on(&mut headers);
    security::put_on(&mut headers);
    headers
});

/// An answer, and what of it may be kept by the bytes of its request.
pub(super) type Found = (Response<Bytes>, Option<Keep>);

/// The answer to a request that came at some time and revision; none where it is not one that is answered at once. `key` stands for
/// the request where its answer may be kept.
pub(super) fn answer(
    server: &Server,
    caller: &Caller,
    request: (&Parts, &[u8]),
    key: Option<&[u8]>,
    came: (Instant, u64),
) -> Option<Found> {
    // Where a bug ends it, the routes begin anew, and tell of it.
    catch_unwind(AssertUnwindSafe(|| found(server, caller, request, key, came))).ok().flatten()
}

/// An answer with what stands on every answer.
fn complete(json: Bytes, media_type: &'static str) -> Response<Bytes> {
    let mut response = Response::new(json);
    *response.headers_mut() = HEADERS.clone();
    if media_type != PLAIN_JSON {
        response.headers_mut().insert(CONTENT_TYPE, content_type(media_type));
    }
    response
}

fn found(
    server: &Server,
    caller: &Caller,
    (head, body): (&Parts, &[u8]),
    key: Option<&[u8]>,
    (begun, revision): (Instant, u64),
) -> Option<Found> {
    if head.method != Method::POST || head.headers.contains_key(CONTENT_ENCODING) || !is_json(&head.headers) {
        return None;
    }
    let media_type = media_type(&head.headers).filter(|media_type| *media_type != EVENT_STREAM)?;
    let operation = server.engine.check(plainly_asked(body)?).ok()?;
    if operation.kind() != OperationType::Query || !operation.is_brief() {
        return None;
    }
    let (kept, preferred) = (&server.kept, preferred(&head.headers));
    let is_met = key.is_some_and(|key| kept.was_sent(key));
    let tag = is_met.then(|| Tag::of(&operation, caller, revision, media_type, preferred));
    if let Some(answer) = tag.as_ref().and_then(|tag| kept.answer(tag)) {
        answer.counted.again(begun);
        let (body, is_packed) = packed(&answer, &head.headers);
        let mut response = complete(body.clone(), media_type);
        if is_packed {
            response.headers_mut().insert(CONTENT_ENCODING, GZIP);
        }
        return Some((response, Some(Keep { body, counted: answer.counted.clone() })));
    }
    let _turn = server.running.try_acquire().ok()?;
    let running = Running::since(begun, &operation);
    let json = server.engine.answer(&operation, begun, preferred)?;
    let counted = running.end(&[]);
    let json = match tag {
        Some(tag) => {
            let answer = Arc::new(KeptAnswer::new(json, counted));
            kept.keep_answer(&tag, &answer);
            answer.json.clone()
        }
        None => json.into(),
    };
    Some((complete(json, media_type), None))
}
