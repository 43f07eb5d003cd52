//! `trip.cancel`: a customer's or an operator's request, over HTTP, to undo a confirmed trip.
//!
//! The trip is read with strong consistency. The compensation chain is started under a name built
//! from the trip's id and the version in which it was confirmed, so a repeated or concurrent
//! request starts nothing more. An execution that failed is redriven, so an accepted cancellation
//! always runs.

mod answer;
mod chain;
mod decision;
mod step_functions;

use std::convert::Infallible;

use domain::{Failure, FieldError, TripId, TripStatus};
use lambda_http::{RequestExt, service_fn};
use lambda_kit::deadline::Deadline;
use lambda_kit::error::FunctionError;
use lambda_kit::http::{Caller, Problem, ProxyRequest, base_path, headers, serve};
use lambda_runtime::LambdaEvent;
use serde_json::Value;
use store::StoreError;

use crate::trips::not_loaded;
use crate::{Deps, trace};
use answer::Accepted;
use decision::Decision;

pub use chain::CompensationChain;
pub(crate) use chain::out_of_time;

/// Answers one proxy event of `POST /trips/{trip_id}/cancellation`.
///
/// # Errors
/// `InvalidRequest` for an event that is not a proxy event. All other errors are answered over
/// HTTP.
pub(crate) async fn handle(deps: &Deps, event: LambdaEvent<Value>) -> Result<Value, FunctionError> {
    let deadline = Deadline::of(&event.context, &*deps.clock);
    let respond = async |request: ProxyRequest| -> Result<_, Infallible> {
        let request_id = headers::answer_id(&request);
        let asked = deadline.within(cancel(deps, &request)).await;
        let answer = asked.unwrap_or_else(|| Err(out_of_time().into()));
        Ok(answer::response(answer, base_path(request.extensions()), request_id))
    };
    serve(service_fn(respond), &deps.sites, event).await
}

async fn cancel(deps: &Deps, request: &ProxyRequest) -> Result<Accepted, Problem> {
    let caller = Caller::of(request.extensions())?;
    let trip_id = trip_id(request)?;
    let trip = deps.trips.load(&trip_id).await.map_err(|error| not_read(&error))?;
    let (status, execution_arn) = match decision::decide(trip.as_ref(), &caller)? {
        Decision::Over => (TripStatus::Cancelled, None),
        Decision::Run(trip) => {
            let chain = deps.chain().map_err(internal)?;
            let trace = trace::of(&request.lambda_context());
            (TripStatus::Cancelling, chain.ensure_running(trip, trace::header(&trace)).await?)
        }
    };
    let accepted = Accepted { trip_id, status, execution_arn };
    tracing::info!(trip_id = %accepted.trip_id, caller = %caller.id, "cancellation accepted");
    Ok(accepted)
}

/// The trip in the path. A text that cannot be a trip's id is refused before it becomes a key.
fn trip_id(request: &ProxyRequest) -> Result<TripId, Failure> {
    let parameters = request.path_parameters_ref();
    let text = parameters.and_then(|path| path.first("trip_id")).unwrap_or_default();
    TripId::parse(text).map_err(|rule| {
        let [field, code, detail] = ["trip_id", "format", &rule.to_string()].map(str::to_owned);
        Failure::invalid_request(vec![FieldError { field, code, detail }])
    })
}

/// Reports a read that may succeed on a retry as retryable, and any other failure as a fault of
/// ours.
fn not_read(error: &StoreError) -> Failure {
    let failure = not_loaded(error);
    if failure.code.is_transient() { failure } else { internal(FunctionError::internal(error)) }
}

fn internal(error: impl Into<FunctionError>) -> Failure {
    let error = error.into();
    Failure::new(error.code, error.message)
}
