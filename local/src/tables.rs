//! The embedded engine's tables and streams, for clients outside of this process.
//!
//! `dynoxide` serves any client, allows the pages of every site to call, accepts any number of
//! connections, and can only serve a TCP port. So that port is a [`private`] one, which the
//! functions use, and clients reach it through a server with the gateway's checks and limits.

mod identity;
pub(crate) mod private;
mod shards;

use std::net::SocketAddr;

use axum::BoxError;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use engine::Log;
use http::header::{CONNECTION, CONTENT_LENGTH, EXPECT, ORIGIN, TE, TRANSFER_ENCODING, UPGRADE};
use http::uri::{Authority, Scheme};
use http::{HeaderMap, HeaderName, StatusCode, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use lambda_kit::error::chain;

/// The headers that belong to one connection, and those that only a browser's checks need.
const NOT_PASSED_ON: [HeaderName; 6] = [CONNECTION, EXPECT, ORIGIN, TE, TRANSFER_ENCODING, UPGRADE];

/// The largest request or answer that names shards.
const MAX_BODY: usize = 1024 * 1024;
/// The largest answer with records: a thousand of the largest, old and new, are not met.
const MAX_RECORDS: usize = 256 * 1024 * 1024;

/// Where the engine listens, and connections to it.
#[derive(Clone)]
struct Engine {
    authority: Authority,
    client: Client<HttpConnector, Body>,
    log: Log,
}

/// Passes every request on to the engine at `address`; what may have written is answered once it is
/// in `log` on disk.
///
/// # Errors
/// When the address cannot be written as part of a URI; every address can.
pub(crate) fn router(address: SocketAddr, log: Log) -> Result<Router, http::uri::InvalidUri> {
    let authority = address.to_string().parse()?;
    let mut connector = HttpConnector::new();
    // Otherwise the end of a long request would wait for the acknowledgement of its start.
    connector.set_nodelay(true);
    let client = Client::builder(TokioExecutor::new()).build(connector);
    Ok(Router::new().fallback(pass_on).with_state(Engine { authority, client, log }))
}

async fn pass_on(State(engine): State<Engine>, request: Request) -> Response {
    match engine.ask(request).await {
        Ok(answer) => answer,
        Err(error) => {
            tracing::warn!(cause = %chain(&*error), "the engine did not answer a client");
            StatusCode::BAD_GATEWAY.into_response()
        }
    }
}

impl Engine {
    async fn ask(&self, mut request: Request) -> Result<Response, BoxError> {
        let may_write = may_write(request.headers());
        *request.uri_mut() = self.uri(request.uri())?;
        without_connection(request.headers_mut());
        let mut answer = if shards::are_named_in(request.headers()) {
            self.ask_about_shards(request).await?
        } else if identity::is_in_answer_to(request.headers()) {
            self.ask_for_records(request).await?
        } else {
            self.client.request(request).await?.map(Body::new)
        };
        without_connection(answer.headers_mut());
        if may_write {
            let log = self.log.clone();
            tokio::task::spawn_blocking(move || log.sync()).await??;
        }
        Ok(answer)
    }

    async fn ask_about_shards(&self, request: Request) -> Result<Response, BoxError> {
        let (mut head, body) = request.into_parts();
        let body = to_bytes(body, MAX_BODY).await?;
        let Some(asked) = shards::read(&body) else {
            let request = Request::from_parts(head, body.into());
            return Ok(self.client.request(request).await?.map(Body::new));
        };
        without_sums(&mut head.headers);
        let request = Request::from_parts(head, asked.body().into());
        let (mut head, body) = self.client.request(request).await?.map(Body::new).into_parts();
        without_sums(&mut head.headers);
        let body = to_bytes(body, MAX_BODY).await?;
        Ok(Response::from_parts(head, asked.answer(&body).into()))
    }

    async fn ask_for_records(&self, request: Request) -> Result<Response, BoxError> {
        let (mut head, body) = self.client.request(request).await?.map(Body::new).into_parts();
        let body = to_bytes(body, MAX_RECORDS).await?;
        let Some(renamed) = identity::renamed(&body) else {
            return Ok(Response::from_parts(head, body.into()));
        };
        without_sums(&mut head.headers);
        Ok(Response::from_parts(head, renamed.into()))
    }

    fn uri(&self, asked: &Uri) -> Result<Uri, http::Error> {
        let place = asked.path_and_query().map_or("/", |place| place.as_str());
        let uri = Uri::builder().scheme(Scheme::HTTP).authority(self.authority.clone());
        uri.path_and_query(place).build()
    }
}

fn may_write(headers: &HeaderMap) -> bool {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let operation = target.and_then(|target| Some(target.split_once('.')?.1)).unwrap_or_default();
    let reads = ["BatchGet", "Describe", "Get", "List", "Query", "Scan", "TransactGet"];
    !reads.iter().any(|read| operation.starts_with(read))
}

/// Removes what is counted over a body that is then changed.
fn without_sums(headers: &mut HeaderMap) {
    for name in [CONTENT_LENGTH, HeaderName::from_static("x-amz-crc32")] {
        headers.remove(name);
    }
}

fn without_connection(headers: &mut HeaderMap) {
    for name in &NOT_PASSED_ON {
        headers.remove(name);
    }
}
