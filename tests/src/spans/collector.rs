//! An OpenTelemetry collector: takes OTLP as protobuf over HTTP, and keeps what it got.

use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use prost::Message;

/// Serves until it is dropped with the test's runtime.
pub(super) struct Collector {
    pub(super) url: String,
    bodies: Arc<Mutex<Vec<Bytes>>>,
}

/// A span, and the service that it is said to be of.
#[derive(Clone, Debug)]
pub(super) struct Collected {
    pub(super) service: String,
    pub(super) span: Span,
}

impl Collector {
    pub(super) async fn start() -> Self {
        let bodies = Arc::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let routes = Router::new().route("/v1/traces", post(take)).with_state(Arc::clone(&bodies));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { url, bodies }
    }

    /// What was sent, to the letter.
    pub(super) fn bodies(&self) -> Vec<Bytes> {
        self.bodies.lock().unwrap().clone()
    }

    /// Every span that was sent, in that order.
    pub(super) fn spans(&self) -> Vec<Collected> {
        let bodies = self.bodies();
        bodies.iter().flat_map(spans).collect()
    }

    /// The one span of that name.
    pub(super) fn the(&self, name: &str) -> Collected {
        let mut spans = self.spans();
        spans.retain(|collected| collected.span.name == name);
        assert_eq!(spans.len(), 1, "spans named {name}");
        spans.remove(0)
    }
}

async fn take(
    State(bodies): State<Arc<Mutex<Vec<Bytes>>>>,
    headers: HeaderMap,
    body: Bytes,
) -> &'static [u8] {
    assert_eq!(headers["content-type"], "application/x-protobuf");
    bodies.lock().unwrap().push(body);
    // A response without any field, which is how full success is told.
    b""
}

fn spans(body: &Bytes) -> Vec<Collected> {
    let request = ExportTraceServiceRequest::decode(body.clone()).unwrap();
    let mut all = Vec::new();
    for of_resource in request.resource_spans {
        let attributes = of_resource.resource.unwrap().attributes;
        let service = text(&attributes, "service.name").unwrap();
        let spans = of_resource.scope_spans.into_iter().flat_map(|scope| scope.spans);
        all.extend(spans.map(|span| Collected { service: service.clone(), span }));
    }
    all
}

impl Collected {
    pub(super) fn trace_id(&self) -> String {
        hex(&self.span.trace_id)
    }

    pub(super) fn span_id(&self) -> String {
        hex(&self.span.span_id)
    }

    pub(super) fn parent_id(&self) -> String {
        hex(&self.span.parent_span_id)
    }

    /// The traces that it is linked to.
    pub(super) fn links(&self) -> Vec<String> {
        self.span.links.iter().map(|link| hex(&link.trace_id)).collect()
    }

    pub(super) fn text(&self, key: &str) -> Option<String> {
        text(&self.span.attributes, key)
    }

    pub(super) fn number(&self, key: &str) -> Option<i64> {
        match value(&self.span.attributes, key)? {
            Value::IntValue(number) => Some(*number),
            other => panic!("{key} is {other:?}"),
        }
    }

    pub(super) fn is_error(&self) -> bool {
        let status = self.span.status.as_ref();
        status.is_some_and(|status| status.code() == StatusCode::Error)
    }
}

fn text(attributes: &[KeyValue], key: &str) -> Option<String> {
    match value(attributes, key)? {
        Value::StringValue(text) => Some(text.clone()),
        other => panic!("{key} is {other:?}"),
    }
}

fn value<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a Value> {
    let attribute = attributes.iter().find(|attribute| attribute.key == key)?;
    let AnyValue { value } = attribute.value.as_ref()?;
    value.as_ref()
}

fn hex(id: &[u8]) -> String {
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An endpoint that takes connections and never answers, for as long as its listener lives.
pub(super) fn silent() -> (Option<TcpListener>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (Some(listener), url)
}

/// An endpoint at which nobody listens.
pub(super) fn nobody() -> (Option<TcpListener>, String) {
    let (_, url) = silent();
    (None, url)
}
