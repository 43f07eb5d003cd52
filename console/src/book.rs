//! The form that books a trip, with a switch for each fault of the sandbox suppliers.

mod fields;
mod page;
mod sandbox;

use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use maud::{Markup, html};

use crate::address::{BOOK, TRIPS};
use crate::answer::{Shared, Shown, shown};
use crate::app::App;
use crate::form::Form;
use crate::layout::{Page, Tab};
use crate::problem::{Problem, field_errors};
use fields::{Fields, at_fields};

/// The field that asks for a booking of the system's choice.
const EXAMPLE: &str = "example";

/// Answers with a form that could be sent as it is.
pub(crate) async fn page(Shared(app): Shared) -> Shown {
    shown(&app, &whole(&app, &Fields::of(&(app.example)(app.clock.now())), &[], None))
}

/// Books through the API and leads to the trip; or answers with the form and what is wrong in it.
pub(crate) async fn send(Shared(app): Shared, form: Form) -> Result<Response, Problem> {
    let example = || Fields::of(&(app.example)(app.clock.now()));
    let fields = if form.has(EXAMPLE) { example() } else { Fields::sent(&form) };
    let answer = app.api.post("/trips", &fields.body()).await?;
    if answer.status == StatusCode::ACCEPTED {
        let trip = answer.body["trip_id"].as_str().unwrap_or_default();
        return Ok(Redirect::to(&format!("{TRIPS}/{trip}")).into_response());
    }
    let (errors, problem) = (at_fields(field_errors(&answer.body)), Problem::of(&answer));
    let page = shown(&app, &whole(&app, &fields, &errors, Some(&problem)))?;
    Ok((answer.status, page).into_response())
}

/// A button that books an example at once.
pub(crate) fn one_click(app: &App) -> Markup {
    html! {
        form action=(BOOK) method="post" {
            (app.visitor.token.field())
            input type="hidden" name=(EXAMPLE) value="yes";
            button #book-first type="submit" { "Book a first trip" }
        }
    }
}

fn whole(
    app: &App,
    fields: &Fields,
    errors: &[(String, String)],
    problem: Option<&Problem>,
) -> Page<'static> {
    let content = page::content(app, fields, errors, problem);
    Page { title: "Book", tab: Tab::Book, live: None, content }
}
