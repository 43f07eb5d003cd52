//! Sends the SDK's requests with hyper, over connections that are kept for the next ones.

use std::time::Duration;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connection::{CaptureSmithyConnection, ConnectionMetadata};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use futures::FutureExt;
use futures::future::BoxFuture;
use http::Extensions;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::{
    CaptureConnection, HttpConnector as Tcp, HttpInfo, capture_connection,
};
use hyper_util::client::legacy::{Builder, Client};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tower::ServiceExt;
use tower::util::MapFuture;

use super::failure::classified;
use crate::throttles::told;

/// How long a connection may take to open, TLS included.
pub(crate) const CONNECT: Duration = Duration::from_secs(1);

type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;
type Opening = BoxFuture<'static, Result<Stream, BoxError>>;
type Opener = MapFuture<HttpsConnector<Tcp>, fn(Opening) -> Opening>;

/// hyper's client, as the SDK calls it.
#[derive(Debug)]
pub(super) struct Connector(Client<Opener, SdkBody>);

impl Connector {
    /// Has no connection yet.
    pub(super) fn new(tls: ClientConfig) -> Self {
        let mut tcp = Tcp::new();
        tcp.enforce_http(false);
        // Otherwise a small write may wait for the acknowledgement of the one before it.
        tcp.set_nodelay(true);
        let https = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http();
        let opener = https.enable_http1().wrap_connector(tcp).map_future(in_time as fn(_) -> _);
        let client = Builder::new(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(opener);
        Self(client)
    }
}

/// TLS takes its part of the time.
fn in_time(opening: Opening) -> Opening {
    timeout(CONNECT, opening).map(|opened| opened?).boxed()
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(error) => {
                return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into())));
            }
        };
        let connection = capture_connection(&mut request);
        if let Some(capture) = request.extensions().get::<CaptureSmithyConnection>() {
            capture.set_connection_retriever(move || metadata(&connection));
        }
        let answer = self.0.request(request);
        HttpConnectorFuture::new(async move {
            let response = answer.await.map_err(classified)?.map(SdkBody::from_body_1_x);
            let response = told(response).await.map_err(ConnectorError::io)?;
            HttpResponse::try_from(response)
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// Lets the SDK close a connection over which a call has failed.
fn metadata(connection: &CaptureConnection) -> Option<ConnectionMetadata> {
    let mut extensions = Extensions::new();
    connection.connection_metadata().as_ref()?.get_extras(&mut extensions);
    let info = extensions.get::<HttpInfo>();
    let connection = connection.clone();
    let poison = move || {
        if let Some(connected) = connection.connection_metadata().as_ref() {
            connected.poison();
        }
    };
    let mut metadata = ConnectionMetadata::builder().proxied(false).poison_fn(poison);
    metadata
        .set_local_addr(info.map(HttpInfo::local_addr))
        .set_remote_addr(info.map(HttpInfo::remote_addr));
    Some(metadata.build())
}
