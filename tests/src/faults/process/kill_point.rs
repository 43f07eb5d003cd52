//! The moments of an invocation at which its process can be ended.

use bed::{Bed, Call, Fault, FaultProxy, Gate, Point, Sandbox};
use serde_json::Value;

/// How a process is ended.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ending {
    /// SIGKILL: a crash, or memory that ran out.
    Killed,
    /// SIGTERM: a shutdown.
    Terminated,
}

/// Which proxy a call goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    Database,
    Bus,
}

/// A moment of an invocation.
#[derive(Clone, Copy, Debug)]
pub(super) enum KillPoint {
    /// The call of that number to that service, from 0.
    Call(Service, usize, Point),
    /// All is done, and the answer is on its way.
    Answer,
}

impl KillPoint {
    /// Every moment of an invocation that makes so many calls to the database and to the bus.
    pub(super) fn all(database: usize, bus: usize) -> Vec<Self> {
        let calls = |service, count| {
            (0..count).flat_map(move |number| {
                [Point::Before, Point::After].map(|point| Self::Call(service, number, point))
            })
        };
        let calls = calls(Service::Database, database).chain(calls(Service::Bus, bus));
        calls.chain([Self::Answer]).collect()
    }

    fn arm(self, bed: &Bed, sandbox: &Sandbox) -> Gate {
        match self {
            Self::Call(Service::Database, number, point) => hold(&bed.database, number, point),
            Self::Call(Service::Bus, number, point) => hold(&bed.events, number, point),
            Self::Answer => sandbox.hold_answer(),
        }
    }
}

/// Holds the call of that number from now on.
fn hold(proxy: &FaultProxy, number: usize, point: Point) -> Gate {
    let (gate, mut seen) = (Gate::default(), 0);
    let held = gate.clone();
    proxy.inject(move |_: &Call| {
        seen += 1;
        (seen == number + 1).then(|| Fault::Hold(point, held.clone()))
    });
    gate
}

/// Invokes the function and ends its process at that point, which must fail the invocation.
///
/// A call that is held before the service hears of it ends with its connection, so it never lands.
pub(super) async fn end_at(
    point: KillPoint,
    ending: Ending,
    bed: &Bed,
    sandbox: &Sandbox,
    payload: &Value,
) {
    let gate = point.arm(bed, sandbox);
    let end = async {
        gate.reached().await;
        match ending {
            Ending::Killed => sandbox.kill().await,
            Ending::Terminated => sandbox.terminate().await,
        }
    };
    let (answer, ()) = tokio::join!(sandbox.invoke(payload), end);
    assert_eq!(answer.unwrap_err().error_type, "Runtime.ExitError", "{ending:?} at {point:?}");
    bed.database.heal();
    bed.events.heal();
}
