//! What an operation answers, whatever transport it came by.

use async_graphql::{Response, ServerError};
use futures_util::stream::BoxStream;
use serde_json::json;
use tokio::runtime::Handle;

use super::metrics::Running;
use super::{Server, metrics};
use crate::graphql::{Answer, Caller, Checked, OperationType, Preferred};

/// What an operation answers.
pub(super) enum Answers {
    /// It was not run.
    Refused(Vec<ServerError>),
    /// A query's or a mutation's one answer.
    One(Answer),
    /// A subscription's, one for each event.
    Many(BoxStream<'static, Answer>),
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
            return Answers::Refused(response.errors);
        }
    };
    if operation.kind() == OperationType::Subscription {
        let running = Running::of(&operation);
        return match server.engine.subscribe(operation, caller, preferred) {
            Ok(answers) => {
                running.end(&[]);
                Answers::Many(answers)
            }
            Err(response) => {
                running.end(&response.errors);
                Answers::Refused(response.errors)
            }
        };
    }
    let answer = once(server, operation, caller, preferred).await;
    if answer.never_ran() { Answers::Refused(answer.errors) } else { Answers::One(answer) }
}

/// The one answer to a query or a mutation.
pub(super) async fn once(server: &Server, operation: Checked, caller: Caller, preferred: Preferred) -> Answer {
    let turn = tokio::time::timeout(server.limits.turn_time, server.running.acquire()).await;
    let Ok(Ok(_turn)) = turn else {
        let mut error = ServerError::new("the server runs all the queries that it has room for: try again in a moment", None);
        error.extensions.get_or_insert_default().set("code", "UNAVAILABLE");
        return Answer::of(Response::from_errors(vec![error]));
    };
    let (kind, running) = (operation.kind(), Running::of(&operation));
    let answer = server.engine.execute(operation, caller, preferred);
    let answer = if kind == OperationType::Query {
        // A query never waits, so a long one would keep its thread from all other requests, and from the order to stop.
        tokio::task::block_in_place(|| Handle::current().block_on(answer))
    } else {
        answer.await
    };
    running.end(&answer.errors);
    answer
}

/// One error of the transport's, as a JSON array of GraphQL errors.
pub(super) fn errors_json(message: &str, code: &str) -> String {
    json!([{ "message": message, "extensions": { "code": code } }]).to_string()
}
