//! The id of a request within the answer that tells of an error: whoever reports the error can be helped by the log.

use axum::body::{Body, to_bytes};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_LENGTH;
use axum::response::Response;

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
    let mut json = to_bytes(body, usize::MAX).await.map(Vec::from).unwrap_or_default();
    put(&mut json, ending, id.to_str().unwrap_or_default());
    // The routes noted how long it was before.
    head.headers.remove(CONTENT_LENGTH);
    Response::from_parts(head, Body::from(json))
}

fn put(json: &mut Vec<u8>, ending: Ending, id: &str) {
    let end: &[u8] = match ending {
        Ending::Plain => b"}",
        Ending::Extensions => b"}}",
    };
    if !json.ends_with(end) {
        return;
    }
    json.truncate(json.len() - end.len());
    json.extend_from_slice(match ending {
        Ending::Plain => br#","extensions":{"requestId":"#,
        Ending::Extensions => br#","requestId":"#,
    });
    json.extend_from_slice(serde_json::Value::from(id).to_string().as_bytes());
    json.extend_from_slice(b"}}");
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
            let mut json = given.to_string().into_bytes();
            put(&mut json, ending, "a\"b");
            let found: Value = serde_json::from_slice(&json).unwrap();
            assert_eq!((&found["errors"], &found["extensions"]), (&given["errors"], &expected));
        }
    }
}
