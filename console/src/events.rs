//! The bus: its latest events and each new one, those of a pattern if one is typed; its rules;
//! the ordered bus's subscribers; and the types of events.

mod feed;
mod pattern;
mod rules;
mod subscribers;
mod types;

use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use futures::FutureExt;
use maud::{Markup, html};
use tokio::sync::Mutex;

use crate::address::EVENTS;
use crate::answer::{InPath, Shared, Shown, shown};
use crate::layout::{Page, Tab};
use crate::problem::Problem;
use crate::query::Query;
use crate::recent::Recent;
use feed::Feed;

/// How often new events are shown.
const EVERY: Duration = Duration::from_millis(500);

/// Answers with the page.
pub(crate) async fn page(Shared(app): Shared, query: Query) -> Shown {
    let (log, live) = match &app.recent {
        Some(recent) => logged(recent, &query).await?,
        None => (no_log(), None),
    };
    let content = html! {
        h1 { "Events" }
        (log)
        @if let Some(bus) = &app.bus { (rules::part(&bus.rules().await?)) }
        (subscribers::part(app.subscribers.standings().await?.as_deref()))
        (types::list())
    };
    shown(&app, &Page { title: "Events", tab: Tab::Events, live, content })
}

/// The pattern that is asked for, the latest events that match it, and where the next ones come
/// from.
async fn logged(recent: &Recent, query: &Query) -> Result<(Markup, Option<String>), Problem> {
    let asked = query.get("pattern").unwrap_or_default();
    let read = pattern::read(asked);
    let form = pattern::form(asked, read.as_ref().err());
    let Ok(pattern) = read else { return Ok((form, None)) };
    let mut feed = Feed::new(pattern);
    feed.read(recent).await?;
    let live = query.on(&format!("{EVENTS}/live"));
    Ok((html! { (form) (feed.part()) }, Some(live)))
}

/// That this console sees no bus.
fn no_log() -> Markup {
    html! {
        section #feed {
            h2 { "On the bus" }
            p.note {
                "This console reads no log of the bus. A trip's own events are on its page, with when "
                "each was published."
            }
        }
    }
}

/// Answers with the events as they come.
pub(crate) async fn live(Shared(app): Shared, query: Query) -> Result<Response, Problem> {
    let read = pattern::read(query.get("pattern").unwrap_or_default());
    let pattern = read.map_err(|error| {
        Problem::new(http::StatusCode::BAD_REQUEST, "This is not an event pattern", error)
    })?;
    if app.recent.is_none() {
        return Err(Problem::not_found("This console reads no log of the bus."));
    }
    let (shared, feed) = (Arc::clone(&app), Arc::new(Mutex::new(Feed::new(pattern))));
    Ok(app.watchers.follow(EVERY, move || {
        let (app, feed) = (Arc::clone(&shared), Arc::clone(&feed));
        async move {
            let mut feed = feed.lock().await;
            feed.read(app.recent.as_ref()?).await.ok()?;
            let standings = app.subscribers.standings().await.ok()?;
            Some(vec![feed.part(), subscribers::part(standings.as_deref())])
        }
        .boxed()
    }))
}

/// Answers with the schema of a type of events.
pub(crate) async fn schema(Shared(app): Shared, InPath(event_type): InPath) -> Shown {
    let content = types::one(&event_type)?;
    shown(&app, &Page { title: &event_type, tab: Tab::Events, live: None, content })
}
