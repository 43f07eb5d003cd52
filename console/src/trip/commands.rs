//! The same by `curl`, by `trip` and by the AWS CLI.

use maud::{Markup, html};

use super::read::Trip;
use crate::api::OPERATOR;
use crate::app::App;
use crate::parts::command;

/// A command for each part of the page.
pub(super) fn part(app: &App, trip: &Trip) -> Markup {
    let (id, places) = (trip.id.as_str(), &app.places);
    let curl = |method: &str, path: &str| {
        format!("curl -s{method} {}/trips/{id}{path} -H 'Authorization: {OPERATOR}'", places.api)
    };
    // An id may begin with a dash.
    let trip_command = |name: &str| format!("trip {name} --endpoint {} -- {id}", places.api);
    let history = trip.runs.first().map(|run| {
        format!(
            "aws stepfunctions get-execution-history --endpoint-url {} --execution-arn {}",
            places.aws, run.arn
        )
    });
    let partition = trip.items.first().map(|item| item["PK"].to_string());
    let items = partition.map(|partition| {
        format!(
            "aws dynamodb query --endpoint-url {} --table-name {} --key-condition-expression 'PK = :trip' \
             --expression-attribute-values '{{\":trip\":{partition}}}'",
            places.dynamodb,
            app.trips.table(),
        )
    });
    html! {
        section #commands {
            h2 { "The same from the command line" }
            (command("curl-get", "The trip", &curl("", "")))
            (command("trip-get", "The trip, by trip", &trip_command("get")))
            (command("curl-events", "Its events", &curl("", "/events")))
            (command("trip-timeline", "Its events, by trip", &trip_command("timeline")))
            @if trip.status() == "CONFIRMED" {
                (command("curl-cancel", "Cancel it", &curl(" -X POST", "/cancellation")))
            }
            @if let Some(history) = history { (command("aws-history", "Its saga's history", &history)) }
            @if let Some(items) = items { (command("aws-items", "Its items", &items)) }
        }
    }
}
