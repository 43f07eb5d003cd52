//! Two charts over the last minutes, drawn as SVG here: bookings by outcome, and the lag to the
//! bus.

use std::fmt::Write;

use domain::Timestamp;
use maud::{Markup, PreEscaped, html};

use crate::pulse::Beat;
use crate::pulse::tally::{SLOT, Slot, Tally, WINDOW, slot_of};
use crate::text::span;

/// The size of a drawing in its own units; the page stretches it.
const HEIGHT: f64 = 100.0;
/// The width of one slot.
const STEP: f64 = 10.0;
/// The share of a slot's width that its bar takes.
const BAR: f64 = 7.0;
/// Slots of a minute.
const A_MINUTE: u64 = 60 / SLOT.as_secs();
/// Slots of the window, the present one included.
const SLOTS: i64 = (WINDOW.as_secs() / SLOT.as_secs()) as i64 + 1;
/// The classes of the outcomes, in the order of a slot's counts.
const OUTCOMES: [&str; 3] = ["good", "bad", "off"];

/// Both charts.
pub(super) fn part(beat: &Beat) -> Markup {
    let Some(tally) = &beat.tally else { return no_log() };
    html! {
        section #charts.charts aria-label="The last ten minutes" {
            (bookings(tally, beat.now))
            (lags(tally, beat.now))
            @if beat.is_behind { p.note { "Still reading the events of the last ten minutes." } }
        }
    }
}

/// That this console sees no bus.
fn no_log() -> Markup {
    html! {
        section #charts {
            p.note { "Charts of the last minutes need a log of the bus's events; this console reads none." }
        }
    }
}

fn bookings(tally: &Tally, now: Timestamp) -> Markup {
    let [confirmed, failed, cancelled] = tally.ended();
    let most = tally.slots.values().map(total).max().unwrap_or_default();
    let told = format!("{confirmed} confirmed, {failed} failed, {cancelled} cancelled");
    let axis = format!("{} a minute", u64::from(most) * A_MINUTE);
    figure(
        "Bookings a minute",
        &html! {
            span.key.good { "confirmed " b { (confirmed) } }
            span.key.bad { "failed " b { (failed) } }
            span.key.off { "cancelled " b { (cancelled) } }
        },
        &told,
        &axis,
        &bars(tally, now, f64::from(most.max(1))),
    )
}

fn lags(tally: &Tally, now: Timestamp) -> Markup {
    let all = tally.lags();
    let said = |share| all.quantile(share).map_or_else(|| "–".to_owned(), span);
    let (half, most) = (said(0.5), said(0.95));
    let slowest = tally.slots.values().filter_map(|slot| slot.lags.quantile(0.95)).max();
    let told = format!("half within {half}, 95 % within {most}");
    let scale = slowest.unwrap_or(1).max(1) as f64;
    let mut drawing = line(tally, now, 0.95, scale, "most");
    drawing.push_str(&line(tally, now, 0.5, scale, "half"));
    figure(
        "From commit to bus",
        &html! {
            span.key.half { "half within " b { (half) } }
            span.key.most { "95 % within " b { (most) } }
        },
        &told,
        &slowest.map_or_else(String::new, span),
        &drawing,
    )
}

fn figure(name: &str, key: &Markup, told: &str, axis: &str, drawing: &str) -> Markup {
    let width = SLOTS as f64 * STEP;
    html! {
        figure.chart {
            figcaption { h2 { (name) } p.keys { (key) } }
            div.plot {
                span.axis { (axis) }
                svg role="img" aria-label={ (name) ", the last ten minutes: " (told) }
                    viewBox={ "0 0 " (width) " " (HEIGHT) } preserveAspectRatio="none" {
                    (PreEscaped(drawing))
                }
            }
            p.ends { span { "10 minutes ago" } span { "now" } }
        }
    }
}

fn total(slot: &Slot) -> u32 {
    slot.ended.iter().sum()
}

/// Where a slot begins in the drawing.
fn left(now: Timestamp, slot: i64) -> f64 {
    (slot - slot_of(now) + SLOTS - 1) as f64 * STEP
}

/// Stacked bars, confirmed trips at the bottom.
fn bars(tally: &Tally, now: Timestamp, most: f64) -> String {
    let mut drawing = String::new();
    for (number, slot) in &tally.slots {
        let (x, mut bottom) = (left(now, *number), HEIGHT);
        for (count, class) in slot.ended.iter().zip(OUTCOMES).filter(|(count, _)| **count > 0) {
            let height = f64::from(*count) / most * HEIGHT;
            bottom -= height;
            // Writing into a string cannot fail.
            let _ = write!(
                drawing,
                r#"<rect class="{class}" x="{x}" y="{bottom:.1}" width="{BAR}" height="{height:.1}"/>"#
            );
        }
    }
    drawing
}

/// A line through the slots that have events, with a dot for each.
fn line(tally: &Tally, now: Timestamp, share: f64, most: f64, class: &str) -> String {
    let points = tally.slots.iter().filter_map(|(number, slot)| {
        let lag = slot.lags.quantile(share)? as f64;
        Some((left(now, *number) + BAR / 2.0, HEIGHT - 2.0 - lag / most * (HEIGHT - 6.0)))
    });
    let points: Vec<_> = points.collect();
    let path: Vec<_> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    let mut drawing = format!(r#"<polyline class="{class}" points="{}"/>"#, path.join(" "));
    for (x, y) in &points {
        // A line of no length with a round end: a circle would be stretched with the drawing.
        let _ = write!(drawing, r#"<path class="{class} dot" d="M{x:.1} {y:.1}h0"/>"#);
    }
    drawing
}
