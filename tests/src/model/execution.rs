//! One execution of a state machine, and the invocations that it makes.

use domain::command::Reason;
use domain::{ErrorCode, Failure};
use saga::Operation;

use super::attempt::{Answered, Attempt};
use super::machine::{After, BOOKING, COMPENSATION, Machine};
use super::scenario::Kind;

/// An invocation of a function under way, by whichever execution.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Invocation {
    /// The execution that made it.
    pub(super) role: usize,
    pub(super) operation: Operation,
    pub(super) why: Why,
    pub(super) attempt: Attempt,
}

/// For whom a compensation runs: `saga/src/input/reason.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Why {
    /// The booking itself, because of what it caught.
    Booking(ErrorCode),
    Cancellation,
    Operator,
}

/// Where an execution stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Execution {
    NotStarted,
    Running {
        state: usize,
        /// Errors of this task that were retried.
        retried: u8,
        /// What was caught before, if anything: `$.error_info`.
        caught: Option<ErrorCode>,
        invocation: Invocation,
    },
    Ended(End),
}

/// How an execution ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum End {
    /// In a Succeed state.
    Succeeded {
        /// Through the catcher of a compensation: only the payment's answer was lost.
        although_caught: bool,
    },
    /// In a Fail state.
    Failed,
    /// At a task whose error nothing catches.
    Broken(Operation, ErrorCode),
    /// By an operator.
    Aborted,
}

impl Kind {
    pub(super) fn machine(self) -> &'static Machine {
        match self {
            Self::Booking => &BOOKING,
            Self::Cancellation | Self::Operator => &COMPENSATION,
        }
    }

    fn why(self, caught: Option<ErrorCode>) -> Why {
        match self {
            Self::Booking => Why::Booking(caught.unwrap_or(ErrorCode::OutcomeUnknown)),
            Self::Cancellation => Why::Cancellation,
            Self::Operator => Why::Operator,
        }
    }
}

impl Why {
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let asked = [Self::Cancellation, Self::Operator];
        ErrorCode::ALL.iter().copied().map(Self::Booking).chain(asked)
    }

    /// The words of a failure do not matter here, and would only tell equal states apart.
    pub(super) fn reason(self) -> Reason {
        match self {
            Self::Booking(code) => Reason::Booking(Failure::new(code, "caught")),
            Self::Cancellation => Reason::Cancellation,
            Self::Operator => Reason::Operator,
        }
    }
}

impl Execution {
    pub(super) fn start(role: usize, kind: Kind, state: usize) -> Self {
        Self::enter(role, kind, state, None)
    }

    /// Enters a state: invokes its function, or ends there.
    fn enter(role: usize, kind: Kind, state: usize, caught: Option<ErrorCode>) -> Self {
        match kind.machine().operation(state) {
            Ok(operation) => {
                let (why, attempt) = (kind.why(caught), Attempt::new());
                let invocation = Invocation { role, operation, why, attempt };
                Self::Running { state, retried: 0, caught, invocation }
            }
            Err(true) => Self::Ended(End::Succeeded { although_caught: caught.is_some() }),
            Err(false) => Self::Ended(End::Failed),
        }
    }

    /// What the execution does about its function's answer.
    pub(super) fn answered(&mut self, kind: Kind, answered: Answered) {
        let Self::Running { state, retried, caught, invocation } = self else {
            panic!("only a running execution waits for an answer");
        };
        let (machine, role) = (kind.machine(), invocation.role);
        let Err(code) = answered else {
            *self = Self::enter(role, kind, machine.next(*state), *caught);
            return;
        };
        match machine.after(*state, code, *retried) {
            After::Retry => {
                *retried += 1;
                invocation.attempt = Attempt::new();
            }
            After::Catch(next) => *self = Self::enter(role, kind, next, Some(code)),
            After::Uncaught => *self = Self::Ended(End::Broken(invocation.operation, code)),
        }
    }

    /// Stops waiting for its function, whose outcome is unknown, and invokes it again or goes where
    /// the machine catches that. The function may go on: it is handed out.
    pub(super) fn gives_up(&mut self, kind: Kind, retries: bool) -> Invocation {
        let Self::Running { state, invocation, .. } = self else {
            panic!("only a running execution waits for an answer");
        };
        let stray = invocation.clone();
        if retries {
            invocation.attempt = Attempt::new();
        } else if let Some(next) = kind.machine().catches_unknown(*state) {
            *self = Self::enter(stray.role, kind, next, Some(ErrorCode::OutcomeUnknown));
        }
        stray
    }

    /// Ends here, whatever its function does.
    pub(super) fn aborts(&mut self) -> Invocation {
        match std::mem::replace(self, Self::Ended(End::Aborted)) {
            Self::Running { invocation, .. } => invocation,
            Self::NotStarted | Self::Ended(_) => panic!("only a running execution is aborted"),
        }
    }

    pub(super) fn invocation(&self) -> Option<&Invocation> {
        match self {
            Self::Running { invocation, .. } => Some(invocation),
            Self::NotStarted | Self::Ended(_) => None,
        }
    }
}
