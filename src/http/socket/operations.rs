//! The operations of one connection: each runs by itself, and puts what it has to say into the connection's outbox.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use async_graphql::ServerError;
use futures_util::{FutureExt, StreamExt};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tracing::Instrument;

use super::super::Server;
use super::super::answers::{self, Answers, error};
use super::closing::Closing;
use super::message;
use crate::graphql::{Asked, Caller, Preferred};

/// How many messages of all operations together may wait for the socket: then the operations wait.
const OUTBOX: usize = 16;

/// What an operation has to say.
#[derive(Debug)]
pub(super) struct Said {
    id: Arc<str>,
    /// Which of the operations that had this id said it.
    number: u64,
    text: String,
    /// Whether this is its last word.
    last: bool,
}

#[derive(Debug)]
struct Running {
    number: u64,
    task: AbortHandle,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The operations that run. All of them end when this is dropped.
#[derive(Debug)]
pub(super) struct Operations {
    server: Arc<Server>,
    /// The id of the request that opened the socket.
    request: Arc<str>,
    running: HashMap<Arc<str>, Running>,
    begun: u64,
    outbox: mpsc::Sender<Said>,
    said: mpsc::Receiver<Said>,
}

impl Operations {
    pub(super) fn new(server: Arc<Server>, request: Arc<str>) -> Operations {
        let (outbox, said) = mpsc::channel(OUTBOX);
        Operations { server, request, running: HashMap::new(), begun: 0, outbox, said }
    }

    /// Begins an operation. Where there are too many, the answer is what to tell the client instead.
    pub(super) fn begin(
        &mut self,
        id: &str,
        asked: Asked,
        caller: Caller,
        preferred: Preferred,
    ) -> Result<Option<String>, Closing> {
        if self.running.contains_key(id) {
            return Err(Closing::Duplicate(id.to_owned()));
        }
        let most = self.server.limits.socket_operations;
        if self.running.len() >= most {
            let text = format!("there are {most} operations on this connection, which is all it may have: complete one first");
            return Ok(Some(message::error(id, vec![error(text, "LIMIT_EXCEEDED")], &self.request)));
        }
        self.begun += 1;
        let (id, number): (Arc<str>, u64) = (id.into(), self.begun);
        let (request, outbox) = (Arc::clone(&self.request), self.outbox.clone());
        let speaker = Speaker { id: Arc::clone(&id), number, request, outbox };
        let server = Arc::clone(&self.server);
        let answering = async move {
            let answering = AssertUnwindSafe(answer(&server, &speaker, asked, caller, preferred));
            if answering.catch_unwind().await.is_err() {
                tracing::error!("an operation of a socket ended in a panic");
                speaker.refuse(vec![error("the server could not do this: its log says why", "INTERNAL")]).await;
            }
        };
        let task = tokio::spawn(answering.in_current_span());
        self.running.insert(id, Running { number, task: task.abort_handle() });
        Ok(None)
    }

    /// Ends an operation, as its client wants. It may have ended just now.
    pub(super) fn end(&mut self, id: &str) {
        self.running.remove(id);
    }

    /// The next message for the client.
    pub(super) async fn next(&mut self) -> String {
        loop {
            // There is a sender in this very struct, so the channel never closes.
            let Some(Said { id, number, text, last }) = self.said.recv().await else { return std::future::pending().await };
            // What an operation said before it was ended is not for one that has its id now.
            if self.running.get(&id).is_some_and(|running| running.number == number) {
                if last {
                    self.running.remove(&id);
                }
                return text;
            }
        }
    }

    /// Ends all, and gives their ids.
    pub(super) fn end_all(&mut self) -> Vec<Arc<str>> {
        self.running.drain().map(|(id, _)| id).collect()
    }
}

/// What an operation speaks through.
struct Speaker {
    id: Arc<str>,
    number: u64,
    request: Arc<str>,
    outbox: mpsc::Sender<Said>,
}

impl Speaker {
    async fn say(&self, text: String) {
        self.put(text, false).await;
    }

    async fn last(&self, text: String) {
        self.put(text, true).await;
    }

    async fn refuse(&self, errors: Vec<ServerError>) {
        self.last(message::error(&self.id, errors, &self.request)).await;
    }

    /// Waits until there is room. Where nobody listens any more, nothing is left to do.
    async fn put(&self, text: String, last: bool) {
        let said = Said { id: Arc::clone(&self.id), number: self.number, text, last };
        let _ = self.outbox.send(said).await;
    }
}

async fn answer(server: &Server, speaker: &Speaker, asked: Asked, caller: Caller, preferred: Preferred) {
    let id = &speaker.id;
    match answers::all(server, server.engine.check(asked), caller, preferred, &speaker.request).await {
        Answers::Refused(errors) => speaker.refuse(errors).await,
        Answers::One(answer) => {
            speaker.say(message::next(id, &answer)).await;
            speaker.last(message::complete(id)).await;
        }
        Answers::Many(mut answers) => {
            while let Some(answer) = answers.next().await {
                speaker.say(message::next(id, &answer)).await;
            }
            speaker.last(message::complete(id)).await;
        }
    }
}
