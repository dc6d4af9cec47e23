//! What an operation answers, whatever transport it came by.

use std::sync::Arc;
use std::time::Instant;

use async_graphql::{Response, ServerError};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use tokio::runtime::Handle;

use super::flights::Place;
use super::kept::KeptAnswer;
use super::metrics::{Counted, Running};
use super::named::Ending;
use super::tag::Tag;
use super::{Server, metrics, named};
use crate::graphql::{Answer, Caller, Checked, OperationType, Preferred};

/// What an operation answers.
pub(super) enum Answers {
    /// It was not run.
    Refused(Vec<ServerError>),
    /// A query's or a mutation's one answer, in JSON.
    One(String),
    /// A subscription's, one for each event.
    Many(BoxStream<'static, String>),
}

/// The answers to an operation of any kind that was checked, with what came of the check. Those that tell of an error name the
/// request.
pub(super) async fn all(
    server: &Server,
    checked: Result<Checked, Box<Response>>,
    caller: Caller,
    preferred: Preferred,
    request: &str,
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
                let request = request.to_owned();
                // An event does not say what it cost.
                Answers::Many(answers.map(move |answer| named(answer, Ending::Plain, &request)).boxed())
            }
            Err(response) => {
                running.end(&response.errors);
                Answers::Refused(response.errors)
            }
        };
    }
    let answer = once(server, operation, caller, preferred).await;
    if answer.never_ran() { Answers::Refused(answer.errors) } else { Answers::One(named(answer, Ending::Extensions, request)) }
}

/// An answer in JSON, which names its request where it tells of an error.
fn named(answer: Answer, ending: Ending, request: &str) -> String {
    let Answer { mut json, errors } = answer;
    if !errors.is_empty() {
        named::put(&mut json, ending, request);
    }
    json
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
        let error = error("the server runs all the queries that it has room for: try again in a moment", "UNAVAILABLE");
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

/// An error of the transport's.
pub(super) fn error(message: impl Into<String>, code: &str) -> ServerError {
    let mut error = ServerError::new(message, None);
    error.extensions.get_or_insert_default().set("code", code);
    error
}
