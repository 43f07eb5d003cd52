//! What the API's port serves: the API for programs, and the console for people.

use std::sync::Arc;

use axum::Router;
use console::{Console, Following, Places, beside};
use domain::Timestamp;
use event_bus::EventBus;
use gateway::{Gateway, Settings};
use lambda_kit::clock::SystemClock;
use operator::Installation;
use ordered_bus::Account as OrderedBuses;
use serde_json::Value;
use state_machine::Runner;
use store::TripStore;
use store::outbox::Outbox;
use tokio_util::sync::CancellationToken;

use crate::account::{BOOKING_MACHINE, COMPENSATION_MACHINE};
use crate::consumers::{Consumer, Consumers, State};
use crate::function::Function;

/// The parts behind the port.
pub(crate) struct Front {
    pub(crate) gateway: Gateway,
    pub(crate) places: Places,
    pub(crate) runner: Runner,
    pub(crate) bus: EventBus,
    pub(crate) trips: TripStore,
    pub(crate) outbox: Outbox,
    pub(crate) ordered: Option<OrderedBuses>,
    pub(crate) operator: Installation,
    pub(crate) consumers: Consumers,
    pub(crate) example: fn(Timestamp) -> Value,
}

impl Front {
    /// The routes; live updates end when `stop` is called.
    pub(crate) fn router(self, stop: CancellationToken) -> Router {
        let consumers = self.consumers;
        let console = Console {
            api: unthrottled(&self.gateway).router(),
            places: self.places,
            runner: self.runner,
            machines: [BOOKING_MACHINE, COMPENSATION_MACHINE],
            bus: self.bus,
            trips: self.trips,
            outbox: self.outbox,
            ordered: self.ordered,
            operator: self.operator,
            view: Arc::new(move |now| following(&consumers, now)),
            example: self.example,
            clock: Arc::new(SystemClock),
            stop,
        };
        beside(console.router(), self.gateway.router())
    }
}

/// How the projector follows the table: by the iterator's age, as Lambda measures it.
fn following(consumers: &Consumers, now: Timestamp) -> Following {
    let is_projector = |one: &&Consumer| one.config().name == Function::Projector.name();
    let Some(projector) = consumers.all().iter().find(is_projector) else {
        return Following::NotBegun;
    };
    if matches!(projector.state(), State::Disabled | State::Disabling) {
        return Following::Paused;
    }
    projector.age(now).map_or(Following::NotBegun, Following::Behind)
}

/// The same gateway without the limit of its rate: whoever looks must neither be turned away nor
/// take requests away from clients.
fn unthrottled(gateway: &Gateway) -> Gateway {
    let settings = Settings { rate: None, ..(*gateway.settings).clone() };
    Gateway { settings: Arc::new(settings), ..gateway.clone() }
}
