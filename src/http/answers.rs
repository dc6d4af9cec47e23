//! What an operation answers, whatever transport it came by.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Instant;

use async_graphql::{Response, ServerError};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use tokio::runtime::Handle;
use tokio::sync::{AcquireError, OwnedSemaphorePermit};
use tracing::Span;

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
    let is_long = operation.kind() == OperationType::Query && !operation.is_brief();
    let turn = async {
        let turn = server.running.acquire().await?;
        let thread = if is_long { Some(Arc::clone(&server.threads).acquire_owned().await?) } else { None };
        Ok::<_, AcquireError>((turn, thread))
    };
    let Ok(Ok((_turn, thread))) = tokio::time::timeout(server.limits.turn_time, turn).await else { return (no_room(), None) };
    let running = Running::of(&operation);
    let answer = match thread {
        Some(thread) => match in_a_thread(server, thread, operation, caller, preferred).await {
            Some(answer) => answer,
            None => return (no_room(), None),
        },
        None => server.engine.execute(operation, caller, preferred).await,
    };
    let counted = running.end(&answer.errors);
    (answer, Some(counted))
}

/// What a long query answers; nothing where the server stops before it could begin. It never waits, so it would keep its thread from
/// all other requests, and from the order to stop: it has one of its own, until it is done, whether or not somebody still waits for
/// it.
async fn in_a_thread(
    server: &Server,
    thread: OwnedSemaphorePermit,
    operation: Checked,
    caller: Caller,
    preferred: Preferred,
) -> Option<Answer> {
    let (engine, span) = (server.engine.clone(), Span::current());
    let answer = tokio::task::spawn_blocking(move || {
        let _thread = thread;
        span.in_scope(|| Handle::current().block_on(engine.execute(operation, caller, preferred)))
    });
    match answer.await {
        Ok(answer) => Some(answer),
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(_) => None,
        },
    }
}

fn no_room() -> Answer {
    let error = error("the server runs all the queries that it has room for: try again in a moment", "UNAVAILABLE");
    Answer::of(Response::from_errors(vec![error]))
}

/// An error of the transport's.
pub(super) fn error(message: impl Into<String>, code: &str) -> ServerError {
    let mut error = ServerError::new(message, None);
    error.extensions.get_or_insert_default().set("code", code);
    error
}
