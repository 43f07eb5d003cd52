//! The files that pages load: a style sheet, a script and an icon, in the binary.

use axum::Router;
use axum::routing::get;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use maud::{Markup, PreEscaped};

pub(crate) const STYLE: &str = "/console/assets/style.css";
pub(crate) const SCRIPT: &str = "/console/assets/live.js";
pub(crate) const ICON: &str = "/console/assets/icon.svg";

/// The product's mark, for inside a page.
pub(crate) fn mark() -> Markup {
    PreEscaped(include_str!("assets/icon.svg").to_owned())
}

/// Their routes.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let file = |kind, text: &'static str| {
        get(move || async move { ([(CONTENT_TYPE, HeaderValue::from_static(kind))], text) })
    };
    Router::new()
        .route(STYLE, file("text/css; charset=utf-8", include_str!("assets/style.css")))
        .route(SCRIPT, file("text/javascript; charset=utf-8", include_str!("assets/live.js")))
        .route(ICON, file("image/svg+xml", include_str!("assets/icon.svg")))
}
