//! The messages of `graphql-transport-ws`.

use async_graphql::ServerError;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::closing::Closing;

/// How long the id of an operation may be: it comes back with every answer.
const LONGEST_ID: usize = 256;

/// What a client says.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ClientMessage {
    ConnectionInit { payload: Option<Map<String, Value>> },
    Ping { payload: Option<Map<String, Value>> },
    Pong {},
    Subscribe { id: String, payload: Subscribe },
    Complete { id: String },
}

/// The operation that a client asks for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Subscribe {
    pub(super) query: String,
    pub(super) operation_name: Option<String>,
    pub(super) variables: Option<Map<String, Value>>,
    /// Allowed by the protocol, and not used yet.
    #[serde(rename = "extensions")]
    _extensions: Option<Map<String, Value>>,
}

impl ClientMessage {
    /// Reads a message; what is none of the protocol ends the connection.
    pub(super) fn read(text: &str) -> Result<ClientMessage, Closing> {
        let message =
            serde_json::from_str(text).map_err(|error| Closing::Invalid(format!("Invalid message received: {error}")))?;
        if let ClientMessage::Subscribe { id, .. } | ClientMessage::Complete { id } = &message
            && !(1..=LONGEST_ID).contains(&id.len())
        {
            return Err(Closing::Invalid(format!("Invalid message received: an id has 1 to {LONGEST_ID} bytes")));
        }
        Ok(message)
    }
}

/// The token that `connection_init` shows, as the header would.
pub(super) fn authorization(payload: &Map<String, Value>) -> Option<Result<&str, Closing>> {
    let (_, shown) = payload.iter().find(|(name, value)| name.eq_ignore_ascii_case("authorization") && !value.is_null())?;
    Some(shown.as_str().ok_or_else(|| Closing::Invalid("Invalid message received: authorization is a string".to_owned())))
}

pub(super) fn ack() -> String {
    json!({ "type": "connection_ack" }).to_string()
}

pub(super) fn pong(payload: Option<Map<String, Value>>) -> String {
    match payload {
        Some(payload) => json!({ "type": "pong", "payload": payload }).to_string(),
        None => json!({ "type": "pong" }).to_string(),
    }
}

/// An answer, as JSON, to the operation of an id.
pub(super) fn next(id: &str, answer: &str) -> String {
    format!("{{\"id\":{},\"type\":\"next\",\"payload\":{answer}}}", Value::from(id))
}

/// The errors for which the operation of an id ends. Nothing stands around them, so each names the request that opened the socket.
pub(super) fn error(id: &str, mut errors: Vec<ServerError>, request: &str) -> String {
    for error in &mut errors {
        error.extensions.get_or_insert_default().set("requestId", request);
    }
    json!({ "id": id, "type": "error", "payload": errors }).to_string()
}

pub(super) fn complete(id: &str) -> String {
    json!({ "id": id, "type": "complete" }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_none_of_the_protocol_is_refused() {
        let long = format!("{{\"type\": \"complete\", \"id\": \"{}\"}}", "x".repeat(257));
        for text in [
            "",
            "null",
            "[]",
            "{}",
            "{\"type\": \"start\"}",
            "{\"type\": \"connection_ack\"}",
            "{\"type\": \"connection_init\", \"payload\": 1}",
            "{\"type\": \"subscribe\", \"payload\": {\"query\": \"{ a }\"}}",
            "{\"type\": \"subscribe\", \"id\": \"\", \"payload\": {\"query\": \"{ a }\"}}",
            "{\"type\": \"subscribe\", \"id\": \"1\", \"payload\": {}}",
            "{\"type\": \"subscribe\", \"id\": \"1\", \"payload\": {\"query\": \"{ a }\", \"variables\": []}}",
            "{\"type\": \"complete\"}",
            &long,
        ] {
            assert_eq!(ClientMessage::read(text).map_err(|closing| closing.code()).err(), Some(4400), "{text}");
        }
        for text in [
            "{\"type\": \"connection_init\"}",
            "{\"type\": \"connection_init\", \"payload\": null}",
            "{\"type\": \"pong\", \"payload\": {\"a\": 1}}",
            "{\"id\": \"1\", \"payload\": {\"query\": \"{ a }\", \"variables\": null, \"extensions\": {}}, \"type\": \"subscribe\"}",
        ] {
            assert!(ClientMessage::read(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn an_id_comes_back_as_it_was() {
        let answer: Value = serde_json::from_str(&next("a\"\\b", "{\"data\":null}")).unwrap();
        assert_eq!(answer, json!({ "id": "a\"\\b", "type": "next", "payload": { "data": null } }));
    }
}
