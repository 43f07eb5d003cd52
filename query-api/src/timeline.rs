//! `GET /trips/{trip_id}/events`: what happened to a trip, in order.

use axum::Json;
use axum::extract::State;
use domain::TripId;
use serde::Serialize;
use store::outbox::TimelineEntry;
use utoipa::ToSchema;

use crate::Deps;
use crate::extract::{NoParameters, SignedIn, TripPath};
use crate::openapi::{answers, schemas};
use crate::refusal::Refusal;
use crate::trip::visible;

/// What happened to a trip, in order
///
/// Answers with the trip's events by sequence, each with the time of its dispatch once it has one.
/// They reach back as far as dispatched events are kept.
#[utoipa::path(
    get, path = "/trips/{trip_id}/events", tag = "trips", operation_id = "getTimeline",
    params(schemas::TripParameter),
    responses((status = 200, description = "The events.", body = Timeline), answers::Reading)
)]
pub(crate) async fn get(
    State(deps): State<Deps>,
    SignedIn(caller): SignedIn,
    TripPath(id): TripPath,
    _: NoParameters,
) -> Result<Json<Timeline>, Refusal> {
    let trip = visible(&deps, &caller, &id).await?;
    let events = deps.outbox.timeline(&trip.id).await?;
    Ok(Json(Timeline { trip_id: id, events }))
}

/// A trip's events as they are shown.
#[derive(Serialize, ToSchema)]
pub(crate) struct Timeline {
    #[schema(schema_with = schemas::trip_id)]
    trip_id: TripId,
    #[schema(schema_with = schemas::events)]
    events: Vec<TimelineEntry>,
}
