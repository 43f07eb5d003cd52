//! The option `--bus`.

use local::BusKind;

/// What events are published to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Bus {
    /// EventBridge's bus with rules; it promises no order
    #[default]
    Classic,
    /// EventBridge's ordered bus: each trip's events in order, without repeats
    Ordered,
}

impl From<Bus> for BusKind {
    fn from(bus: Bus) -> Self {
        match bus {
            Bus::Classic => Self::Classic,
            Bus::Ordered => Self::Ordered,
        }
    }
}
