//! Which path leads where.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderName;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use axum::routing::{get, post};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;

use super::front::failed;
use super::start_page::{self, Counts};
use super::{Server, backup, cors, export, graphiql, graphql, health, metrics, seed};
use crate::domain::NodeKind;

/// Where questions are asked.
pub(super) const GRAPHQL: &str = "/graphql";

/// Everything that is served.
pub(super) fn routes(server: Arc<Server>) -> Router {
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
        .layer(ServiceBuilder::new().layer(cors::layer()).layer(CatchPanicLayer::custom(failed)))
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
