//! A client of one service.

use std::time::Duration;

use aws_smithy_runtime_api::client::connection::CaptureSmithyConnection;
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::Headers;
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, USER_AGENT};
use http::{HeaderName, HeaderValue, Method};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use tracing::{Instrument, Span};

use crate::clock::Clock;
use crate::place::Place;
use crate::retries::Policy;
use crate::sigv4::{Request, Signer};
use crate::transport::Transport;
use crate::waits::Waits;
use crate::{CallFailed, Head, Refusal};

const PRODUCT: HeaderValue = HeaderValue::from_static("trip-saga");
/// Those of a signed call in CBOR.
const MOST_HEADERS: usize = 10;

// Made once: a name that the library does not know is copied for each call.
static ATTEMPT: HeaderName = HeaderName::from_static("amz-sdk-request");
static DATE: HeaderName = HeaderName::from_static("x-amz-date");
static TARGET: HeaderName = HeaderName::from_static("x-amz-target");
static TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// A service that speaks this protocol.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    /// Its name in spans.
    name: &'static str,
    /// Its name in signatures.
    signed_as: &'static str,
    content_type: &'static str,
}

/// Amazon EventBridge.
pub const EVENTBRIDGE: Service = Service {
    name: "EventBridge",
    signed_as: "events",
    content_type: "application/x-amz-json-1.1",
};

/// EventBridge's ordered buses, which speak CBOR.
pub const EVENTBRIDGE_V2: Service =
    Service { name: "EventBridgeV2", signed_as: "events", content_type: "application/cbor" };

/// Amazon CloudWatch Logs.
pub const CLOUDWATCH_LOGS: Service = Service {
    name: "CloudWatchLogs",
    signed_as: "logs",
    content_type: "application/x-amz-json-1.1",
};

/// Amazon DynamoDB.
pub const DYNAMODB: Service =
    Service { name: "DynamoDB", signed_as: "dynamodb", content_type: "application/x-amz-json-1.0" };

/// AWS Step Functions, which the SDK's spans call SFN.
pub const STEP_FUNCTIONS: Service =
    Service { name: "SFN", signed_as: "states", content_type: "application/x-amz-json-1.0" };

/// A client of one service. It keeps its connections, and the key that it signs with.
#[derive(Debug)]
pub struct Client {
    service: Service,
    place: Option<Place>,
    signer: Signer,
    clock: Clock,
    waits: Waits,
    policy: Policy,
    transport: Transport,
}

impl Client {
    /// A client of the service at the URL `endpoint`, by the SDK's configuration: its region,
    /// credentials, HTTP client, time, timeouts and retries. It connects when the first call needs
    /// it.
    #[must_use]
    pub fn new(config: &SdkConfig, service: Service, endpoint: Option<&str>) -> Self {
        let region = config.region().map(ToString::to_string);
        Self {
            service,
            place: endpoint.filter(|_| region.is_some()).and_then(Place::parse),
            signer: Signer::new(
                service.signed_as,
                region.unwrap_or_default(),
                config.credentials_provider(),
            ),
            clock: Clock::new(config.time_source().unwrap_or_default()),
            waits: Waits::of(config),
            policy: Policy::of(config),
            transport: Transport::of(config),
        }
    }

    /// The same; each call is sent once, for a caller that has retries of its own.
    #[must_use]
    pub fn without_retries(self) -> Self {
        Self { policy: self.policy.once(), ..self }
    }

    /// Whether the configuration says where to call.
    #[must_use]
    pub fn has_place(&self) -> bool {
        self.place.is_some()
    }

    /// Calls an operation, such as `AWSEvents.PutEvents`, as often as the configuration allows.
    /// `body` is the request as JSON.
    ///
    /// # Errors
    /// The last failure: one that no retry helps with, or one too many.
    pub async fn call<T: DeserializeOwned>(
        &self,
        target: &'static str,
        body: Vec<u8>,
    ) -> Result<T, CallFailed> {
        self.exchange(Head::of_json(target), body, json).await
    }

    /// Makes a call as often as the configuration allows. `read` is given the answer, whatever its
    /// status, with all of its body.
    ///
    /// # Errors
    /// The last failure: one that no retry helps with, or one too many.
    pub async fn exchange<T>(
        &self,
        head: Head,
        body: Vec<u8>,
        read: impl Fn(&HttpResponse) -> Result<T, CallFailed>,
    ) -> Result<T, CallFailed> {
        let span = self.service.span(head.operation);
        let attempts = self.attempts(head, body.into(), read);
        self.waits.within(self.waits.call, attempts).instrument(span).await
    }

    async fn attempts<T>(
        &self,
        head: Head,
        body: Bytes,
        read: impl Fn(&HttpResponse) -> Result<T, CallFailed>,
    ) -> Result<T, CallFailed> {
        let mut retries = self.policy.begin();
        loop {
            let attempt = self.attempt(head, body.clone(), retries.number(), &read);
            let failure = match self.waits.within(self.waits.attempt, attempt).await {
                Ok(answer) => {
                    retries.succeeded();
                    return Ok(answer);
                }
                Err(failure) => failure,
            };
            let Some(pause) = retries.after(&failure) else { return Err(failure) };
            self.waits.pause(pause).await;
        }
    }

    async fn attempt<T>(
        &self,
        head: Head,
        body: Bytes,
        number: String,
        read: impl Fn(&HttpResponse) -> Result<T, CallFailed>,
    ) -> Result<T, CallFailed> {
        let connector = self.transport.connector().ok_or(CallFailed::Nowhere)?;
        let mut request = self.request(head, body, number).await?;
        let connection = CaptureSmithyConnection::new();
        request.add_extension(connection.clone());
        let read = self.read(connector.call(request).await?, read).await;
        if read.as_ref().is_err_and(|failure| failure.retryable().is_some()) {
            // The next attempt may meet another server. A connection that broke is closed anyway.
            connection.get().iter().for_each(|connection| connection.poison());
        }
        read
    }

    async fn request(
        &self,
        head: Head,
        body: Bytes,
        number: String,
    ) -> Result<HttpRequest, CallFailed> {
        let Service { content_type, .. } = self.service;
        let Head { target, others, .. } = head;
        let place = self.place.as_ref().ok_or(CallFailed::Nowhere)?;
        let (host, path) = (&place.host, place.path(head));
        let request = Request { host, path: &path, content_type, target, body: &body };
        let signed = self.signer.sign(request, self.clock.now()).await?;
        let mut request = http::Request::new(SdkBody::from(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = place.uri(path)?;
        let headers = request.headers_mut();
        headers.reserve(MOST_HEADERS);
        headers.extend([
            (HOST, value(host.clone())?),
            (CONTENT_TYPE, HeaderValue::from_static(content_type)),
            (USER_AGENT, PRODUCT),
            (ATTEMPT.clone(), value(number)?),
            (DATE.clone(), value(signed.date)?),
            (AUTHORIZATION, value(signed.authorization)?),
        ]);
        headers.extend(target.map(|target| (TARGET.clone(), HeaderValue::from_static(target))));
        headers.extend(
            others.iter().map(|(name, value)| {
                (HeaderName::from_static(name), HeaderValue::from_static(value))
            }),
        );
        if let Some(token) = signed.token {
            headers.insert(TOKEN.clone(), value(token)?);
        }
        Ok(request.try_into()?)
    }

    async fn read<T>(
        &self,
        mut answer: HttpResponse,
        read: impl Fn(&HttpResponse) -> Result<T, CallFailed>,
    ) -> Result<T, CallFailed> {
        let body = answer.take_body().collect().await?.to_bytes();
        *answer.body_mut() = body.into();
        read(&answer).map_err(|failure| match failure {
            CallFailed::Refused(refusal) => self.noted(refusal, answer.headers()).into(),
            other => other,
        })
    }

    /// A refusal with what the service says beside it.
    fn noted(&self, refusal: Refusal, headers: &Headers) -> Refusal {
        let asked = headers.get("x-amz-retry-after").and_then(|asked| asked.parse().ok());
        Refusal {
            retry_after: asked.map(Duration::from_millis),
            is_skewed: self.clock.learn(refusal.code.as_deref(), headers.get("date")),
            ..refusal
        }
    }
}

/// A header's value; the text is not copied.
fn value(text: String) -> http::Result<HeaderValue> {
    Ok(HeaderValue::try_from(text)?)
}

/// Reads an answer in the JSON protocol.
fn json<T: DeserializeOwned>(answer: &HttpResponse) -> Result<T, CallFailed> {
    let body = answer.body().bytes().unwrap_or_default();
    if answer.status().is_success() {
        let body = if body.is_empty() { b"{}" } else { body };
        return serde_json::from_slice(body).map_err(|error| CallFailed::Garbled(error.into()));
    }
    let name = answer.headers().get("x-amzn-errortype");
    Err(Refusal::read(answer.status().as_u16(), name, body).into())
}

impl Service {
    /// The span of a call, with what the SDK clients' spans have.
    fn span(self, operation: &'static str) -> Span {
        tracing::debug_span!(
            "call",
            "otel.name" = %format_args!("{}.{operation}", self.name),
            "rpc.service" = self.name,
            "rpc.method" = operation,
            "rpc.system" = "aws-api",
        )
    }
}
