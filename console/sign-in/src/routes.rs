//! The way in and the way out.

use std::sync::Arc;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::routing::get;
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue};
use maud::html;

use crate::attempt::{self, Attempt};
use crate::cookie::{self, END_ATTEMPT, END_SESSION};
use crate::gate::{Callback, Gate, SIGNED_IN, SIGNED_OUT};
use crate::page::{Page, secure};
use crate::refusal::{Refusal, SIGN_IN, SIGN_OUT};
use crate::return_to::HOME;
use crate::session::Session;

/// The routes that need no session.
pub(crate) fn routes(gate: Arc<Gate>) -> Router {
    Router::new()
        .route(SIGN_IN, get(begin))
        .route(SIGNED_IN, get(complete))
        .route(SIGN_OUT, get(leave))
        .route(SIGNED_OUT, get(left))
        .with_state(gate)
}

/// Sends the person to the provider.
async fn begin(State(gate): State<Arc<Gate>>, RawQuery(query): RawQuery) -> Response {
    let page = parameter(query.as_deref(), "to").unwrap_or_default();
    let Ok(attempt) = Attempt::draw(&page) else {
        tracing::error!("the system has no random bytes");
        return Refusal::Unavailable.into_response();
    };
    match cookie::set(cookie::ATTEMPT, &attempt.encode(), attempt::LASTS) {
        Ok(cookie) => redirect(&gate.provider.authorize(&attempt), [cookie]),
        Err(cookie::TooLong) => Refusal::TooLong.into_response(),
    }
}

/// Takes the person back from the provider.
async fn complete(
    State(gate): State<Arc<Gate>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let callback = callback(query.as_deref());
    let attempt = cookie::read(&headers, cookie::ATTEMPT).and_then(Attempt::decode);
    let Some(attempt) = attempt.filter(|attempt| attempt.state == callback.state) else {
        return not_begun(&gate, &headers).await;
    };
    let entered = gate.complete(&attempt, &callback).await;
    let entered = entered.and_then(|session| enter(&gate, &session, &attempt.page));
    entered.unwrap_or_else(|refusal| {
        (AppendHeaders([(SET_COOKIE, END_ATTEMPT)]), refusal).into_response()
    })
}

/// Nothing is under way. Whoever has a session already has gone back, or has signed in elsewhere.
/// The cookie stays: a sign-in of another window may still be under way.
async fn not_begun(gate: &Gate, headers: &HeaderMap) -> Response {
    match gate.session(headers).await {
        Ok(_) => redirect(HOME, []),
        Err(_) => Refusal::NotBegun.into_response(),
    }
}

fn enter(gate: &Gate, session: &Session, page: &str) -> Result<Response, Refusal> {
    let cookie = cookie::set(cookie::SESSION, &session.id_token, gate.lasts(session));
    let cookie = cookie.map_err(|_| Refusal::TooLong)?;
    Ok(redirect(page, [cookie, END_ATTEMPT]))
}

/// Signs out here, and then at the provider. Another site's page that leads here ends nothing: the
/// person is asked.
///
/// A link, not a form: a browser that lets forms be sent to this site alone would stop a form whose
/// answer leads to the provider.
async fn leave(State(gate): State<Arc<Gate>>, headers: HeaderMap) -> Response {
    if is_from_elsewhere(&headers) {
        let text = html! { p { "Another page has led you here. You are still signed in." } };
        let links = &[(SIGN_OUT, "Sign out"), (HOME, "Stay")];
        return Page { title: "Do you want to sign out?", text, links }.into_response();
    }
    redirect(&gate.provider.logout(), [END_SESSION, END_ATTEMPT])
}

/// Says that the person is out.
async fn left() -> Page {
    let text = html! { p { "Your session has ended in this browser." } };
    Page { title: "You are signed out", text, links: &[(SIGN_IN, "Sign in")] }
}

/// Every browser of today says where a request comes from.
fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|site| site.to_str().ok());
    site.is_some_and(|site| !matches!(site, "same-origin" | "none"))
}

fn redirect<const N: usize>(to: &str, cookies: [HeaderValue; N]) -> Response {
    let cookies = AppendHeaders(cookies.map(|cookie| (SET_COOKIE, cookie)));
    secure((cookies, Redirect::to(to)).into_response())
}

fn callback(query: Option<&str>) -> Callback {
    let named = |name| parameter(query, name);
    Callback {
        state: named("state").unwrap_or_default(),
        code: named("code"),
        error: named("error"),
    }
}

fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.find(|(given, _)| given == name).map(|(_, value)| value.into_owned())
}
