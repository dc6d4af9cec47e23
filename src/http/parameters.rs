//! What a request asks, in the body of a POST or the address of a GET.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode, Uri};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::graphql::{PLAIN_JSON, Refusal};
use super::persisted::PersistedQuery;
use super::{Server, request_body};
use crate::graphql::{Asked, Caller, Text};

/// The parameters of one request, as the specification names them.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Parameters {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<serde_json::Map<String, serde_json::Value>>,
    extensions: Option<Extensions>,
}

/// What is understood of `extensions`; the specification lets callers send more.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Extensions {
    persisted_query: Option<PersistedQuery>,
}

/// One request or several.
#[derive(Debug)]
pub(super) enum Sent {
    One(Parameters),
    Batch(Vec<Parameters>),
}

/// The parameters of a request that sends no more than most do, whose text is left as it is.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Plain<'b> {
    #[serde(borrow)]
    query: Option<&'b RawValue>,
    operation_name: Option<String>,
    variables: Option<serde_json::Map<String, serde_json::Value>>,
    extensions: Option<IgnoredAny>,
}

/// What the one request asks that a body holds; none where it holds none, or several, or more is sent than that.
pub(super) fn plainly_asked(body: &[u8]) -> Option<Asked> {
    if is_array(body) {
        return None;
    }
    let Plain { query, operation_name, variables, extensions: None } = serde_json::from_slice(body).ok()? else { return None };
    let query = query.filter(|query| query.get().starts_with('"'))?;
    let operation_name = operation_name.filter(|name| !name.is_empty());
    Some(Asked { query: Text::Quoted(query.to_owned()), operation_name, variables: variables.unwrap_or_default() })
}

impl Parameters {
    /// What is asked, its text looked up where only its hash is sent. Also the text if it is to be remembered.
    pub(super) fn asked(self, server: &Server) -> Result<(Asked, Option<String>), Refusal> {
        let Parameters { query, operation_name, variables, extensions } = self;
        let query = query.filter(|query| !query.trim().is_empty());
        let named = extensions.and_then(|extensions| extensions.persisted_query);
        let trusted =
            named.as_ref().filter(|_| query.is_none()).and_then(|named| server.engine.trusted_text(&named.sha256_hash));
        let remembered = named.as_ref().and_then(|_| query.clone());
        let query = match trusted {
            Some(text) => Some(text.to_owned()),
            None => server.persisted.text(query, named.as_ref())?,
        };
        let Some(query) = query else {
            return Err(Refusal::bad("the request holds no `query`: send {\"query\": \"{ regions { code } }\"}"));
        };
        let operation_name = operation_name.filter(|name| !name.is_empty());
        Ok((Asked { query: query.into(), operation_name, variables: variables.unwrap_or_default() }, remembered))
    }
}

pub(super) fn from_address(uri: &Uri) -> Result<Parameters, Refusal> {
    let mut parameters = Parameters::default();
    for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
        let no_object = |name, error| Refusal::bad(format!("`{name}` is not a JSON object: {}", place(&error)));
        match &*name {
            "query" => parameters.query = Some(value.into_owned()),
            "operationName" if !value.is_empty() => parameters.operation_name = Some(value.into_owned()),
            "variables" if !value.is_empty() => {
                parameters.variables = serde_json::from_str(&value).map_err(|error| no_object("variables", error))?;
            }
            "extensions" if !value.is_empty() => {
                parameters.extensions = serde_json::from_str(&value).map_err(|error| no_object("extensions", error))?;
            }
            _ => {}
        }
    }
    Ok(parameters)
}

pub(super) async fn from_body(server: &Server, caller: &Caller, headers: &HeaderMap, body: Body) -> Result<Sent, Refusal> {
    // The body is read before it is refused: a connection that is closed on a body may lose the answer too.
    let bytes = request_body::read(server, caller, headers, body).await?;
    if !is_json(headers) {
        let message = format!("the body's Content-Type is not {PLAIN_JSON}: send it as that");
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", message));
    }
    let no_json = |error| Refusal::bad(format!("the body is not a GraphQL request in JSON: {}", place(&error)));
    if !is_array(&bytes) {
        return serde_json::from_slice(&bytes).map(Sent::One).map_err(no_json);
    }
    let most = server.limits.batch;
    if most == 0 {
        return Err(Refusal::bad("the body is a JSON array: send one request at a time, as an object"));
    }
    let all: Vec<Parameters> = serde_json::from_slice(&bytes).map_err(no_json)?;
    match all.len() {
        0 => Err(Refusal::bad("the body is an empty JSON array: send requests in it")),
        asked if asked > most => {
            let message = format!("the body holds {asked} requests, and the limit is {most}: send the rest by themselves");
            Err(Refusal::new(StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED", message))
        }
        _ => Ok(Sent::Batch(all)),
    }
}

/// Whether a body is JSON, by its media type.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    given.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(PLAIN_JSON)
}

fn is_array(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"[")
}

/// What is wrong with a JSON text and where, without what stands there.
fn place(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    match error.classify() {
        serde_json::error::Category::Data => {
            // Its words are of types: what was found, which may be long, and what was expected.
            let text = error.to_string();
            let expected = text.split_once(", expected ").map_or("another type", |(_, expected)| expected);
            let expected = expected.split(" at line").next().unwrap_or(expected);
            format!("expected {expected} at line {line} column {column}")
        }
        _ => format!("it breaks the rules of JSON at line {line} column {column}"),
    }
}
