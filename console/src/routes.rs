//! The console's routes, behind their checks.

use axum::Router;
use axum::middleware::from_fn;
use axum::response::Redirect;
use axum::routing::{get, post};
use http::Uri;

use crate::app::{Console, Parts};
use crate::problem::Problem;
use crate::{assets, book, events, headers, operations, overview, refused, trip, trips};

impl Console {
    /// The pages, behind a guard. Whoever passes the guard acts as an operator, so it must refuse
    /// everybody else, and what pages of other sites send. It may leave with a request who sent it,
    /// for [`Console::visitors`]; where it answers with a problem (RFC 9457), people get a page.
    pub fn router(self, guard: impl FnOnce(Router) -> Router) -> Router {
        let routes = Router::new()
            .route("/", get(overview::page))
            .route("/console", get(to_overview))
            .route("/console/", get(to_overview))
            .route("/console/live", get(overview::live))
            .route("/console/trips", get(trips::page))
            .route("/console/trips/find", get(trips::find))
            .route("/console/trips/{trip_id}", get(trip::page))
            .route("/console/trips/{trip_id}/live", get(trip::live))
            .route("/console/trips/{trip_id}/cancel", post(trip::cancel))
            .route("/console/trips/{trip_id}/redrive", post(trip::redrive))
            .route("/console/trips/{trip_id}/compensate", post(trip::compensate))
            .route("/console/book", get(book::page).post(book::send))
            .route("/console/events", get(events::page))
            .route("/console/events/live", get(events::live))
            .route("/console/events/types/{event_type}", get(events::schema))
            .merge(operations::routes())
            .merge(assets::routes())
            .fallback(no_such_page)
            .with_state(Parts::of(self));
        guard(routes).layer(from_fn(refused::show)).layer(from_fn(headers::set))
    }
}

async fn to_overview() -> Redirect {
    Redirect::permanent("/")
}

async fn no_such_page(uri: Uri) -> Problem {
    Problem::not_found(format!("The console has no page {}.", uri.path()))
}
