//! The id of a request within the answer that tells of an error: whoever reports the error can be helped by the log.

use axum::body::{Body, to_bytes};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request that came in by the front.
pub(super) fn id(headers: &HeaderMap) -> &str {
    headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default()
}

/// What an answer in JSON says of how it ends, so that the id can be put there: a mark in the response's extensions.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ending {
    /// It has no `extensions`.
    Plain,
    /// Its `extensions` are an object with something in it, and the last there is.
    Extensions,
}

/// Puts the id into an answer that is marked.
pub(super) async fn named(mut response: Response, id: &HeaderValue) -> Response {
    let Some(ending) = response.extensions_mut().remove::<Ending>() else { return response };
    let (mut head, body) = response.into_parts();
    // It is all in memory already.
    let json = to_bytes(body, usize::MAX).await.map(Vec::from).unwrap_or_default();
    let mut json = String::from_utf8(json).unwrap_or_default();
    put(&mut json, ending, id.to_str().unwrap_or_default());
    // The routes noted how long it was before.
    head.headers.remove(CONTENT_LENGTH);
    Response::from_parts(head, Body::from(json))
}

/// Puts the id into an answer in JSON.
pub(super) fn put(json: &mut String, ending: Ending, id: &str) {
    let end = match ending {
        Ending::Plain => "}",
        Ending::Extensions => "}}",
    };
    if !json.ends_with(end) {
        return;
    }
    json.truncate(json.len() - end.len());
    json.push_str(match ending {
        Ending::Plain => r#","extensions":{"requestId":"#,
        Ending::Extensions => r#","requestId":"#,
    });
    json.push_str(&serde_json::Value::from(id).to_string());
    json.push_str("}}");
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn the_id_comes_to_the_other_extensions() {
        for (given, ending, expected) in [
            (json!({ "errors": [{}] }), Ending::Plain, json!({ "requestId": "a\"b" })),
            (
                json!({ "errors": [], "extensions": { "cost": { "limit": 1 } } }),
                Ending::Extensions,
                json!({ "cost": { "limit": 1 }, "requestId": "a\"b" }),
            ),
        ] {
            let mut json = given.to_string();
            put(&mut json, ending, "a\"b");
            let found: Value = serde_json::from_str(&json).unwrap();
            assert_eq!((&found["errors"], &found["extensions"]), (&given["errors"], &expected));
        }
    }
}
