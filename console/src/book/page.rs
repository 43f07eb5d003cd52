//! The page of the form.

use maud::{Markup, html};

use super::fields::{CURRENCY, Fields};
use super::sandbox;
use crate::address::BOOK;
use crate::app::App;
use crate::problem::Problem;
use crate::text::count;

/// A text field: path, label, and a note on its form.
type Field = (&'static str, &'static str, &'static str);

const FLIGHT: [Field; 4] = [
    ("flight_details.flight_number", "Flight number", "airline and number, such as NH1"),
    ("flight_details.departure_time", "Departs", "2026-03-01T10:00:00, with or without an offset"),
    ("flight_details.arrival_time", "Arrives", "in the same form"),
    ("flight_details.price_amount", "Price", "may be zero"),
];
const HOTEL: [Field; 4] = [
    ("hotel_details.hotel_name", "Hotel", "1 to 100 characters"),
    ("hotel_details.check_in_date", "Check-in", "2026-03-01"),
    ("hotel_details.check_out_date", "Check-out", "after the check-in"),
    ("hotel_details.price_amount", "Price", "of the whole stay"),
];
const TOTAL: [Field; 3] = [
    ("amount", "Amount", "the sum of both prices"),
    (CURRENCY, "Currency", "of all amounts, such as JPY"),
    ("trip_id", "Trip id", "may be left out; the same id and booking is the same trip"),
];

/// The form, filled in.
pub(super) fn content(
    app: &App,
    fields: &Fields,
    errors: &[(String, String)],
    problem: Option<&Problem>,
) -> Markup {
    html! {
        h1 { "Book a trip" }
        @if let Some(problem) = problem { (told(problem, errors)) }
        form.book action=(BOOK) method="post" novalidate {
            (app.visitor.token.field())
            (group("Flight", &FLIGHT, fields, errors))
            (group("Hotel", &HOTEL, fields, errors))
            (group("Payment", &TOTAL, fields, errors))
            (sandbox::switches(fields, errors))
            p.send { button type="submit" { "Book" } " " a href=(BOOK) { "Another flight" } }
        }
    }
}

fn group(name: &str, group: &[Field], fields: &Fields, errors: &[(String, String)]) -> Markup {
    html! {
        fieldset { legend { (name) } @for one in group { (field(*one, fields, errors)) } }
    }
}

fn field((path, label, note): Field, fields: &Fields, errors: &[(String, String)]) -> Markup {
    let wrong: Vec<_> = errors.iter().filter(|(field, _)| field == path).collect();
    let is_wrong = !wrong.is_empty();
    let (note_id, error_id) = (format!("{path}-note"), format!("{path}-error"));
    let described = if is_wrong { format!("{error_id} {note_id}") } else { note_id.clone() };
    html! {
        div.field {
            label for=(path) { (label) }
            input id=(path) name=(path) type="text" value=(fields.get(path)) autocomplete="off"
                spellcheck="false" aria-describedby=(described) aria-invalid=[is_wrong.then_some("true")];
            @if is_wrong { p.error id=(error_id) { @for (_, detail) in wrong { (detail) ". " } } }
            p.note id=(note_id) { (note) }
        }
    }
}

/// Why nothing was booked: what is wrong with a field stands at the field.
fn told(problem: &Problem, errors: &[(String, String)]) -> Markup {
    if errors.is_empty() {
        return problem.notice();
    }
    let fields = count(errors.len() as u64, "field");
    html! {
        div.notice.bad role="alert" {
            p { strong { "Nothing was booked" } }
            p { (fields) " of the form must be filled in differently; what is wrong is said at each." }
            (elsewhere(errors))
        }
    }
}

/// The errors of fields that the form does not have.
fn elsewhere(errors: &[(String, String)]) -> Markup {
    let has = |path: &str| {
        path.starts_with("sandbox.")
            || FLIGHT.iter().chain(&HOTEL).chain(&TOTAL).any(|(known, ..)| *known == path)
    };
    let others: Vec<_> = errors.iter().filter(|(field, _)| !has(field)).collect();
    html! {
        @if !others.is_empty() {
            ul { @for (field, detail) in others { li { code { (field) } " " (detail) } } }
        }
    }
}
