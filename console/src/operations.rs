//! Operations: what waits for an operator, and the actions that mend it, each with the command that
//! does the same.

mod act;
mod consumers;
mod jobs;
mod parked;
mod trips;
mod view;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use futures::FutureExt;
use maud::{Markup, html};

use crate::address::OPERATIONS;
use crate::answer::{Shared, Shown, shown};
use crate::app::{App, Parts};
use crate::desk::Seen;
use crate::layout::{Page, Tab};

/// How often the page changes.
const EVERY: Duration = Duration::from_secs(1);

/// The routes.
pub(crate) fn routes() -> Router<Arc<Parts>> {
    Router::new()
        .route("/console/operations", get(page))
        .route("/console/operations/live", get(live))
        .route("/console/operations/events/redrive", post(act::redrive))
        .route("/console/operations/events/redrive-all", post(jobs::redrive_all))
        .route("/console/operations/events/discard", post(act::discard))
        .route("/console/operations/batches/redrive", post(act::batch))
        .route("/console/operations/consumers/resume", post(act::consumer))
        .route("/console/operations/view/verify", post(jobs::verify))
        .route("/console/operations/view/rebuild", post(jobs::rebuild))
}

/// Answers with the page.
async fn page(Shared(app): Shared) -> Shown {
    let seen = app.desk.look(&app.operator, &app.pulse).await?;
    let content = html! {
        h1 { "Operations" }
        (app.place.note())
        @for part in parts(&app, &seen) { (part) }
    };
    let live = Some(format!("{OPERATIONS}/live"));
    shown(&app, &Page { title: "Operations", tab: Tab::Operations, live, content })
}

/// Answers with the page's live parts.
async fn live(Shared(app): Shared) -> Response {
    let shared = Arc::clone(&app);
    app.watchers.follow(EVERY, move || {
        let app = Arc::clone(&shared);
        async move {
            let seen = app.desk.look(&app.operator, &app.pulse).await.ok()?;
            Some(parts(&app, &seen))
        }
        .boxed()
    })
}

fn parts(app: &App, seen: &Seen) -> Vec<Markup> {
    vec![
        calm(seen),
        trips::part(app, seen),
        parked::part(app, seen),
        consumers::part(app, seen),
        view::part(app, seen),
    ]
}

/// That there is nothing to do.
fn calm(seen: &Seen) -> Markup {
    html! {
        section #calm {
            @if seen.is_calm() {
                div.empty {
                    h2 { "Nothing waits for an operator" }
                    p {
                        "Every saga ends by itself or is at work, every event is published or on its "
                        "way, and both consumers of the stream keep up. What needs somebody appears "
                        "here by itself."
                    }
                }
            }
        }
    }
}
