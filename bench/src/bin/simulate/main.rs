//! `simulate`: a day of bookings against the documented limits of AWS, second by second.
//!
//! [`limits`] has the limits with their sources, [`demand`] what a booking asks of them, [`world`]
//! the day, and [`rounds`] turns one limit after the other until none is met. Everything is
//! computed: the same limits give the same day.

mod demand;
mod limits;
mod load;
mod meter;
mod pieces;
mod plot;
mod report;
mod rounds;
mod world;

use std::path::PathBuf;

use clap::Parser;

use limits::Bus;

/// Simulates a day of bookings on AWS against its documented limits
#[derive(Parser)]
struct Args {
    /// Which bus events are published to; both unless given
    #[arg(long, value_enum)]
    bus: Option<Bus>,
    /// Draw the day into this SVG file
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    /// Print JSON instead of tables
    #[arg(long)]
    json: bool,
}

fn main() -> anyhow::Result<()> {
    let Args { bus, plot, json } = Args::parse();
    let buses = bus.map_or_else(|| vec![Bus::Classic, Bus::Ordered], |bus| vec![bus]);
    let reports = buses.into_iter().map(report::Report::of).collect::<anyhow::Result<Vec<_>>>()?;
    if json {
        println!("{}", serde_json::to_string_pretty(&reports)?);
    } else {
        let texts: Vec<_> = reports.iter().map(report::Report::text).collect();
        println!("{}", texts.join("\n\n"));
    }
    if let (Some(file), Some(report)) = (plot, reports.first()) {
        std::fs::write(file, plot::draw(report)?)?;
    }
    Ok(())
}
