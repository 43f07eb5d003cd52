//! Tables and a bus of one's own, on which one schedule after the other is run.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::types::{AttributeValue, DeleteRequest, PutRequest, WriteRequest};
use bed::{Bed, InOrder, invocation};
use dispatcher::{EventBridge, Limits, OrderedBus, Publisher, Settings};
use domain::{Clock, TripId};
use lambda_kit::error::FunctionError;
use lambda_kit::stream::raw;
use lambda_runtime::{Context, LambdaEvent};
use serde_json::Value;
use store::outbox::OutboxKey;
use stream_replay::{Delivery, Mishap, Outcome};
use tokio_util::task::TaskTracker;

use super::cast::Cast;
use super::mortal::{Life, Mortal};
use super::story::Raw;

/// Most requests of one `BatchWriteItem`.
const WRITES: usize = 25;
/// What an invocation whose services fail has left before its timeout: enough for a few attempts.
const SHORT: Duration = Duration::from_millis(3_700);

/// The functions' services, and what they left there.
pub(super) struct Lane {
    bed: Bed,
    publisher: Arc<dyn Publisher>,
    /// The bus, if it is an ordered one.
    in_order: Option<InOrder>,
    sent: TaskTracker,
}

/// The two consumers of the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Consumer {
    Projector,
    Dispatcher,
}

impl Lane {
    pub(super) async fn new() -> Self {
        let bed = Bed::new().await;
        let config = bed.config_with(&[("AWS_ENDPOINT_URL_EVENTBRIDGE", bed.bus.url())]);
        let eventbridge = EventBridge::from_config(&config).await.unwrap();
        let publisher = Arc::new(eventbridge);
        Self { bed, publisher, in_order: None, sent: TaskTracker::new() }
    }

    /// The same with an ordered bus.
    pub(super) async fn in_order() -> Self {
        let mut bed = Bed::new().await;
        let in_order = InOrder::on(&mut bed).await;
        let config = bed.config_with(&in_order.settings(&bed));
        let publisher = Arc::new(OrderedBus::from_config(&config).await.unwrap());
        Self { bed, publisher, in_order: Some(in_order), sent: TaskTracker::new() }
    }

    /// The ordered bus.
    pub(super) fn ordered_bus(&self) -> &ordered_bus::OrderedBus {
        &self.in_order.as_ref().unwrap().bus
    }

    /// An empty view, an empty bus, the time of the story's end, and the cast's events in the
    /// outbox as they were committed; or, where they are not to be `fresh`, as they were dispatched
    /// before.
    pub(super) async fn reset(&mut self, cast: &Cast, fresh: bool) {
        let rows = cast.story().rows.keys().map(|trip| {
            let delete = DeleteRequest::builder().key("trip_id", text(trip.as_str())).build();
            let write = WriteRequest::builder().delete_request(delete.unwrap()).build();
            (&self.bed.tables.search, write)
        });
        let events = cast.outbox().filter(|_| fresh).map(|(_, item)| {
            let put = PutRequest::builder().set_item(Some(item.clone())).build().unwrap();
            (&self.bed.tables.trips, WriteRequest::builder().put_request(put).build())
        });
        let writes: Vec<_> = rows.chain(events).collect();
        for chunk in writes.chunks(WRITES) {
            self.write(chunk).await;
        }
        match &self.in_order {
            Some(in_order) => in_order.bus.forget().await,
            None => self.bed.bus.forget().await,
        }
        self.bed.clock.set(cast.story().ended);
        self.sent = TaskTracker::new();
    }

    async fn write(&self, writes: &[(&String, WriteRequest)]) {
        let mut request = HashMap::<String, Vec<_>>::new();
        for (table, write) in writes {
            request.entry((*table).clone()).or_default().push(write.clone());
        }
        let answer = self.bed.client.batch_write_item().set_request_items(Some(request));
        let left = answer.send().await.unwrap().unprocessed_items.unwrap_or_default();
        assert!(left.is_empty(), "{left:?}");
    }

    /// Hands a batch to a consumer, and has it meet with its mishap. Its number of calls comes with
    /// what became of it.
    pub(super) async fn deliver(&self, to: Consumer, delivery: &Delivery<'_>) -> (Outcome, usize) {
        self.bed.clock.advance(delivery.after);
        let life = Life::new(delivery.mishap, &self.sent);
        let event = LambdaEvent::new(delivery.event(), self.context(delivery.mishap));
        let answer = life.live(self.invoke(to, &life, event)).await;
        let outcome = answer.map_or(Outcome::Died, |answer| Outcome::Answered(answer.unwrap()));
        (outcome, life.calls())
    }

    async fn invoke(
        &self,
        consumer: Consumer,
        life: &Life,
        event: LambdaEvent<Value>,
    ) -> Result<Value, FunctionError> {
        match consumer {
            Consumer::Projector => projector::handle(&self.projector(life), raw(event)).await,
            Consumer::Dispatcher => dispatcher::handle(&self.dispatcher(life), raw(event)).await,
        }
    }

    fn projector(&self, life: &Life) -> projector::Deps {
        let view = Mortal { life: life.clone(), service: self.bed.view() };
        projector::Deps::new(Arc::new(view), self.bed.clock.clone())
    }

    fn dispatcher(&self, life: &Life) -> dispatcher::Deps {
        let outbox = Mortal { life: life.clone(), service: self.bed.table() };
        let bus = Mortal { life: life.clone(), service: self.publisher.clone() };
        let (outbox, bus, clock) = (Arc::new(outbox), Arc::new(bus), self.bed.clock.clone());
        if self.in_order.is_none() {
            return dispatcher::Deps::new(outbox, bus, clock, Settings::default());
        }
        let settings = Settings { limits: Limits::of_an_ordered_bus(), ..Settings::default() };
        dispatcher::Deps::new(outbox, bus, clock, settings).in_order()
    }

    /// Where services fail, there is not much time to try again.
    fn context(&self, mishap: Option<Mishap>) -> Context {
        let mut context = Context::default();
        if let Some(Mishap::FailsFrom(_)) = mishap {
            let deadline = self.bed.clock.now().as_millis() + SHORT.as_millis() as i64;
            context.deadline = deadline.try_into().unwrap();
        }
        context
    }

    /// Waits until whatever the dead have sent has taken effect.
    pub(super) async fn settle(&self) {
        self.sent.close();
        self.sent.wait().await;
    }

    /// How many of the cast's events are not marked as dispatched.
    pub(super) async fn pending(&self, cast: &Cast) -> usize {
        let keys: Vec<OutboxKey> = cast.outbox().map(|(key, _)| key.clone()).collect();
        self.bed.outbox().still_pending(&keys).await.unwrap().len()
    }

    /// Runs the sweeper, late enough for it to take up all that is pending.
    pub(super) async fn sweep(&self) {
        self.bed.clock.advance(Settings::default().grace + Duration::from_secs(1));
        let event = invocation(Value::Null);
        let life = Life::new(None, &TaskTracker::new());
        dispatcher::sweeper::handle(&self.dispatcher(&life), event).await.unwrap();
    }

    /// The view, item by item.
    pub(super) async fn rows(&self) -> BTreeMap<TripId, Raw> {
        let scan = self.bed.client.scan().table_name(&self.bed.tables.search).consistent_read(true);
        let items = scan.into_paginator().items().send();
        let items: Vec<Raw> = items.try_collect().await.unwrap();
        items
            .into_iter()
            .map(|item| (TripId::parse(item["trip_id"].as_s().unwrap()).unwrap(), item))
            .collect()
    }

    /// The envelopes that the bus took, in order, as often as it took them.
    pub(super) async fn published(&self) -> Vec<Value> {
        self.bed.bus.published().await
    }
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}
