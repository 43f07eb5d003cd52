//! A plot: bookings completed with the limits as they are given and after each that is turned;
//! below it, at how many bookings a second each limit is met by itself.

use plotters::prelude::*;

use crate::load::MOST;
use crate::report::Report;
use crate::world::{SAMPLE, SAMPLED};

const SIZE: (u32, u32) = (900, 780);
const TOP: i32 = 330;
const FONT: &str = "sans-serif";

const ASKED: RGBColor = RGBColor(150, 150, 150);
const GIVEN: RGBColor = RGBColor(200, 60, 50);
const TURNED: RGBColor = RGBColor(40, 110, 180);

/// The plot as SVG.
///
/// # Errors
/// When it cannot be drawn.
pub fn draw(report: &Report) -> anyhow::Result<String> {
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
        area.fill(&WHITE)?;
        let (top, bottom) = area.split_vertically(TOP);
        day(report, &top)?;
        limits(report, &bottom)?;
        area.present()?;
    }
    Ok(text)
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn day(report: &Report, area: &Area<'_>) -> anyhow::Result<()> {
    let hours = f64::from(SAMPLED) / 3_600.0;
    let mut chart = ChartBuilder::on(area)
        .caption(
            "The first hours: bookings completed a second, as the limits are turned",
            (FONT, 17),
        )
        .margin(10)
        .x_label_area_size(36)
        .y_label_area_size(56)
        .build_cartesian_2d(0.0..hours, 0.0..1.1 * MOST)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc("hour")
        .x_labels(9)
        .y_label_formatter(&|rate| format!("{rate:.0}"))
        .label_style((FONT, 13))
        .draw()?;
    let asked: Vec<_> = report.samples.iter().map(|(asked, _)| (*asked, *asked)).collect();
    let last = report.rounds.len().saturating_sub(1);
    let rounds = report.rounds.iter().enumerate().map(|(place, round)| {
        (if place == last { "after each turn" } else { "" }, TURNED, 1, &round.samples)
    });
    let lines = [("asked for", ASKED, 5, &asked), ("as it is given", GIVEN, 2, &report.samples)];
    for (name, color, width, samples) in lines.into_iter().chain(rounds) {
        let places = (0_u32..).step_by(SAMPLE as usize).map(|second| f64::from(second) / 3_600.0);
        let points = places.zip(samples.iter().map(|(_, completed)| *completed));
        let style = color.stroke_width(width);
        let line = chart.draw_series(LineSeries::new(points, style))?;
        if !name.is_empty() {
            line.label(name).legend(move |(x, y)| PathElement::new([(x, y), (x + 22, y)], style));
        }
    }
    let mut labels = chart.configure_series_labels();
    let labels = labels.position(SeriesLabelPosition::UpperLeft).border_style(ASKED);
    labels.background_style(WHITE).label_font((FONT, 13)).draw()?;
    Ok(())
}

/// Bars to the rate at which a limit is met. One that is not met has none.
fn limits(report: &Report, area: &Area<'_>) -> anyhow::Result<()> {
    let count = report.limits.len();
    let height = i32::try_from(count)?;
    let mut chart = ChartBuilder::on(area)
        .caption("Bookings a second at which each limit is met by itself", (FONT, 17))
        .margin(10)
        .x_label_area_size(28)
        .y_label_area_size(340)
        .build_cartesian_2d(0.0..1.1 * MOST, 0..height)?;
    let name = |place: &i32| {
        let found = usize::try_from(height - 1 - place).ok().and_then(|at| report.limits.get(at));
        found.map_or(String::new(), |one| format!("{}: {}", one.limit.service, one.limit.what))
    };
    chart
        .configure_mesh()
        .disable_y_mesh()
        .light_line_style(TRANSPARENT)
        .x_label_formatter(&|rate| format!("{rate:.0}"))
        .y_labels(count)
        .y_label_offset(-10)
        .y_label_formatter(&name)
        .label_style((FONT, 12))
        .draw()?;
    let bars = report.limits.iter().zip((0..height).rev()).filter_map(|(one, place)| {
        let mut bar = Rectangle::new([(0.0, place), (one.met_at?, place + 1)], GIVEN.filled());
        bar.set_margin(4, 4, 0, 0);
        Some(bar)
    });
    chart.draw_series(bars)?;
    Ok(())
}
