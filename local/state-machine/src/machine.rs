//! A definition with its name and ARN.

use crate::definition::Definition;

/// A state machine as the runner serves it.
#[derive(Debug, Clone)]
pub struct Machine {
    /// The name, such as `trip-booking`.
    pub name: String,
    /// The ARN, `arn:aws:states:REGION:ACCOUNT:stateMachine:NAME`.
    pub arn: String,
    /// The definition.
    pub definition: Definition,
}

impl Machine {
    /// The ARN of this machine's execution of that name.
    #[must_use]
    pub fn execution_arn(&self, execution: &str) -> String {
        format!("{}:{execution}", self.arn.replacen(":stateMachine:", ":execution:", 1))
    }

    pub(crate) fn region(&self) -> &str {
        self.arn.split(':').nth(3).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Definition, Machine};

    #[test]
    fn an_execution_arn_follows_from_the_machine_s() {
        let json = r#"{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}"#;
        let machine = Machine {
            name: "m".to_owned(),
            arn: "arn:aws:states:eu-west-1:000000000000:stateMachine:m".to_owned(),
            definition: Definition::load(json, &BTreeMap::new()).unwrap(),
        };
        assert_eq!(
            machine.execution_arn("trip-1"),
            "arn:aws:states:eu-west-1:000000000000:execution:m:trip-1"
        );
        assert_eq!(machine.region(), "eu-west-1");
    }
}
