//! `POST /trips`: checks the shape of a booking and starts its execution, without a function.
//!
//! The execution is named after the trip, and its input is the request in canonical form, with one
//! order and one spelling; so sending a booking twice is one saga, however it is written.

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use domain::request::BookingRequest;
use domain::{CustomerId, ErrorCode, Failure, TripStatus};
use http::header::{LOCATION, RETRY_AFTER};
use http::{HeaderMap, Method, StatusCode};
use lambda_kit::error::chain;
use serde_json::{Map, Value, json};
use tracing::Span;
use uuid::Uuid;

use crate::access::Identity;
use crate::body::read_json;
use crate::gateway::Gateway;
use crate::ports::StartError;
use crate::refusal::{Refusal, within};
use crate::trace::Trace;

/// The execution to start.
struct Booking {
    trip_id: String,
    /// The trip's id, the request's canonical members and the customer's id.
    input: String,
}

/// The route.
pub(crate) const TRIPS: &str = "/trips";

/// Starts the saga that books the trip in the body.
pub(crate) async fn book(
    State(gateway): State<Gateway>,
    caller: Identity,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let start = async {
        let started = start(&gateway, &caller, &parts.headers, body).await;
        if let Err(refusal) = &started {
            Span::current().record("error.type", refusal.code().name());
        }
        started.into_response()
    };
    gateway.spans.around_request(&Method::POST, TRIPS, &parts.headers, start).await
}

async fn start(
    gateway: &Gateway,
    caller: &Identity,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let limits = &gateway.settings.limits;
    let body = read_json(headers, body, limits.body).await?;
    let booking = Booking::prepare(&body, &caller.id)?;
    Span::current().record("trip.id", &*booking.trip_id);
    let trace = Trace::of(headers);
    let header = trace.header();
    let start = gateway.executions.start(&booking.trip_id, &booking.input, header);
    match within(limits.integration, "Step Functions", start).await? {
        Ok(arn) => Ok(trace.on(accepted(&booking.trip_id, &arn))),
        Err(error) => Err(refused(&booking.trip_id, &error)),
    }
}

impl Booking {
    /// A trip without an id gets a fresh one, never the request's id: clients send one id with all
    /// requests that belong together, so two bookings may share it.
    fn prepare(body: &str, customer: &CustomerId) -> Result<Self, Failure> {
        let request = BookingRequest::read(body).map_err(Failure::invalid_request)?;
        let trip_id = match &request.trip_id {
            Some(id) => id.to_string(),
            None => Uuid::new_v4().to_string(),
        };
        let mut input = Map::from_iter([("trip_id".to_owned(), json!(trip_id))]);
        input.extend(request.canonical());
        input.insert("customer_id".to_owned(), json!(customer));
        Ok(Self { trip_id, input: Value::Object(input).to_string() })
    }
}

fn location(trip_id: &str) -> String {
    format!("/trips/{trip_id}")
}

fn accepted(trip_id: &str, execution_arn: &str) -> Response {
    let headers = [(LOCATION, location(trip_id)), (RETRY_AFTER, "1".to_owned())];
    let body = json!({
        "trip_id": trip_id,
        "status": TripStatus::Pending,
        "execution_arn": execution_arn,
    });
    (StatusCode::ACCEPTED, headers, Json(body)).into_response()
}

fn refused(trip_id: &str, error: &StartError) -> Refusal {
    match error {
        StartError::Exists => {
            let detail = format!("the trip id {trip_id} is taken; choose another");
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
