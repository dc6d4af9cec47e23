//! `/graphql` over a WebSocket: the protocol `graphql-transport-ws`, as the npm package graphql-ws speaks it.
//!
//! A partner opens the socket, says who it is (`connection_init`, with the token in the payload: `{"authorization": "Bearer
//! TOKEN"}`), and then subscribes to as many operations as it is allowed, each under an id of its own. What breaks the protocol
//! ends the connection with the code that graphql-ws gives (see [`closing`]); what is wrong with one operation ends that one.

mod closing;
mod connection;
mod message;
mod operations;

use std::sync::Arc;

use axum::extract::ws::WebSocketUpgrade;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use super::Server;
use super::graphql::{Refusal, caller, preferred, shown};
use closing::Closing;
use connection::Connection;

/// The one protocol that is spoken.
const PROTOCOL: &str = "graphql-transport-ws";

/// Makes a WebSocket of a request. A token in its header counts until `connection_init` brings another.
pub(super) fn upgrade(server: Arc<Server>, headers: &HeaderMap, upgrade: WebSocketUpgrade) -> Result<Response, Refusal> {
    let shown = shown(headers).map(str::to_owned);
    // On a private server the token may come with `connection_init`; nothing is answered before.
    if shown.is_some() {
        // Who shows none yet may show one in the first message.
        if shown.is_some() {
            caller(&server, shown.as_deref())?;
        }
    }
    let preferred = preferred(headers);
    let room = server.open_stream()?;
    let upgrade =
        upgrade.protocols([PROTOCOL]).max_message_size(server.limits.query_bytes).max_frame_size(server.limits.query_bytes);
    let speaks = upgrade.selected_protocol().is_some();
    let response = upgrade.on_upgrade(async move |socket| {
        let connection = Connection::new(server, socket, shown, preferred);
        if speaks {
            connection.serve().await;
        } else {
            connection.close(Closing::Protocol).await;
        }
        drop(room);
    });
    Ok(response.into_response())
}
