//! Items that this release cannot read: as a later one writes them, or damaged.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue::{self, N, S};
use bed::Bed;
use domain::TripId;
use store::keys;

/// A change of an item after which this release cannot read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spoil {
    /// A later release's form.
    SchemaVersion,
    /// A status that this release does not know.
    Status,
    /// An attribute of another type.
    Type,
    /// An attribute that is missing.
    Missing,
    /// Content that does not fit the place in the indexes.
    Misplaced,
}

impl Spoil {
    pub(super) const ALL: [Self; 5] =
        [Self::SchemaVersion, Self::Status, Self::Type, Self::Missing, Self::Misplaced];

    fn update(self) -> (&'static str, &'static str, Option<AttributeValue>) {
        let text = |text: &str| Some(S(text.to_owned()));
        match self {
            Self::SchemaVersion => ("SET #a = :v", "schema_version", Some(N("2".to_owned()))),
            Self::Status => ("SET #a = :v", "status", text("REBOOKED")),
            Self::Type => ("SET #a = :v", "updated_at", Some(N("7".to_owned()))),
            // Not a key of an index: a row without one would stand nowhere.
            Self::Missing => ("REMOVE #a", "created_at", None),
            Self::Misplaced => ("SET #a = :v", "departure_time", text("2031-01-01T00:00:00")),
        }
    }
}

/// Spoils a row of the view.
pub(super) async fn row(bed: &Bed, trip: &TripId, spoil: Spoil) {
    let (expression, name, value) = spoil.update();
    set(bed, trip, expression, name, value).await;
}

/// Changes an attribute of a row.
pub(super) async fn set(
    bed: &Bed,
    trip: &TripId,
    expression: &str,
    name: &str,
    value: Option<AttributeValue>,
) {
    let key = [("trip_id".to_owned(), S(trip.to_string()))].into();
    change(bed, &bed.tables.search, key, expression, name, value).await;
}

/// Changes an attribute of an item of a trip.
pub(super) async fn set_item(
    bed: &Bed,
    trip: &TripId,
    sort_key: &str,
    name: &str,
    value: AttributeValue,
) {
    let key =
        [(keys::PK.to_owned(), S(keys::trip(trip))), (keys::SK.to_owned(), S(sort_key.to_owned()))];
    change(bed, &bed.tables.trips, key.into(), "SET #a = :v", name, Some(value)).await;
}

async fn change(
    bed: &Bed,
    table: &str,
    key: HashMap<String, AttributeValue>,
    expression: &str,
    name: &str,
    value: Option<AttributeValue>,
) {
    let update = bed.client.update_item().table_name(table).set_key(Some(key));
    let update = update.update_expression(expression).expression_attribute_names("#a", name);
    let values = value.map(|value| HashMap::from([(":v".to_owned(), value)]));
    update.set_expression_attribute_values(values).send().await.unwrap();
}
