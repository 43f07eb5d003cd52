//! The first page: what the system is doing.

mod chart;
mod latest;
mod welcome;
mod work;

use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use futures::FutureExt;
use maud::{Markup, html};

use crate::answer::{Shared, Shown, shown};
use crate::app::App;
use crate::layout::{Page, Tab};
use crate::pulse::Beat;

/// How often the page changes.
const EVERY: Duration = Duration::from_secs(1);

/// Answers with the page.
pub(crate) async fn page(Shared(app): Shared) -> Shown {
    let beat = app.pulse.beat().await?;
    let content = html! {
        h1 { "Overview" }
        @for part in parts(&app, &beat) { (part) }
    };
    let live = Some("/console/live".to_owned());
    shown(&app, &Page { title: "Overview", tab: Tab::Overview, live, content })
}

/// Answers with the page's live parts.
pub(crate) async fn live(Shared(app): Shared) -> Response {
    let shared = Arc::clone(&app);
    app.watchers.follow(EVERY, move || {
        let app = Arc::clone(&shared);
        async move { app.pulse.beat().await.ok().map(|beat| parts(&app, &beat)) }.boxed()
    })
}

fn parts(app: &App, beat: &Beat) -> Vec<Markup> {
    vec![welcome::part(app, beat), work::part(app, beat), chart::part(beat), latest::part(beat)]
}
