//! The proxy's own HTTP: takes a call, passes it on or not, and answers or not.

use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::sync::Arc;

use futures::stream;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{HeaderMap, Method, Request, Response, Uri, header};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::plan::Plan;
use super::{Answer, Call, Fault, Point};

type Body = BoxBody<Bytes, io::Error>;

/// What makes hyper close the connection without an answer.
type Closed = io::Error;

#[derive(Clone)]
pub(super) struct Proxy {
    upstream: Arc<str>,
    client: reqwest::Client,
    plan: Arc<Plan>,
}

/// Accepts connections until `stop`, and then closes them all.
pub(super) async fn serve(listener: TcpListener, proxy: Proxy, stop: CancellationToken) {
    while let Some(Ok((socket, _))) = stop.run_until_cancelled(listener.accept()).await {
        let (proxy, stop) = (proxy.clone(), stop.clone());
        let service = service_fn(move |request| proxy.clone().take(request));
        let connection = http1::Builder::new().serve_connection(TokioIo::new(socket), service);
        // A connection that ends badly was broken on purpose, or by a client that gave up.
        tokio::spawn(async move { stop.run_until_cancelled(connection).await });
    }
}

/// A request that was read to its end.
struct Taken {
    number: usize,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
}

impl Taken {
    /// Signatures are not renewed: DynamoDB Local checks none.
    fn changed(mut self, change: fn(&mut Value)) -> Self {
        let mut body = serde_json::from_slice(&self.body).unwrap_or_default();
        change(&mut body);
        self.body = body.to_string().into();
        self.headers.remove(header::CONTENT_LENGTH);
        self
    }
}

impl Proxy {
    pub(super) fn new(upstream: &str, plan: Arc<Plan>) -> Self {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { upstream: upstream.into(), client, plan }
    }

    async fn take(self, request: Request<Incoming>) -> Result<Response<Body>, Closed> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(closed)?.to_bytes();
        let (number, fault) = self.plan.admit(Call::read(&head.headers, &body));
        let taken =
            Taken { number, method: head.method, uri: head.uri, headers: head.headers, body };
        // On its own: a call that is on its way arrives, also when its client no longer waits.
        let answer = tokio::spawn(async move {
            match fault {
                None => self.pass_on(taken).await,
                Some(fault) => self.strike(fault, taken).await,
            }
        });
        answer.await.map_err(closed)?
    }

    async fn strike(self, fault: Fault, taken: Taken) -> Result<Response<Body>, Closed> {
        match fault {
            Fault::Answer(answer) => Ok(instead(&answer)),
            Fault::Disconnect => Err(closed("disconnected")),
            Fault::Hang => pending().await,
            Fault::Delay(time) => {
                tokio::time::sleep(time).await;
                self.pass_on(taken).await
            }
            Fault::Rewrite(change) => self.pass_on(taken.changed(change)).await,
            Fault::Hold(Point::Before, gate) => {
                gate.pass().await;
                self.pass_on(taken).await
            }
            after => self.strike_after(after, taken).await,
        }
    }

    /// The faults of a call that takes effect.
    async fn strike_after(self, fault: Fault, taken: Taken) -> Result<Response<Body>, Closed> {
        let answer = self.pass_on(taken).await?;
        match fault {
            Fault::LoseAnswer => Err(closed("answer lost")),
            Fault::Truncate => truncate(answer).await,
            Fault::HangAfter => pending().await,
            Fault::Hold(_, gate) => {
                gate.pass().await;
                Ok(answer)
            }
            _ => Ok(answer),
        }
    }

    async fn pass_on(&self, taken: Taken) -> Result<Response<Body>, Closed> {
        let Taken { number, method, uri, mut headers, body } = taken;
        headers.remove(header::HOST);
        let url = format!("{}{uri}", self.upstream);
        let call = self.client.request(method, url).headers(headers).body(body);
        let answer = call.send().await.map_err(closed)?;
        let status = answer.status().as_u16();
        let mut response = Response::builder().status(answer.status());
        for name in [header::CONTENT_TYPE.as_str(), "x-amz-crc32", "x-amzn-requestid"] {
            if let Some(value) = answer.headers().get(name) {
                response = response.header(name, value);
            }
        }
        let body = answer.bytes().await.map_err(closed)?;
        self.plan.answered(number, status, &body);
        response.body(whole(body)).map_err(closed)
    }
}

fn whole(body: Bytes) -> Body {
    Full::new(body).map_err(|never: Infallible| match never {}).boxed()
}

fn instead(answer: &Answer) -> Response<Body> {
    let response = Response::builder().status(answer.status);
    let response = response.header(header::CONTENT_TYPE, "application/x-amz-json-1.0");
    response.body(whole(answer.body.to_string().into())).unwrap()
}

/// Announces the whole length, sends the first half, and closes.
async fn truncate(answer: Response<Body>) -> Result<Response<Body>, Closed> {
    let (mut head, body) = answer.into_parts();
    let body = body.collect().await?.to_bytes();
    head.headers.insert(header::CONTENT_LENGTH, body.len().into());
    let half = Ok(Frame::data(body.slice(..body.len() / 2)));
    let frames = stream::iter([half, Err(closed("answer truncated"))]);
    Ok(Response::from_parts(head, BodyExt::boxed(StreamBody::new(frames))))
}

fn closed(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Closed {
    io::Error::other(reason)
}
