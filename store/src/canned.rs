//! A real client with canned responses, for faults that no local DynamoDB produces.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::config::http::{HttpRequest, HttpResponse};
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{
    AsyncSleep, BehaviorVersion, Credentials, IdentityCache, Region, SharedCredentialsProvider,
    Sleep, StalledStreamProtectionConfig,
};
use aws_sdk_dynamodb::error::ConnectorError;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;
use serde_json::{Value, json};

use crate::{Client, client};

/// The response of the service, or of the network, to one request.
#[derive(Clone, Debug)]
pub(crate) enum CannedAnswer {
    /// A status and a body.
    Http(u16, Value),
    /// A status and a body that is no JSON.
    Raw(u16, &'static str),
    /// The connection broke before an answer came.
    Broken,
    /// The client itself refuses the request.
    Refused,
}

impl CannedAnswer {
    pub(crate) fn ok(body: Value) -> Self {
        Self::Http(200, body)
    }

    pub(crate) fn exception(code: &str) -> Self {
        let of_server = code == "InternalServerError";
        let kind = format!("com.amazonaws.dynamodb.v20120810#{code}");
        Self::Http(
            if of_server { 500 } else { 400 },
            json!({ "__type": kind, "message": "canned" }),
        )
    }

    /// A cancelled transaction, with one reason for each action.
    pub(crate) fn cancelled(codes: &[&str]) -> Self {
        let reasons: Vec<Value> = codes.iter().map(|code| json!({ "Code": code })).collect();
        let kind = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException";
        Self::Http(400, json!({ "__type": kind, "CancellationReasons": reasons }))
    }
}

/// The service's side: the remaining responses, the requests, and the pauses in between.
#[derive(Clone, Debug, Default)]
pub(crate) struct Script {
    answers: Arc<Mutex<VecDeque<CannedAnswer>>>,
    requests: Arc<Mutex<Vec<Value>>>,
    pauses: Arc<Mutex<Vec<Duration>>>,
}

impl Script {
    pub(crate) fn new(answers: impl IntoIterator<Item = CannedAnswer>) -> Self {
        let answers = Arc::new(Mutex::new(answers.into_iter().collect()));
        Self { answers, ..Self::default() }
    }

    /// A client that follows this script, sends everything once, and never really waits.
    pub(crate) fn client(&self) -> Client {
        client(&self.config(RetryConfig::disabled()))
    }

    /// The configuration of such a client, with other retries.
    pub(crate) fn config(&self, retries: RetryConfig) -> SdkConfig {
        let connector = SharedHttpConnector::new(self.clone());
        let credentials = Credentials::new("canned", "canned", None, None, "tests");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .region(Region::from_static("eu-west-1"))
            .retry_config(retries)
            // These two would sleep as well, and their sleeps would count as pauses.
            .identity_cache(IdentityCache::no_cache())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .sleep_impl(self.clone())
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .build()
    }

    /// The answer to a request with that body.
    fn answer(&self, body: &[u8]) -> CannedAnswer {
        self.requests.lock().unwrap().push(serde_json::from_slice(body).unwrap());
        self.answers.lock().unwrap().pop_front().expect("one more answer")
    }

    /// The bodies of the requests so far.
    pub(crate) fn requests(&self) -> Vec<Value> {
        self.requests.lock().unwrap().clone()
    }

    /// The pauses so far.
    pub(crate) fn pauses(&self) -> Vec<Duration> {
        self.pauses.lock().unwrap().clone()
    }
}

impl HttpConnector for Script {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let answered =
            |status: u16, body: SdkBody| Ok(HttpResponse::new(status.try_into().unwrap(), body));
        HttpConnectorFuture::ready(match self.answer(request.body().bytes().unwrap()) {
            CannedAnswer::Http(status, body) => answered(status, body.to_string().into()),
            CannedAnswer::Raw(status, body) => answered(status, body.into()),
            CannedAnswer::Broken => Err(ConnectorError::io("the connection broke".into())),
            CannedAnswer::Refused => Err(ConnectorError::user("not this one".into())),
        })
    }
}

impl AsyncSleep for Script {
    fn sleep(&self, duration: Duration) -> Sleep {
        self.pauses.lock().unwrap().push(duration);
        Sleep::new(std::future::ready(()))
    }
}
