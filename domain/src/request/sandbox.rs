//! The request's `sandbox` object: how the sandbox suppliers are to behave for one trip.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::shape::{self, Broken, Shape, broken};

/// A call that a supplier gets for a trip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SandboxStep {
    /// Reserve the flight.
    Flight,
    /// Reserve the hotel.
    Hotel,
    /// Capture the payment.
    Payment,
    /// Release the flight.
    FlightCancel,
    /// Release the hotel.
    HotelCancel,
    /// Void or refund the payment.
    PaymentRefund,
}

impl SandboxStep {
    /// Every step there is.
    pub const ALL: [Self; 6] = [
        Self::Flight,
        Self::Hotel,
        Self::Payment,
        Self::FlightCancel,
        Self::HotelCancel,
        Self::PaymentRefund,
    ];

    /// The step's key in the `sandbox` object.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Flight => "flight",
            Self::Hotel => "hotel",
            Self::Payment => "payment",
            Self::FlightCancel => "flight_cancel",
            Self::HotelCancel => "hotel_cancel",
            Self::PaymentRefund => "payment_refund",
        }
    }

    /// Whether the step asks for something, and so may be refused.
    #[must_use]
    pub const fn may_be_refused(self) -> bool {
        matches!(self, Self::Flight | Self::Hotel | Self::Payment)
    }
}

/// How a sandbox supplier misbehaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trouble {
    /// A definite "no": `unavailable`, or `declined` for the payment.
    Refused,
    /// A failure without effect: `error`.
    Error,
    /// The usual answer, late: `slow`.
    Slow,
    /// No effect and no answer: `timeout`.
    Timeout,
    /// The effect, but no answer: `timeout_after_effect`.
    TimeoutAfterEffect,
    /// No answer, and the effect lands after the compensation's call: `late_effect`.
    LateEffect,
}

/// A trouble, and for how many attempts it lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Behaviour {
    /// What goes wrong.
    pub trouble: Trouble,
    /// For the first so many attempts; for all of them where absent.
    pub attempts: Option<u32>,
}

/// The behaviours asked for, by step. A step that is not named behaves as usual.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sandbox(BTreeMap<SandboxStep, Behaviour>);

impl Sandbox {
    /// Reads a `sandbox` object by itself, as a compensation's input carries it.
    ///
    /// # Errors
    /// Every key or value that is not known.
    pub fn parse(object: &Value) -> Result<Self, Vec<crate::FieldError>> {
        let mut shape = Shape::default();
        let parent = Map::from_iter([("sandbox".to_owned(), object.clone())]);
        let sandbox = read(&mut shape, &parent);
        shape.finish(sandbox)
    }

    /// What was asked of the step, if anything.
    #[must_use]
    pub fn behaviour(&self, step: SandboxStep) -> Option<Behaviour> {
        self.0.get(&step).copied()
    }
}

pub(super) fn read(shape: &mut Shape, root: &Map<String, Value>) -> Option<Sandbox> {
    let keys = SandboxStep::ALL.map(SandboxStep::key);
    let object = shape.optional_object(root, "sandbox", &keys)?;
    let mut behaviours = BTreeMap::new();
    for step in SandboxStep::ALL {
        let read = if step.may_be_refused() { requested } else { compensating };
        let asked = shape.optional(object, "sandbox.", step.key(), read);
        behaviours.extend(asked.map(|behaviour| (step, behaviour)));
    }
    Some(Sandbox(behaviours))
}

fn requested(value: &Value) -> Result<Behaviour, Broken> {
    const RULE: &str = "must be unavailable (payment: declined), error, slow, timeout, \
        timeout_after_effect or late_effect, perhaps followed by a count such as error:2";
    behaviour(value).ok_or_else(|| broken("format", RULE))
}

fn compensating(value: &Value) -> Result<Behaviour, Broken> {
    const RULE: &str = "must be error, slow, timeout or timeout_after_effect, \
        perhaps followed by a count such as error:2";
    let fits = |behaviour: &Behaviour| {
        !matches!(behaviour.trouble, Trouble::Refused | Trouble::LateEffect)
    };
    behaviour(value).filter(fits).ok_or_else(|| broken("format", RULE))
}

fn behaviour(value: &Value) -> Option<Behaviour> {
    let text = shape::text(value).ok()?;
    let (name, attempts) = match text.split_once(':') {
        Some((name, count)) => (name, Some(count.parse().ok().filter(|count| *count > 0)?)),
        None => (text, None),
    };
    Some(Behaviour { trouble: trouble(name)?, attempts })
}

fn trouble(name: &str) -> Option<Trouble> {
    Some(match name {
        "unavailable" | "declined" => Trouble::Refused,
        "error" => Trouble::Error,
        "slow" => Trouble::Slow,
        "timeout" => Trouble::Timeout,
        "timeout_after_effect" => Trouble::TimeoutAfterEffect,
        "late_effect" => Trouble::LateEffect,
        _ => return None,
    })
}
