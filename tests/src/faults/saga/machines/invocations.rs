//! The true functions, and what befalls the machines' calls of them.

use std::sync::{Arc, Mutex};

use bed::{Gate, Point};
use futures::FutureExt;
use futures::future::BoxFuture;
use local::{Function, Functions};
use saga::Operation;
use serde_json::Value;
use state_machine::{FunctionError, Invocation, Invoker};

/// What befalls one invocation.
#[derive(Clone, Debug)]
pub(crate) enum Strike {
    /// It fails under this name; before, the function has done nothing, after, all of its work.
    Fail(Point, &'static str),
    /// It fails before it does anything, and says so much about it.
    Lament(&'static str, String),
    /// It waits until the gate opens.
    Hold(Point, Gate),
}

/// An invocation that is about to be made.
pub(crate) struct Struck<'a> {
    /// Of what.
    pub(crate) operation: Operation,
    /// About which trip.
    pub(crate) trip: &'a str,
}

type Choose = Box<dyn FnMut(&Struck<'_>) -> Option<Strike> + Send>;

/// Calls the functions; remembers each call.
pub(crate) struct Invocations {
    functions: Arc<Functions>,
    choices: Mutex<Vec<Choose>>,
    made: Mutex<Vec<(Operation, String)>>,
    ended: Arc<Mutex<Vec<Ended>>>,
}

/// An invocation that has ended: of what, about which trip, and its error's name if it failed.
type Ended = (Operation, String, Result<(), String>);

impl Invocations {
    pub(crate) fn of(functions: Arc<Functions>) -> Self {
        Self { functions, choices: Mutex::default(), made: Mutex::default(), ended: Arc::default() }
    }

    /// Strikes each invocation for which `choose` names something.
    pub(crate) fn strike(
        &self,
        choose: impl FnMut(&Struck<'_>) -> Option<Strike> + Send + 'static,
    ) {
        self.choices.lock().unwrap().push(Box::new(choose));
    }

    /// Strikes the next `times` invocations of a function about a trip.
    pub(crate) fn strike_next(
        &self,
        mut times: usize,
        operation: Operation,
        trip: &str,
        strike: &Strike,
    ) {
        let (trip, strike) = (trip.to_owned(), strike.clone());
        self.strike(move |struck| {
            let strikes = times > 0 && struck.operation == operation && struck.trip == trip;
            times -= usize::from(strikes);
            strikes.then(|| strike.clone())
        });
    }

    /// How often a function was invoked about a trip.
    pub(crate) fn count(&self, operation: Operation, trip: &str) -> usize {
        let made = self.made.lock().unwrap();
        made.iter().filter(|(one, about)| *one == operation && about == trip).count()
    }

    /// Whether an invocation of a function about a trip has ended.
    pub(crate) fn has_ended(&self, operation: Operation, trip: &str) -> bool {
        let ended = self.ended.lock().unwrap();
        ended.iter().any(|(one, about, _)| *one == operation && about == trip)
    }

    /// The errors of those invocations of a function about a trip that have failed.
    pub(crate) fn errors(&self, operation: Operation, trip: &str) -> Vec<String> {
        let ended = self.ended.lock().unwrap();
        let about = ended.iter().filter(|(one, about, _)| *one == operation && about == trip);
        about.filter_map(|(.., end)| end.clone().err()).collect()
    }

    fn admit(&self, operation: Operation, trip: &str) -> Option<Strike> {
        self.made.lock().unwrap().push((operation, trip.to_owned()));
        let struck = Struck { operation, trip };
        self.choices.lock().unwrap().iter_mut().find_map(|choose| choose(&struck))
    }
}

impl Invoker for Invocations {
    fn invoke(&self, invocation: Invocation) -> BoxFuture<'static, Result<Value, FunctionError>> {
        let Invocation { function, payload, trace_header } = invocation;
        let function = Function::named(&function).unwrap();
        let Function::Saga(operation) = function else { panic!("{function:?} is not a task") };
        let trip = payload["input"]["trip_id"].as_str().unwrap().to_owned();
        let strike = self.admit(operation, &trip);
        let (functions, ended) = (Arc::clone(&self.functions), Arc::clone(&self.ended));
        let work = async move {
            let answer = functions.invoke(function, payload, trace_header).await;
            answer.map_err(|error| FunctionError::new(error.error_type, error.message))
        };
        async move {
            let answer = struck(strike, work).await;
            let end = answer.as_ref().map(drop).map_err(|error| error.error_type.clone());
            ended.lock().unwrap().push((operation, trip, end));
            answer
        }
        .boxed()
    }
}

async fn struck(
    strike: Option<Strike>,
    work: impl Future<Output = Result<Value, FunctionError>>,
) -> Result<Value, FunctionError> {
    let failed = |name| Err(FunctionError::new(name, "struck by the test"));
    match strike {
        None => work.await,
        Some(Strike::Fail(Point::Before, name)) => failed(name),
        Some(Strike::Lament(name, message)) => Err(FunctionError::new(name, message)),
        Some(Strike::Fail(Point::After, name)) => {
            let _its_answer_is_lost = work.await;
            failed(name)
        }
        Some(Strike::Hold(Point::Before, gate)) => {
            gate.pass().await;
            work.await
        }
        Some(Strike::Hold(Point::After, gate)) => {
            let answer = work.await;
            gate.pass().await;
            answer
        }
    }
}
