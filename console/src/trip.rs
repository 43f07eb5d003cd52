//! One trip: what it holds, how its saga ran, its events, and its items as stored.

mod commands;
mod events;
mod items;
mod members;
mod read;
mod sagas;
mod summary;

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use axum::response::{Redirect, Response};
use domain::TripId;
use futures::FutureExt;
use http::StatusCode;
use maud::{Markup, html};
use operator::mend;
use serde_json::Value;

use crate::address::TRIPS;
use crate::answer::{Shared, Shown, TripPath, shown};
use crate::app::App;
use crate::form::Form;
use crate::layout::{Page, Tab};
use crate::problem::Problem;
use read::Trip;

/// How often the page may change while something happens to its trip.
const EVERY: Duration = Duration::from_millis(250);
/// While nothing does, only one in so many of these times.
const RESTING: u8 = 8;

/// Answers with the page.
pub(crate) async fn page(Shared(app): Shared, TripPath(id): TripPath) -> Shown {
    let trip = Trip::read(&app, &id).await?;
    if !trip.is_known() {
        let detail = format!("There is no trip {id}, and no saga that books one.");
        return Err(Problem::not_found(detail));
    }
    let content = html! {
        @for part in parts(&app, &trip) { (part) }
    };
    let live = Some(format!("{TRIPS}/{id}/live"));
    shown(&app, &Page { title: id.as_str(), tab: Tab::Trips, live, content })
}

/// Answers with the page's live parts.
pub(crate) async fn live(Shared(app): Shared, TripPath(id): TripPath) -> Result<Response, Problem> {
    let (shared, rest) = (Arc::clone(&app), Arc::new(AtomicU8::new(0)));
    Ok(app.watchers.follow(EVERY, move || {
        let (app, id, rest) = (Arc::clone(&shared), id.clone(), Arc::clone(&rest));
        async move {
            let rested = rest.fetch_add(1, Ordering::Relaxed);
            if rested % RESTING != 0 {
                return None;
            }
            let trip = Trip::read(&app, &id).await.ok()?;
            if !trip.is_at_rest() {
                rest.store(0, Ordering::Relaxed);
            }
            Some(parts(&app, &trip))
        }
        .boxed()
    }))
}

/// Cancels the trip through the API, and leads back to it.
pub(crate) async fn cancel(
    Shared(app): Shared,
    TripPath(id): TripPath,
    _: Form,
) -> Result<Redirect, Problem> {
    let answer = app.api.post(&format!("/trips/{id}/cancellation"), &Value::Null).await?;
    match answer.status {
        StatusCode::ACCEPTED => Ok(Redirect::to(&format!("{TRIPS}/{id}"))),
        _ => Err(Problem::of(&answer)),
    }
}

/// Continues the execution that failed, and leads to the trip.
pub(crate) async fn redrive(
    Shared(app): Shared,
    TripPath(id): TripPath,
    _: Form,
) -> Result<Redirect, Problem> {
    mend::redrive(&app.acting(), &id, false).await?;
    mended(&app, &id).await
}

/// Runs the compensation anew, and leads to the trip.
pub(crate) async fn compensate(
    Shared(app): Shared,
    TripPath(id): TripPath,
    _: Form,
) -> Result<Redirect, Problem> {
    mend::compensate(&app.acting(), &id, false).await?;
    mended(&app, &id).await
}

async fn mended(app: &App, id: &TripId) -> Result<Redirect, Problem> {
    app.desk.forget().await;
    Ok(Redirect::to(&format!("{TRIPS}/{id}")))
}

/// The parts that change.
fn parts(app: &App, trip: &Trip) -> Vec<Markup> {
    vec![
        summary::part(app, trip),
        members::part(trip),
        sagas::part(trip),
        events::part(trip),
        items::part(trip),
        commands::part(app, trip),
    ]
}
