//! A request as the first span of a trace, or as the next one of a trace that the caller began.

use axum::http::{HeaderValue, Request, Response, StatusCode};
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TraceContextExt;
use opentelemetry_http::HeaderExtractor;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::field::Empty;
use tracing::{Span, trace_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use crate::config::TRACES;

/// The span of a request, by the names of OpenTelemetry's conventions. The query string may hold a partner's data, so it stays
/// out.
pub(super) fn span<B>(request: &Request<B>, id: &HeaderValue) -> Span {
    let method = request.method().as_str();
    let span = trace_span!(
        target: TRACES,
        "request",
        otel.name = method,
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.response.status_code = Empty,
        url.path = request.uri().path(),
        request.id = id.to_str().unwrap_or_default(),
    );
    if !span.is_disabled() {
        let caller = TraceContextPropagator::new().extract(&HeaderExtractor(request.headers()));
        // There is nothing to follow where the caller began no trace.
        let _ = span.set_parent(caller);
    }
    span
}

/// Notes how a request was answered. What leads somewhere gives the span its name; any other path is a caller's invention.
pub(super) fn note<B>(span: &Span, name: &str, response: &Response<B>) {
    let status = response.status();
    if status != StatusCode::NOT_FOUND {
        span.context().span().update_name(name.to_owned());
    }
    span.record("http.response.status_code", status.as_u16());
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
}
