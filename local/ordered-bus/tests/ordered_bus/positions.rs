//! Where a subscriber begins, ends, stops and goes on.

use std::time::Duration;

use aws_sdk_eventbridgev2::operation::create_subscriber::builders::CreateSubscriberFluentBuilder;
use aws_sdk_eventbridgev2::primitives::DateTime;
use aws_sdk_eventbridgev2::types::{
    OrderingType, PointInTimeConfiguration, PointType, ResumePosition, StartingPosition,
    SubscriberState,
};
use domain::Clock;

use crate::hook::Hook;
use crate::support::{Bed, eventually};

pub(crate) fn from_the_horizon() -> PointInTimeConfiguration {
    PointInTimeConfiguration::builder().point_type(PointType::Horizon).build().unwrap()
}

pub(crate) fn since(
    subscriber: CreateSubscriberFluentBuilder,
    point: PointInTimeConfiguration,
) -> CreateSubscriberFluentBuilder {
    let subscriber = subscriber.starting_position(StartingPosition::PointInTime);
    subscriber.point_in_time_configuration(point)
}

fn now(bed: &Bed) -> DateTime {
    DateTime::from_millis(bed.clock.now().as_millis())
}

/// Publishes the numbers to a group, ten seconds apart.
async fn publish(bed: &Bed, numbers: impl IntoIterator<Item = u32>) {
    for number in numbers {
        bed.clock.advance(Duration::from_secs(10));
        bed.publish("a", number).await;
    }
}

fn numbers(hook: &Hook) -> Vec<u64> {
    hook.events().into_iter().map(|(_, number)| number).collect()
}

#[tokio::test]
async fn a_new_subscriber_begins_now_or_at_a_point_in_the_past() {
    let bed = Bed::open().await;
    publish(&bed, 1..=2).await;
    bed.clock.advance(Duration::from_secs(5));
    let middle = now(&bed);
    publish(&bed, 3..=4).await;
    let point = PointInTimeConfiguration::builder().point_type(PointType::Timestamp);
    let point = point.starting_point(middle).build().unwrap();
    let hooks = [Hook::start().await, Hook::start().await, Hook::start().await];
    let subscriber = |hook: &Hook| bed.subscriber(OrderingType::Fifo, &hook.url);
    subscriber(&hooks[0]).name("latest").send().await.unwrap();
    since(subscriber(&hooks[1]).name("all"), from_the_horizon()).send().await.unwrap();
    since(subscriber(&hooks[2]).name("middle"), point).send().await.unwrap();
    publish(&bed, 5..=5).await;
    for name in ["latest", "all", "middle"] {
        bed.caught_up(name).await;
    }
    assert_eq!(hooks.each_ref().map(numbers), [vec![5], vec![1, 2, 3, 4, 5], vec![3, 4, 5]]);
}

#[tokio::test]
async fn a_subscriber_stops_at_its_end() {
    let bed = Bed::open().await;
    publish(&bed, 1..=2).await;
    bed.clock.advance(Duration::from_secs(5));
    let point = PointInTimeConfiguration::builder().point_type(PointType::Horizon);
    let point = point.end_point(now(&bed)).build().unwrap();
    publish(&bed, 3..=3).await;
    let hook = Hook::start().await;
    let subscriber = bed.subscriber(OrderingType::Fifo, &hook.url).name("past");
    let arn = since(subscriber, point).send().await.unwrap().subscriber_arn.unwrap();
    hook.took(2).await;
    eventually("it stops", async || {
        let told = bed.client.describe_subscriber().subscriber_arn(&arn).send().await.unwrap();
        told.state() == Some(&SubscriberState::Stopped)
    })
    .await;
    assert_eq!(numbers(&hook), [1, 2]);
}

#[tokio::test]
async fn a_point_outside_of_what_the_bus_keeps_is_refused() {
    let bed = Bed::open().await;
    for seconds in [-60, 60] {
        let at = DateTime::from_millis(bed.clock.now().as_millis() + seconds * 1000);
        let point = PointInTimeConfiguration::builder().point_type(PointType::Timestamp);
        let point = point.starting_point(at).build().unwrap();
        let subscriber = bed.subscriber(OrderingType::Fifo, "http://127.0.0.1:9/").name("s");
        let refused = since(subscriber, point).send().await.unwrap_err().into_service_error();
        assert!(refused.is_invalid_input_exception(), "{refused:?}");
    }
}

/// It goes on where it was, or at the end, as it is told; a restart in between changes nothing.
#[tokio::test]
async fn a_stopped_subscriber_goes_on_where_it_is_told_to() {
    let mut bed = Bed::open().await;
    let hook = Hook::start().await;
    let subscriber = bed.subscriber(OrderingType::Fifo, &hook.url).name("s");
    let arn = subscriber.send().await.unwrap().subscriber_arn.unwrap();
    publish(&bed, 1..=1).await;
    bed.caught_up("s").await;

    bed.update(&arn, SubscriberState::Stopped).await;
    publish(&bed, 2..=2).await;
    bed = bed.reopened().await;
    assert_eq!((bed.lag("s").await, numbers(&hook)), (1, vec![1]));
    bed.update(&arn, SubscriberState::Running).await;
    bed.caught_up("s").await;

    bed.update(&arn, SubscriberState::Stopped).await;
    publish(&bed, 3..=3).await;
    let resume = bed.client.update_subscriber().subscriber_arn(&arn);
    let resume = resume.state(SubscriberState::Running).resume_position(ResumePosition::Latest);
    resume.send().await.unwrap();
    publish(&bed, 4..=4).await;
    bed.caught_up("s").await;
    assert_eq!(numbers(&hook), [1, 2, 4]);
}
