//! An installation as its operator works on it, on this machine or on AWS: its tables, its sagas
//! and the consumers of its stream. The same clients serve both; [`Place`] says where they call.

pub(crate) mod address;
pub(crate) mod audit;
pub(crate) mod consumers;
pub(crate) mod given_up;
pub(crate) mod history;
mod names;
mod pace;
mod place;
pub(crate) mod sagas;
mod stack;

use aws_types::SdkConfig;
use store::TripStore;
use store::outbox::Outbox;
use store::view::SearchView;

use self::consumers::Consumers;
use self::place::Place;
use self::sagas::Sagas;

pub(crate) use address::Address;
pub(crate) use pace::Pace;
pub(crate) use stack::usual_settings;

/// The clients of one installation. None of them has called anybody yet.
pub(crate) struct Installation {
    pub(crate) trips: TripStore,
    pub(crate) view: SearchView,
    pub(crate) outbox: Outbox,
    pub(crate) sagas: Sagas,
    pub(crate) consumers: Consumers,
    place: Place,
}

impl Installation {
    /// The installation that the arguments name.
    ///
    /// # Errors
    /// On AWS, when its stack cannot be read.
    pub(crate) async fn at(address: &Address) -> anyhow::Result<Self> {
        let place = Place::at(address).await?;
        let client = store::client(&place.dynamodb().await);
        let names = place.names();
        Ok(Self {
            trips: TripStore::new(client.clone(), &names.trips),
            view: SearchView::new(client.clone(), &names.search),
            outbox: Outbox::new(client, &names.trips),
            sagas: Sagas::at(&place).await,
            consumers: Consumers::at(&place).await,
            place,
        })
    }

    /// For a client of its tables' streams.
    pub(crate) async fn streams(&self) -> SdkConfig {
        self.place.dynamodb().await
    }

    /// Where it is.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }
}
