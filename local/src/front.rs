//! What the API's port serves: the API for programs, and the console for people.

use std::sync::Arc;

use axum::Router;
use console::{Console, Places, beside};
use domain::Timestamp;
use event_bus::EventBus;
use event_source_mapping::Progress;
use gateway::{Gateway, Settings};
use lambda_kit::clock::SystemClock;
use serde_json::Value;
use state_machine::Runner;
use store::TripStore;
use store::outbox::Outbox;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::account::{BOOKING_MACHINE, COMPENSATION_MACHINE};

/// The parts behind the port.
pub(crate) struct Front {
    pub(crate) gateway: Gateway,
    pub(crate) places: Places,
    pub(crate) runner: Runner,
    pub(crate) bus: EventBus,
    pub(crate) trips: TripStore,
    pub(crate) outbox: Outbox,
    pub(crate) projector: watch::Receiver<Progress>,
    pub(crate) example: fn(Timestamp) -> Value,
}

impl Front {
    /// The routes; live updates end when `stop` is called.
    pub(crate) fn router(self, stop: CancellationToken) -> Router {
        let console = Console {
            api: unthrottled(&self.gateway).router(),
            places: self.places,
            runner: self.runner,
            machines: [BOOKING_MACHINE, COMPENSATION_MACHINE],
            bus: self.bus,
            trips: self.trips,
            outbox: self.outbox,
            projector: self.projector,
            example: self.example,
            clock: Arc::new(SystemClock),
            stop,
        };
        beside(console.router(), self.gateway.router())
    }
}

/// The same gateway without the limit of its rate: whoever looks must neither be turned away nor
/// take requests away from clients.
fn unthrottled(gateway: &Gateway) -> Gateway {
    let settings = Settings { rate: None, ..(*gateway.settings).clone() };
    Gateway { settings: Arc::new(settings), ..gateway.clone() }
}
