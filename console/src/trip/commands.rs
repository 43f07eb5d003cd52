//! The same by `curl`, by `trip` and by the AWS CLI.

use maud::{Markup, html};

use super::read::Trip;
use crate::app::App;
use crate::parts::command;

/// A command for each part of the page.
pub(super) fn part(app: &App, trip: &Trip) -> Markup {
    let (id, place) = (trip.id.as_str(), &app.place);
    let curl = |method: &str, path: &str| place.curl(method, &format!("/trips/{id}{path}"));
    let trip_command = |name: &str| place.trip(name, &trip.id);
    let history = trip.runs.first().map(|run| {
        format!(
            "aws stepfunctions get-execution-history{} --execution-arn {}",
            place.services_option(),
            run.arn
        )
    });
    let partition = trip.items.first().map(|item| item["PK"].to_string());
    let items = partition.map(|partition| {
        format!(
            "aws dynamodb query{} --table-name {} --key-condition-expression 'PK = :trip' \
             --expression-attribute-values '{{\":trip\":{partition}}}'",
            place.tables_option(),
            app.operator.trips.table(),
        )
    });
    html! {
        section #commands {
            h2 { "The same from the command line" }
            (place.token_note())
            (place.note())
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
