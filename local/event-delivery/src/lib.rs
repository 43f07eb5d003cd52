//! Delivery of events to targets that a developer has: an HTTP address, or a Lambda function behind
//! an invoke address. It knows neither buses nor rules.
//!
//! A [`Target`] says where an event goes and what is sent of it, in EventBridge's terms. It makes a
//! [`Request`], which a [`Sender`] sends once. After a failure a [`RetryPolicy`] says when to send
//! it again, or that it is a [`DeadLetter`], which a [`DeadLetterFile`] keeps.
//!
//! ```
//! use event_delivery::{Address, EventFacts, Input, Target};
//! use serde_json::value::RawValue;
//!
//! let target = Target {
//!     address: "http://127.0.0.1:3000/hook".parse::<Address>()?,
//!     input: Input::path("$.detail.subject")?,
//!     http: None,
//! };
//! let event = RawValue::from_string(r#"{"detail": {"subject": "trip-0001"}}"#.to_owned())?;
//! let received_at = "2026-03-01T01:00:00Z".parse()?;
//! let facts = EventFacts { rule_arn: "…", rule_name: "…", received_at };
//! assert_eq!(target.request(&event, &facts, None)?.body, r#""trip-0001""#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod address;
mod dead_letter;
mod dead_letter_file;
mod http_parameters;
mod input;
mod outcome;
mod retry_after;
mod retry_policy;
mod sender;
mod target;

pub use address::{Address, AddressFormat, invocations};
pub use dead_letter::{DeadLetter, Undelivered};
pub use dead_letter_file::{DeadLetterFile, Kept};
pub use http_parameters::{HttpParameters, HttpParametersError};
pub use input::{EventFacts, Input, InputError};
pub use outcome::{Exhausted, Failure};
pub use reqwest::Url;
pub use retry_policy::{Next, RetryPolicy};
pub use sender::{Sender, is_listening};
pub use target::{Destination, Kind, Request, Target, Unsendable};
