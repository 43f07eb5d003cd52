//! Where subscribers are, for those who watch them.

use rusqlite::Transaction;
use serde::{Deserialize, Serialize};

use super::Account;
use crate::store::{StorageError, progress, subscribers};
use crate::wire::settings::{SubscriberState, SubscriberType};

/// Where one subscriber is. AWS tells no such thing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Standing {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// The ARN of its bus.
    pub bus: String,
    /// Its target's address.
    pub target: String,
    /// Whether it keeps the order within event groups.
    #[serde(rename = "type")]
    pub kind: SubscriberType,
    /// Whether it delivers.
    pub state: SubscriberState,
    /// The sequence number up to which it has come. Of what is before, only what is open is not
    /// settled.
    pub position: i64,
    /// How many events before its position are open: on their way, or to be sent again.
    pub open: u64,
    /// How many events of its bus up to its end are not settled, those included that its filters
    /// leave out.
    pub lag: u64,
}

impl Account {
    /// Where each subscriber is, in the order of their names.
    ///
    /// # Errors
    /// When the file fails.
    pub async fn standings(&self) -> Result<Vec<Standing>, StorageError> {
        let read = |file: &Transaction<'_>| {
            let all = subscribers::all(file)?.into_iter();
            all.map(|subscriber| standing(file, subscriber)).collect()
        };
        self.0.store.run(read).await
    }
}

fn standing(
    file: &Transaction<'_>,
    subscriber: subscribers::KeptSubscriber,
) -> Result<Standing, StorageError> {
    let settings = subscriber.settings;
    let end = settings.point_in_time_configuration.and_then(|it| it.end_point).map(|end| end.0);
    let place = (subscriber.arn.as_str(), settings.event_bus_arn.as_str());
    let (position, after, open) = progress::behind(file, place, end)?;
    Ok(Standing {
        arn: subscriber.arn,
        name: settings.name,
        bus: settings.event_bus_arn,
        target: settings.invoke_configuration.target_arn,
        kind: settings.kind,
        state: settings.state,
        position,
        open,
        lag: after + open,
    })
}
