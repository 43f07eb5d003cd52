//! One rule.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use event_pattern::{Event, Pattern};

/// A named pattern on a bus.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) bus: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) state: RuleState,
    /// The pattern as it was put.
    pub(crate) text: String,
    /// None when this release refuses the pattern of a rule that an earlier one took.
    pub(crate) pattern: Option<Pattern>,
    /// Why the bus has switched the rule off.
    pub(crate) failure: Option<String>,
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
pub(crate) type Key = (String, String);

impl Rule {
    pub(super) fn key(&self) -> Key {
        key(&self.bus, &self.name)
    }

    /// Whether the rule gets the event. `before` is called first.
    ///
    /// # Errors
    /// The reason why that cannot be told. A panic is one, since it must not affect other rules.
    pub(super) fn matches(&self, event: &Event<'_>, before: impl Fn(&str)) -> Result<bool, String> {
        let Some(pattern) = &self.pattern else { return Ok(false) };
        let matches = || {
            before(&self.name);
            pattern.matches_leaves(event)
        };
        match catch_unwind(AssertUnwindSafe(matches)) {
            Ok(result) => result.map_err(|error| error.to_string()),
            Err(panic) => Err(told(&*panic)),
        }
    }

    /// The rule in this state. One that is switched on has not failed yet.
    pub(super) fn switched(self, state: RuleState) -> Self {
        let failure = self.failure.filter(|_| !state.is_at_work());
        Self { state, failure, ..self }
    }

    /// Switches the rule off until it is switched on or put again.
    pub(super) fn switch_off(&mut self, failure: String) {
        let (bus, rule) = (&self.bus, &self.name);
        tracing::error!(bus, rule, failure, "a rule failed on an event, and is switched off");
        self.state = RuleState::Disabled;
        self.failure = Some(failure);
    }
}

fn told(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("the matcher panicked: {}", text.unwrap_or("it did not say why"))
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
