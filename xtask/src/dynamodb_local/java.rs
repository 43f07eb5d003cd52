//! The Java that DynamoDB Local needs.

use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::command;

/// DynamoDB Local 3 is compiled for Java 17.
pub(crate) const MINIMUM_JAVA: u32 = 17;

const HOW_TO_INSTALL: &str = "DynamoDB Local needs Java 17 or later: \
    apt-get install -y openjdk-17-jre-headless (Debian, Ubuntu) or brew install openjdk@17 (macOS)";

/// An installed Java.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Java {
    /// The feature release: 17 for `17.0.15`, 8 for `1.8.0_412`.
    pub(crate) feature_release: u32,
}

impl Java {
    /// The `java` of this machine.
    pub(crate) fn installed() -> Option<Self> {
        let output = command::capture(Command::new("java").arg("-version")).ok()?;
        Self::parse(&String::from_utf8_lossy(&output.stderr))
    }

    /// Checks that the `java` of this machine is new enough.
    pub(super) fn require() -> Result<()> {
        let java = Self::installed().context(HOW_TO_INSTALL)?;
        let found = java.feature_release;
        ensure!(found >= MINIMUM_JAVA, "found Java {found}. {HOW_TO_INSTALL}");
        Ok(())
    }

    /// Reads what `java -version` prints: `openjdk version "17.0.15" 2025-04-15` and more lines.
    fn parse(text: &str) -> Option<Self> {
        let version = text.split('"').nth(1)?;
        let version = version.strip_prefix("1.").unwrap_or(version);
        let digits = version.split(|c: char| !c.is_ascii_digit()).next()?;
        Some(Self { feature_release: digits.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_feature_release_is_read_from_every_form_of_version() {
        for (text, expected) in [
            ("openjdk version \"17.0.15\" 2025-04-15\nOpenJDK Runtime Environment", Some(17)),
            ("openjdk version \"21-ea\" 2023-09-19", Some(21)),
            ("java version \"1.8.0_412\"", Some(8)),
            ("The operation couldn't be completed. Unable to locate a Java Runtime.", None),
        ] {
            assert_eq!(Java::parse(text).map(|java| java.feature_release), expected, "{text}");
        }
    }
}
