//! What the API's port serves: the API for programs, and the console for people.

mod api;
mod events;
mod executions;
mod view;

use std::sync::Arc;

use axum::Router;
use console::{Console, FormToken, Hosting, Place, Places, Visitor, beside};
use domain::Timestamp;
use event_bus::EventBus;
use gateway::{Gateway, Settings};
use lambda_kit::clock::SystemClock;
use operator::Installation;
use ordered_bus::Account as OrderedBuses;
use serde_json::Value;
use state_machine::Runner;
use tokio_util::sync::CancellationToken;

use crate::consumers::Consumers;
use crate::operations;
use api::Routes;
use events::{Buses, Log};
use executions::Machines;
use view::Projector;

/// The token under which the gateway takes whoever reaches it for the operator.
const OPERATOR: &str = "dev-operator";

/// The parts behind the port.
pub(crate) struct Front {
    pub(crate) gateway: Gateway,
    pub(crate) places: Places,
    pub(crate) runner: Runner,
    pub(crate) bus: EventBus,
    pub(crate) ordered: Option<OrderedBuses>,
    pub(crate) operator: Installation,
    pub(crate) consumers: Consumers,
    pub(crate) example: fn(Timestamp) -> Value,
}

impl Front {
    /// The routes; live updates end when `stop` is called.
    pub(crate) fn router(self, stop: CancellationToken) -> Router {
        // There are no sessions, since everybody here is the operator.
        let everybody = Visitor {
            name: operations::NAME.to_owned(),
            called: operations::NAME.to_owned(),
            bearer: OPERATOR.to_owned(),
            token: FormToken::draw(),
            sign_out: None,
        };
        let console = Console {
            api: Arc::new(Routes(unthrottled(&self.gateway).router())),
            visitors: Arc::new(move |_| Some(everybody.clone())),
            place: Place::Here(self.places),
            hosting: Hosting::Process,
            executions: Arc::new(Machines(self.runner)),
            events: Some(Arc::new(Log(self.bus.archive().clone()))),
            bus: Some(Arc::new(Buses { classic: self.bus, ordered: self.ordered })),
            operator: self.operator,
            view: Arc::new(Projector(self.consumers)),
            example: self.example,
            clock: Arc::new(SystemClock),
            stop,
        };
        // No other site: one that may call the API must not act as the operator all the same.
        let pages = console.router(|routes| gateway::protect(routes, &[]));
        beside(pages, self.gateway.router())
    }
}

/// The same gateway without the limit of its rate: whoever looks must neither be turned away nor
/// take requests away from clients.
fn unthrottled(gateway: &Gateway) -> Gateway {
    let settings = Settings { rate: None, ..(*gateway.settings).clone() };
    Gateway { settings: Arc::new(settings), ..gateway.clone() }
}
