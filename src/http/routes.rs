//! Which path leads where, and what every answer goes through.

use std::any;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RETRY_AFTER,
};
use axum::http::{HeaderName, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;
use tower::util::MapRequestLayer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any, CorsLayer};
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::trace::{DefaultOnResponse, TraceLayer};
use tracing::{Level, Span};

use super::rate::{RATE_LIMIT, RATE_REMAINING, RATE_RESET};
use super::start_page::{self, Counts};
use super::{Server, backup, export, graphiql, graphql, health, metrics, security, seed};
use crate::domain::NodeKind;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// How long a caller's own request id may be.
const LONGEST_ID: usize = 128;
/// How long a browser may remember that another site's page may ask.
const PREFLIGHT: Duration = Duration::from_secs(3600);

/// Everything that is served.
pub(super) fn routes(server: Arc<Server>) -> Router {
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            ACCEPT,
            ACCEPT_LANGUAGE,
            AUTHORIZATION,
            CONTENT_ENCODING,
            CONTENT_TYPE,
            IF_NONE_MATCH,
            seed::IDEMPOTENCY_KEY,
            REQUEST_ID,
        ])
        .expose_headers([REQUEST_ID, ETAG, RETRY_AFTER, RATE_LIMIT, RATE_REMAINING, RATE_RESET])
        .max_age(PREFLIGHT);
    let trace = TraceLayer::new_for_http().make_span_with(span).on_response(DefaultOnResponse::new().level(Level::INFO));
    let routes = Router::new()
        .route("/", get(start))
        .route("/graphql", get(graphql::graphql).post(graphql::graphql))
        .route("/schema.graphql", get(schema))
        .route("/backup", get(backup::backup))
        .route("/seed", post(seed::seed))
        .route("/export/{name}", get(export::export))
        .route("/metrics", get(metrics::metrics))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .merge(graphiql::routes())
        .merge(start_page::routes())
        .with_state(server)
        .layer(CatchPanicLayer::custom(failed))
        .layer(cors);
    security::secured(routes)
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(trace)
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .layer(MapRequestLayer::new(drop_long_id))
}

/// The answer where a bug ended a request: the log has what it said.
fn failed(panic: Box<dyn any::Any + Send>) -> Response {
    let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = said.unwrap_or_default(), "a request ended in a panic");
    let error = json!({ "message": "the server could not do this: its log says why", "extensions": { "code": "INTERNAL" } });
    (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "errors": [error] }))).into_response()
}

/// A caller may name its request, but not fill the log with the name.
fn drop_long_id(mut request: Request) -> Request {
    if request.headers().get(REQUEST_ID).is_some_and(|id| id.len() > LONGEST_ID) {
        request.headers_mut().remove(REQUEST_ID);
    }
    request
}

/// `/`: what this is and what it holds.
async fn start(State(server): State<Arc<Server>>) -> Response {
    let snapshot = server.catalog.snapshot();
    let counts = Counts {
        projects: snapshot.count(NodeKind::Project),
        member_states: snapshot.count(NodeKind::MemberState),
        regions: snapshot.count(NodeKind::Region),
        news: snapshot.count(NodeKind::NewsItem),
        contacts: snapshot.count(NodeKind::Contact),
    };
    start_page::page((!server.private).then_some(&counts), env!("CARGO_PKG_VERSION"))
}

/// `/schema.graphql`: the schema in the GraphQL schema definition language.
async fn schema() -> ([(HeaderName, &'static str); 1], &'static str) {
    ([(CONTENT_TYPE, "text/plain; charset=utf-8")], crate::graphql::sdl())
}

/// What the log says with every line about a request. The query string may hold a partner's data, so it stays out.
fn span(request: &Request) -> Span {
    let id = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
    tracing::info_span!("request", id, method = %request.method(), path = request.uri().path())
}
