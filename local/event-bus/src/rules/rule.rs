//! One rule.

use event_pattern::{EventJson, Pattern};

/// A named pattern on a bus.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) bus: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) state: RuleState,
    pub(crate) pattern: Pattern,
}

/// Whether a rule is enabled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum RuleState {
    #[default]
    Enabled,
    Disabled,
    /// As enabled: this bus has no management events.
    EnabledWithManagementEvents,
}

/// Bus and name of a rule.
pub(super) type Key = (String, String);

impl Rule {
    pub(super) fn key(&self) -> Key {
        key(&self.bus, &self.name)
    }

    /// A rule that fails gets no event, and does not affect other rules.
    pub(super) fn matches(&self, event: &EventJson) -> bool {
        self.pattern.matches(event).unwrap_or_else(|error| {
            let (bus, rule) = (&self.bus, &self.name);
            tracing::error!(bus, rule, %error, "a rule failed on an event, and does not get it");
            false
        })
    }
}

impl RuleState {
    const ALL: [Self; 3] = [Self::Enabled, Self::Disabled, Self::EnabledWithManagementEvents];

    /// The state's name in requests and answers.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "ENABLED",
            Self::Disabled => "DISABLED",
            Self::EnabledWithManagementEvents => "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
        }
    }

    /// The state with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    pub(super) fn is_at_work(self) -> bool {
        self != Self::Disabled
    }
}

/// The key of a rule.
pub(super) fn key(bus: &str, name: &str) -> Key {
    (bus.to_owned(), name.to_owned())
}
