//! `/backup`: everything in one file, for the operator.

use std::io;
use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::graphql::{PLAIN_JSON, bearer};
use super::{Server, pipe};
use crate::access::Scope;

/// Streams a backup of the newest revision. A backup that fails on its way breaks off, and one that is cut is none: its end is
/// missing.
pub(super) async fn backup(State(server): State<Arc<Server>>, headers: HeaderMap) -> Response {
    if let Err(refusal) = bearer(&server, &headers, Scope::Admin) {
        return refusal.answer(PLAIN_JSON);
    }
    let headers = [
        (CONTENT_TYPE, "application/octet-stream"),
        (CONTENT_DISPOSITION, "attachment; filename=\"fundgraph.backup\""),
        (CACHE_CONTROL, "no-store"),
    ];
    let body = pipe::body(move |out| match server.catalog.backup(out) {
        Ok(summary) => {
            tracing::info!(revision = summary.revision, "a backup was sent");
            Ok(())
        }
        Err(error) => {
            tracing::error!(%error, "a backup was broken off");
            Err(io::Error::other(error))
        }
    });
    (headers, body).into_response()
}
