//! Functions as targets: batches, and what a function is sent.

use aws_sdk_eventbridgev2::types::{BatchConfiguration, OrderingType};

use crate::hook::{Hook, named};
use crate::positions::{from_the_horizon, since};
use crate::support::Bed;

const MAIL: &str = "arn:aws:lambda:us-east-1:000000000000:function:mail";

fn batches(size: i32) -> BatchConfiguration {
    BatchConfiguration::builder().max_batch_size(size).max_batch_window_in_seconds(0).build()
}

/// An array in the order of the bus; the event itself where batches are of one.
#[tokio::test]
async fn a_function_gets_an_array_unless_its_batches_are_of_one() {
    let hook = Hook::start().await;
    let invoke = hook.url.replace("/hook", "").parse().unwrap();
    let bed = Bed::with(|config| config.invoke_address = Some(invoke)).await;
    for number in 1..=5 {
        bed.publish("a", number).await;
    }
    let many =
        bed.subscriber(OrderingType::Fifo, MAIL).name("many").batch_configuration(batches(3));
    since(many, from_the_horizon()).send().await.unwrap();
    bed.caught_up("many").await;
    let sent = hook.taken();
    assert!(sent.iter().all(|it| it.path == "/2015-03-31/functions/mail/invocations"), "{sent:?}");
    let arrays: Vec<_> = sent.iter().map(|it| it.body.as_array().unwrap()).collect();
    assert!(arrays.iter().all(|array| array.len() <= 3), "{arrays:?}");
    let numbers: Vec<_> = arrays.into_iter().flatten().map(|event| named(event).1).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5]);

    let one = bed.subscriber(OrderingType::Fifo, MAIL).name("one").batch_configuration(batches(1));
    one.send().await.unwrap();
    bed.publish("a", 6).await;
    bed.caught_up("one").await;
    bed.caught_up("many").await;
    let bodies: Vec<_> = hook.taken().into_iter().skip(sent.len()).map(|it| it.body).collect();
    assert_eq!(bodies.iter().filter(|body| named(body).1 == 6).count(), 1);
    assert_eq!(bodies.iter().filter(|body| body.is_array()).count(), 1);
}
