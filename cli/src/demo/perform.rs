//! Plays a plan against a running system over its API, as callers would.

use std::time::Duration;

use anyhow::Context;
use futures::{StreamExt, TryStreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};
use local::System;
use tokio::time::{Instant, sleep};

use super::endings::{Endings, Listener};
use super::facts::Booking;
use super::plan::{Plan, PlannedTrip};
use super::settle::settle;
use crate::client::{Answer, Api, ClientError};
use crate::output::Output;

/// Bookings in flight at once: each caller waits for the end of its trip before it books the next.
const IN_FLIGHT: usize = 48;
/// Other requests in flight at once.
const AT_ONCE: usize = 24;
/// How often a request that was throttled is sent again.
const PATIENCE: u32 = 6;
/// The first pause before that; each next pause is twice as long.
const PAUSE: Duration = Duration::from_millis(100);

const CONFLICT: Option<u16> = Some(409);
const TOO_MANY: Option<u16> = Some(429);

/// How the requests of a plan were answered, and when.
#[derive(Clone, Debug)]
pub struct Performance {
    /// The bookings that the API accepted.
    pub bookings: Vec<Booking>,
    /// How many requests were repeated.
    pub repeats: usize,
    /// How many of these were answered that the trip id is taken. The others arrived while the saga
    /// ran, and were accepted as repeats.
    pub told_taken: usize,
    /// How many cancellations it accepted.
    pub cancelled: usize,
    /// From the first request until the last booking had ended or was given up.
    pub booked_in: Duration,
    /// From the first request until no saga ran and all events were dispatched.
    pub settled_in: Duration,
}

/// Books every trip of the plan and waits for the sagas; then repeats and cancels as planned, and
/// waits again.
///
/// # Errors
/// When the API refuses a booking or cannot be reached.
pub async fn perform(system: &System, plan: &Plan, output: &Output) -> anyhow::Result<Performance> {
    let api = Api::at(system.urls().api.parse()?, "")?;
    let start = Instant::now();
    let (endings, listener) = Endings::of(system).await?;
    let at_once = tokio::select! {
        at_once = book_all(&api, plan, &listener, output) => at_once,
        silence = endings.follow() => silence,
    }?;
    let booked_in = start.elapsed();
    settle(system, output, "waiting until nothing is left to do").await?;
    let late = repeat_all(&api, plan).await?;
    let cancelled = cancel_all(&api, plan, output).await?;
    settle(system, output, "waiting until the cancellations are through").await?;
    Ok(Performance {
        bookings: plan.trips.iter().map(booking).collect(),
        repeats: at_once.sent + late.sent,
        told_taken: at_once.told_taken + late.told_taken,
        cancelled,
        booked_in,
        settled_in: start.elapsed(),
    })
}

/// The answers to repeated requests.
#[derive(Clone, Copy, Default)]
struct Repeats {
    sent: usize,
    told_taken: usize,
}

impl Repeats {
    fn one(told_taken: bool) -> Self {
        Self { sent: 1, told_taken: usize::from(told_taken) }
    }

    fn and(self, other: Self) -> Self {
        Self { sent: self.sent + other.sent, told_taken: self.told_taken + other.told_taken }
    }
}

async fn book_all(
    api: &Api,
    plan: &Plan,
    listener: &Listener,
    output: &Output,
) -> anyhow::Result<Repeats> {
    let bar = bar(output, plan.trips.len(), "booking")?;
    let booked = stream::iter(&plan.trips).map(|trip| async {
        let repeats = book(api, trip).await?;
        listener.clone().hear(&trip.id).await;
        bar.inc(1);
        anyhow::Ok(repeats)
    });
    let booked = booked.buffer_unordered(IN_FLIGHT);
    let repeats = booked.try_fold(Repeats::default(), async |all, one| Ok(all.and(one))).await;
    bar.finish_and_clear();
    repeats
}

/// A repeated request is sent twice at once: one of the two may be answered as a repeat, never
/// both.
async fn book(api: &Api, trip: &PlannedTrip) -> anyhow::Result<Repeats> {
    let refused = || format!("{} was to be accepted", trip.id);
    if !trip.is_repeated {
        send(api, trip).await.with_context(refused)?;
        return Ok(Repeats::default());
    }
    match tokio::join!(send(api, trip), send(api, trip)) {
        (Ok(_), Ok(_)) => Ok(Repeats::one(false)),
        (Ok(_), Err(error)) | (Err(error), Ok(_)) if error.status() == CONFLICT => {
            Ok(Repeats::one(true))
        }
        (Err(error), _) | (_, Err(error)) => Err(error).with_context(refused),
    }
}

/// Repeats also come late, from callers that never saw an answer.
async fn repeat_all(api: &Api, plan: &Plan) -> anyhow::Result<Repeats> {
    let trips = plan.trips.iter().filter(|trip| trip.is_repeated);
    let repeats = stream::iter(trips).map(|trip| repeat(api, trip)).buffer_unordered(AT_ONCE);
    repeats.try_fold(Repeats::default(), async |all, one| Ok(all.and(one))).await
}

async fn repeat(api: &Api, trip: &PlannedTrip) -> anyhow::Result<Repeats> {
    match send(api, trip).await {
        Ok(_) => Ok(Repeats::one(false)),
        Err(error) if error.status() == CONFLICT => Ok(Repeats::one(true)),
        Err(error) => Err(error).with_context(|| format!("{} cannot be repeated", trip.id)),
    }
}

async fn send(api: &Api, trip: &PlannedTrip) -> Result<Answer, ClientError> {
    let api = acting_for(api, trip);
    patiently(|| api.book(trip.body.to_string())).await
}

/// How many cancellations were accepted. A refused one is not an error here: its trip will not end
/// as planned, and the checks report that.
async fn cancel_all(api: &Api, plan: &Plan, output: &Output) -> anyhow::Result<usize> {
    let trips: Vec<_> = plan.trips.iter().filter(|trip| trip.is_cancelled).collect();
    let bar = bar(output, trips.len(), "cancelling")?;
    let answers = stream::iter(trips).map(|trip| cancel(api, trip)).buffer_unordered(AT_ONCE);
    let accepted: Result<Vec<bool>, _> = answers.inspect_ok(|_| bar.inc(1)).try_collect().await;
    bar.finish_and_clear();
    Ok(accepted?.into_iter().filter(|accepted| *accepted).count())
}

async fn cancel(api: &Api, trip: &PlannedTrip) -> anyhow::Result<bool> {
    let api = acting_for(api, trip);
    match patiently(|| api.cancel(&trip.id)).await {
        Ok(_) => Ok(true),
        Err(error) if error.status() == CONFLICT => Ok(false),
        Err(error) => Err(error).with_context(|| format!("{} cannot be cancelled", trip.id)),
    }
}

fn acting_for(api: &Api, trip: &PlannedTrip) -> Api {
    api.signed_in_with(format!("dev-customer-{}", trip.customer))
}

/// Sends throttled requests again, as callers should.
async fn patiently<F>(mut send: impl FnMut() -> F) -> Result<Answer, ClientError>
where
    F: Future<Output = Result<Answer, ClientError>>,
{
    for turn in 0..PATIENCE {
        match send().await {
            Err(error) if error.status() == TOO_MANY => sleep(PAUSE * 2_u32.pow(turn)).await,
            answer => return answer,
        }
    }
    send().await
}

fn booking(trip: &PlannedTrip) -> Booking {
    let PlannedTrip { id, customer, expected, .. } = trip;
    Booking { trip_id: id.clone(), customer: customer.clone(), expected: *expected }
}

fn bar(output: &Output, length: usize, doing: &'static str) -> anyhow::Result<ProgressBar> {
    if output.is_json() {
        return Ok(ProgressBar::hidden());
    }
    let style = ProgressStyle::with_template("{msg} {bar:40.cyan/dim} {pos}/{len}  {per_sec}")?;
    let bar = ProgressBar::new(length.try_into()?).with_style(style);
    Ok(bar.with_message(doing))
}
