//! What goes wrong, as a page: what happened, and where to go from here.

use axum::response::{Html, IntoResponse, Response};
use domain::text::one_line;
use http::StatusCode;
use maud::{Markup, html};
use operator::{NotFound, Refusal};
use serde_json::Value;

use crate::address::{OVERVIEW, TRIPS};
use crate::api::Answer;
use crate::layout::{Page, Tab};

/// A page that cannot be shown, or an action that was refused.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    title: String,
    detail: String,
    /// The error's code, if it is one of the API's.
    code: Option<String>,
    /// Commands that may help.
    advice: Vec<String>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, title: &str, detail: impl Into<String>) -> Self {
        let (title, detail) = (title.to_owned(), detail.into());
        Self { status, title, detail, code: None, advice: Vec::new() }
    }

    /// There is no such page.
    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not found", detail)
    }

    /// Nobody is known to have sent the request.
    pub(crate) fn nobody() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Who is it?", "Sign in and open the page anew.")
    }

    /// The form does not have its visitor's token.
    pub(crate) fn stale_form() -> Self {
        let detail = "The form is of an earlier session, or from another page. Open the page anew \
            and send it again.";
        Self::new(StatusCode::FORBIDDEN, "This form is no longer valid", detail)
    }

    /// What takes longer than a request may is left to a command.
    pub(crate) fn left_to(command: &str) -> Self {
        let detail = "It takes longer than a request may. This command does it.";
        let advice = vec![command.to_owned()];
        Self { advice, ..Self::new(StatusCode::CONFLICT, "This is not done here", detail) }
    }

    /// What the API answered in place of what was asked for.
    pub(crate) fn of(answer: &Answer) -> Self {
        let text = |member: &str| answer.body[member].as_str().map(str::to_owned);
        Self {
            status: answer.status,
            title: text("title").unwrap_or_else(|| "The API could not answer".to_owned()),
            detail: text("detail").unwrap_or_default(),
            code: text("code"),
            advice: Vec::new(),
        }
    }

    /// A part of the system failed; the log says how.
    pub(crate) fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error, "the console cannot show a page");
        let detail = format!("{}. The log says more.", one_line(&error.to_string(), 200));
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "A part of the system failed", detail)
    }

    /// The problem inside a page.
    pub(crate) fn notice(&self) -> Markup {
        html! {
            div.notice.bad role="alert" {
                p { strong { (self.title) } }
                p { (self.detail) }
                @if let Some(code) = &self.code { p { (code_link(code)) } }
            }
        }
    }
}

/// A link to the page of an error code.
pub(crate) fn code_link(code: &str) -> Markup {
    match domain::ErrorCode::ALL.iter().any(|known| known.name() == code) {
        true => html! { a href={ "/docs/errors/" (code) } { "What " (code) " means" } },
        false => html! { code { (code) } },
    }
}

/// The broken rules by field.
pub(crate) fn field_errors(body: &Value) -> Vec<(String, String)> {
    let errors = body["errors"].as_array().into_iter().flatten();
    let text = |error: &Value, member: &str| error[member].as_str().unwrap_or_default().to_owned();
    errors.map(|error| (text(error, "field"), text(error, "detail"))).collect()
}

/// What could not be read, or an operator's action could not do.
impl From<anyhow::Error> for Problem {
    fn from(error: anyhow::Error) -> Self {
        let (status, title, advice) = if let Some(missing) = error.downcast_ref::<NotFound>() {
            (StatusCode::NOT_FOUND, "Not found", missing.advice())
        } else if let Some(refusal) = error.downcast_ref::<Refusal>() {
            (StatusCode::CONFLICT, "This cannot be done", refusal.advice())
        } else {
            return Self::internal(error.as_ref());
        };
        Self { advice: advice.to_vec(), ..Self::new(status, title, format!("{error}.")) }
    }
}

impl From<store::StoreError> for Problem {
    fn from(error: store::StoreError) -> Self {
        Self::internal(&error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let content = html! {
            h1 { (self.title) }
            p.lead { (self.detail) }
            @for command in &self.advice { p { code { (command) } } }
            @if let Some(code) = &self.code { p { (code_link(code)) } }
            p { a href=(TRIPS) { "Find a trip" } " · " a href=(OVERVIEW) { "Overview" } }
        };
        let page = Page { title: &self.title, tab: Tab::Elsewhere, live: None, content };
        (self.status, Html(page.render(None).0)).into_response()
    }
}
