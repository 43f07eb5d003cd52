//! Two steps at once, of which only one moves at a time: each of their calls to the database waits
//! until it is that step's turn. An order of turns is one interleaving.

use std::future::Future;

use bed::{Bed, Call, Fault, FaultProxy, Gate, Point, dynamodb_local};
use saga::Deps;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;

use super::orders::Turn;
use crate::faults::saga::steps::{Answer, patient};

/// A way to the database on which every call waits for its turn.
pub(in super::super) struct Lane {
    pub(in super::super) deps: Deps,
    calls: UnboundedReceiver<Gate>,
    proxy: FaultProxy,
}

impl Lane {
    pub(in super::super) async fn of(bed: &Bed) -> Self {
        let proxy = FaultProxy::before(dynamodb_local().await.url()).await;
        let deps = patient(bed, proxy.url()).await;
        let (came, calls) = unbounded_channel();
        proxy.inject(move |_| {
            let gate = Gate::default();
            came.send(gate.clone()).unwrap();
            Some(Fault::Hold(Point::Before, gate))
        });
        Self { deps, calls, proxy }
    }

    /// Every turn that was taken on this way.
    pub(super) fn turns(&self) -> Vec<Turn> {
        self.proxy.calls().iter().map(turn).collect()
    }

    /// Starts a step, which stops before its first call.
    pub(in super::super) async fn start(
        &mut self,
        step: impl Future<Output = Answer> + Send + 'static,
    ) -> Runner<'_> {
        let mut runner =
            Runner { calls: &mut self.calls, step: tokio::spawn(step), at: At::Moving };
        runner.stop_at_next().await;
        runner
    }
}

/// A trip is loaded by its root, which every commit writes; the suppliers' books row by row.
fn turn(call: &Call) -> Turn {
    let row = |holder: &str| call.body[holder]["PK"]["S"].as_str();
    let row = row("Key").or_else(|| row("Item")).filter(|_| !call.is_load());
    Turn {
        item: row.unwrap_or("the trip").to_owned(),
        writes: ["PutItem", "TransactWriteItems"].contains(&call.operation.as_str()),
    }
}

/// A step under way.
pub(in super::super) struct Runner<'a> {
    calls: &'a mut UnboundedReceiver<Gate>,
    step: JoinHandle<Answer>,
    at: At,
}

enum At {
    Moving,
    Call(Gate),
    End(Answer),
}

impl Runner<'_> {
    pub(in super::super) fn has_ended(&self) -> bool {
        matches!(self.at, At::End(_))
    }

    /// Makes the call before which it stands, and goes on to the next one or to its end.
    pub(in super::super) async fn take_turn(&mut self) {
        if let At::Call(gate) = &self.at {
            gate.open();
            self.stop_at_next().await;
        }
    }

    /// Ends it where it stands, as when its process dies: the call before which it stands is never
    /// made.
    pub(in super::super) fn crash(self) {
        self.step.abort();
    }

    /// Its answer; takes all turns that are left.
    pub(super) async fn end(mut self) -> Answer {
        while !self.has_ended() {
            self.take_turn().await;
        }
        let At::End(answer) = self.at else { panic!("a step that has ended has an answer") };
        answer
    }

    async fn stop_at_next(&mut self) {
        self.at = tokio::select! {
            biased;
            answer = &mut self.step => At::End(answer.unwrap()),
            gate = self.calls.recv() => At::Call(gate.expect("the proxy is there")),
        };
    }
}

/// Lets two steps take turns in this order, and then whatever is left, the first before the second.
pub(super) async fn interleave(
    mut first: Runner<'_>,
    mut second: Runner<'_>,
    order: &[bool],
) -> [Answer; 2] {
    for is_second in order {
        if *is_second {
            second.take_turn().await;
        } else {
            first.take_turn().await;
        }
    }
    [first.end().await, second.end().await]
}
