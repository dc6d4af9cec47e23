//! One connection, from its opening to its end.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::ws::{Message, WebSocket};
use futures_util::{SinkExt, StreamExt};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};

use super::super::Server;
use super::super::answers::error;
use super::super::graphql::caller;
use super::super::rate::Counted;
use super::closing::Closing;
use super::message::{self, ClientMessage, authorization};
use super::operations::Operations;
use crate::config::Limits;
use crate::graphql::{Asked, Caller, Preferred};

pub(super) struct Connection {
    server: Arc<Server>,
    socket: WebSocket,
    client: Client,
    /// Whether the client said who it is.
    known: bool,
    operations: Operations,
    stopping: watch::Receiver<bool>,
}

/// Who is at the other end, as the request said that opened the socket.
pub(super) struct Client {
    /// The token that was shown last, as the header has it. It is looked up again and again: it may be revoked at any time.
    pub(super) shown: Option<String>,
    pub(super) preferred: Preferred,
    pub(super) peer: SocketAddr,
    /// The id of the request, which every error names.
    pub(super) request: Arc<str>,
}

/// Why nothing more is served.
enum End {
    /// The client is gone, or closed the connection itself.
    Gone,
    /// It is told why.
    Close(Closing),
}

impl From<Closing> for End {
    fn from(closing: Closing) -> End {
        End::Close(closing)
    }
}

impl Connection {
    pub(super) fn new(server: Arc<Server>, socket: WebSocket, client: Client) -> Connection {
        let operations = Operations::new(Arc::clone(&server), Arc::clone(&client.request));
        let stopping = server.stopping.subscribe();
        Connection { server, socket, client, known: false, operations, stopping }
    }

    /// Serves the client until one of both ends it.
    pub(super) async fn serve(mut self) {
        match self.converse().await {
            Ok(()) => {}
            Err(End::Close(closing)) => self.close(closing).await,
            Err(End::Gone) => {
                // Where the client said goodbye, the library answers while it is asked for more.
                let farewell = self.server.limits.farewell;
                let _ = timeout(farewell, async { while let Some(Ok(_)) = self.socket.recv().await {} }).await;
            }
        }
    }

    async fn converse(&mut self) -> Result<(), End> {
        let Limits { heartbeat, socket_init, .. } = self.server.limits;
        let begun = Instant::now();
        let mut beat = interval_at(begun + heartbeat, heartbeat);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = begun;
        loop {
            tokio::select! {
                received = self.socket.recv() => {
                    heard = Instant::now();
                    self.receive(received).await?;
                }
                text = self.operations.next() => self.send(Message::text(text)).await?,
                _ = beat.tick() => {
                    if heard.elapsed() >= heartbeat * 2 {
                        return Err(End::Gone);
                    }
                    if self.known && self.caller().is_err() {
                        return Err(Closing::Forbidden.into());
                    }
                    self.send(Message::Ping(Default::default())).await?;
                }
                () = sleep_until(begun + socket_init), if !self.known => return Err(Closing::InitTimeout.into()),
                () = told(&mut self.stopping) => return Err(Closing::GoingAway.into()),
            }
        }
    }

    async fn receive(&mut self, received: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        let text = match received.ok_or(End::Gone)?.map_err(|error| self.unreadable(error))? {
            Message::Text(text) => text,
            Message::Binary(_) => return Err(Closing::Invalid("Invalid message received: send text".to_owned()).into()),
            // The library answers pings and closings itself.
            Message::Ping(_) | Message::Pong(_) => return Ok(()),
            Message::Close(_) => return Err(End::Gone),
        };
        match ClientMessage::read(&text)? {
            ClientMessage::ConnectionInit { .. } if self.known => Err(Closing::InitTwice.into()),
            ClientMessage::ConnectionInit { payload } => {
                if let Some(shown) = payload.as_ref().and_then(authorization) {
                    self.client.shown = Some(shown?.to_owned());
                }
                self.caller()?;
                self.known = true;
                self.send(Message::text(message::ack())).await
            }
            ClientMessage::Ping { payload } => self.send(Message::text(message::pong(payload))).await,
            ClientMessage::Pong {} => Ok(()),
            ClientMessage::Subscribe { .. } if !self.known => Err(Closing::Unauthorized.into()),
            ClientMessage::Subscribe { id, payload } => {
                let caller = self.caller()?;
                let standing = self.server.rates.count(Counted::of(Some(&caller), self.client.peer));
                if let Some(standing) = standing.filter(|standing| !standing.allowed) {
                    let refusal = standing.refusal().error();
                    return self.send(Message::text(message::error(&id, vec![refusal], &self.client.request))).await;
                }
                let asked = Asked {
                    query: payload.query.into(),
                    operation_name: payload.operation_name.filter(|name| !name.is_empty()),
                    variables: payload.variables.unwrap_or_default(),
                };
                match self.operations.begin(&id, asked, caller, self.client.preferred)? {
                    Some(refusal) => self.send(Message::text(refusal)).await,
                    None => Ok(()),
                }
            }
            ClientMessage::Complete { id } => {
                self.operations.end(&id);
                Ok(())
            }
        }
    }

    /// Who asks now.
    fn caller(&self) -> Result<Caller, Closing> {
        caller(&self.server, self.client.shown.as_deref()).map_err(|_| Closing::Forbidden)
    }

    /// What to do about a message that could not be read.
    fn unreadable(&self, error: axum::Error) -> End {
        let error = error.into_inner();
        let closing = match error.downcast_ref::<tungstenite::Error>() {
            Some(tungstenite::Error::Capacity(_)) => Closing::TooLong { most: self.server.limits.query_bytes },
            Some(tungstenite::Error::Utf8(_)) => Closing::NotText,
            _ => {
                tracing::debug!(error = &*error as &dyn Error, "a socket broke off");
                return End::Gone;
            }
        };
        End::Close(closing)
    }

    /// Sends a message. A client that does not take it in time is told to resume, and gets no more.
    async fn send(&mut self, message: Message) -> Result<(), End> {
        match timeout(self.server.limits.slow_reader, self.socket.send(message)).await {
            Ok(sent) => sent.map_err(|_| End::Gone),
            Err(_) => {
                tracing::warn!("a socket reads too slowly, and is told to come again");
                Err(Closing::SlowReader.into())
            }
        }
    }

    /// Ends the connection and tells why. The client has a moment to take it.
    pub(super) async fn close(mut self, closing: Closing) {
        tracing::debug!(code = closing.code(), "a socket is closed");
        let patience = match closing {
            // As long as any caller may read nothing, the time that it had already counted.
            Closing::SlowReader => self.server.limits.write_time.saturating_sub(self.server.limits.slow_reader),
            _ => self.server.limits.farewell,
        };
        let _ = timeout(patience, self.farewell(closing)).await;
    }

    async fn farewell(&mut self, closing: Closing) {
        let ended = self.operations.end_all();
        if closing == Closing::SlowReader {
            let error = error(
                "you read too slowly, so this subscription ends here: subscribe again with `after`, the cursor of the last change that you got",
                "SLOW_READER",
            );
            for id in ended {
                let said = message::error(&id, vec![error.clone()], &self.client.request);
                if self.socket.feed(Message::text(said)).await.is_err() {
                    return;
                }
            }
        }
        if self.socket.send(closing.message()).await.is_ok() {
            // The line is held until the client has closed it too, or has had time to read why it ends.
            while let Some(Ok(_)) = self.socket.next().await {}
            if matches!(closing, Closing::TooLong { .. } | Closing::NotText) {
                std::future::pending::<()>().await;
            }
        }
    }
}

/// Waits until the server is told to stop.
async fn told(stopping: &mut watch::Receiver<bool>) {
    // An error would say that the server is gone altogether.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Connection").field("known", &self.known).finish_non_exhaustive()
    }
}
