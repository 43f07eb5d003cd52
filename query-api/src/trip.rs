//! `GET /trips/{trip_id}`: one trip with its members, read from the write table with strong
//! consistency.

use axum::Json;
use axum::extract::State;
use domain::member::{PaymentStatus, ReservationStatus};
use domain::{CustomerId, Failure, Money, Timestamp, Trip, TripDetails, TripId, TripStatus};
use lambda_kit::http::Caller;
use serde::Serialize;
use store::Run;
use utoipa::ToSchema;

use crate::Deps;
use crate::extract::{NoParameters, SignedIn, TripPath};
use crate::openapi::{answers, schemas};
use crate::progress::Progress;
use crate::refusal::Refusal;

/// One trip
///
/// Answers with the trip as its latest commit left it, read strongly. While a saga works on it,
/// `progress` says which step it waits for, since when, and whether anybody still tries.
#[utoipa::path(
    get, path = "/trips/{trip_id}", tag = "trips", operation_id = "getTrip",
    params(schemas::TripParameter),
    responses((status = 200, description = "The trip.", body = TripBody), answers::Reading)
)]
pub(crate) async fn get(
    State(deps): State<Deps>,
    SignedIn(caller): SignedIn,
    TripPath(id): TripPath,
    _: NoParameters,
) -> Result<Json<TripBody>, Refusal> {
    let (trip, run) = visible(&deps, &caller, &id).await?;
    let progress = Progress::of(&trip, run, deps.clock.now());
    Ok(Json(TripBody { progress, ..TripBody::of(&trip) }))
}

/// The trip and the news of its execution, if the caller may see them.
async fn visible(
    deps: &Deps,
    caller: &Caller,
    id: &TripId,
) -> Result<(Trip, Option<Run>), Refusal> {
    let found = deps.trips.load_with_run(id).await?;
    found
        .filter(|(trip, _)| caller.may_see(&trip.state().customer_id))
        .ok_or_else(Refusal::trip_not_found)
}

/// A trip as its latest commit left it. What does not exist yet is absent.
#[derive(Serialize, ToSchema)]
#[schema(as = Trip)]
pub(crate) struct TripBody {
    #[schema(schema_with = schemas::trip_id)]
    trip_id: TripId,
    #[schema(schema_with = schemas::trip_status)]
    status: TripStatus,
    /// Counts the trip's commits.
    version: u64,
    #[schema(value_type = String)]
    customer_id: CustomerId,
    #[schema(schema_with = schemas::timestamp)]
    created_at: Timestamp,
    #[schema(schema_with = schemas::timestamp)]
    updated_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schemas::money)]
    amount: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = FlightBody, required = false)]
    flight: Option<FlightBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = HotelBody, required = false)]
    hotel: Option<HotelBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = PaymentBody, required = false)]
    payment: Option<PaymentBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schemas::failure)]
    failure: Option<Failure>,
    /// Absent unless the trip is in flight: PENDING, COMPENSATING or CANCELLING.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Progress, required = false)]
    progress: Option<Progress>,
}

/// The flight, with what was asked for where a valid request was recorded.
#[derive(Serialize, ToSchema)]
#[schema(as = Flight)]
struct FlightBody {
    #[schema(schema_with = schemas::reservation_status)]
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    flight_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schemas::ticket_time)]
    departure_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schemas::ticket_time)]
    arrival_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schemas::money)]
    price: Option<Money>,
}

/// The hotel, with what was asked for where a valid request was recorded.
#[derive(Serialize, ToSchema)]
#[schema(as = Hotel)]
struct HotelBody {
    #[schema(schema_with = schemas::reservation_status)]
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    hotel_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schemas::date)]
    check_in_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schemas::date)]
    check_out_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schemas::money)]
    price: Option<Money>,
}

/// The payment, with its amount where a valid request was recorded.
#[derive(Serialize, ToSchema)]
#[schema(as = Payment)]
struct PaymentBody {
    #[schema(schema_with = schemas::payment_status)]
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schemas::money)]
    amount: Option<Money>,
}

impl TripBody {
    fn of(trip: &Trip) -> Self {
        let state = trip.state();
        let details = state.details();
        Self {
            trip_id: state.id.clone(),
            status: state.status,
            version: state.version,
            customer_id: state.customer_id.clone(),
            created_at: state.created_at,
            updated_at: state.updated_at,
            amount: details.map(TripDetails::total),
            flight: state.flight.as_ref().map(|flight| FlightBody::of(flight.status, details)),
            hotel: state.hotel.as_ref().map(|hotel| HotelBody::of(hotel.status, details)),
            payment: state.payment.as_ref().map(|payment| PaymentBody::of(payment.status, details)),
            failure: state.failure.clone(),
            progress: None,
        }
    }
}

impl FlightBody {
    fn of(status: ReservationStatus, details: Option<&TripDetails>) -> Self {
        let flight = details.map(TripDetails::flight);
        Self {
            status: status.as_str(),
            flight_number: flight.map(|flight| flight.number.to_string()),
            departure_time: flight.map(|flight| flight.departure.to_string()),
            arrival_time: flight.map(|flight| flight.arrival.to_string()),
            price: flight.map(|flight| flight.price),
        }
    }
}

impl HotelBody {
    fn of(status: ReservationStatus, details: Option<&TripDetails>) -> Self {
        let hotel = details.map(TripDetails::hotel);
        Self {
            status: status.as_str(),
            hotel_name: hotel.map(|hotel| hotel.name.to_string()),
            check_in_date: hotel.map(|hotel| hotel.check_in.to_string()),
            check_out_date: hotel.map(|hotel| hotel.check_out.to_string()),
            price: hotel.map(|hotel| hotel.price),
        }
    }
}

impl PaymentBody {
    fn of(status: PaymentStatus, details: Option<&TripDetails>) -> Self {
        Self { status: status.as_str(), amount: details.map(TripDetails::total) }
    }
}
