//! What is set up on the bus.

use async_trait::async_trait;

/// The rules of the product's bus, and the subscribers of an ordered one.
#[async_trait]
pub trait Bus: Send + Sync {
    /// Its rules with their targets.
    ///
    /// # Errors
    /// When the bus cannot be asked.
    async fn rules(&self) -> anyhow::Result<Vec<Rule>>;

    /// Where each subscriber of the ordered bus is; `None` without an ordered bus.
    ///
    /// # Errors
    /// When the bus cannot be asked.
    async fn subscribers(&self) -> anyhow::Result<Option<Vec<Subscriber>>>;
}

/// A rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// EventBridge's word: `ENABLED` or `DISABLED`.
    pub state: String,
    /// Its event pattern.
    pub pattern: String,
    /// What it is for.
    pub description: String,
    /// The id and the ARN of each target.
    pub targets: Vec<(String, String)>,
}

/// A subscriber of an ordered bus, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscriber {
    /// Its name.
    pub name: String,
    /// Whether it delivers.
    pub is_running: bool,
    /// Whether it keeps the order within event groups.
    pub is_ordered: bool,
    /// Its target's address.
    pub target: String,
    /// The sequence number up to which it has come.
    pub position: i64,
    /// How many events before its position are on their way, or are to be sent again.
    pub open: u64,
    /// How many events of its bus are not settled.
    pub lag: u64,
}
