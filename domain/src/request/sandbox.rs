//! The request's `sandbox` object: how the sandbox suppliers must behave for one trip.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use super::fields::{pattern, text};
use super::form::Form;
use super::json::Json;
use super::shape::{Bodies, Broken, Scalar, Shape, Shaped, broken, object_of, object_schema};

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

    /// Whether the step asks for something, and so can be refused.
    #[must_use]
    pub const fn may_be_refused(self) -> bool {
        matches!(self, Self::Flight | Self::Hotel | Self::Payment)
    }

    /// The step that undoes this one; an undoing step returns itself.
    #[must_use]
    pub const fn undoing(self) -> Self {
        match self {
            Self::Flight | Self::FlightCancel => Self::FlightCancel,
            Self::Hotel | Self::HotelCancel => Self::HotelCancel,
            Self::Payment | Self::PaymentRefund => Self::PaymentRefund,
        }
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

impl Trouble {
    const ALL: [Self; 6] = [
        Self::Refused,
        Self::Error,
        Self::Slow,
        Self::Timeout,
        Self::TimeoutAfterEffect,
        Self::LateEffect,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Refused => "unavailable",
            Self::Error => "error",
            Self::Slow => "slow",
            Self::Timeout => "timeout",
            Self::TimeoutAfterEffect => "timeout_after_effect",
            Self::LateEffect => "late_effect",
        }
    }
}

/// A kind of trouble, and how many attempts it affects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Behaviour {
    /// What goes wrong.
    pub trouble: Trouble,
    /// How many attempts it affects, from the first; all of them if absent.
    pub attempts: Option<u32>,
}

impl Behaviour {
    /// Reads the text of a `sandbox` object's member; `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (name, attempts) = match text.split_once(':') {
            Some((name, digits)) => (name, Some(count(digits)?)),
            None => (text, None),
        };
        Some(Self { trouble: trouble(name)?, attempts })
    }
}

impl fmt::Display for Behaviour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.trouble.name())?;
        self.attempts.map_or(Ok(()), |attempts| write!(f, ":{attempts}"))
    }
}

/// The requested behaviours by step. A step that is not named behaves as usual.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sandbox(BTreeMap<SandboxStep, Behaviour>);

impl Sandbox {
    /// Reads a `sandbox` object by itself, as a compensation's input contains it.
    ///
    /// # Errors
    /// All keys and values that are not known.
    pub fn parse(object: &Value) -> Result<Self, Vec<crate::FieldError>> {
        Shape::default().read("sandbox", &object.to_string())
    }

    /// The behaviour that was asked of the step, if any.
    #[must_use]
    pub fn behaviour(&self, step: SandboxStep) -> Option<Behaviour> {
        self.0.get(&step).copied()
    }
}

impl Shaped for Sandbox {
    fn read(shape: &mut Shape, path: &str, value: Json<'_>) -> Option<Self> {
        let members = shape.object(path, value, &SandboxStep::ALL.map(SandboxStep::key))?;
        let mut behaviours = BTreeMap::new();
        for step in SandboxStep::ALL {
            let key = step.key();
            let asked = if step.may_be_refused() {
                shape.field::<Option<Requested>>(path, &members, key).flatten().map(Into::into)
            } else {
                shape.field::<Option<Releasing>>(path, &members, key).flatten().map(Into::into)
            };
            behaviours.extend(asked.map(|behaviour| (step, behaviour)));
        }
        Some(Self(behaviours))
    }

    fn canonical(&self) -> Option<Value> {
        let said = |step| self.behaviour(step).map(|behaviour| behaviour.to_string().into());
        object_of(SandboxStep::ALL.map(|step| (step.key(), said(step))))
    }

    fn schema(of: Bodies) -> Value {
        object_schema(SandboxStep::ALL.map(|step| {
            let schema = match step.may_be_refused() {
                true => <Option<Requested> as Shaped>::schema(of),
                false => <Option<Releasing> as Shaped>::schema(of),
            };
            (step.key(), schema, false)
        }))
    }

    fn form() -> Form {
        let members = SandboxStep::ALL.map(|step| {
            let form = match step.may_be_refused() {
                true => <Requested as Scalar>::form(),
                false => <Releasing as Scalar>::form(),
            };
            (step.key(), true, form)
        });
        Form::Object(members.into())
    }
}

/// How a supplier that reserves or charges may behave.
struct Requested(Behaviour);
/// How a supplier that releases or refunds may behave.
struct Releasing(Behaviour);

impl From<Requested> for Behaviour {
    fn from(Requested(behaviour): Requested) -> Self {
        behaviour
    }
}

impl From<Releasing> for Behaviour {
    fn from(Releasing(behaviour): Releasing) -> Self {
        behaviour
    }
}

impl Scalar for Requested {
    fn parse(value: Json<'_>) -> Result<Self, Broken> {
        let behaviour = Behaviour::parse(&text(value)?);
        behaviour.map(Self).ok_or_else(|| broken("format", REQUESTED))
    }

    fn text(&self) -> String {
        self.0.to_string()
    }

    fn schema(_: Bodies) -> Value {
        let names = "unavailable|declined|error|slow|timeout|timeout_after_effect|late_effect";
        pattern(&format!("^({names}){COUNT}$"), REQUESTED)
    }

    /// `declined` means for a payment what `unavailable` means for a seat.
    fn form() -> Form {
        let rewrites = vec![("^declined".to_owned(), "unavailable")];
        Form::Text { in_capitals: false, rewrites }
    }
}

impl Scalar for Releasing {
    fn parse(value: Json<'_>) -> Result<Self, Broken> {
        let fits = |behaviour: &Behaviour| {
            !matches!(behaviour.trouble, Trouble::Refused | Trouble::LateEffect)
        };
        let behaviour = Behaviour::parse(&text(value)?).filter(fits);
        behaviour.map(Self).ok_or_else(|| broken("format", RELEASING))
    }

    fn text(&self) -> String {
        self.0.to_string()
    }

    fn schema(_: Bodies) -> Value {
        pattern(&format!("^(error|slow|timeout|timeout_after_effect){COUNT}$"), RELEASING)
    }
}

const REQUESTED: &str = "must be unavailable (payment: declined), error, slow, timeout, \
    timeout_after_effect or late_effect, perhaps followed by a count such as error:2";
const RELEASING: &str = "must be error, slow, timeout or timeout_after_effect, \
    perhaps followed by a count such as error:2";
/// A count, as [`count`] reads it.
const COUNT: &str = "(:[1-9][0-9]{0,2})?";

/// A count of up to 999, which is more attempts than there are.
fn count(digits: &str) -> Option<u32> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    (plain && digits.len() <= 3).then(|| digits.parse().ok())?
}

fn trouble(name: &str) -> Option<Trouble> {
    if name == "declined" {
        return Some(Trouble::Refused);
    }
    Trouble::ALL.into_iter().find(|trouble| trouble.name() == name)
}
