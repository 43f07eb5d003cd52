//! A consumer of a stream: for each order it keeps the newest version in the table of totals.
//!
//! Orders change and come again in any order across customers, so the consumer stores an order's
//! amount under its version and never goes back. A customer's total is the sum over their orders.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::types::AttributeValue::{N, S};
use serde_json::{Value, json};

/// Handles one batch of the stream. Stops at the first record that it cannot get done, and reports
/// it.
pub async fn handle(client: &Client, table: &str, event: &Value) -> Value {
    for record in event["Records"].as_array().into_iter().flatten() {
        if let Err(error) = keep(client, table, &record["dynamodb"]["NewImage"]).await {
            eprintln!("{error}");
            let failed = &record["dynamodb"]["SequenceNumber"];
            return json!({"batchItemFailures": [{"itemIdentifier": failed}]});
        }
    }
    json!({"batchItemFailures": []})
}

/// Stores an order's amount, unless a newer version is there.
async fn keep(client: &Client, table: &str, order: &Value) -> Result<(), String> {
    let text = |name: &str| S(order[name]["S"].as_str().unwrap_or_default().to_owned());
    let number = |name: &str| N(order[name]["N"].as_str().unwrap_or("0").to_owned());
    let item = HashMap::from([
        ("customer".to_owned(), text("customer")),
        ("order".to_owned(), text("order")),
        ("amount".to_owned(), number("amount")),
        ("version".to_owned(), number("version")),
    ]);
    let put = client.put_item().table_name(table).set_item(Some(item));
    let put = put.condition_expression("attribute_not_exists(version) OR version < :version");
    match put.expression_attribute_values(":version", number("version")).send().await {
        Ok(_) => Ok(()),
        Err(SdkError::ServiceError(error))
            if error.err().is_conditional_check_failed_exception() =>
        {
            Ok(())
        }
        Err(error) => Err(format!("an order cannot be stored: {error:?}")),
    }
}

/// What each customer has ordered.
pub async fn totals(client: &Client, table: &str) -> HashMap<String, i64> {
    let found = client.scan().table_name(table).consistent_read(true).send().await;
    let mut totals = HashMap::new();
    for item in found.ok().and_then(|found| found.items).unwrap_or_default() {
        let amount = item["amount"].as_n().ok().and_then(|amount| amount.parse::<i64>().ok());
        let customer = item["customer"].as_s().map(String::clone).unwrap_or_default();
        *totals.entry(customer).or_default() += amount.unwrap_or_default();
    }
    totals
}

/// An order as it is written to the table of orders.
#[must_use]
pub fn order(
    customer: &str,
    order: &str,
    version: u32,
    amount: u32,
) -> HashMap<String, AttributeValue> {
    HashMap::from([
        ("customer".to_owned(), S(customer.to_owned())),
        ("order".to_owned(), S(order.to_owned())),
        ("version".to_owned(), N(version.to_string())),
        ("amount".to_owned(), N(amount.to_string())),
    ])
}
