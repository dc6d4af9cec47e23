//! Questions that are answered at once: sent by POST in one piece, as plain JSON, and soon answered along a plan.
//!
//! Most requests are such. They go from their bytes to the answer in one go, on the thread that read them, past the routes and all
//! that these have for others. Whatever is otherwise about a request, an error too, is left to the routes, which begin with it anew;
//! both answer the same.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::response::Response;

use super::front::failed;
use super::graphql::{EVENT_STREAM, PLAIN_JSON, VARIES, content_type, media_type, once_more, preferred};
use super::kept::KeptAnswer;
use super::metrics::Running;
use super::named::REQUEST_ID;
use super::parameters::{Parameters, is_json};
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

/// The answer to a request that came at some time and revision; none where it is not one that is answered at once.
pub(super) fn answer(server: &Server, caller: &Caller, request: (&Parts, &[u8]), came: (Instant, u64)) -> Option<Response> {
    let response = catch_unwind(AssertUnwindSafe(|| found(server, caller, request, came)));
    response.unwrap_or_else(|panic| Some(complete(failed(panic))))
}

/// A response with what stands on every answer.
fn complete(mut response: Response) -> Response {
    let own = std::mem::replace(response.headers_mut(), HEADERS.clone());
    response.headers_mut().extend(own);
    response
}

/// An answer that was found just now.
fn new(json: impl Into<Body>, media_type: &'static str) -> Response {
    let mut response = Response::new(json.into());
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
    (begun, revision): (Instant, u64),
) -> Option<Response> {
    if head.method != Method::POST || head.headers.contains_key(CONTENT_ENCODING) || !is_json(&head.headers) {
        return None;
    }
    let media_type = media_type(&head.headers).filter(|media_type| *media_type != EVENT_STREAM)?;
    let operation = server.engine.check(Parameters::of_one(body)?.plain()?).ok()?;
    if operation.kind() != OperationType::Query || !operation.is_brief() {
        return None;
    }
    let preferred = preferred(&head.headers);
    let tag = server.kept.is_on(caller).then(|| Tag::of(&operation, caller, revision, media_type, preferred));
    if let Some(answer) = tag.as_ref().and_then(|tag| server.kept.answer(tag)) {
        answer.counted.again(begun);
        return Some(complete(once_more(&answer, media_type, &head.headers, true)));
    }
    let _turn = server.running.try_acquire().ok()?;
    let running = Running::of(&operation);
    let json = server.engine.answer(&operation, preferred)?;
    let counted = running.end(&[]);
    match tag.filter(|tag| server.kept.was_asked(tag)) {
        Some(tag) => {
            let answer = Arc::new(KeptAnswer::new(json, counted));
            server.kept.keep_answer(&tag, &answer);
            Some(new(answer.json.clone(), media_type))
        }
        None => Some(new(json, media_type)),
    }
}
