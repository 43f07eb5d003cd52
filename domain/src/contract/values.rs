//! The schemas of the values in events: each takes what this and earlier releases published.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::{CustomerId, ErrorCode, EventId, Money, SagaId, Timestamp, TripId};

macro_rules! texts {
    ($($name:ident: $schema:tt,)*) => {$(
        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )*};
}

texts! {
    TripId: { "type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$", "examples": ["trip-0001"] },
    CustomerId: { "type": "string", "pattern": "^[A-Za-z0-9._:@|-]{1,128}$" },
    SagaId: { "type": "string", "pattern": "^[!-~]{1,160}$" },
    EventId: { "type": "string", "format": "uuid" },
    Timestamp: {
        "type": "string", "format": "date-time",
        "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$",
        "examples": ["2026-03-01T01:00:00.123Z"],
    },
    // Not the list of codes: it grows.
    ErrorCode: {
        "type": "string", "pattern": "^[A-Z][A-Za-z]+$",
        "examples": ["FlightUnavailable", "HotelUnavailable", "PaymentDeclined", "SupplierTimeout"],
    },
}

impl JsonSchema for Money {
    fn schema_name() -> Cow<'static, str> {
        "Money".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "An amount of one currency.",
            "type": "object",
            "required": ["value", "currency"],
            "properties": {
                "value": {
                    "description": "A decimal text, with the decimals that the currency has.",
                    "type": "string", "pattern": r"^\d{1,15}(\.\d{1,4})?$", "examples": ["80000"],
                },
                "currency": {
                    "description": "An ISO 4217 code; an old event may have one that is no longer in use.",
                    "type": "string", "pattern": "^[A-Z]{3}$", "examples": ["JPY"],
                },
            },
            "additionalProperties": true,
        })
    }
}
