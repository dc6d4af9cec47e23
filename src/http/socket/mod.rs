//! `/graphql` over a WebSocket: the protocol `graphql-transport-ws`, as the npm package graphql-ws speaks it.
//!
//! A partner opens the socket, says who it is (`connection_init`, with the token in the payload: `{"authorization": "Bearer
//! TOKEN"}`), and then subscribes to as many operations as it is allowed, each under an id of its own. What breaks the protocol
//! ends the connection with the code that graphql-ws gives (see [`closing`]); what is wrong with one operation ends that one.

mod closing;
mod connection;
mod message;
mod operations;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::ws::WebSocketUpgrade;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;

use super::Server;
use super::graphql::{Refusal, caller, preferred, shown};
use super::named::id;
use closing::Closing;
use connection::{Client, Connection};

/// The one protocol that is spoken.
const PROTOCOL: &str = "graphql-transport-ws";

/// Bytes that are read from a line at once: each socket has so much room for as long as it is open.
const READ: usize = 4 << 10;

/// Makes a WebSocket of a request. A token in its header counts until `connection_init` brings another.
pub(super) fn upgrade(
    server: Arc<Server>,
    headers: &HeaderMap,
    peer: SocketAddr,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Refusal> {
    let shown = shown(headers).map(str::to_owned);
    // On a private server the token may come with `connection_init` too; nothing is answered before.
    if shown.is_some() {
        caller(&server, shown.as_deref())?;
    }
    let client = Client { shown, preferred: preferred(headers), peer, request: id(headers).into() };
    let room = server.open_stream()?;
    let most = server.limits.query_bytes;
    let upgrade = upgrade.protocols([PROTOCOL]).max_message_size(most).max_frame_size(most).read_buffer_size(READ);
    let speaks = upgrade.selected_protocol().is_some();
    let span = tracing::info_span!("socket", id = &*client.request);
    let response = upgrade.on_upgrade(move |socket| {
        let conversation = async move {
            let connection = Connection::new(server, socket, client);
            if speaks {
                connection.serve().await;
            } else {
                connection.close(Closing::Protocol).await;
            }
            drop(room);
        };
        conversation.instrument(span)
    });
    Ok(response.into_response())
}
