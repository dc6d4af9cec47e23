//! `/backup`: everything in one file, for the operator.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::graphql::{PLAIN_JSON, Refusal, bearer, caller, shown};
use super::rate::Counted;
use super::{Server, pipe};
use crate::access::Scope;

/// Streams a backup of the newest revision. A backup that fails on its way breaks off, and one that is cut is none: its end is
/// missing.
pub(super) async fn backup(
    State(server): State<Arc<Server>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    let who = Counted::of(caller(&server, shown(&headers)).as_ref().ok(), peer);
    let answer = async { begun(&server, &headers).unwrap_or_else(|refusal| refusal.answer(PLAIN_JSON)) };
    server.rates.hold(who, None, answer).await
}

fn begun(server: &Arc<Server>, headers: &HeaderMap) -> Result<Response, Refusal> {
    bearer(server, headers, Scope::Admin)?;
    let (server, room) = (Arc::clone(server), server.open_export()?);
    let headers = [
        (CONTENT_TYPE, "application/octet-stream"),
        (CONTENT_DISPOSITION, "attachment; filename=\"fundgraph.backup\""),
        (CACHE_CONTROL, "no-store"),
    ];
    let body = pipe::body(room, move |out| match server.catalog.backup(out) {
        Ok(summary) => {
            tracing::info!(revision = summary.revision, "a backup was sent");
            Ok(())
        }
        Err(error) => {
            tracing::error!(%error, "a backup was broken off");
            Err(io::Error::other(error))
        }
    });
    Ok((headers, body).into_response())
}
