//! An operator looks at where the time of a request goes, and lets programs read the log.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use serde_json::{Value, json};

use crate::app::{App, command, fundgraph};

/// One who takes traces.
struct Collector {
    endpoint: String,
    deliveries: Arc<Mutex<Vec<Delivery>>>,
}

struct Delivery {
    head: String,
    body: Vec<u8>,
}

impl Collector {
    fn open() -> Collector {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let deliveries = Arc::new(Mutex::new(Vec::new()));
        let taken = Arc::clone(&deliveries);
        std::thread::spawn(move || {
            for line in listener.incoming() {
                let line = line.unwrap();
                let mut reader = BufReader::new(&line);
                let (mut head, mut length) = (String::new(), 0);
                while reader.read_line(&mut head).unwrap() > 2 {
                    let last = head.lines().last().unwrap().to_ascii_lowercase();
                    length = last.strip_prefix("content-length:").map_or(length, |length| length.trim().parse().unwrap());
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                taken.lock().unwrap().push(Delivery { head, body });
                (&line).write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
            }
        });
        Collector { endpoint, deliveries }
    }
}

fn text<'a>(attributes: &'a [KeyValue], name: &str) -> &'a str {
    let value = attributes.iter().find(|attribute| attribute.key == name).and_then(|attribute| attribute.value.as_ref());
    match value.and_then(|value| value.value.as_ref()) {
        Some(Any::StringValue(text)) => text,
        other => panic!("{name} is {other:?}"),
    }
}

#[test]
fn a_collector_gets_each_request_with_its_steps_and_no_secret() {
    let collector = Collector::open();
    let mut traced = command();
    traced.env("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.endpoint);
    let mut app = App::launch(traced, &Arc::new(tempfile::tempdir().unwrap()), &["--no-seed"]);
    let token = app.token();
    let write = json!({ "query": "mutation Add { upsertMemberState(input: { code: \"KE\" }) { revision } }" });
    let request = app.agent().post(app.url("/graphql")).header("Authorization", format!("Bearer {token}"));
    let request = request.header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    let mut answer = request.header("x-request-id", "the-partners-own").send_json(write).unwrap();
    assert_eq!(answer.body_mut().read_json::<Value>().unwrap()["data"]["upsertMemberState"]["revision"], 1);
    app.ask("{ memberState(code: \"KE\") { name } }");
    assert!(app.stop("TERM").success());

    let deliveries = collector.deliveries.lock().unwrap();
    let mut spans: Vec<Span> = Vec::new();
    for Delivery { head, body } in deliveries.iter() {
        assert!(head.starts_with("POST /v1/traces HTTP/1.1"), "{head}");
        let bytes = String::from_utf8_lossy(body);
        assert!(!bytes.contains(&token) && !bytes.contains("upsertMemberState"), "no token and no text of a request");
        for of_resource in ExportTraceServiceRequest::decode(body.as_slice()).unwrap().resource_spans {
            assert_eq!(text(&of_resource.resource.unwrap().attributes, "service.name"), "fundgraph");
            spans.extend(of_resource.scope_spans.into_iter().flat_map(|scope| scope.spans));
        }
    }
    let by_id: HashMap<_, _> = spans.iter().map(|span| (&span.span_id, span)).collect();
    let named = |name: &str| spans.iter().filter(|span| span.name == name).collect::<Vec<_>>();
    let parent = |span: &Span| by_id.get(&span.parent_span_id).map(|parent| parent.name.as_str());
    let requests = named("POST /graphql");
    assert_eq!((requests.len(), named("validate").len(), named("execute").len(), named("commit").len()), (2, 2, 2, 1));
    let followed = requests[0];
    assert_eq!(followed.trace_id, 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c_u128.to_be_bytes());
    assert_eq!(followed.parent_span_id, 0xb7ad_6b71_6920_3331_u64.to_be_bytes());
    assert_eq!(text(&followed.attributes, "request.id"), "the-partners-own");
    assert_ne!(requests[1].trace_id, followed.trace_id, "who begins no trace gets a new one");
    for step in ["validate", "execute"] {
        assert!(named(step).into_iter().all(|span| parent(span) == Some("POST /graphql")), "{spans:#?}");
    }
    assert_eq!(parent(named("commit")[0]), Some("execute"));
    assert_eq!(text(&named("execute")[0].attributes, "graphql.operation.name"), "Add");
}

#[test]
fn without_a_collector_the_server_serves_and_says_so_once() {
    let mut traced = command();
    // Nothing listens there.
    traced.env("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1").env("OTEL_BSP_SCHEDULE_DELAY", "20");
    let mut app = App::launch(traced, &Arc::new(tempfile::tempdir().unwrap()), &["--no-seed"]);
    app.ask("{ __typename }");
    app.wait_for_log("the collector of the traces cannot be reached");
    app.ask("{ __typename }");
    assert!(app.stop("TERM").success());
    assert_eq!(app.log().matches("cannot be reached").count(), 1, "{}", app.log());
}

#[test]
fn a_collector_that_cannot_be_spoken_to_is_refused_at_the_start() {
    let mut traced = command();
    traced.env("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317").env("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");
    let folder = tempfile::tempdir().unwrap();
    let output = traced.args(["--listen", "127.0.0.1:0", "--data"]).arg(folder.path().join("data")).output().unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("traces are sent by HTTP alone: set OTEL_EXPORTER_OTLP_PROTOCOL to http/protobuf"), "{said}");
}

#[test]
fn a_program_reads_the_log_line_by_line() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let mut app = App::start(&folder, &["--no-seed", "--log", "info", "--log-format", "json"]);
    for (path, status) in [("/healthz", 200), ("/graphql", 400)] {
        let request = app.agent().get(app.url(path)).header("x-request-id", format!("the-partners-own{path}"));
        assert_eq!(request.call().unwrap().status(), status);
    }
    assert!(app.stop("TERM").success());
    let log = app.log();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect();
    let of = |path: &str| lines.iter().find(|line| line["span"]["id"] == format!("the-partners-own{path}"));
    let refused = of("/graphql").unwrap_or_else(|| panic!("{log}"));
    assert_eq!((&refused["level"], &refused["span"]["path"]), (&json!("INFO"), &json!("/graphql")));
    assert!(refused["message"].is_string() && refused["timestamp"].is_string(), "{refused}");
    assert!(of("/healthz").is_none(), "what went well is told where more is asked for: {log}");
    let wrong = fundgraph(["--log-format", "xml"]);
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("[possible values: text, json]"), "{wrong:?}");
}
