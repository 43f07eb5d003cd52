//! The curves of overload: bookings completed a second, by the number of clients.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, bail};
use plotters::prelude::*;
use serde::Deserialize;

const SIZE: (u32, u32) = (760, 380);
const FONT: &str = "sans-serif";
const COLORS: [RGBColor; 3] =
    [RGBColor(200, 60, 50), RGBColor(40, 110, 180), RGBColor(120, 120, 120)];

/// What to draw.
#[derive(clap::Args)]
pub struct Args {
    /// A curve: its name and the JSON that `overload` printed, as NAME=FILE
    #[arg(required = true, value_parser = named)]
    curves: Vec<(String, PathBuf)>,
    /// The picture
    #[arg(long)]
    to: PathBuf,
}

fn named(text: &str) -> Result<(String, PathBuf), String> {
    let (name, file) = text.split_once('=').ok_or("must be NAME=FILE")?;
    Ok((name.to_owned(), file.into()))
}

#[derive(Deserialize)]
struct Row {
    clients: usize,
    completed: f64,
}

struct Curve {
    name: String,
    rows: Vec<Row>,
}

/// Draws the curves.
///
/// # Errors
/// When a file cannot be read or written, or the curves have not the same clients.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let curves = args.curves.iter().map(|(name, file)| {
        let json = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        Ok(Curve { name: name.clone(), rows: serde_json::from_str(&json)? })
    });
    let curves = curves.collect::<anyhow::Result<Vec<_>>>()?;
    Ok(fs::write(&args.to, draw(&curves)?)?)
}

fn draw(curves: &[Curve]) -> anyhow::Result<String> {
    let clients = |curve: &Curve| curve.rows.iter().map(|row| row.clients).collect::<Vec<_>>();
    let Some(columns) = curves.first().map(clients) else { bail!("there is no curve") };
    if curves.iter().any(|curve| clients(curve) != columns) {
        bail!("the curves have not the same numbers of clients");
    }
    let rates = curves.iter().flat_map(|curve| &curve.rows).map(|row| row.completed);
    let highest = 1.15 * rates.fold(1.0, f64::max);
    let last = i32::try_from(columns.len())? - 1;
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
        area.fill(&WHITE)?;
        let mut chart = ChartBuilder::on(&area)
            .caption("Bookings completed a second, by clients that book at once", (FONT, 17))
            .margin(10)
            .x_label_area_size(36)
            .y_label_area_size(50)
            .build_cartesian_2d(0..last, 0.0..highest)?;
        let column = |place: &i32| {
            let clients = usize::try_from(*place).ok().and_then(|place| columns.get(place));
            clients.map_or(String::new(), ToString::to_string)
        };
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .x_labels(columns.len())
            .x_label_formatter(&column)
            .x_desc("clients")
            .label_style((FONT, 13))
            .draw()?;
        for (curve, color) in curves.iter().zip(COLORS.iter().cycle()) {
            let style = color.stroke_width(3);
            let points = (0..).zip(curve.rows.iter().map(|row| row.completed));
            chart
                .draw_series(LineSeries::new(points, style))?
                .label(&curve.name)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 22, y)], style));
        }
        let mut labels = chart.configure_series_labels();
        let labels = labels.position(SeriesLabelPosition::LowerRight).border_style(COLORS[2]);
        labels.background_style(WHITE).label_font((FONT, 13)).draw()?;
        area.present()?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(name: &str, clients: &[usize]) -> Curve {
        let rows = clients.iter().map(|clients| Row { clients: *clients, completed: 10.0 });
        Curve { name: name.to_owned(), rows: rows.collect() }
    }

    #[test]
    fn curves_of_the_same_clients_are_drawn_with_their_names() {
        let drawn = draw(&[curve("before", &[1, 8]), curve("after", &[1, 8])]).unwrap();
        assert!(drawn.starts_with("<svg") && drawn.contains("before") && drawn.contains("after"));
    }

    #[test]
    fn other_curves_are_refused() {
        assert!(draw(&[curve("before", &[1, 8]), curve("after", &[1, 9])]).is_err());
        assert!(draw(&[]).is_err());
    }
}
