//! The check before every route of the site.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use form_urlencoded::Serializer;
use http::{Method, Uri};
use lambda_kit::http::wants_html;

use crate::gate::Gate;
use crate::page::secure;
use crate::refusal::{Refusal, SIGN_IN};

/// Below it are files that say nothing about anybody.
const ASSETS: &str = "/console/assets/";

/// Lets a request with a session pass. For use with `axum::middleware::from_fn_with_state`.
pub(crate) async fn guard(
    State(gate): State<Arc<Gate>>,
    mut request: Request,
    next: Next,
) -> Response {
    if request.uri().path().starts_with(ASSETS) {
        return next.run(request).await;
    }
    match gate.session(request.headers()).await {
        Ok(session) => {
            request.extensions_mut().insert(session);
            next.run(request).await
        }
        Err(refusal) => secure(refused(&request, refusal)),
    }
}

fn refused(request: &Request, refusal: Refusal) -> Response {
    if !wants_html(request.headers()) {
        return refusal.line();
    }
    if refusal == Refusal::NoSession && request.method() == Method::GET {
        return Redirect::to(&sign_in(request.uri())).into_response();
    }
    refusal.into_response()
}

/// Where to sign in for a page.
fn sign_in(page: &Uri) -> String {
    let page = page.path_and_query().map_or("/", |page| page.as_str());
    let query = Serializer::new(String::new()).append_pair("to", page).finish();
    format!("{SIGN_IN}?{query}")
}
