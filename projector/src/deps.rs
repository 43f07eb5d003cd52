//! What the projector works with, built once per process.

use std::sync::Arc;

use domain::Clock;
use lambda_kit::clients::sdk_config;
use lambda_kit::clock::SystemClock;
use lambda_kit::config::{Config, ConfigError, name};
use store::schema::Tables;
use store::view::SearchView;

use crate::View;
use crate::shadow::Shadowed;

/// The view, and the clock for deadlines.
#[derive(Clone)]
pub struct Deps {
    pub(crate) view: Arc<dyn View>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Deps {
    /// Uses the given view.
    #[must_use]
    pub fn new(view: Arc<dyn View>, clock: Arc<dyn Clock>) -> Self {
        Self { view, clock }
    }

    /// The same, with another clock.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// Uses DynamoDB, as configured.
    ///
    /// # Errors
    /// If a setting is malformed.
    pub async fn from_config(config: &Config) -> Result<Self, ConfigError> {
        let tables = Tables::default();
        let table = config.get_or(name::SEARCH_TABLE, &tables.search);
        let dynamodb = store::client(&sdk_config(config, "dynamodb").await);
        let live = SearchView::new(dynamodb, table);
        let view: Arc<dyn View> = match config.get(name::SHADOW_SEARCH_TABLE) {
            Some(table) => {
                let shadow = Arc::new(live.in_table(table));
                Arc::new(Shadowed { live: Arc::new(live), shadow })
            }
            None => Arc::new(live),
        };
        Ok(Self::new(view, Arc::new(SystemClock)))
    }
}

#[cfg(test)]
mod tests {
    use testing::FixedClock;

    use super::*;
    use crate::fakes::FakeView;

    #[test]
    fn another_clock_tells_the_time() {
        let deps = Arc::new(FakeView::default()).deps();
        let epoch = FixedClock::at_millis(0);
        assert_eq!(deps.with_clock(Arc::new(epoch)).clock.now(), epoch.now());
    }
}
