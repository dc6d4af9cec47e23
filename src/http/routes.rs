//! Which path leads where.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::header::{
    ACCEPT, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RETRY_AFTER,
};
use axum::http::{HeaderName, Method};
use axum::response::Response;
use axum::routing::{get, post};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any, CorsLayer};

use super::front::{REQUEST_ID, failed};
use super::rate::{RATE_LIMIT, RATE_REMAINING, RATE_RESET};
use super::start_page::{self, Counts};
use super::{Server, backup, export, graphiql, graphql, health, metrics, seed};
use crate::domain::NodeKind;

/// Where questions are asked.
pub(super) const GRAPHQL: &str = "/graphql";
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
    Router::new()
        .route("/", get(start))
        .route(GRAPHQL, get(graphql::graphql).post(graphql::graphql))
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
        // Each layer of a router costs every request a box or two; these are one.
        .layer(ServiceBuilder::new().layer(cors).layer(CatchPanicLayer::custom(failed)))
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
