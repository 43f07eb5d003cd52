//! Lambda's wire protocol over the hosted functions and the consumers of the stream: what an
//! operator needs to invoke a function, and to pause and resume a consumer.

mod mappings;
mod named;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use event_bus::{AwsError, WireResponse};
use serde_json::{Value, json};

use super::services::Services;
use crate::function::InvocationError;
use crate::functions::Functions;
use named::{function, invalid};

/// The version of Lambda's API, which begins every path.
const API: &str = "/2015-03-31";
/// Says whether the caller waits for the answer.
const INVOCATION_TYPE: &str = "x-amz-invocation-type";
/// Says that the function answered with an error.
const FUNCTION_ERROR: &str = "x-amz-function-error";

/// `Invoke`, and the operations on event source mappings.
pub(super) fn routes() -> Router<Services> {
    Router::new()
        .route(&format!("{API}/functions/{{name}}/invocations"), post(invoke))
        .route(&format!("{API}/event-source-mappings"), get(mappings::list))
        .route(&format!("{API}/event-source-mappings/"), get(mappings::list))
        .route(
            &format!("{API}/event-source-mappings/{{id}}"),
            get(mappings::one).put(mappings::update),
        )
}

async fn invoke(
    State(services): State<Services>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match invoked(services.functions, &name, &headers, &body).await {
        Ok(response) => response,
        Err(error) => WireResponse::failure(&error).into_response(),
    }
}

async fn invoked(
    functions: Arc<Functions>,
    name: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Response, AwsError> {
    let function = function(name)?;
    let payload = if body.is_empty() { Value::Null } else { payload(body)? };
    match headers.get(INVOCATION_TYPE).map_or("RequestResponse", |kind| kind.to_str().unwrap_or(""))
    {
        "RequestResponse" => Ok(answer(functions.invoke(function, payload, None).await)),
        "DryRun" => Ok(StatusCode::NO_CONTENT.into_response()),
        "Event" => {
            tokio::spawn(async move { functions.invoke(function, payload, None).await });
            Ok(StatusCode::ACCEPTED.into_response())
        }
        _ => Err(invalid("an invocation is RequestResponse, Event or DryRun")),
    }
}

fn answer(answer: Result<Value, InvocationError>) -> Response {
    match answer {
        Ok(answer) => answer.to_string().into_response(),
        Err(error) => {
            let body = json!({"errorType": error.error_type, "errorMessage": error.message});
            ([(FUNCTION_ERROR, "Unhandled")], body.to_string()).into_response()
        }
    }
}

fn payload(body: &[u8]) -> Result<Value, AwsError> {
    serde_json::from_slice(body).map_err(|error| {
        let message = format!("Could not parse request body into json: {error}");
        AwsError::new(400, "InvalidRequestContentException", message)
    })
}
