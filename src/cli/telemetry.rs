//! What a process tells of itself while it runs: the log, and traces for a collector that the environment names.
//!
//! Traces go by OTLP over HTTP, as OpenTelemetry's `OTEL_*` variables say. Without `OTEL_EXPORTER_OTLP_ENDPOINT` there are none,
//! and nothing is spent on them.

use std::env;
use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use async_trait::async_trait;
use clap::ValueEnum;
use opentelemetry::trace::TracerProvider;
use opentelemetry::{Key, KeyValue, Value};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Subscriber;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};
use ureq::Agent;

use crate::config::TRACES;

const NAME: &str = env!("CARGO_PKG_NAME");
/// How long the collector may take for one delivery, and for the last one.
const DELIVERY: Duration = Duration::from_secs(10);
const LAST_DELIVERY: Duration = Duration::from_secs(2);
/// The most bytes of its answer that are read.
const ANSWER: u64 = 64 << 10;

/// How the lines of the log are written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum LogFormat {
    /// For people
    Text,
    /// A JSON object a line, for programs
    Json,
}

/// The log and the traces of this process, until it is dropped: then what was not delivered yet is.
#[derive(Debug)]
pub(super) struct Telemetry {
    traces: Option<SdkTracerProvider>,
}

impl Telemetry {
    /// Begins to tell.
    pub(super) fn begin(filter: EnvFilter, format: LogFormat, traces: Option<SdkTracerProvider>) -> Telemetry {
        match &traces {
            None => tracing_subscriber::registry().with(filter).with(log(format)).init(),
            Some(provider) => {
                let spans = tracing_opentelemetry::layer().with_tracer(provider.tracer(NAME)).with_location(false);
                let spans = spans.with_threads(false).with_tracked_inactivity(false).with_target(false);
                let spans = spans.with_filter(filter_fn(|metadata| metadata.target() == TRACES));
                tracing_subscriber::registry().with(log(format).with_filter(filter)).with(spans).init();
            }
        }
        Telemetry { traces }
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(Err(error)) = self.traces.as_ref().map(|traces| traces.shutdown_with_timeout(LAST_DELIVERY)) {
            tracing::warn!(%error, "the last traces could not be delivered");
        }
    }
}

/// The log on standard error.
fn log<S: Subscriber + for<'a> LookupSpan<'a>>(format: LogFormat) -> Box<dyn Layer<S> + Send + Sync> {
    let log = fmt::layer().with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    match format {
        LogFormat::Text => log.boxed(),
        LogFormat::Json => log.json().flatten_event(true).boxed(),
    }
}

/// The traces, where the environment names a collector for them.
pub(super) fn traces() -> Result<Option<SdkTracerProvider>> {
    let says = |name: &str, value: &str| env::var(name).is_ok_and(|given| given.trim().eq_ignore_ascii_case(value));
    let named = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];
    let named = named.into_iter().any(|name| env::var(name).is_ok_and(|endpoint| !endpoint.trim().is_empty()));
    if !named || says("OTEL_SDK_DISABLED", "true") || says("OTEL_TRACES_EXPORTER", "none") {
        return Ok(None);
    }
    if ["OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"].into_iter().any(|name| says(name, "grpc")) {
        bail!("traces are sent by HTTP alone: set OTEL_EXPORTER_OTLP_PROTOCOL to http/protobuf, or leave it out");
    }
    let exporter = SpanExporter::builder().with_http().with_http_client(Deliverer::new()).build();
    let exporter = exporter.context("the OTEL_* variables name no collector that traces could be sent to")?;
    Ok(Some(SdkTracerProvider::builder().with_resource(resource()).with_batch_exporter(exporter).build()))
}

/// What the spans are of: what the environment says, and the name of this program where it says none.
fn resource() -> Resource {
    let found = Resource::builder().build();
    let named = found.get(&Key::new("service.name"));
    let nameless =
        named.is_none_or(|name| matches!(&name, Value::String(name) if name.as_str().starts_with("unknown_service")));
    let resource = Resource::builder().with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
    if nameless { resource.with_service_name(NAME).build() } else { resource.build() }
}

/// Takes spans to the collector, on a thread where nobody waits for it.
#[derive(Debug)]
struct Deliverer {
    agent: Agent,
    /// Whether the last delivery failed: an outage is told once.
    failing: AtomicBool,
}

impl Deliverer {
    fn new() -> Deliverer {
        let agent = Agent::config_builder().http_status_as_error(false).timeout_global(Some(DELIVERY)).build().into();
        Deliverer { agent, failing: AtomicBool::new(false) }
    }

    fn deliver(&self, request: Request<Bytes>) -> Result<Response<Bytes>, ureq::Error> {
        let (parts, body) = request.into_parts();
        let (parts, body) = self.agent.run(Request::from_parts(parts, &body[..]))?.into_parts();
        let body = body.into_with_config().limit(ANSWER).read_to_vec()?;
        Ok(Response::from_parts(parts, body.into()))
    }
}

#[async_trait]
impl HttpClient for Deliverer {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let delivered = self.deliver(request);
        let failed = !delivered.as_ref().is_ok_and(|answer| answer.status().is_success());
        if self.failing.swap(failed, Ordering::Relaxed) != failed {
            match &delivered {
                Ok(answer) if failed => tracing::warn!(status = answer.status().as_u16(), "the collector refuses the traces"),
                Ok(_) => tracing::info!("the collector takes traces again"),
                Err(error) => tracing::warn!(%error, "the collector of the traces cannot be reached"),
            }
        }
        Ok(delivered?)
    }
}
