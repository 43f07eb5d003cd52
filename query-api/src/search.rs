//! `GET /trips` and `GET /trips/search`: one bounded page of the search view.

mod parameters;
mod query;
mod window;

use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use store::view::{Page, SearchQuery, SearchRow};

pub(crate) use parameters::Parameters;

use crate::Deps;
use crate::extract::{QueryPairs, SignedIn};
use crate::refusal::Refusal;

/// Answers with the first trips of the search that the parameters ask for.
pub(crate) async fn search(
    State(deps): State<Deps>,
    SignedIn(caller): SignedIn,
    QueryPairs(pairs): QueryPairs,
) -> Result<Json<SearchBody>, Refusal> {
    let query = query::parse(pairs, &caller, today(&deps)).map_err(Refusal::invalid_query)?;
    // One row more than is shown tells whether there are more.
    let page = deps.view.search(&SearchQuery { limit: query.limit + 1, ..query.clone() }).await?;
    Ok(Json(SearchBody::of(page, query.limit)))
}

/// Today in UTC. Departures are local times, so at a window's far ends a day may be missing.
fn today(deps: &Deps) -> Date {
    deps.clock.now().as_jiff().to_zoned(TimeZone::UTC).date()
}

/// A page as it is shown.
#[derive(Serialize)]
pub(crate) struct SearchBody {
    trips: Vec<SearchRow>,
    count: usize,
    /// Whether there are more than are shown, or may be: a narrower search shows them.
    truncated: bool,
}

impl SearchBody {
    fn of(page: Page, limit: usize) -> Self {
        let truncated = page.rows.len() > limit || page.more();
        let mut trips = page.rows;
        trips.truncate(limit);
        Self { count: trips.len(), trips, truncated }
    }
}
