//! `/graphql`: a request in, bytes out, as the GraphQL-over-HTTP specification has it.

use std::sync::Arc;

use axum::Json;
use axum::body::{self, Body};
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE, ALLOW, AUTHORIZATION, CONTENT_TYPE, UPGRADE, VARY, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use http_body_util::LengthLimitError;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::event_stream::event_stream;
use super::{Server, answers, socket};
use crate::access::Scope;
use crate::domain::Language;
use crate::graphql::{Asked, Caller, Checked, OperationType, Preferred};

const RESPONSE_JSON: &str = "application/graphql-response+json";
pub(super) const PLAIN_JSON: &str = "application/json";
const EVENT_STREAM: &str = "text/event-stream";

/// What a request asks, in the body of a POST or the address of a GET.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parameters {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<serde_json::Map<String, serde_json::Value>>,
    /// Allowed by the specification, and not used yet.
    #[serde(rename = "extensions")]
    _extensions: Option<serde_json::Map<String, serde_json::Value>>,
}

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
        let mut response = (self.status, Json(json!({ "errors": [error] }))).into_response();
        response.headers_mut().insert(CONTENT_TYPE, content_type(media_type));
        response.headers_mut().insert(VARY, HeaderValue::from_static("accept, accept-language"));
        match self.status {
            StatusCode::UNAUTHORIZED => {
                response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            StatusCode::METHOD_NOT_ALLOWED => {
                response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
            }
            _ => {}
        }
        response
    }
}

/// Answers a request by GET or POST.
pub(super) async fn graphql(
    State(server): State<Arc<Server>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    socket: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    request_body: Body,
) -> Response {
    if headers.get(UPGRADE).is_some_and(|protocol| protocol.as_bytes().eq_ignore_ascii_case(b"websocket")) {
        return match socket {
            Ok(socket) => socket::upgrade(server, &headers, socket).unwrap_or_else(|refusal| refusal.answer(PLAIN_JSON)),
            Err(rejection) => Refusal::new(rejection.status(), "BAD_REQUEST", rejection.body_text()).answer(PLAIN_JSON),
        };
    }
    let Some(media_type) = media_type(&headers) else {
        let message = format!(
            "no answer fits your Accept header: it is written as {RESPONSE_JSON} or {PLAIN_JSON}, and what goes on as {EVENT_STREAM}"
        );
        return Refusal::new(StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE", message).answer(PLAIN_JSON);
    };
    run(server, media_type, method, uri, headers, request_body).await.unwrap_or_else(|refusal| {
        // What never comes to an operation is told as it is told to all others.
        refusal.answer(if media_type == EVENT_STREAM { PLAIN_JSON } else { media_type })
    })
}

async fn run(
    server: Arc<Server>,
    media_type: &'static str,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    request_body: Body,
) -> Result<Response, Refusal> {
    let caller = match caller(&server, shown(&headers)) {
        Ok(caller) => caller,
        Err(refusal) => {
            // A body that nobody reads ends the connection, and with it the caller's next request.
            let _ = body::to_bytes(request_body, server.limits.query_bytes).await;
            return Err(refusal);
        }
    };
    let by_get = method != Method::POST;
    let parameters = if by_get { from_address(&uri)? } else { from_body(&server, &caller, &headers, request_body).await? };
    let Some(query) = parameters.query.filter(|query| !query.trim().is_empty()) else {
        return Err(Refusal::bad("the request holds no `query`: send {\"query\": \"{ regions { code } }\"}"));
    };
    let operation_name = parameters.operation_name.filter(|name| !name.is_empty());
    let asked = Asked { query, operation_name, variables: parameters.variables.unwrap_or_default() };
    let checked = server.engine.check(asked);
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
    if media_type == EVENT_STREAM {
        let answers = answers::all(&server, checked, caller, preferred(&headers)).await;
        return event_stream(server, shown(&headers), answers);
    }
    let response = match checked {
        Ok(operation) => answers::once(&server, operation, caller, preferred(&headers)).await,
        Err(response) => *response,
    };
    Ok(answer(response, media_type))
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

fn from_address(uri: &Uri) -> Result<Parameters, Refusal> {
    let mut parameters = Parameters::default();
    for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
        match &*name {
            "query" => parameters.query = Some(value.into_owned()),
            "operationName" if !value.is_empty() => parameters.operation_name = Some(value.into_owned()),
            "variables" if !value.is_empty() => {
                parameters.variables = serde_json::from_str(&value)
                    .map_err(|error| Refusal::bad(format!("`variables` is not a JSON object: {error}")))?;
            }
            _ => {}
        }
    }
    Ok(parameters)
}

async fn from_body(server: &Server, caller: &Caller, headers: &HeaderMap, request_body: Body) -> Result<Parameters, Refusal> {
    // The body is read before it is refused: a connection that is closed on a body may lose the answer too.
    let most = match caller {
        Caller::Writer(_) | Caller::Admin(_) => server.limits.seeding_bytes,
        Caller::Anonymous | Caller::Reader(_) => server.limits.query_bytes,
    };
    let bytes = body::to_bytes(request_body, most).await.map_err(|error| {
        if !error.into_inner().is::<LengthLimitError>() {
            return Refusal::bad("the body broke off before its end: send it again");
        }
        let for_writers = server.limits.seeding_bytes;
        let message = format!("the body is longer than {most} bytes; the bearer of a token for writing may send {for_writers}");
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "LIMIT_EXCEEDED", message)
    })?;
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = given.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case(PLAIN_JSON) {
        let message = format!("the body's Content-Type is “{given}”: send {PLAIN_JSON}");
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", message));
    }
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(Refusal::bad("the body is a JSON array: send one request at a time, as an object"));
    }
    serde_json::from_slice(&bytes).map_err(|error| Refusal::bad(format!("the body is not a GraphQL request in JSON: {error}")))
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
fn media_type(headers: &HeaderMap) -> Option<&'static str> {
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

fn content_type(media_type: &'static str) -> HeaderValue {
    match media_type {
        RESPONSE_JSON => HeaderValue::from_static("application/graphql-response+json; charset=utf-8"),
        _ => HeaderValue::from_static("application/json; charset=utf-8"),
    }
}

/// Writes an answer. A request that was never run has no `data`, and in GraphQL's own media type says so by its status.
fn answer(response: async_graphql::Response, media_type: &'static str) -> Response {
    let never_run = !response.errors.is_empty() && response.errors.iter().all(|error| error.path.is_empty());
    let status = if never_run && media_type == RESPONSE_JSON { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let json =
        if never_run { serde_json::to_vec(&json!({ "errors": response.errors })) } else { serde_json::to_vec(&response) };
    match json {
        Ok(json) => {
            let headers =
                [(CONTENT_TYPE, content_type(media_type)), (VARY, HeaderValue::from_static("accept, accept-language"))];
            (status, headers, json).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "an answer could not be written as JSON");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
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
