//! Links of the pages to what the API serves itself: there the console is beside the API, here the
//! API has an address of its own.

use axum::Router;
use axum::extract::State;
use axum::response::Redirect;
use axum::routing::get;
use http::Uri;

/// Leads to the API at `url` for its documentation and its schemas of events.
pub(crate) fn to(url: &str) -> Router<()> {
    Router::new()
        .route("/docs", get(lead))
        .route("/docs/{*page}", get(lead))
        .route("/events/schemas/{event_type}", get(lead))
        .with_state(url.to_owned())
}

async fn lead(State(url): State<String>, asked: Uri) -> Redirect {
    Redirect::temporary(&format!("{url}{}", asked.path()))
}
