//! The whole system in this process, on tables of its own.

use local::{Options, Pace, System};
use store::Tables;

use super::{Booking, access_key, unique_name};

/// A fast system on the DynamoDB at `endpoint`, or on the embedded engine.
pub async fn system_on(endpoint: Option<&str>) -> System {
    let tables = Tables::prefixed(&unique_name("t"));
    let options = Options {
        dynamodb_endpoint: endpoint.map(str::to_owned),
        access_key: access_key(&tables),
        tables,
        pace: Pace::FAST,
        ..Options::ephemeral()
    };
    System::start(options).await.unwrap()
}

/// Sends a booking to a system as a customer; it must be accepted.
pub async fn book_on(system: &System, booking: &Booking) {
    let request = reqwest::Client::new().post(format!("{}/trips", system.urls().api));
    let request = request.bearer_auth("dev-customer-1").json(booking.body());
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 202, "{}", answer.text().await.unwrap());
}
