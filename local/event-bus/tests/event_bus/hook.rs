//! A developer's HTTP server: it answers as a test says, and can be killed and started again.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use serde_json::Value;
use tokio::net::TcpSocket;
use tokio::runtime::Runtime;

use crate::support::eventually;

/// How the server answers a body.
type Answer = Arc<dyn Fn(&Value) -> Reply + Send + Sync>;

#[derive(Clone, Copy)]
pub(crate) enum Reply {
    Status(u16),
    Hang,
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

pub(crate) struct Hook {
    pub(crate) url: String,
    address: SocketAddr,
    state: Served,
    /// Its own, so that a killed server also drops its connections.
    runtime: Option<Runtime>,
}

#[derive(Clone)]
struct Served {
    answer: Answer,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Hook {
    /// A server that takes everything.
    pub(crate) fn start() -> Self {
        Self::answering(|_| Reply::Status(200))
    }

    pub(crate) fn answering(answer: impl Fn(&Value) -> Reply + Send + Sync + 'static) -> Self {
        let state = Served { answer: Arc::new(answer), received: Arc::default() };
        let mut hook = Self {
            url: String::new(),
            address: "127.0.0.1:0".parse().unwrap(),
            state,
            runtime: None,
        };
        hook.revive();
        hook.url = format!("http://{}/hook", hook.address);
        hook
    }

    /// Starts it on the same port.
    pub(crate) fn revive(&mut self) {
        let runtime = Runtime::new().unwrap();
        let listener = {
            let _entered = runtime.enter();
            let socket = TcpSocket::new_v4().unwrap();
            socket.set_reuseaddr(true).unwrap();
            socket.bind(self.address).unwrap();
            socket.listen(64).unwrap()
        };
        self.address = listener.local_addr().unwrap();
        let router = Router::new().fallback(receive).with_state(self.state.clone());
        runtime.spawn(async move { axum::serve(listener, router).await });
        self.runtime = Some(runtime);
    }

    pub(crate) fn kill(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.state.received.lock().unwrap().clone()
    }

    /// The numbers of the events that came, in their order.
    pub(crate) fn numbers(&self) -> Vec<u64> {
        let number = |received: &Received| received.body["detail"]["n"].as_u64();
        self.received().iter().filter_map(number).collect()
    }

    /// Waits until these numbers have come, however often and in whatever order.
    pub(crate) async fn gets(&self, numbers: impl IntoIterator<Item = u64>) {
        let wanted: BTreeSet<_> = numbers.into_iter().collect();
        eventually("all events come", || {
            let come: BTreeSet<_> = self.numbers().into_iter().collect();
            wanted.is_subset(&come).then_some(())
        })
        .await;
    }
}

impl Drop for Hook {
    fn drop(&mut self) {
        self.kill();
    }
}

async fn receive(
    State(Served { answer, received }): State<Served>,
    uri: Uri,
    headers: HeaderMap,
    body: String,
) -> StatusCode {
    let body: Value = serde_json::from_str(&body).unwrap();
    let reply = answer(&body);
    received.lock().unwrap().push(Received { path: uri.to_string(), headers, body });
    match reply {
        Reply::Status(status) => StatusCode::from_u16(status).unwrap(),
        Reply::Hang => std::future::pending().await,
    }
}
