//! The bus: its latest events and each new one, those of a pattern if one is typed; its rules;
//! the ordered bus's subscribers; and the types of events.

mod feed;
mod pattern;
mod rules;
mod subscribers;
mod types;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::Response;
use futures::FutureExt;
use maud::html;
use tokio::sync::Mutex;

use crate::address::EVENTS;
use crate::answer::{Shared, Shown, shown};
use crate::layout::{Page, Tab};
use crate::problem::Problem;
use crate::query::Query;
use feed::Feed;

/// How often new events are shown.
const EVERY: Duration = Duration::from_millis(500);

/// Answers with the page.
pub(crate) async fn page(State(app): Shared, query: Query) -> Shown {
    let asked = query.get("pattern").unwrap_or_default();
    let read = pattern::read(asked);
    let mut live = None;
    let feed = match &read {
        Ok(pattern) => {
            live = Some(query.on(&format!("{EVENTS}/live")));
            let mut feed = Feed::new(pattern.clone());
            feed.read(&app.recent).await?;
            feed.part()
        }
        Err(_) => html! {},
    };
    let content = html! {
        h1 { "Events" }
        (pattern::form(asked, read.as_ref().err()))
        (feed)
        (rules::part(&app.bus).await)
        (subscribers::part(app.subscribers.standings().await?.as_deref()))
        (types::list())
    };
    shown(Page { title: "Events", tab: Tab::Events, live, content }.render())
}

/// Answers with the events as they come.
pub(crate) async fn live(State(app): Shared, query: Query) -> Result<Response, Problem> {
    let read = pattern::read(query.get("pattern").unwrap_or_default());
    let pattern = read.map_err(|error| {
        Problem::new(http::StatusCode::BAD_REQUEST, "This is not an event pattern", error)
    })?;
    let (shared, feed) = (Arc::clone(&app), Arc::new(Mutex::new(Feed::new(pattern))));
    Ok(app.watchers.follow(EVERY, move || {
        let (app, feed) = (Arc::clone(&shared), Arc::clone(&feed));
        async move {
            let mut feed = feed.lock().await;
            feed.read(&app.recent).await.ok()?;
            let standings = app.subscribers.standings().await.ok()?;
            Some(vec![feed.part(), subscribers::part(standings.as_deref())])
        }
        .boxed()
    }))
}

/// Answers with the schema of a type of events.
pub(crate) async fn schema(Path(event_type): Path<String>) -> Shown {
    let content = types::one(&event_type)?;
    shown(Page { title: &event_type, tab: Tab::Events, live: None, content }.render())
}
