//! An HTTP proxy before a service, which makes calls go wrong on purpose.

pub mod answers;
mod call;
mod fault;
pub mod faults;
mod gate;
mod plan;
mod server;

use std::sync::Arc;

use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

use self::plan::Plan;

pub use self::call::Call;
pub use self::fault::{Answer, Fault, Point};
pub use self::gate::Gate;

/// A proxy that listens on a port of its own until it is dropped. It passes on what it is not told
/// to break, and remembers every call.
pub struct FaultProxy {
    url: String,
    plan: Arc<Plan>,
    _serving: DropGuard,
}

impl FaultProxy {
    /// A healthy proxy before the service at this URL.
    pub async fn before(upstream: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (plan, stop) = (Arc::<Plan>::default(), CancellationToken::new());
        let service = server::Proxy::new(upstream, Arc::clone(&plan));
        tokio::spawn(server::serve(listener, service, stop.clone()));
        Self { url, plan, _serving: stop.drop_guard() }
    }

    /// Where it listens, such as `http://127.0.0.1:40123`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Breaks each call for which `choose` names a fault; see [`faults`] for the usual choices. Of
    /// several, the one injected first decides.
    pub fn inject(&self, choose: impl FnMut(&Call) -> Option<Fault> + Send + 'static) {
        self.plan.inject(Box::new(choose));
    }

    /// Stops the next call of `operation` at `point`, until the gate is opened.
    #[must_use]
    pub fn hold(&self, operation: &'static str, point: Point) -> Gate {
        let gate = Gate::default();
        self.inject(faults::once(operation, Fault::Hold(point, gate.clone())));
        gate
    }

    /// Breaks nothing any more. What is held or hangs stays so.
    pub fn heal(&self) {
        self.plan.heal();
    }

    /// Every call so far, in the order in which they came.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.plan.calls()
    }

    /// The calls of an operation such as `TransactWriteItems`.
    #[must_use]
    pub fn calls_of(&self, operation: &str) -> Vec<Call> {
        self.calls().into_iter().filter(|call| call.operation == operation).collect()
    }
}
