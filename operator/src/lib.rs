//! What an operator does to an installation, on this machine or on AWS: finding what is wrong with
//! its trips, its events, its view and the consumers of its stream, and mending it.
//!
//! Everything starts at an [`Installation`]. Each module is one task; its functions return plain
//! data, which the `trip` command prints and other programs may show in their way. Whatever changes
//! something leaves a line in the log: see [`audit`].
//!
//! # Errors
//! An error may be a [`NotFound`], a [`Refusal`] or an [`Unreachable`], which `downcast_ref` tells;
//! any other one is a call that failed.

pub mod audit;
pub mod consumers;
pub mod drift;
pub mod executions;
mod failure;
pub mod given_up;
pub mod hint;
pub mod history;
pub mod in_flight;
pub mod lag;
pub mod mend;
mod names;
pub mod outbox;
mod pace;
pub mod pass;
pub mod pause;
mod place;
pub mod rebuild;
pub mod replay;
pub mod sagas;
mod stack;
pub mod status;
pub mod stuck;
mod tables;
mod task;
pub mod verify;

use aws_types::SdkConfig;
use store::TripStore;
use store::outbox::Outbox;
use store::view::SearchView;

use self::consumers::Consumers;
use self::sagas::Sagas;

pub use failure::{NotFound, Refusal, Service, Unreachable, root};
pub use names::Names;
pub use pace::Pace;
pub use place::{Access, Place};
pub use stack::usual_settings;
pub use task::Task;

/// The operator in audit lines, where nobody is named.
const NOBODY: &str = "unknown";

/// The clients of one installation, the same on this machine and on AWS; [`Place`] says where they
/// call. A new one has called nobody yet.
#[derive(Clone)]
pub struct Installation {
    /// The write table's trips.
    pub trips: TripStore,
    /// The search view.
    pub view: SearchView,
    /// The events that the write table holds.
    pub outbox: Outbox,
    /// The executions of the state machines.
    pub sagas: Sagas,
    /// The consumers of the write table's stream.
    pub consumers: Consumers,
    place: Place,
    operator: String,
}

impl Installation {
    /// The installation at a place.
    #[must_use]
    pub fn at(place: Place) -> Self {
        let client = store::client(place.dynamodb());
        let names = place.names();
        Self {
            trips: TripStore::new(client.clone(), &names.trips),
            view: SearchView::new(client.clone(), &names.search),
            outbox: Outbox::new(client, &names.trips),
            sagas: Sagas::at(&place),
            consumers: Consumers::at(&place),
            place,
            operator: NOBODY.to_owned(),
        }
    }

    /// The same, with the name of the operator who acts, for the audit lines.
    #[must_use]
    pub fn by(self, operator: impl Into<String>) -> Self {
        Self { operator: operator.into(), ..self }
    }

    /// Where it is.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// For a client of its tables' streams.
    fn streams(&self) -> &SdkConfig {
        self.place.dynamodb()
    }
}
