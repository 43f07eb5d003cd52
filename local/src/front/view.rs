//! How the search view follows the table, for the console.

use async_trait::async_trait;
use console::{Following, View};
use domain::Timestamp;

use crate::consumers::{Consumer, Consumers, State};
use crate::function::Function;

/// The projector, by the iterator's age, as Lambda measures it.
pub(super) struct Projector(pub(super) Consumers);

#[async_trait]
impl View for Projector {
    async fn following(&self, now: Timestamp, _in_flight: u64) -> anyhow::Result<Following> {
        let is_projector = |one: &&Consumer| one.config().name == Function::Projector.name();
        let Some(projector) = self.0.all().iter().find(is_projector) else {
            return Ok(Following::NotBegun);
        };
        if matches!(projector.state(), State::Disabled | State::Disabling) {
            return Ok(Following::Paused);
        }
        Ok(projector.age(now).map_or(Following::NotBegun, Following::Behind))
    }
}
