//! A consumer of the stream, as an argument.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use operator::consumers::Consumer;

/// Reads a consumer's name.
pub(super) fn parser() -> impl TypedValueParser<Value = Consumer> {
    let values = Consumer::ALL.map(|consumer| {
        PossibleValue::new(consumer.name()).help(match consumer {
            Consumer::Dispatcher => "Publishes events to the bus",
            Consumer::Projector => "Keeps the search view",
        })
    });
    PossibleValuesParser::new(values).try_map(|name| name.parse::<Consumer>())
}
