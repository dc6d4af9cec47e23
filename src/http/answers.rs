//! What an operation answers, whatever transport it came by.

use async_graphql::{Response, ServerError};
use futures_util::stream::BoxStream;
use serde_json::json;
use tokio::runtime::Handle;

use super::metrics::Running;
use super::{Server, metrics};
use crate::graphql::{Caller, Checked, OperationType, Preferred};

/// What an operation answers.
pub(super) enum Answers {
    /// It was not run.
    Refused(Box<Response>),
    /// A query's or a mutation's one answer.
    One(Box<Response>),
    /// A subscription's, one for each event.
    Many(BoxStream<'static, Response>),
}

/// The answers to an operation of any kind that was checked, with what came of the check.
pub(super) async fn all(
    server: &Server,
    checked: Result<Checked, Box<Response>>,
    caller: Caller,
    preferred: Preferred,
) -> Answers {
    let operation = match checked {
        Ok(operation) => operation,
        Err(response) => {
            metrics::refused();
            return Answers::Refused(response);
        }
    };
    if operation.kind() == OperationType::Subscription {
        let running = Running::of(&operation);
        return match server.engine.subscribe(operation, caller, preferred) {
            Ok(answers) => {
                running.end(None);
                Answers::Many(answers)
            }
            Err(response) => {
                running.end(Some(&response));
                Answers::Refused(response)
            }
        };
    }
    let response = Box::new(once(server, operation, caller, preferred).await);
    let never_ran = !response.errors.is_empty() && response.errors.iter().all(|error| error.path.is_empty());
    if never_ran { Answers::Refused(response) } else { Answers::One(response) }
}

/// The one answer to a query or a mutation.
pub(super) async fn once(server: &Server, operation: Checked, caller: Caller, preferred: Preferred) -> Response {
    let turn = tokio::time::timeout(server.limits.turn_time, server.running.acquire()).await;
    let Ok(Ok(_turn)) = turn else {
        let mut error = ServerError::new("the server runs all the queries that it has room for: try again in a moment", None);
        error.extensions.get_or_insert_default().set("code", "UNAVAILABLE");
        return Response::from_errors(vec![error]);
    };
    let (kind, running) = (operation.kind(), Running::of(&operation));
    let answer = server.engine.execute(operation, caller, preferred);
    let answer = if kind == OperationType::Query {
        // A query never waits, so a long one would keep its thread from all other requests, and from the order to stop.
        tokio::task::block_in_place(|| Handle::current().block_on(answer))
    } else {
        answer.await
    };
    running.end(Some(&answer));
    answer
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
