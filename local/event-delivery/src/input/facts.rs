//! What a template can say that is not in the event.

use domain::Timestamp;

/// What a template can say beside the event.
#[derive(Clone, Copy, Debug)]
pub struct EventFacts<'a> {
    /// The ARN of the rule that the event matched.
    pub rule_arn: &'a str,
    /// Its name.
    pub rule_name: &'a str,
    /// When the bus received the event.
    pub received_at: Timestamp,
}
