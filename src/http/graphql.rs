//! `/graphql`: a request in, bytes out, as the GraphQL-over-HTTP specification has it.

use std::net::SocketAddr;
use std::sync::Arc;

use async_graphql::ServerError;
use axum::body::{Body, Bytes};
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{ConnectInfo, State};
use axum::http::header::{
    ACCEPT, ACCEPT_LANGUAGE, ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER, UPGRADE, VARY,
    WWW_AUTHENTICATE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use jiff::Timestamp;
use serde_json::json;

use super::answers::Shared;
use super::asset::takes_gzip;
use super::event_stream::event_stream;
use super::kept::{Keep, KeptAnswer};
use super::named::Ending;
use super::parameters::{self, Parameters, Sent};
use super::rate::{Counted, Standing};
use super::tag::Tag;
use super::{Server, answers, metrics, named, request_body, socket};
use crate::access::Scope;
use crate::domain::Language;
use crate::graphql::{Answer, Caller, Checked, OperationType, Preferred};

const RESPONSE_JSON: &str = "application/graphql-response+json";
pub(super) const PLAIN_JSON: &str = "application/json";
pub(super) const EVENT_STREAM: &str = "text/event-stream";
pub(super) const GZIP: HeaderValue = HeaderValue::from_static("gzip");
/// The headers of a request by which answers differ.
pub(super) const VARIES: HeaderValue = HeaderValue::from_static("accept, accept-language, accept-encoding");

/// Why a request was not run.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Refusal { status, code, message: message.into() }
    }

    pub(super) fn bad(message: impl Into<String>) -> Self {
        Refusal::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", message)
    }

    pub(super) fn answer(self, media_type: &'static str) -> Response {
        let error = json!({ "message": self.message, "extensions": { "code": self.code } });
        let mut response = (self.status, Extension(Ending::Plain), Json(json!({ "errors": [error] }))).into_response();
        response.headers_mut().insert(CONTENT_TYPE, content_type(media_type));
        response.headers_mut().insert(VARY, VARIES);
        match self.status {
            StatusCode::UNAUTHORIZED => {
                response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            StatusCode::METHOD_NOT_ALLOWED => {
                response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
            }
            _ => {}
        }
        response
    }

    /// The refusal as an error among others.
    pub(super) fn error(self) -> ServerError {
        answers::error(self.message, self.code)
    }

    /// The refusal as one of several answers.
    fn within_batch(self) -> Vec<u8> {
        json!({ "errors": [{ "message": self.message, "extensions": { "code": self.code } }] }).to_string().into_bytes()
    }
}

/// Answers a request by GET or POST, and tells the caller how often it may still ask.
pub(super) async fn graphql(
    State(server): State<Arc<Server>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    // Set where the request was counted before it came here.
    counted: Option<Extension<Standing>>,
    socket: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    request_body: Body,
) -> Response {
    let caller = caller(&server, shown(&headers));
    let who = Counted::of(caller.as_ref().ok(), peer);
    let answer = negotiated(Arc::clone(&server), caller, peer, method, uri, headers, socket, request_body);
    server.rates.hold(who, counted.map(|Extension(standing)| standing), answer).await
}

/// Answers in the form that the caller takes.
async fn negotiated(
    server: Arc<Server>,
    caller: Result<Caller, Refusal>,
    peer: SocketAddr,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    socket: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    request_body: Body,
) -> Response {
    if headers.get(UPGRADE).is_some_and(|protocol| protocol.as_bytes().eq_ignore_ascii_case(b"websocket")) {
        return match socket {
            Ok(socket) => socket::upgrade(server, &headers, peer, socket).unwrap_or_else(|refusal| refusal.answer(PLAIN_JSON)),
            Err(rejection) => Refusal::new(rejection.status(), "BAD_REQUEST", rejection.body_text()).answer(PLAIN_JSON),
        };
    }
    let Some(media_type) = media_type(&headers) else {
        let message = format!(
            "no answer fits your Accept header: it is written as {RESPONSE_JSON} or {PLAIN_JSON}, and what goes on as {EVENT_STREAM}"
        );
        return Refusal::new(StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE", message).answer(PLAIN_JSON);
    };
    run(server, caller, media_type, method, uri, headers, request_body).await.unwrap_or_else(|refusal| {
        // What never comes to an operation is told as it is told to all others.
        refusal.answer(if media_type == EVENT_STREAM { PLAIN_JSON } else { media_type })
    })
}

async fn run(
    server: Arc<Server>,
    caller: Result<Caller, Refusal>,
    media_type: &'static str,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    request_body: Body,
) -> Result<Response, Refusal> {
    let caller = match caller {
        Ok(caller) => caller,
        Err(refusal) => {
            // A body that nobody reads ends the connection, and with it the caller's next request.
            let _ = request_body::read(&server, &Caller::Anonymous, &headers, request_body).await;
            return Err(refusal);
        }
    };
    let by_get = method != Method::POST;
    let preferred = preferred(&headers);
    let parameters = match by_get {
        true => parameters::from_address(&uri)?,
        false => match parameters::from_body(&server, &caller, &headers, request_body).await? {
            Sent::One(parameters) => parameters,
            Sent::Batch(all) => return batch(&server, all, caller, preferred).await,
        },
    };
    let (asked, remembered) = parameters.asked(&server)?;
    let checked = server.engine.check(asked);
    let is_kept = server.kept.is_on(&caller);
    let revision = server.catalog.revision();
    let tag = checked.as_ref().ok().filter(|_| by_get || is_kept);
    let tag = tag.map(|operation| Tag::of(operation, &caller, revision, media_type, preferred));
    match checked.as_ref().map(Checked::kind) {
        Ok(OperationType::Mutation) if by_get => {
            let message = "a mutation is not run by GET: send it by POST";
            return Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", message));
        }
        Ok(OperationType::Subscription) if media_type != EVENT_STREAM => {
            let message = format!("a subscription is answered as {EVENT_STREAM}: accept that, or open a WebSocket");
            return Err(Refusal::new(StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE", message));
        }
        _ => {}
    }
    if let (Some(text), Ok(_)) = (&remembered, &checked) {
        server.persisted.keep(text);
    }
    if media_type == EVENT_STREAM {
        let id = named::id(&headers);
        let answers = answers::all(&server, checked, caller, preferred, id).await;
        return event_stream(server, shown(&headers), answers, id);
    }
    // What an admin is answered may hang on the tokens too, of which no tag knows.
    if let (Some(tag), Ok(_), false) = (&tag, &checked, matches!(caller, Caller::Admin(_)))
        && by_get
        && tag.is_known(&headers)
    {
        return Ok(tag.not_modified(&caller));
    }
    let shared = match (checked, &tag) {
        (Err(response), _) => {
            metrics::refused();
            Shared::Own(Answer::of(*response))
        }
        (Ok(operation), Some(tag)) if is_kept && operation.kind() == OperationType::Query => {
            answers::shared(&server, tag, operation, caller.clone(), preferred).await
        }
        (Ok(operation), _) => Shared::Own(answers::once(&server, operation, caller.clone(), preferred).await),
    };
    let whole = match &shared {
        Shared::Own(answer) => answer.errors.is_empty(),
        Shared::Kept(_) | Shared::New(_) => true,
    };
    let mut response = match shared {
        Shared::Own(own) => answer(own, media_type),
        Shared::New(answer) => written(answer.json.clone(), media_type),
        Shared::Kept(answer) => once_more(&answer, media_type, &headers, remembered.is_none()),
    };
    match tag {
        Some(tag) if by_get && whole => tag.put_on(&mut response, &caller),
        _ => drop(response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"))),
    }
    Ok(response)
}

/// An answer that is kept: packed, for who takes that. A request that also tells a text by its hash is read each time.
fn once_more(answer: &KeptAnswer, media_type: &'static str, asked: &HeaderMap, for_its_bytes: bool) -> Response {
    let (body, is_packed) = packed(answer, asked);
    let mut response = written(body.clone(), media_type);
    if is_packed {
        response.headers_mut().insert(CONTENT_ENCODING, GZIP);
    }
    if for_its_bytes {
        response.extensions_mut().insert(Keep { body, counted: answer.counted.clone() });
    }
    response
}

/// The bytes of an answer that is kept, and whether they are packed: for who takes that.
pub(super) fn packed(answer: &KeptAnswer, asked: &HeaderMap) -> (Bytes, bool) {
    let packed = takes_gzip(asked).then(|| answer.packed()).flatten();
    (packed.unwrap_or(&answer.json).clone(), packed.is_some())
}

/// An answer as it goes out.
fn written(body: impl Into<Body>, media_type: &'static str) -> Response {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(CONTENT_TYPE, content_type(media_type));
    response.headers_mut().insert(VARY, VARIES);
    response
}

/// Answers several requests, one after the other; together they may cost as much as one.
async fn batch(server: &Server, all: Vec<Parameters>, caller: Caller, preferred: Preferred) -> Result<Response, Refusal> {
    let check = |parameters: Parameters| -> Result<_, Refusal> { Ok(server.engine.check(parameters.asked(server)?.0)) };
    let all: Vec<_> = all.into_iter().map(check).collect();
    let cost: usize = all.iter().flatten().flatten().map(Checked::cost).sum();
    let most = server.limits.document.cost.most;
    if cost > most {
        let message = format!("the requests can answer {cost} nodes together, and the limit is {most}: send fewer at once");
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED", message));
    }
    let mut json = Vec::from(b"[");
    for checked in all {
        if json.len() > 1 {
            json.push(b',');
        }
        json.extend(match checked {
            Err(refusal) => refusal.within_batch(),
            Ok(Err(response)) => {
                metrics::refused();
                body(Answer::of(*response))
            }
            Ok(Ok(operation)) if operation.kind() == OperationType::Subscription => {
                Refusal::bad("a subscription is not run in a batch: send it by itself").within_batch()
            }
            Ok(Ok(operation)) => body(answers::once(server, operation, caller.clone(), preferred).await),
        });
    }
    json.push(b']');
    let headers = [(CONTENT_TYPE, content_type(PLAIN_JSON)), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((headers, json).into_response())
}

/// What the header shows as a token; nothing that could be one where it is no text.
pub(super) fn shown(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION).map(|header| header.to_str().unwrap_or_default())
}

/// The name of the caller, whose token must allow what is asked for.
pub(super) fn bearer(server: &Server, headers: &HeaderMap, needed: Scope) -> Result<String, Refusal> {
    match token(server, shown(headers))? {
        Some((name, scope)) if scope >= needed => Ok(name),
        Some((name, scope)) => {
            let message = format!("the token “{name}” has the scope {scope}: this needs one with the scope {needed}");
            Err(Refusal::new(StatusCode::FORBIDDEN, "FORBIDDEN", message))
        }
        None => {
            let message = format!("this needs a token with the scope {needed}: send it as “Authorization: Bearer TOKEN”");
            Err(Refusal::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", message))
        }
    }
}

/// Who asks, by the token they show.
pub(super) fn caller(server: &Server, shown: Option<&str>) -> Result<Caller, Refusal> {
    Ok(match token(server, shown)? {
        None if server.private => {
            let message = "this server answers only to bearers of a token: send one as “Authorization: Bearer TOKEN”";
            return Err(Refusal::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", message));
        }
        None => Caller::Anonymous,
        Some((name, Scope::Read)) => Caller::Reader(name),
        Some((name, Scope::Seed)) => Caller::Writer(name),
        Some((name, Scope::Admin)) => Caller::Admin(name),
    })
}

/// The name and scope of the token that is shown, if one is.
fn token(server: &Server, shown: Option<&str>) -> Result<Option<(String, Scope)>, Refusal> {
    let Some(shown) = shown else { return Ok(None) };
    let unknown = || {
        let message = "the token is not known, revoked or out of date: send “Authorization: Bearer TOKEN” with one that is, or no such header to read";
        Refusal::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", message)
    };
    let (scheme, secret) = shown.split_once(' ').ok_or_else(unknown)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(unknown());
    }
    server.tokens.find(secret.trim(), Timestamp::now()).map(Some).ok_or_else(unknown)
}

/// The language that the caller prefers of those there are, by `Accept-Language`.
pub(super) fn preferred(headers: &HeaderMap) -> Preferred {
    let ranges = weighed(headers, ACCEPT_LANGUAGE).filter_map(|(range, quality)| {
        let tongue = range.split('-').next()?.to_ascii_lowercase();
        Some((Language::ALL.into_iter().find(|language| language.code() == tongue)?, quality))
    });
    Preferred(best(ranges))
}

/// The media type to answer in; none where the caller takes neither. Who says nothing, or anything goes, gets plain JSON.
pub(super) fn media_type(headers: &HeaderMap) -> Option<&'static str> {
    if !headers.contains_key(ACCEPT) {
        return Some(PLAIN_JSON);
    }
    best(weighed(headers, ACCEPT).filter_map(|(range, quality)| {
        let offered = match range.to_ascii_lowercase().as_str() {
            RESPONSE_JSON => RESPONSE_JSON,
            EVENT_STREAM => EVENT_STREAM,
            PLAIN_JSON | "application/*" | "*/*" | "" => PLAIN_JSON,
            _ => return None,
        };
        Some((offered, quality))
    }))
}

/// What a header lists, each with its quality, in the order of the header.
fn weighed(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = (&str, f32)> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let range = parts.next().unwrap_or_default();
        (range, parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0))
    })
}

/// The first of the highest quality; what has none is not wanted.
fn best<T>(weighed: impl Iterator<Item = (T, f32)>) -> Option<T> {
    let mut best: Option<(T, f32)> = None;
    for (value, quality) in weighed.filter(|(_, quality)| *quality > 0.0) {
        if best.as_ref().is_none_or(|(_, highest)| quality > *highest) {
            best = Some((value, quality));
        }
    }
    best.map(|(value, _)| value)
}

pub(super) fn content_type(media_type: &'static str) -> HeaderValue {
    match media_type {
        RESPONSE_JSON => HeaderValue::from_static("application/graphql-response+json; charset=utf-8"),
        _ => HeaderValue::from_static("application/json; charset=utf-8"),
    }
}

/// Writes an answer. A request that was never run says so by its status in GraphQL's own media type; one for which there was no
/// room says so always.
fn answer(answer: Answer, media_type: &'static str) -> Response {
    let no_room = |error: &ServerError| {
        error.extensions.as_ref().and_then(|extensions| extensions.get("code"))
            == Some(&async_graphql::Value::from("UNAVAILABLE"))
    };
    let status = match answer.never_ran() {
        true if answer.errors.iter().any(no_room) => StatusCode::SERVICE_UNAVAILABLE,
        true if media_type == RESPONSE_JSON => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    let ending = match answer.errors.is_empty() {
        true => None,
        false if answer.never_ran() => Some(Ending::Plain),
        // What was run ends with what it cost.
        false => Some(Ending::Extensions),
    };
    let mut response = written(body(answer), media_type);
    *response.status_mut() = status;
    if let Some(ending) = ending {
        response.extensions_mut().insert(ending);
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

/// An answer as JSON, without `data` where nothing was run.
fn body(answer: Answer) -> Vec<u8> {
    let json = if answer.never_ran() { json!({ "errors": answer.errors }).to_string() } else { answer.json };
    json.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(accept: &[&'static str]) -> Option<&'static str> {
        let mut headers = HeaderMap::new();
        for value in accept {
            headers.append(ACCEPT, HeaderValue::from_static(value));
        }
        media_type(&headers)
    }

    #[test]
    fn the_answer_is_in_the_media_type_that_the_caller_likes_best() {
        assert_eq!(chosen(&[]), Some(PLAIN_JSON));
        assert_eq!(chosen(&["*/*"]), Some(PLAIN_JSON));
        assert_eq!(chosen(&["text/html, application/*;q=0.5"]), Some(PLAIN_JSON));
        assert_eq!(chosen(&["application/graphql-response+json, application/json;q=0.9"]), Some(RESPONSE_JSON));
        assert_eq!(chosen(&["application/graphql-response+json;q=0.1", "application/json"]), Some(PLAIN_JSON));
        assert_eq!(chosen(&["text/event-stream"]), Some(EVENT_STREAM));
        assert_eq!(chosen(&["text/html"]), None);
        assert_eq!(chosen(&["application/json;q=0"]), None);
    }
}
