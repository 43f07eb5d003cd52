//! `trip events schemas`: the event contract, which is part of this program.

use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use domain::contract::{EventSchema, schemas};
use domain::event::Fact;
use serde_json::{Value, json};

use crate::output::Output;
use crate::render::event_types;

/// Which schema to print.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The type whose schema to print
    #[arg(value_name = "TYPE", hide_possible_values = true)]
    #[arg(value_parser = PossibleValuesParser::new(Fact::TYPES))]
    event_type: Option<String>,
}

pub(crate) fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let schemas = schemas();
    match &args.event_type {
        None => {
            output.show(&listed(&schemas), |_, palette| event_types::render(&schemas, palette))?;
        }
        Some(wanted) => {
            let found = schemas.iter().find(|event| event.event_type == wanted);
            let schema = found.map(|event| &event.schema);
            output.show(&schema, |schema, _| format!("{:#}", json!(schema)))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn listed(schemas: &[EventSchema]) -> Vec<Value> {
    let listed = schemas.iter().map(|event| {
        json!({
            "type": event.event_type,
            "version": event.version(),
            "description": event.description,
            "sample": event.schema["examples"][0],
        })
    });
    listed.collect()
}
