//! Answers in time, before the function itself is stopped, even if the database is slow.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::{ErrorCode, Failure};
use lambda_kit::deadline::Deadline;
use lambda_runtime::Context;

use crate::Deps;
use crate::refusal::Refusal;

/// Runs the route while the invocation has time; after that, answers in its place.
pub(crate) async fn keep(State(deps): State<Deps>, request: Request, next: Next) -> Response {
    let context: Context = request.extensions().get().cloned().unwrap_or_default();
    let deadline = Deadline::of(&context, &*deps.clock);
    let answer = deadline.within(next.run(request)).await;
    answer.unwrap_or_else(|| out_of_time().into_response())
}

fn out_of_time() -> Refusal {
    tracing::warn!("a request ran out of time");
    let detail = "the database could not answer in time; try again";
    Failure::new(ErrorCode::StoreUnavailable, detail).into()
}
