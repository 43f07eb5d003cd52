//! `GET /trips/{trip_id}/events`: what happened to a trip, in order.

use std::num::NonZeroU64;

use axum::Json;
use axum::extract::State;
use domain::TripId;
use lambda_kit::error::chain;
use serde::Serialize;
use store::outbox::{self, TimelineEntry};
use utoipa::ToSchema;

use crate::Deps;
use crate::extract::{NoParameters, SignedIn, TripPath};
use crate::openapi::{answers, schemas};
use crate::refusal::Refusal;

/// What happened to a trip, in order
///
/// Answers with the trip's events by sequence, and beside each what became of it: the time of its
/// dispatch once it has one, or why it is parked. An event is kept for 30 days after its dispatch,
/// unless configured otherwise; `expired` counts those that are gone.
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
    // Only the root: members that cannot be read must not hide the events.
    let root = deps.trips.root(&id).await?;
    let root = root.filter(|root| caller.may_see(&root.summary.customer_id));
    let last = root.ok_or_else(Refusal::trip_not_found)?.last_sequence;
    let timeline = deps.outbox.timeline(&id).await?;
    Ok(Json(Timeline::of(id, timeline, last)))
}

/// A trip's events as they are shown.
#[derive(Serialize, ToSchema)]
pub(crate) struct Timeline {
    #[schema(schema_with = schemas::trip_id)]
    trip_id: TripId,
    #[schema(schema_with = schemas::events)]
    events: Vec<TimelineEntry>,
    /// How many earlier events are no longer kept. Absent where it is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u64, required = false, minimum = 1)]
    expired: Option<NonZeroU64>,
    /// How many events are left out, since this release cannot read them. Absent where it is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u64, required = false, minimum = 1)]
    unreadable: Option<NonZeroU64>,
}

impl Timeline {
    fn of(trip_id: TripId, timeline: outbox::Timeline, last: u64) -> Self {
        let expired = NonZeroU64::new(timeline.expired(last));
        for event in &timeline.unreadable {
            let (error, event) = (chain(&event.error), &event.key);
            tracing::error!(%trip_id, event, error, "an event is left out of a timeline");
        }
        let unreadable = NonZeroU64::new(timeline.unreadable.len() as u64);
        Self { trip_id, events: timeline.events, expired, unreadable }
    }
}
