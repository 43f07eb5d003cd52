//! `GET /trips/{trip_id}`: one trip with its members, read strongly from the write table.

use axum::Json;
use axum::extract::State;
use domain::{CustomerId, Failure, Money, Timestamp, Trip, TripDetails, TripId, TripStatus};
use lambda_kit::http::Caller;
use serde::Serialize;

use crate::Deps;
use crate::extract::{NoParameters, SignedIn, TripPath};
use crate::refusal::Refusal;

/// Answers with the trip as its latest commit left it.
pub(crate) async fn get(
    State(deps): State<Deps>,
    SignedIn(caller): SignedIn,
    TripPath(id): TripPath,
    _: NoParameters,
) -> Result<Json<TripBody>, Refusal> {
    visible(&deps, &caller, &id).await.map(|trip| Json(TripBody::of(&trip)))
}

/// The trip, where the caller may know of it.
pub(crate) async fn visible(deps: &Deps, caller: &Caller, id: &TripId) -> Result<Trip, Refusal> {
    let trip = deps.trips.load(id).await?;
    trip.filter(|trip| caller.may_see(&trip.customer_id)).ok_or_else(Refusal::trip_not_found)
}

/// A trip as it is shown. What does not exist yet is absent.
#[derive(Serialize)]
pub(crate) struct TripBody {
    trip_id: TripId,
    status: TripStatus,
    version: u64,
    customer_id: CustomerId,
    created_at: Timestamp,
    updated_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flight: Option<Member<FlightBody>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hotel: Option<Member<HotelBody>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment: Option<Member<PaymentBody>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<Failure>,
}

/// A member that was begun, with what was asked for where a valid request was recorded.
#[derive(Serialize)]
struct Member<T> {
    status: &'static str,
    #[serde(flatten)]
    asked_for: Option<T>,
}

#[derive(Serialize)]
struct FlightBody {
    flight_number: String,
    departure_time: String,
    arrival_time: String,
    price: Money,
}

#[derive(Serialize)]
struct HotelBody {
    hotel_name: String,
    check_in_date: String,
    check_out_date: String,
    price: Money,
}

#[derive(Serialize)]
struct PaymentBody {
    amount: Money,
}

impl TripBody {
    fn of(trip: &Trip) -> Self {
        let details = trip.details.as_ref();
        let (flight, hotel, payment) = (&trip.flight, &trip.hotel, &trip.payment);
        let flight = flight.as_ref().map(|flight| flight.status.as_str());
        let hotel = hotel.as_ref().map(|hotel| hotel.status.as_str());
        let payment = payment.as_ref().map(|payment| payment.status.as_str());
        Self {
            trip_id: trip.id.clone(),
            status: trip.status,
            version: trip.version,
            customer_id: trip.customer_id.clone(),
            created_at: trip.created_at,
            updated_at: trip.updated_at,
            amount: details.map(TripDetails::total),
            flight: flight.map(|status| Member::new(status, details, FlightBody::of)),
            hotel: hotel.map(|status| Member::new(status, details, HotelBody::of)),
            payment: payment.map(|status| Member::new(status, details, PaymentBody::of)),
            failure: trip.failure.clone(),
        }
    }
}

impl<T> Member<T> {
    fn new(
        status: &'static str,
        details: Option<&TripDetails>,
        asked_for: fn(&TripDetails) -> T,
    ) -> Self {
        Self { status, asked_for: details.map(asked_for) }
    }
}

impl FlightBody {
    fn of(details: &TripDetails) -> Self {
        let flight = details.flight();
        Self {
            flight_number: flight.number().to_string(),
            departure_time: flight.departure().to_string(),
            arrival_time: flight.arrival().to_string(),
            price: flight.price(),
        }
    }
}

impl HotelBody {
    fn of(details: &TripDetails) -> Self {
        let hotel = details.hotel();
        Self {
            hotel_name: hotel.name().to_string(),
            check_in_date: hotel.check_in().to_string(),
            check_out_date: hotel.check_out().to_string(),
            price: hotel.price(),
        }
    }
}

impl PaymentBody {
    fn of(details: &TripDetails) -> Self {
        Self { amount: details.total() }
    }
}
