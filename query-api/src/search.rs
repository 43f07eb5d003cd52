//! `GET /trips` and `GET /trips/search`: one bounded page of the search view.

mod parameters;
mod query;
mod window;

use std::num::NonZeroUsize;

use axum::Json;
use axum::extract::State;
use domain::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use lambda_kit::error::chain;
use serde::Serialize;
use store::UnreadableItem;
use store::view::{Page, SearchRow};
use utoipa::ToSchema;

use crate::Deps;
use crate::cursor::{CursorError, Position};
use crate::extract::{QueryPairs, SignedIn};
use crate::openapi::{answers, schemas};
use crate::refusal::Refusal;
use query::Asked;

pub(crate) use parameters::Parameters;

/// Trips by status, departure and customer
///
/// Answers with the page that the parameters ask for, and with where the next one begins. Follows
/// the writes by a moment. A page may have fewer trips than asked for, none among them, and all the
/// same a `next_cursor`: only a page without one is the last.
#[utoipa::path(
    get, path = "/trips", tag = "trips", operation_id = "searchTrips",
    params(query::SearchParameters),
    responses((status = 200, description = "A page of trips.", body = SearchBody), answers::Searching)
)]
pub(crate) async fn search(
    State(deps): State<Deps>,
    SignedIn(caller): SignedIn,
    QueryPairs(pairs): QueryPairs,
) -> Result<Json<SearchBody>, Refusal> {
    let Asked { search, limit, cursor } =
        query::parse(pairs, &caller).map_err(Refusal::invalid_query)?;
    let (scope, now) = (search.scope(&caller), deps.clock.now());
    let (began, after) = start(&deps, cursor.as_deref(), &scope, now)?;
    // One row more than is shown reveals whether there are more.
    let page = deps.view.search(&search.query(began, after, limit + 1)).await?;
    tracing::info!(scanned = page.scanned, read_units = page.read_units, "searched");
    let seal = |after| deps.cursor_keys.seal(&Position { began, after }, &scope, now);
    Ok(Json(SearchBody::of(page, limit, seal)))
}

/// The day on which the search began, and the place where it continues.
fn start(
    deps: &Deps,
    cursor: Option<&str>,
    scope: &str,
    now: Timestamp,
) -> Result<(Date, Option<String>), CursorError> {
    let Some(cursor) = cursor else {
        return Ok((today(now), None));
    };
    let position = deps.cursor_keys.open(cursor, scope, now)?;
    Ok((position.began, Some(position.after)))
}

/// Today in UTC. Departures are local times, so a day may be missing at the far ends of a window.
fn today(now: Timestamp) -> Date {
    now.as_jiff().to_zoned(TimeZone::UTC).date()
}

/// A page as it is shown.
#[derive(Serialize, ToSchema)]
#[schema(as = Page)]
pub(crate) struct SearchBody {
    #[schema(schema_with = schemas::rows)]
    trips: Vec<SearchRow>,
    /// How many trips are on the page.
    count: usize,
    /// Where to go on; absent on the last page, and there alone. A page without trips may have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    next_cursor: Option<String>,
    /// How many trips are left out of this page, since this release cannot read their rows. Each
    /// has its place: the pages before and after lack nothing. Absent where it is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = usize, required = false, minimum = 1)]
    unreadable: Option<NonZeroUsize>,
}

impl SearchBody {
    fn of(page: Page, limit: usize, seal: impl Fn(String) -> String) -> Self {
        let (mut entries, mut next) = (page.entries, page.next);
        if entries.len() > limit {
            entries.truncate(limit);
            next = entries.last().map(|entry| entry.departure_key.clone());
        }
        let places = entries.len();
        let rows = entries.into_iter().map(|entry| entry.row.inspect_err(left_out));
        let trips: Vec<_> = rows.flatten().collect();
        let (count, unreadable) = (trips.len(), NonZeroUsize::new(places - trips.len()));
        Self { trips, count, next_cursor: next.map(seal), unreadable }
    }
}

fn left_out(item: &UnreadableItem) {
    tracing::error!(error = chain(item), "a row of the view is left out of a page");
}
