//! The operations on buses, as they go over the wire.

use std::collections::BTreeMap;

use domain::Timestamp;
use serde::{Deserialize, Serialize};

use super::checks;
use super::time::Time;
use crate::refusal::Refusal;

/// For how many days events stay when nobody says.
pub(crate) const RETENTION_DAYS: u32 = 7;

/// What is said of a bus that is to be made, and kept of it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct CreateEventBus {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) encryption_configuration: Option<EncryptionConfiguration>,
    pub(crate) storage_configuration: Option<StorageConfiguration>,
    #[serde(default)]
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) client_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct UpdateEventBus {
    pub(crate) event_bus_arn: String,
    pub(crate) description: Option<String>,
    pub(crate) encryption_configuration: Option<EncryptionConfiguration>,
    pub(crate) storage_configuration: Option<StorageConfiguration>,
}

/// It is kept and told; nothing is encrypted here.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct EncryptionConfiguration {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kms_key_identifier: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct StorageConfiguration {
    pub(crate) retention_period_in_days: Option<u32>,
}

/// What names a bus.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct BusName {
    pub(crate) event_bus_arn: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct ListEventBuses {
    pub(crate) name_prefix: Option<String>,
    pub(crate) event_bus_account_id: Option<String>,
    pub(crate) next_token: Option<String>,
    pub(crate) max_results: Option<u32>,
}

/// A bus, as the operations on it answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Bus {
    pub(crate) event_bus_arn: String,
    pub(crate) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) encryption_configuration: Option<EncryptionConfiguration>,
    pub(crate) storage_configuration: Storage,
    pub(crate) state: &'static str,
    pub(crate) creation_time: Time,
    pub(crate) last_modified_time: Time,
}

/// How long events stay, and from when on there are any.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Storage {
    pub(crate) retention_period_in_days: u32,
    pub(crate) retention_window_start_time: Time,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct EventBuses {
    pub(crate) event_buses: Vec<BusSummary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct BusSummary {
    pub(crate) name: String,
    pub(crate) event_bus_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    pub(crate) creation_time: Time,
    pub(crate) last_modified_time: Time,
    pub(crate) state: &'static str,
    pub(crate) event_bus_account_id: String,
}

impl CreateEventBus {
    /// A bus of which nothing is said but its name, and how long events stay.
    pub(crate) fn named(name: &str, retention_days: u32) -> Self {
        let retention_period_in_days = Some(retention_days);
        Self {
            name: name.to_owned(),
            description: None,
            encryption_configuration: None,
            storage_configuration: Some(StorageConfiguration { retention_period_in_days }),
            tags: BTreeMap::new(),
            client_token: None,
        }
    }

    pub(crate) fn check(&self) -> Result<(), Refusal> {
        checks::name(&self.name)?;
        checks::description(self.description.as_deref())?;
        checks::require(self.tags.len() <= 200, "Tags: at most 200")?;
        retention(self.storage_configuration)
    }

    /// For how many days events stay.
    pub(crate) fn retention_days(&self) -> u32 {
        let days = self.storage_configuration.and_then(|storage| storage.retention_period_in_days);
        days.unwrap_or(RETENTION_DAYS)
    }

    /// The earliest time of which there can be events.
    pub(crate) fn window_start(&self, created_at: Timestamp, now: Timestamp) -> Timestamp {
        let kept = i64::from(self.retention_days()) * 24 * 60 * 60 * 1000;
        created_at.max(Timestamp::from_millis(now.as_millis() - kept))
    }

    /// The same, with what an update says.
    pub(crate) fn updated(self, update: UpdateEventBus) -> Self {
        let encryption = update.encryption_configuration.or(self.encryption_configuration);
        Self {
            description: update.description.or(self.description),
            encryption_configuration: encryption,
            storage_configuration: update.storage_configuration.or(self.storage_configuration),
            ..self
        }
    }
}

impl UpdateEventBus {
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        checks::description(self.description.as_deref())?;
        retention(self.storage_configuration)
    }
}

fn retention(storage: Option<StorageConfiguration>) -> Result<(), Refusal> {
    let days = storage.and_then(|storage| storage.retention_period_in_days);
    checks::within("StorageConfiguration.RetentionPeriodInDays", days, 1..=365)
}
