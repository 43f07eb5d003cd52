//! The client against servers of this machine, with and without TLS.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::ErrorKind;
use http_body_util::BodyExt;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::*;

/// Of `localhost`, signed by itself.
const CERTIFICATE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/src/https/testdata/certificate.pem");
const KEY: &[u8] = include_bytes!("testdata/key.pem");
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";

/// Takes connections until the test ends: over TLS, if it has an acceptor.
struct Server {
    port: u16,
    connections: Arc<AtomicUsize>,
}

impl Server {
    async fn start(tls: Option<TlsAcceptor>, answer: &'static [u8]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, connections) = (listener.local_addr().unwrap().port(), Arc::default());
        let server = Self { port, connections: Arc::clone(&connections) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                match &tls {
                    Some(tls) => drop(tokio::spawn(serve_tls(tls.accept(stream), answer))),
                    None => drop(tokio::spawn(serve(stream, answer))),
                }
            }
        });
        server
    }

    async fn https() -> Self {
        let certificates = CertificateDer::pem_file_iter(CERTIFICATE).unwrap();
        let certificates = certificates.collect::<Result<_, _>>().unwrap();
        let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        let config = config.with_single_cert(certificates, key).unwrap();
        Self::start(Some(TlsAcceptor::from(Arc::new(config))), ANSWER).await
    }

    fn url(&self, scheme: &str) -> String {
        format!("{scheme}://localhost:{}/", self.port)
    }
}

async fn serve_tls<S>(accepting: tokio_rustls::Accept<S>, answer: &'static [u8])
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    if let Ok(stream) = accepting.await {
        serve(stream, answer).await;
    }
}

/// Answers each request; without an answer, closes the connection at the first.
async fn serve<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, answer: &[u8]) {
    let mut request = [0; 4096];
    while stream.read(&mut request).await.is_ok_and(|read| read > 0) && !answer.is_empty() {
        stream.write_all(answer).await.unwrap();
    }
}

fn trusting(bundle: &str) -> Https {
    Https::from_config(&Config::from_map([(name::AWS_CA_BUNDLE, bundle)]))
}

async fn get(https: &Https, url: &str) -> Result<HttpResponse, ConnectorError> {
    let request = http::Request::get(url).body(SdkBody::empty()).unwrap();
    https.connector().call(HttpRequest::try_from(request).unwrap()).await
}

async fn text(response: HttpResponse) -> Vec<u8> {
    response.into_body().collect().await.unwrap().to_bytes().to_vec()
}

#[tokio::test]
async fn a_server_is_trusted_by_the_bundle_and_its_connection_is_kept() {
    let (server, https) = (Server::https().await, trusting(CERTIFICATE));
    for _ in 0..3 {
        let response = get(&https, &server.url("https")).await.unwrap();
        assert_eq!(text(response).await, b"hello");
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_server_that_nobody_vouches_for_is_not_talked_to() {
    let server = Server::https().await;
    for bundle in ["", "/no/such/bundle.pem"] {
        let error = get(&trusting(bundle), &server.url("https")).await.unwrap_err();
        assert!(format!("{error:?}").contains("UnknownIssuer"), "{error:?}");
    }
}

#[test]
fn without_a_bundle_mozillas_roots_are_trusted_and_no_others() {
    assert!(webpki_roots::TLS_SERVER_ROOTS.len() > 100);
    let with_one_more = trust::roots(Some(Path::new(CERTIFICATE))).len();
    assert_eq!(trust::roots(None).len(), webpki_roots::TLS_SERVER_ROOTS.len());
    assert_eq!(with_one_more, webpki_roots::TLS_SERVER_ROOTS.len() + 1);
}

#[tokio::test]
async fn plain_http_needs_no_certificate() {
    let server = Server::start(None, ANSWER).await;
    let response = get(&trusting(""), &server.url("http")).await.unwrap();
    assert_eq!(text(response).await, b"hello");
}

#[tokio::test]
async fn a_connection_that_nobody_takes_is_worth_another_attempt() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let error = get(&trusting(""), &url).await.unwrap_err();
    assert!(error.is_io(), "{error:?}");
}

#[tokio::test]
async fn a_connection_that_is_lost_before_the_answer_is_worth_another_attempt() {
    let server = Server::start(None, b"").await;
    let error = get(&trusting(""), &server.url("http")).await.unwrap_err();
    assert_eq!(error.as_other(), Some(ErrorKind::TransientError), "{error:?}");
}

/// The listener's queue takes the connection; nobody answers the client's hello.
#[tokio::test(start_paused = true)]
async fn tls_has_a_second_to_be_agreed_upon() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
    let error = get(&trusting(""), &url).await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
}
