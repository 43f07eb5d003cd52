//! The bus in the console.

use aws_sdk_eventbridgev2::Client;
use aws_sdk_eventbridgev2::types::{InvokeConfiguration, OrderingType};
use bed::{Booking, book_on, eventually};
use lambda_kit::clients::sdk_config;
use local::account::ordered_bus_arn;
use local::{BusKind, Options, Pace, System};

use super::Console;

const PAGE: &str = "/console/events";
const HEADING: &str = "Subscribers of the ordered bus";

#[tokio::test]
async fn an_ordered_bus_has_its_subscribers_on_the_page_with_their_positions() {
    let options = Options { bus: BusKind::Ordered, pace: Pace::FAST, ..Options::ephemeral() };
    let console = Console::of(System::start(options).await.unwrap());
    assert!(console.text(PAGE).await.contains(HEADING));
    let target = format!("{}/health", console.system.urls().api);
    let client = Client::new(&sdk_config(console.system.config(), "eventbridgev2").await);
    let invoke = InvokeConfiguration::builder().target_arn(&target);
    let invoke = invoke.role_arn("arn:aws:iam::000000000000:role/delivery").build().unwrap();
    let made = client.create_subscriber().name("log").event_bus_arn(ordered_bus_arn());
    made.r#type(OrderingType::Fifo).invoke_configuration(invoke).send().await.unwrap();
    book_on(&console.system, &Booking::new("trip-1")).await;
    eventually("the subscriber at the last of four events", async || {
        let page = console.text(PAGE).await;
        let (_, row) = page.split_once("<th scope=\"row\">log</th>")?;
        let (row, _) = row.split_once("</tr>")?;
        assert!(row.contains("RUNNING") && row.contains(&target), "{row}");
        row.contains("<td class=\"number\">4</td>").then_some(())
    })
    .await;
    console.system.stop().await;
}

#[tokio::test]
async fn a_classic_bus_has_none() {
    let console = Console::start().await;
    assert!(!console.text(PAGE).await.contains(HEADING));
    console.system.stop().await;
}
