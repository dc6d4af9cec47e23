//! What an operation answers, whatever transport it came by.

use std::sync::Arc;
use std::time::Instant;

use async_graphql::{Response, ServerError};
use futures_util::stream::BoxStream;
use serde_json::json;
use tokio::runtime::Handle;

use super::flights::Place;
use super::kept::KeptAnswer;
use super::metrics::{Counted, Running};
use super::tag::Tag;
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
    counted(server, operation, caller, preferred).await.0
}

/// What a query is answered, by whoever asked first.
pub(super) enum Shared {
    /// It is kept since it was asked before.
    Kept(Arc<KeptAnswer>),
    /// It was found out just now.
    New(Arc<KeptAnswer>),
    /// Nobody else can have it.
    Own(Answer),
}

/// The one answer to a query: the one that is kept, or that somebody else waits for already, or one that is kept from now on.
pub(super) async fn shared(server: &Server, tag: &Tag, operation: Checked, caller: Caller, preferred: Preferred) -> Shared {
    let (begun, kept) = (Instant::now(), &server.kept);
    if let Some(answer) = kept.answer(tag) {
        answer.counted.again(begun);
        return Shared::Kept(answer);
    }
    let flight = match kept.flights.join(tag.number()) {
        Place::First(flight) => Some(flight),
        Place::Later(landing) => match landing.await {
            Ok(answer) => {
                answer.counted.again(begun);
                return Shared::New(answer);
            }
            // The first one went away, or got no whole answer: then each asks for itself.
            Err(_) => None,
        },
    };
    match counted(server, operation, caller, preferred).await {
        (answer, Some(counted)) if answer.errors.is_empty() => {
            let answer = Arc::new(KeptAnswer::new(answer.json, counted));
            if let Some(flight) = flight {
                flight.land(&answer);
            }
            if kept.was_asked(tag) {
                kept.keep_answer(tag, &answer);
            }
            Shared::New(answer)
        }
        (answer, _) => Shared::Own(answer),
    }
}

/// The one answer to a query or a mutation, and how it was counted if it ran.
async fn counted(server: &Server, operation: Checked, caller: Caller, preferred: Preferred) -> (Answer, Option<Counted>) {
    let turn = tokio::time::timeout(server.limits.turn_time, server.running.acquire()).await;
    let Ok(Ok(_turn)) = turn else {
        let mut error = ServerError::new("the server runs all the queries that it has room for: try again in a moment", None);
        error.extensions.get_or_insert_default().set("code", "UNAVAILABLE");
        return (Answer::of(Response::from_errors(vec![error])), None);
    };
    let (is_long, running) = (operation.kind() == OperationType::Query && !operation.is_brief(), Running::of(&operation));
    let answer = server.engine.execute(operation, caller, preferred);
    let answer = if is_long {
        // A query never waits, so a long one would keep its thread from all other requests, and from the order to stop.
        tokio::task::block_in_place(|| Handle::current().block_on(answer))
    } else {
        answer.await
    };
    let counted = running.end(&answer.errors);
    (answer, Some(counted))
}

/// One error of the transport's, as a JSON array of GraphQL errors.
pub(super) fn errors_json(message: &str, code: &str) -> String {
    json!([{ "message": message, "extensions": { "code": code } }]).to_string()
}
