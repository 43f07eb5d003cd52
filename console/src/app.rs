//! The parts of a system that the console shows, and what its pages share.

use std::sync::Arc;

use axum::Router;
use domain::{Clock, Timestamp};
use event_bus::EventBus;
use operator::Installation;
use serde_json::Value;
use state_machine::Runner;
use store::TripStore;
use store::outbox::Outbox;
use tokio_util::sync::CancellationToken;

use crate::api::Api;
use crate::desk::Desk;
use crate::following::Following;
use crate::jobs::Jobs;
use crate::live::Watchers;
use crate::places::Places;
use crate::pulse::{Pulse, Sources};
use crate::recent::Recent;
use crate::subscribers::Subscribers;
use crate::token::Token;

/// The parts of a running system.
pub struct Console {
    /// The API's routes.
    pub api: Router,
    /// Where its clients reach it and the services beside it.
    pub places: Places,
    /// The runner of the state machines.
    pub runner: Runner,
    /// The names of the machines that book and that undo a trip.
    pub machines: [&'static str; 2],
    /// The event bus.
    pub bus: EventBus,
    /// The trips as stored.
    pub trips: TripStore,
    /// Their events as stored.
    pub outbox: Outbox,
    /// The ordered buses, where the system has one.
    pub ordered: Option<ordered_bus::Account>,
    /// What an operator works on.
    pub operator: Installation,
    /// How the search view follows the table at a time.
    pub view: Arc<dyn Fn(Timestamp) -> Following + Send + Sync>,
    /// The body of a booking to begin with, for who asks at this time.
    pub example: fn(Timestamp) -> Value,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Ends the live updates when the system stops, which waits for answers in flight.
    pub stop: CancellationToken,
}

/// What every page works with.
pub(crate) struct App {
    pub(crate) api: Api,
    pub(crate) places: Places,
    pub(crate) runner: Runner,
    pub(crate) machines: [&'static str; 2],
    pub(crate) bus: EventBus,
    pub(crate) recent: Recent,
    pub(crate) subscribers: Subscribers,
    pub(crate) trips: TripStore,
    pub(crate) operator: Installation,
    pub(crate) pulse: Pulse,
    pub(crate) desk: Desk,
    pub(crate) jobs: Jobs,
    pub(crate) example: fn(Timestamp) -> Value,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) watchers: Watchers,
    pub(crate) token: Token,
}

impl App {
    pub(crate) fn of(console: Console) -> Arc<Self> {
        let Console { api, places, runner, machines, bus, trips, outbox, view, .. } = console;
        Arc::new(Self {
            api: Api::new(api),
            pulse: Pulse::new(Sources {
                bus: bus.clone(),
                runner: runner.clone(),
                machines,
                trips: trips.clone(),
                outbox,
                view,
                clock: Arc::clone(&console.clock),
            }),
            places,
            runner,
            machines,
            recent: Recent::new(bus.archive().clone()),
            subscribers: Subscribers::new(console.ordered, Arc::clone(&console.clock)),
            bus,
            trips,
            operator: console.operator,
            desk: Desk::new(Arc::clone(&console.clock)),
            jobs: Jobs::new(Arc::clone(&console.clock), console.stop.clone()),
            example: console.example,
            clock: console.clock,
            watchers: Watchers::new(console.stop),
            token: Token::draw(),
        })
    }
}
