//! The parts that a mapping works with, as its loops share them.

use std::sync::Arc;

use domain::Clock;
use tokio::sync::watch;

use crate::config::MappingConfig;
use crate::destination::FailureDestination;
use crate::filter::Filters;
use crate::handler::Handler;
use crate::positions::PositionStore;
use crate::progress::Progress;
use crate::source::Source;

/// The parts that a mapping works with.
#[derive(Clone)]
pub struct Ports {
    /// The function.
    pub handler: Arc<dyn Handler>,
    /// Where the mapping stores its positions.
    pub positions: Arc<dyn PositionStore>,
    /// Where discarded batches go. Without a destination a discarded batch is only logged.
    pub on_failure: Option<Arc<dyn FailureDestination>>,
    /// The clock for the age of a record.
    pub clock: Arc<dyn Clock>,
}

/// The parts that the loops of a mapping share.
pub(crate) struct Context {
    pub(crate) config: MappingConfig,
    pub(crate) filters: Filters,
    pub(crate) source: Source,
    pub(crate) ports: Ports,
    pub(crate) progress: watch::Sender<Progress>,
}
