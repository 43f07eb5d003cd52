//! An ordered bus in the place of the bed's own.

use ordered_bus::{OrderedBus, Served};

use crate::{Bed, FaultProxy};

const ARN: &str =
    "arn:aws:events:ap-northeast-1:123456789012:event-busv2/trip-saga/abcdefghij0123456789abcde";

/// An ordered bus behind the bed's proxy for events.
pub struct InOrder {
    /// The bus itself.
    pub bus: OrderedBus,
    _served: Served,
}

impl InOrder {
    /// An empty bus that tells the time by the bed's clock.
    pub async fn on(bed: &mut Bed) -> Self {
        let bus = OrderedBus::new(ARN, bed.clock.clone());
        let served = bus.serve().await.unwrap();
        bed.events = FaultProxy::before(served.url()).await;
        Self { bus, _served: served }
    }

    /// The settings by which functions use it.
    #[must_use]
    pub fn settings<'a>(&self, bed: &'a Bed) -> [(&'a str, &'a str); 2] {
        [("EVENT_BUS", ARN), ("AWS_ENDPOINT_URL_EVENTBRIDGEV2", bed.events.url())]
    }

    /// The dispatcher and the sweeper, in a process that knows nothing yet.
    pub async fn dispatcher(&self, bed: &Bed) -> dispatcher::Deps {
        bed.dispatcher_with(&self.settings(bed)).await
    }
}
