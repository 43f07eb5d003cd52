//! The endpoint for credentials, scripted.

use std::collections::VecDeque;
use std::error::Error;
use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::HttpConnectorFuture;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use http::StatusCode;
use rstest::rstest;

use super::*;

const ANSWER: &str = r#"{
    "AccessKeyId": "key", "SecretAccessKey": "secret", "Token": "token",
    "Expiration": "2026-03-01T12:00:00Z", "LastUpdated": "2026-03-01T06:00:00Z", "Type": "AWS-HMAC"
}"#;

/// An endpoint that gives these answers, one a request, and keeps the requests' authorisations.
#[derive(Clone, Debug)]
struct Endpoint {
    answers: Arc<Mutex<VecDeque<(u16, &'static str)>>>,
    authorised: Arc<Mutex<Vec<Option<String>>>>,
}

impl Endpoint {
    fn answering(answers: impl IntoIterator<Item = (u16, &'static str)>) -> Self {
        let answers = Arc::new(Mutex::new(answers.into_iter().collect()));
        Self { answers, authorised: Arc::default() }
    }

    fn authorised(&self) -> Vec<Option<String>> {
        self.authorised.lock().unwrap().clone()
    }

    /// The provider that asks it.
    fn asked_with(&self, settings: &[(&str, &str)]) -> Container {
        let uri = (name::AWS_CONTAINER_CREDENTIALS_FULL_URI, "http://127.0.0.1:9001/v1/role");
        let config = Config::from_map(settings.iter().copied().chain([uri]));
        Container::from_config(&config, SharedHttpConnector::new(self.clone())).unwrap().unwrap()
    }
}

impl HttpConnector for Endpoint {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        assert_eq!((request.method(), request.uri()), ("GET", "http://127.0.0.1:9001/v1/role"));
        let authorisation = request.headers().get("authorization").map(str::to_owned);
        self.authorised.lock().unwrap().push(authorisation);
        let (status, body) = self.answers.lock().unwrap().pop_front().unwrap();
        let status = StatusCode::from_u16(status).unwrap().into();
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(body))))
    }
}

#[tokio::test]
async fn the_answer_is_temporary_credentials() {
    let endpoint = Endpoint::answering([(200, ANSWER)]);
    let token = [(name::AWS_CONTAINER_AUTHORIZATION_TOKEN, "Basic abc")];
    let credentials = endpoint.asked_with(&token).provide_credentials().await.unwrap();
    assert_eq!(credentials.access_key_id(), "key");
    assert_eq!(credentials.secret_access_key(), "secret");
    assert_eq!(credentials.session_token(), Some("token"));
    let expiry = SystemTime::UNIX_EPOCH + Duration::from_secs(1_772_366_400);
    assert_eq!(credentials.expiry(), Some(expiry));
    assert_eq!(endpoint.authorised(), [Some("Basic abc".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_fails_is_asked_three_times() {
    let endpoint = Endpoint::answering([(500, "{}"), (200, "not yet"), (200, ANSWER)]);
    endpoint.asked_with(&[]).provide_credentials().await.unwrap();
    assert_eq!(endpoint.authorised(), [None, None, None]);

    let endpoint = Endpoint::answering([(503, ANSWER); 4]);
    endpoint.asked_with(&[]).provide_credentials().await.unwrap_err();
    assert_eq!(endpoint.authorised().len(), 3);
}

#[tokio::test]
async fn a_token_in_a_file_is_read_for_each_request_and_goes_before_the_other() {
    let file = std::env::temp_dir().join(format!("token-{}", std::process::id()));
    let endpoint = Endpoint::answering([(200, ANSWER); 2]);
    let container = endpoint.asked_with(&[
        (name::AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, file.to_str().unwrap()),
        (name::AWS_CONTAINER_AUTHORIZATION_TOKEN, "never"),
    ]);
    for token in ["first\n", "second\n"] {
        fs::write(&file, token).unwrap();
        container.provide_credentials().await.unwrap();
    }
    fs::remove_file(&file).unwrap();
    assert_eq!(endpoint.authorised(), ["first", "second"].map(|token| Some(token.to_owned())));
}

#[tokio::test(start_paused = true)]
async fn no_secret_is_in_an_error_or_a_debug_text() {
    let unfinished = r#"{"AccessKeyId": "key", "SecretAccessKey": "s3cret", "Token": 7}"#;
    let endpoint = Endpoint::answering([(200, unfinished); 3]);
    let container = endpoint.asked_with(&[(name::AWS_CONTAINER_AUTHORIZATION_TOKEN, "t0ken")]);
    let error = container.provide_credentials().await.unwrap_err();
    // The scripted endpoint keeps the requests, so it is left out.
    let text = format!("{error:?} {:?} {:?}", error.source(), container.token);
    assert!(text.contains("in another form"), "{text}");
    assert!(!text.contains("s3cret") && !text.contains("t0ken"), "{text}");
}

#[rstest]
#[case("https://credentials.example/v1", true)]
#[case("http://localhost:9001/v1", true)]
#[case("http://127.0.0.7:9001/v1", true)]
#[case("http://[::1]:9001/v1", true)]
#[case("http://169.254.170.2/v1", true)]
#[case("http://169.254.170.23/v1", true)]
#[case("http://[fd00:ec2::23]/v1", true)]
#[case("http://169.254.169.254/v1", false)]
#[case("http://credentials.example/v1", false)]
#[case("http://localhost.example/v1", false)]
#[case("ftp://localhost/v1", false)]
#[case("/v1", false)]
#[case("not a URL", false)]
fn an_endpoint_is_asked_only_over_tls_or_nearby(#[case] uri: &str, #[case] asked: bool) {
    let config = Config::from_map([(name::AWS_CONTAINER_CREDENTIALS_FULL_URI, uri)]);
    let connector = SharedHttpConnector::new(Endpoint::answering([]));
    assert_eq!(Container::from_config(&config, connector).is_ok(), asked);
}

#[test]
fn there_is_no_endpoint_unless_it_is_named() {
    let connector = SharedHttpConnector::new(Endpoint::answering([]));
    assert!(Container::from_config(&Config::default(), connector).unwrap().is_none());
}
