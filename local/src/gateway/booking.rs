//! `POST /trips`: checks the shape of a booking and starts its execution, without a function.
//!
//! The execution is named after the trip, and its input holds nothing that differs between two
//! sendings of one request; so sending a booking twice is one saga.

use axum::Json;
use axum::extract::{Extension, Request, State};
use axum::response::{IntoResponse, Response};
use domain::request::BookingRequest;
use domain::{CustomerId, ErrorCode, Failure, TripStatus};
use http::header::{LOCATION, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use lambda_kit::error::chain;
use serde_json::{Value, json};

use super::access::Identity;
use super::body::read_json;
use super::refusal::Refusal;
use super::request_id::RequestId;
use super::{Gateway, StartError, Started};

/// Longest X-Ray header that is passed on: Step Functions takes no longer one.
const MAX_TRACE_HEADER: usize = 256;

/// What to start.
struct Booking {
    trip_id: String,
    /// The body's fields, the trip's id and the customer's.
    input: String,
}

/// Starts the saga that books the trip in the body.
pub(super) async fn book(
    State(gateway): State<Gateway>,
    caller: Identity,
    Extension(RequestId(request_id)): Extension<RequestId>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let body = read_json(&parts.headers, body).await?;
    let booking = Booking::prepare(body, &caller.id, request_id)?;
    let trace = trace_header(&parts.headers);
    let start = gateway.executions.start(&booking.trip_id, &booking.input, trace);
    match start.await {
        Ok(started) => Ok(accepted(&booking.trip_id, &started)),
        Err(error) => Err(refused(&booking.trip_id, &error)),
    }
}

impl Booking {
    /// The request's id stands in where the body names no trip.
    fn prepare(
        mut body: Value,
        customer: &CustomerId,
        request_id: String,
    ) -> Result<Self, Failure> {
        let request = BookingRequest::parse(&body).map_err(Failure::invalid_request)?;
        let trip_id = request.trip_id.map_or(request_id, String::from);
        // A body of the right shape is an object, and has no field for the customer.
        body["trip_id"] = json!(trip_id);
        body["customer_id"] = json!(customer);
        Ok(Self { trip_id, input: body.to_string() })
    }
}

/// The trace that the request belongs to. It is kept with the execution and its events, so that only
/// X-Ray's own form may pass, and no client's free text.
fn trace_header(headers: &HeaderMap) -> Option<&str> {
    let header = headers.get("x-amzn-trace-id")?.to_str().ok()?;
    let fits = header.len() <= MAX_TRACE_HEADER && header.split(';').all(is_trace_field);
    fits.then_some(header)
}

/// Whether this is one field of a header such as
/// `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`.
fn is_trace_field(field: &str) -> bool {
    match field.trim().split_once('=') {
        Some(("Root" | "Self", id)) => {
            let parts: Vec<_> = id.split('-').collect();
            matches!(parts[..], ["1", time, rest] if is_hex(time, 8) && is_hex(rest, 24))
        }
        Some(("Parent", id)) => is_hex(id, 16),
        Some(("Sampled", decision)) => matches!(decision, "0" | "1" | "?"),
        _ => false,
    }
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn location(trip_id: &str) -> String {
    format!("/trips/{trip_id}")
}

fn accepted(trip_id: &str, started: &Started) -> Response {
    let headers = [(LOCATION, location(trip_id)), (RETRY_AFTER, "1".to_owned())];
    let body = json!({
        "trip_id": trip_id,
        "status": TripStatus::Pending,
        "execution_arn": started.execution_arn,
    });
    (StatusCode::ACCEPTED, headers, Json(body)).into_response()
}

fn refused(trip_id: &str, error: &StartError) -> Refusal {
    match error {
        StartError::Exists => {
            let detail = format!(
                "the trip id {trip_id} is taken; choose another, or leave it out to be given one"
            );
            Refusal::from(Failure::new(ErrorCode::TripExists, detail)).at(location(trip_id))
        }
        StartError::Throttled => {
            let detail = "too many bookings at once; send the same request again";
            Failure::new(ErrorCode::TooManyRequests, detail).into()
        }
        StartError::Failed(_) => {
            tracing::error!(cause = %chain(error), trip_id, "no execution was started");
            Refusal::bad_gateway()
        }
    }
}
