//! What a mapping works with, as its loops share it.

use std::sync::Arc;

use aws_sdk_dynamodbstreams::Client;
use domain::Clock;
use tokio::sync::watch;

use crate::config::MappingConfig;
use crate::destination::FailureDestination;
use crate::filter::Filters;
use crate::handler::Handler;
use crate::positions::PositionStore;
use crate::progress::Progress;

/// What a mapping works with.
#[derive(Clone)]
pub struct Ports {
    /// The function.
    pub handler: Arc<dyn Handler>,
    /// Where the mapping keeps how far it has come.
    pub positions: Arc<dyn PositionStore>,
    /// Where discarded batches go. Without one a discarded batch is only logged.
    pub on_failure: Option<Arc<dyn FailureDestination>>,
    /// What the age of a record is told by.
    pub clock: Arc<dyn Clock>,
}

/// What the loops of a mapping share.
pub(crate) struct Context {
    pub(crate) config: MappingConfig,
    pub(crate) filters: Filters,
    pub(crate) client: Client,
    pub(crate) ports: Ports,
    pub(crate) progress: watch::Sender<Progress>,
}
