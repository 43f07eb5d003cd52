//! `POST /trips`: checks the shape of a booking and starts its execution, without a function.
//!
//! The execution is named after the trip, and its input holds nothing that differs between two
//! sendings of one request; so sending a booking twice is one saga.

use axum::Json;
use axum::extract::{Extension, Request, State};
use axum::response::{IntoResponse, Response};
use domain::request::BookingRequest;
use domain::{CustomerId, ErrorCode, Failure, TripStatus};
use http::StatusCode;
use http::header::{LOCATION, RETRY_AFTER};
use lambda_kit::error::chain;
use serde_json::{Value, json};

use super::access::Identity;
use super::body::read_json;
use super::integration::within;
use super::refusal::Refusal;
use super::request_id::RequestId;
use super::trace::Trace;
use super::{Gateway, StartError, Started};

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
    let limits = &gateway.settings.limits;
    let body = read_json(&parts.headers, body, limits.body).await?;
    let booking = Booking::prepare(body, &caller.id, request_id)?;
    let trace = Trace::of(&parts.headers);
    let header = trace.header();
    let start = gateway.executions.start(&booking.trip_id, &booking.input, header.as_deref());
    match within(limits.integration, "Step Functions", start).await? {
        Ok(started) => Ok(trace.on(accepted(&booking.trip_id, &started))),
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
