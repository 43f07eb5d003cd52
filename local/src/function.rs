//! The functions of the product by name, and the errors of an invocation.

use lambda_kit::spans::Trigger;
use saga::Operation;

/// One of the product's functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// One of the eight operations of the saga.
    Saga(Operation),
    /// Publishes outbox records to the bus.
    Dispatcher,
    /// Publishes to the bus what the stream missed.
    OutboxSweeper,
    /// Projects trip records into the search view.
    Projector,
    /// The read side over HTTP.
    QueryApi,
}

impl Function {
    /// The function of that name or ARN.
    #[must_use]
    pub fn named(name_or_arn: &str) -> Option<Self> {
        let name = name_or_arn.rsplit(':').next().unwrap_or(name_or_arn);
        Self::all().find(|function| function.name() == name)
    }

    /// Every function.
    pub fn all() -> impl Iterator<Item = Self> {
        let others = [Self::Dispatcher, Self::OutboxSweeper, Self::Projector, Self::QueryApi];
        Operation::ALL.iter().copied().map(Self::Saga).chain(others)
    }

    /// The function's name: `flight-reserve`, `dispatcher`, …
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Saga(operation) => operation.handler_name().replace('.', "-"),
            Self::Dispatcher => "dispatcher".to_owned(),
            Self::OutboxSweeper => "outbox-sweeper".to_owned(),
            Self::Projector => "projector".to_owned(),
            Self::QueryApi => "query-api".to_owned(),
        }
    }

    /// The callers of the function.
    #[must_use]
    pub fn trigger(self) -> Trigger {
        match self {
            Self::Saga(operation) => operation.trigger(),
            Self::Dispatcher => dispatcher::TRIGGER,
            Self::OutboxSweeper => dispatcher::sweeper::TRIGGER,
            Self::Projector => projector::TRIGGER,
            Self::QueryApi => Trigger::Http,
        }
    }
}

/// A function's error as Lambda reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvocationError {
    /// Lambda's `errorType`.
    pub error_type: String,
    /// Lambda's `errorMessage`.
    pub message: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::function_arn;

    #[test]
    fn every_function_is_found_by_its_name_and_by_its_arn() {
        for function in Function::all() {
            let name = function.name();
            assert_eq!(Function::named(&name), Some(function));
            assert_eq!(Function::named(&function_arn(&name)), Some(function));
        }
        assert_eq!(Function::named("flight-teleport"), None);
    }
}
