//! `parts`: where the instructions of a record go, as a picture. `cargo xtask bench parts` counts
//! them and hands them over.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::{fs, io};

use clap::Parser;
use plotters::prelude::*;
use serde::Deserialize;

const SIZE: (u32, u32) = (900, 330);
const FONT: &str = "sans-serif";
const COLORS: [RGBColor; 7] = [
    RGBColor(40, 110, 180),
    RGBColor(110, 170, 220),
    RGBColor(230, 160, 60),
    RGBColor(200, 60, 50),
    RGBColor(120, 160, 80),
    RGBColor(150, 110, 170),
    RGBColor(170, 170, 170),
];

/// Draws a bar for each of the programs that are read from the input
#[derive(Parser)]
struct Args {
    /// Where the picture is written
    file: PathBuf,
}

/// One program, and its thousands of instructions a record.
#[derive(Deserialize)]
struct Bar {
    name: String,
    parts: BTreeMap<String, f64>,
}

fn main() -> anyhow::Result<()> {
    let Args { file } = Args::parse();
    let bars: Vec<Bar> = serde_json::from_reader(io::stdin())?;
    Ok(fs::write(file, draw(&bars)?)?)
}

fn draw(bars: &[Bar]) -> anyhow::Result<String> {
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
        area.fill(&WHITE)?;
        let total = |bar: &Bar| bar.parts.values().sum::<f64>();
        let most = bars.iter().map(total).fold(1.0, f64::max);
        let count = i32::try_from(bars.len())?;
        let mut chart = ChartBuilder::on(&area)
            .caption("Thousands of instructions for each record, SHA-256 left out", (FONT, 17))
            .margin(10)
            .x_label_area_size(28)
            .y_label_area_size(190)
            .build_cartesian_2d(0.0..1.3 * most, 0..count)?;
        let name = |place: &i32| {
            let found = usize::try_from(count - 1 - place).ok().and_then(|at| bars.get(at));
            found.map_or(String::new(), |bar| format!("{}: {:.0}", bar.name, total(bar)))
        };
        chart
            .configure_mesh()
            .disable_y_mesh()
            .light_line_style(TRANSPARENT)
            .x_label_formatter(&|thousands| format!("{thousands:.0}"))
            .y_labels(bars.len())
            .y_label_offset(-24)
            .y_label_formatter(&name)
            .label_style((FONT, 13))
            .draw()?;
        let parts = bars.first().map(|bar| bar.parts.keys().cloned().collect::<Vec<_>>());
        for (part, color) in parts.unwrap_or_default().iter().zip(COLORS) {
            let piece = |(bar, place): (&Bar, i32)| {
                let before: f64 = bar.parts.range(..part.clone()).map(|(_, own)| own).sum();
                let own = bar.parts.get(part).copied().unwrap_or_default();
                let mut piece =
                    Rectangle::new([(before, place), (before + own, place + 1)], color.filled());
                piece.set_margin(10, 10, 0, 0);
                piece
            };
            chart
                .draw_series(bars.iter().zip((0..count).rev()).map(piece))?
                .label(part.clone())
                .legend(move |(x, y)| {
                    Rectangle::new([(x, y - 5), (x + 12, y + 5)], color.filled())
                });
        }
        let mut labels = chart.configure_series_labels();
        let labels = labels.position(SeriesLabelPosition::UpperRight).border_style(TRANSPARENT);
        labels.background_style(WHITE).label_font((FONT, 13)).draw()?;
        area.present()?;
    }
    Ok(text)
}
