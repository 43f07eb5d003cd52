//! The server with clients that write their bytes themselves: slow ones, long ones, many at once,
//! and some that are connected when it stops.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Router, middleware};
use http::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::serve;
use crate::head::{self, MAX_HEAD};
use crate::{Limits, body};

const SHORT: Duration = Duration::from_millis(100);
const GET: &str = "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// A server with two routes: one answers at once or reads a body first, one waits to be released.
struct Served {
    address: std::net::SocketAddr,
    gate: Arc<Gate>,
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

#[derive(Debug)]
struct Gate {
    entered: Semaphore,
    open: Semaphore,
}

async fn wait(State(gate): State<Arc<Gate>>) -> &'static str {
    gate.entered.add_permits(1);
    gate.open.acquire().await.unwrap().forget();
    "waited"
}

async fn read(request: axum::extract::Request) -> axum::response::Response {
    let read = body::read(request.into_body(), SHORT).await.map(|bytes| bytes.len().to_string());
    axum::response::IntoResponse::into_response(read)
}

impl Served {
    async fn start(limits: Limits) -> Self {
        let gate = Arc::new(Gate { entered: Semaphore::new(0), open: Semaphore::new(0) });
        let router = Router::new()
            .route("/", get(async || "ok"))
            .route("/body", post(read))
            .route("/wait", get(wait))
            .route("/refused", post(async || StatusCode::UNAUTHORIZED))
            .layer(middleware::from_fn(head::check))
            .with_state(Arc::clone(&gate));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
        let serving = tokio::spawn(serve(listener, router, limits, stop.clone()));
        Self { address, gate, stop, serving }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn send(&self, text: &str) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }

    /// A request that the server has begun to answer.
    async fn under_way(&self) -> TcpStream {
        let stream = self.send(&GET.replace("GET /", "GET /wait")).await;
        self.gate.entered.acquire().await.unwrap().forget();
        stream
    }
}

/// The bytes that the server sends until it closes the connection.
async fn rest(mut stream: TcpStream) -> String {
    let mut said = Vec::new();
    stream.read_to_end(&mut said).await.unwrap();
    String::from_utf8(said).unwrap()
}

#[tokio::test]
async fn a_connection_serves_one_request_after_the_other_until_it_idles_too_long() {
    let served = Served::start(Limits { head: SHORT, ..Limits::default() }).await;
    let answers = rest(served.send(&GET.repeat(3)).await).await;
    assert_eq!(answers.matches("200 OK").count(), 3);
}

#[tokio::test]
async fn a_head_that_never_ends_is_cut_off() {
    let served = Served::start(Limits { head: SHORT, ..Limits::default() }).await;
    for begun in ["", "GET", "GET / HTTP/1.1\r\nhost: local", "GET / HTTP/1.1\r\nhost: a\r\n"] {
        assert_eq!(rest(served.send(begun).await).await, "", "{begun}");
    }
}

/// Asserts that what was sent gets an answer with this status and this text, and no other.
async fn assert_answer(served: &Served, sent: &str, status: u16, text: &str) {
    let answer = rest(served.send(sent).await).await;
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    assert!(answer.contains(text), "{answer}");
}

#[tokio::test]
async fn a_body_that_never_ends_is_answered_and_cut_off() {
    let served = Served::start(Limits::default()).await;
    for framing in ["content-length: 9\r\n\r\n[]", "transfer-encoding: chunked\r\n\r\n2\r\n[]\r\n"]
    {
        let begun = format!("POST /body HTTP/1.1\r\nhost: localhost\r\n{framing}");
        assert_answer(&served, &begun, 408, "RequestTimeout").await;
    }
}

#[tokio::test]
async fn a_body_that_is_said_to_be_too_long_is_refused_before_it_is_sent() {
    let served = Served::start(Limits::default()).await;
    let length = body::MAX_BODY + 1;
    for expect in ["", "expect: 100-continue\r\n"] {
        let head =
            format!("POST /body HTTP/1.1\r\nhost: a\r\ncontent-length: {length}\r\n{expect}\r\n");
        assert_answer(&served, &head, 413, "connection: close").await;
    }
}

#[tokio::test]
async fn a_client_that_goes_on_sending_a_refused_body_still_gets_its_answer() {
    let served = Served::start(Limits::default()).await;
    let head = format!("POST /body HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n", 512 * 1024);
    let answer = rest(served.send(&(head + &"a".repeat(512 * 1024))).await).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn a_head_too_large_is_refused_in_words_and_one_past_all_measure_without() {
    let served = Served::start(Limits::default()).await;
    for (padding, in_words) in [(MAX_HEAD, true), (20 * MAX_HEAD, false)] {
        let head = format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "a".repeat(padding));
        let answer = rest(served.send(&head).await).await;
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
        assert_eq!(answer.contains("HeadersTooLarge"), in_words, "{answer}");
    }
}

#[tokio::test]
async fn no_more_connections_are_served_at_a_time_than_there_are_places() {
    let served = Served::start(Limits { connections: 1, ..Limits::default() }).await;
    let first = served.under_way().await;
    let second = served.send(&GET.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n")).await;
    let mut second = tokio::spawn(rest(second));
    assert!(tokio::time::timeout(SHORT, &mut second).await.is_err(), "it was served");
    served.gate.open.add_permits(1);
    drop(first);
    assert!(second.await.unwrap().starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn where_all_places_are_taken_the_longest_idle_connection_gives_way() {
    let served = Served::start(Limits { connections: 3, ..Limits::default() }).await;
    let busy = served.under_way().await;
    let mut silent = Vec::new();
    for _ in 0..300 {
        silent.push(served.connect().await);
    }
    let last = GET.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n");
    assert!(rest(served.send(&last).await).await.starts_with("HTTP/1.1 200 OK"));
    served.gate.open.add_permits(1);
    drop(silent);
    served.stop.cancel();
    assert!(rest(busy).await.ends_with("waited"), "a request that is under way stays");
}

#[tokio::test]
async fn a_connection_between_two_requests_is_idle() {
    let served = Served::start(Limits { connections: 1, ..Limits::default() }).await;
    let first = served.send(GET).await;
    let last = GET.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n");
    assert!(rest(served.send(&last).await).await.starts_with("HTTP/1.1 200 OK"));
    assert!(rest(first).await.starts_with("HTTP/1.1 200 OK"));
}

/// Requests whose answers come before their bodies: each is refused because of its head.
const REFUSED: [(&str, u16); 3] = [("POST /nowhere", 404), ("PUT /", 405), ("POST /refused", 401)];

#[tokio::test]
async fn a_body_that_comes_after_its_answer_is_due_does_not_stand_before_the_next_request() {
    let served = Served::start(Limits::default()).await;
    let body = "a".repeat(10_000);
    for (line, status) in REFUSED {
        let mut stream = served.connect().await;
        for framing in ["content-length: 10000", "transfer-encoding: chunked"].repeat(50) {
            let head = format!("{line} HTTP/1.1\r\nhost: a\r\n{framing}\r\n\r\n");
            stream.write_all(head.as_bytes()).await.unwrap();
            tokio::time::sleep(Duration::from_micros(500)).await;
            let body = match framing {
                "content-length: 10000" => body.clone(),
                _ => format!("2710\r\n{body}\r\n0\r\n\r\n"),
            };
            stream.write_all(body.as_bytes()).await.unwrap();
            let answer = one_answer(&mut stream).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
            assert!(!answer.contains("connection: close"), "{answer}");
        }
    }
}

#[tokio::test]
async fn a_body_that_is_not_worth_its_wait_is_announced_as_the_last() {
    let served = Served::start(Limits::default()).await;
    for framing in ["content-length: 70000", "expect: 100-continue\r\ncontent-length: 9"] {
        for (line, status) in REFUSED {
            let head = format!("{line} HTTP/1.1\r\nhost: a\r\n{framing}\r\n\r\n");
            let answer = rest(served.send(&head).await).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
            assert!(answer.contains("connection: close"), "{answer}");
        }
    }
    let never = "POST /refused HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n[";
    let answer = rest(served.send(never).await).await;
    assert!(
        answer.starts_with("HTTP/1.1 401 ") && answer.contains("connection: close"),
        "{answer}"
    );
}

/// An answer with a length, and no bytes after it.
async fn one_answer(stream: &mut TcpStream) -> String {
    let mut said = Vec::new();
    while !said.ends_with(b"\r\n\r\n") {
        said.push(stream.read_u8().await.unwrap());
    }
    let head = String::from_utf8(said).unwrap();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
    let mut body = vec![0; length.unwrap().parse().unwrap()];
    stream.read_exact(&mut body).await.unwrap();
    head
}

#[tokio::test]
async fn a_connection_ends_with_its_time_and_not_within_a_request() {
    let served = Served::start(Limits { lifetime: SHORT, ..Limits::default() }).await;
    assert_eq!(rest(served.connect().await).await, "", "idle for its life");
    let busy = served.under_way().await;
    tokio::time::sleep(2 * SHORT).await;
    served.gate.open.add_permits(1);
    assert!(rest(busy).await.ends_with("waited"));
}

#[tokio::test]
async fn a_request_that_is_under_way_at_the_end_is_answered_and_no_new_one_is_taken() {
    let served = Served::start(Limits::default()).await;
    let mut idle = served.send(GET).await;
    idle.read_u8().await.unwrap();
    let busy = served.under_way().await;
    served.stop.cancel();
    rest(idle).await;
    let refused = async { TcpStream::connect(served.address).await.is_err() };
    assert!(refused.await);
    assert!(!served.serving.is_finished());
    served.gate.open.add_permits(1);
    let answer = rest(busy).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    served.serving.await.unwrap();
}

#[tokio::test]
async fn a_request_that_does_not_end_holds_up_the_end_only_so_long() {
    let served = Served::start(Limits { drain: SHORT, ..Limits::default() }).await;
    let busy = served.under_way().await;
    served.stop.cancel();
    served.serving.await.unwrap();
    assert_eq!(rest(busy).await, "");
}
