//! Whether the process lives, and whether it should get requests.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::Server;

/// `/healthz`: the process answers.
pub(super) async fn alive() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// `/readyz`: requests are welcome; 503 once the server was told to stop, or the store failed a write.
pub(super) async fn ready(State(server): State<Arc<Server>>) -> (StatusCode, Json<Value>) {
    let revision = server.catalog.revision();
    let (code, status) = if *server.stopping.borrow() {
        (StatusCode::SERVICE_UNAVAILABLE, "stopping")
    } else if !server.catalog.takes_writes() {
        (StatusCode::SERVICE_UNAVAILABLE, "the store takes no more writes until the next start")
    } else {
        (StatusCode::OK, "ready")
    };
    (code, Json(json!({ "status": status, "revision": revision })))
}
