//! A scripted stream on a port of its own.

use aws_sdk_dynamodbstreams::Client;
use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use bed::Bed;
use lambda_kit::clients::sdk_config;
use testing::ScriptedStream;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

/// A stream that is served until this is dropped.
pub(super) struct Served {
    pub(super) client: Client,
    _serving: DropGuard,
}

impl Served {
    pub(super) async fn new(bed: &Bed, stream: &ScriptedStream) -> Self {
        let (stream, stop) = (stream.clone(), CancellationToken::new());
        let answer = move |headers: HeaderMap, body: Bytes| async move {
            let (status, body) = stream.call(headers["x-amz-target"].to_str().unwrap(), &body);
            (StatusCode::from_u16(status).unwrap(), body)
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let config = bed.config_with(&[("AWS_ENDPOINT_URL_DYNAMODB", &url)]);
        let router = Router::new().fallback(answer);
        let serve =
            axum::serve(listener, router).with_graceful_shutdown(stop.clone().cancelled_owned());
        tokio::spawn(serve.into_future());
        let client = Client::new(&sdk_config(&config, "dynamodb").await);
        Self { client, _serving: stop.drop_guard() }
    }
}
