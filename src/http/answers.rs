//! The answers to an operation that comes by a transport which can take more than one: a socket, an event stream.

use async_graphql::Response;
use futures_util::stream::BoxStream;
use serde_json::json;
use tokio::runtime::Handle;

use super::Server;
use crate::graphql::{Asked, Caller, OperationType, Preferred};

/// What an operation answers.
pub(super) enum Answers {
    /// It was not run.
    Refused(Box<Response>),
    /// A query's or a mutation's one answer.
    One(Box<Response>),
    /// A subscription's, one for each event.
    Many(BoxStream<'static, Response>),
}

/// Runs an operation of any kind.
pub(super) async fn run(server: &Server, asked: Asked, caller: Caller, preferred: Preferred) -> Answers {
    let operation = match server.engine.check(asked) {
        Ok(operation) => operation,
        Err(response) => return Answers::Refused(response),
    };
    let response = match operation.kind() {
        OperationType::Subscription => {
            return match server.engine.subscribe(operation, caller, preferred) {
                Ok(answers) => Answers::Many(answers),
                Err(response) => Answers::Refused(response),
            };
        }
        OperationType::Query => {
            // A query never waits, so a long one would keep its thread from all others.
            let answer = server.engine.execute(operation, caller, preferred);
            tokio::task::block_in_place(|| Handle::current().block_on(answer))
        }
        OperationType::Mutation => server.engine.execute(operation, caller, preferred).await,
    };
    let never_ran = !response.errors.is_empty() && response.errors.iter().all(|error| error.path.is_empty());
    let response = Box::new(response);
    if never_ran { Answers::Refused(response) } else { Answers::One(response) }
}

/// An answer as JSON.
pub(super) fn json(response: &Response) -> String {
    serde_json::to_string(response).unwrap_or_else(|error| {
        tracing::error!(%error, "an answer could not be written as JSON");
        format!("{{\"data\":null,\"errors\":{}}}", errors_json("the answer could not be written as JSON", "INTERNAL"))
    })
}

/// One error of the transport's, as a JSON array of GraphQL errors.
pub(super) fn errors_json(message: &str, code: &str) -> String {
    json!([{ "message": message, "extensions": { "code": code } }]).to_string()
}
