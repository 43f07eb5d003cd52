//! The ordered bus of a running system, and a subscriber that is made for one command.

use std::error::Error;

use anyhow::{Context, anyhow};
use aws_sdk_eventbridgev2::Client;
use aws_sdk_eventbridgev2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_eventbridgev2::primitives::DateTime;
use aws_sdk_eventbridgev2::types::builders::PointInTimeConfigurationBuilder;
use aws_sdk_eventbridgev2::types::{
    Filter, FilterConfiguration, FilterScope, InvokeConfiguration, OrderingType,
    PointInTimeConfiguration, PointType, RetryPolicy, StartingPosition, SubscriberState,
};
use domain::{Clock, Timestamp};
use lambda_kit::clock::SystemClock;
use local::Standing;
use local::account::{ACCOUNT, ORDERED_BUS};
use operator::{Refusal, root};
use uuid::Uuid;

use super::{ClientError, Endpoint};

/// The option that names the services' endpoint.
const OPTION: &str = "--aws-endpoint";
/// As long as a subscriber may try: the address may be away for a day.
const RETRIES: i32 = 185;
const AGE: i32 = 86_400;
/// The router's answer where there is no ordered bus.
const NOT_SERVED: u16 = 404;

/// The ordered bus of a running system.
pub(crate) struct OrderedBus {
    client: Client,
    http: reqwest::Client,
    endpoint: Endpoint,
    arn: String,
    /// The earliest time of which it has events.
    kept_since: Timestamp,
}

/// What a subscriber is to be sent.
pub(crate) struct Wanted {
    pub(crate) from: Option<Timestamp>,
    pub(crate) to: String,
    pub(crate) pattern: Option<String>,
    pub(crate) follow: bool,
}

impl OrderedBus {
    /// The bus of the system at this address.
    pub(crate) async fn find(endpoint: &Endpoint) -> anyhow::Result<Self> {
        let client = Client::new(&endpoint.access().await.config);
        let failed = |error| failed(endpoint, "find the bus", &error);
        let list = client.list_event_buses().name_prefix(ORDERED_BUS).send().await;
        let buses = list.map_err(|error| classic(&error).unwrap_or_else(|| failed(error)))?;
        let bus = buses.event_buses().iter().find(|bus| bus.name() == Some(ORDERED_BUS));
        let arn = bus.and_then(|bus| bus.event_bus_arn()).context("the system has no such bus")?;
        let told = client.describe_event_bus().event_bus_arn(arn).send().await;
        let told = told.map_err(|error| self::failed(endpoint, "describe the bus", &error))?;
        let start = told.storage_configuration().and_then(|it| it.retention_window_start_time());
        let kept_since = start.map_or(Ok(0), |start| start.to_millis())?;
        Ok(Self {
            arn: arn.to_owned(),
            kept_since: Timestamp::from_millis(kept_since),
            http: endpoint.client().build()?,
            endpoint: endpoint.clone(),
            client,
        })
    }

    /// Makes a subscriber, which waits to be started; returns its ARN.
    pub(crate) async fn subscribe(&self, wanted: Wanted) -> anyhow::Result<String> {
        let invoke = InvokeConfiguration::builder()
            .target_arn(wanted.to.clone())
            // A local system assumes no role.
            .role_arn(format!("arn:aws:iam::{ACCOUNT}:role/local"))
            .build()?;
        let patience = RetryPolicy::builder().max_retry_attempts(RETRIES);
        let subscriber = self
            .client
            .create_subscriber()
            .name(format!("replay-{}", Uuid::now_v7().simple()))
            .event_bus_arn(&self.arn)
            .r#type(OrderingType::Fifo)
            .state(SubscriberState::Stopped)
            .invoke_configuration(invoke)
            .starting_position(StartingPosition::PointInTime)
            .point_in_time_configuration(self.point(&wanted)?)
            .retry_policy(patience.max_event_age_in_seconds(AGE).build())
            .set_filter_configuration(wanted.pattern.map(filtered).transpose()?);
        let made = subscriber.send().await;
        let made = made.map_err(|error| self.failed("make a subscriber", &error))?;
        made.subscriber_arn.context("the bus did not name the subscriber")
    }

    /// From where to where. What is before all that the bus has is its first event.
    fn point(&self, wanted: &Wanted) -> anyhow::Result<PointInTimeConfiguration> {
        let at = |time: Timestamp| DateTime::from_millis(time.as_millis());
        let point = PointInTimeConfigurationBuilder::default();
        let point = match wanted.from.filter(|from| *from > self.kept_since) {
            None => point.point_type(PointType::Horizon),
            Some(from) => point.point_type(PointType::Timestamp).starting_point(at(from)),
        };
        let end = (!wanted.follow).then(|| at(SystemClock.now()));
        Ok(point.set_end_point(end).build()?)
    }

    pub(crate) async fn standing(&self, subscriber: &str) -> anyhow::Result<Standing> {
        let failed = |error| ClientError::of(&self.endpoint, OPTION, &error);
        let request = self.http.get(self.endpoint.at(&["ordered-bus", "subscribers"]));
        let response = request.send().await.map_err(failed)?.error_for_status()?;
        let all: Vec<Standing> = serde_json::from_str(&response.text().await.map_err(failed)?)?;
        let found = all.into_iter().find(|standing| standing.arn == subscriber);
        found.context("the subscriber was deleted by somebody else")
    }

    pub(crate) async fn start(&self, subscriber: &str) -> anyhow::Result<()> {
        let update = self.client.update_subscriber().subscriber_arn(subscriber);
        let started = update.state(SubscriberState::Running).send().await;
        started.map(drop).map_err(|error| self.failed("start the subscriber", &error))
    }

    pub(crate) async fn delete(&self, subscriber: &str) -> anyhow::Result<()> {
        let delete = self.client.delete_subscriber().subscriber_arn(subscriber).send().await;
        delete.map(drop).map_err(|error| self.failed("delete the subscriber", &error))
    }

    fn failed<E>(&self, what: &str, error: &SdkError<E>) -> anyhow::Error
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        failed(&self.endpoint, what, error)
    }
}

fn filtered(pattern: String) -> anyhow::Result<FilterConfiguration> {
    let filter = Filter::builder().scope(FilterScope::Data).pattern(pattern).build()?;
    Ok(FilterConfiguration::builder().filters(filter).build())
}

/// The refusal of a system that has no ordered bus.
fn classic<E>(error: &SdkError<E>) -> Option<anyhow::Error>
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let is_unknown = error.code().is_none()
        && error.raw_response().is_some_and(|answer| answer.status().as_u16() == NOT_SERVED);
    let what = "the running system publishes to a classic bus, which has no subscribers";
    let advice = [
        "send what its archive has with `trip events forward --since TIME --to URL`".to_owned(),
        "or make an archive and a replay of it (docs/events/README.md)".to_owned(),
        "or start the system with `trip up --bus ordered`".to_owned(),
    ];
    is_unknown.then(|| Refusal::new(what, advice).into())
}

fn failed<E>(endpoint: &Endpoint, what: &str, error: &SdkError<E>) -> anyhow::Error
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let is_unsent = matches!(error, SdkError::DispatchFailure(_) | SdkError::TimeoutError(_));
    match error.code() {
        None if is_unsent => ClientError::unreachable(endpoint, OPTION, root(error)).into(),
        Some(code) => anyhow!("cannot {what}: {code}: {}", error.message().unwrap_or_default()),
        None => anyhow!("cannot {what}: {}", root(error)),
    }
}
