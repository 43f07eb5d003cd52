//! The parts of a system that the console shows, and what its pages share.

use std::ops::Deref;
use std::sync::Arc;

use domain::{Clock, Timestamp, TripId};
use operator::{Installation, hint};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::api::Client;
use crate::desk::Desk;
use crate::hosting::Hosting;
use crate::jobs::Jobs;
use crate::live::Watchers;
use crate::places::Place;
use crate::ports::{Api, Bus, EventLog, Executions, View, Visitor, Visitors};
use crate::pulse::{Pulse, Sources};
use crate::recent::Recent;
use crate::subscribers::Subscribers;

/// The parts of a running system. What a system does not have is absent; the pages say so.
pub struct Console {
    /// The way to the API.
    pub api: Arc<dyn Api>,
    /// Who sends a request.
    pub visitors: Visitors,
    /// Where the system is, for the commands that the pages show.
    pub place: Place,
    /// What the console may do between two requests.
    pub hosting: Hosting,
    /// The executions of the state machines.
    pub executions: Arc<dyn Executions>,
    /// The bus's events.
    pub events: Option<Arc<dyn EventLog>>,
    /// What is set up on the bus.
    pub bus: Option<Arc<dyn Bus>>,
    /// What an operator works on, and where trips and their events are stored.
    pub operator: Installation,
    /// How the search view follows the table.
    pub view: Arc<dyn View>,
    /// The body of a booking to begin with, for who asks at this time.
    pub example: fn(Timestamp) -> Value,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Ends the live updates when the system stops, which waits for answers in flight.
    pub stop: CancellationToken,
}

/// What all visitors share.
pub(crate) struct Parts {
    api: Arc<dyn Api>,
    visitors: Visitors,
    pub(crate) place: Place,
    pub(crate) executions: Arc<dyn Executions>,
    pub(crate) recent: Option<Recent>,
    pub(crate) bus: Option<Arc<dyn Bus>>,
    pub(crate) subscribers: Subscribers,
    pub(crate) operator: Installation,
    pub(crate) pulse: Pulse,
    pub(crate) desk: Desk,
    pub(crate) jobs: Jobs,
    pub(crate) example: fn(Timestamp) -> Value,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) watchers: Watchers,
}

/// What every page works with: the parts, as one visitor has them.
pub(crate) struct App {
    parts: Arc<Parts>,
    pub(crate) visitor: Visitor,
    /// The API, called as the visitor.
    pub(crate) api: Client,
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.parts
    }
}

impl App {
    /// The parts as the sender of a request has them; `None` if nobody is known to have sent it.
    pub(crate) fn of(parts: &Arc<Parts>, request: &http::Extensions) -> Option<Arc<Self>> {
        let visitor = (parts.visitors)(request)?;
        let api = Client::new(Arc::clone(&parts.api), &visitor.bearer);
        Some(Arc::new(Self { parts: Arc::clone(parts), visitor, api }))
    }

    /// What the visitor works on, with the visitor's name in the audit lines.
    pub(crate) fn acting(&self) -> Installation {
        self.operator.clone().by(&self.visitor.name)
    }
}

impl Parts {
    /// An operator's command; `rest` is what follows the option that names the installation.
    pub(crate) fn command(&self, command: &str, rest: &str) -> String {
        format!("trip {command}{}{rest}", self.operator.place().option())
    }

    /// An operator's command about a trip.
    pub(crate) fn command_about(&self, command: &str, trip: &TripId) -> String {
        hint::about(&format!("{command}{}", self.operator.place().option()), trip)
    }

    pub(crate) fn of(console: Console) -> Arc<Self> {
        let Console { operator, executions, events, bus, hosting, clock, stop, .. } = console;
        Arc::new(Self {
            pulse: Pulse::new(Sources {
                events: events.clone(),
                executions: Arc::clone(&executions),
                trips: operator.trips.clone(),
                outbox: operator.outbox.clone(),
                view: console.view,
                clock: Arc::clone(&clock),
            }),
            api: console.api,
            visitors: console.visitors,
            place: console.place,
            executions,
            recent: events.map(Recent::new),
            subscribers: Subscribers::new(bus.clone(), Arc::clone(&clock)),
            bus,
            operator,
            desk: Desk::new(Arc::clone(&clock), hosting),
            jobs: Jobs::new(Arc::clone(&clock), stop.clone(), hosting),
            example: console.example,
            clock,
            watchers: Watchers::new(stop, hosting),
        })
    }
}
