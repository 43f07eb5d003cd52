//! A real SDK client with canned responses, for faults that no local DynamoDB produces.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::config::http::{HttpRequest, HttpResponse};
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{
    AsyncSleep, BehaviorVersion, Credentials, IdentityCache, Region, Sleep,
    StalledStreamProtectionConfig,
};
use aws_sdk_dynamodb::error::ConnectorError;
use aws_sdk_dynamodb::{Client, Config};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use futures::future::BoxFuture;
use serde_json::{Value, json};

use crate::outbox::{CallFailed, Calls};

/// The response of the service, or of the network, to one request.
#[derive(Clone, Debug)]
pub(crate) enum CannedAnswer {
    /// A status and a body.
    Http(u16, Value),
    /// The connection broke before an answer came.
    Broken,
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
        let connector = SharedHttpConnector::new(self.clone());
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(Credentials::new("canned", "canned", None, None, "tests"))
            .region(Region::from_static("eu-west-1"))
            .retry_config(RetryConfig::disabled())
            // These two would sleep as well, and their sleeps would count as pauses.
            .identity_cache(IdentityCache::no_cache())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .sleep_impl(self.clone())
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .build();
        Client::from_conf(config)
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
        HttpConnectorFuture::ready(match self.answer(request.body().bytes().unwrap()) {
            CannedAnswer::Http(status, body) => {
                Ok(HttpResponse::new(status.try_into().unwrap(), body.to_string().into()))
            }
            CannedAnswer::Broken => Err(ConnectorError::io("the connection broke".into())),
        })
    }
}

impl AsyncSleep for Script {
    fn sleep(&self, duration: Duration) -> Sleep {
        self.pauses.lock().unwrap().push(duration);
        Sleep::new(std::future::ready(()))
    }
}

impl Calls for Script {
    fn call(&self, _: &'static str, body: Vec<u8>) -> BoxFuture<'_, Result<Vec<u8>, CallFailed>> {
        let answered = match self.answer(&body) {
            CannedAnswer::Http(200, body) => Ok(body.to_string().into_bytes()),
            CannedAnswer::Http(status, body) => {
                let code = body["__type"].as_str().unwrap_or_default().rsplit('#').next();
                let (code, message) = (code.unwrap_or_default().to_owned(), "canned".to_owned());
                Err(CallFailed::Answered { status, code, message })
            }
            CannedAnswer::Broken => Err(CallFailed::Unanswered("the connection broke".into())),
        };
        Box::pin(std::future::ready(answered))
    }
}
