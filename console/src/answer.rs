//! What every route gets and gives.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::response::Html;
use http::request;

use crate::app::{App, Parts};
use crate::layout::Page;
use crate::problem::Problem;

/// What every route gets: the console as the sender of the request has it.
pub(crate) struct Shared(pub(crate) Arc<App>);

/// What a page's route answers with.
pub(crate) type Shown = Result<Html<String>, Problem>;

impl FromRequestParts<Arc<Parts>> for Shared {
    type Rejection = Problem;

    async fn from_request_parts(
        request: &mut request::Parts,
        parts: &Arc<Parts>,
    ) -> Result<Self, Problem> {
        App::of(parts, &request.extensions).map(Self).ok_or_else(Problem::nobody)
    }
}

/// A page as an answer.
pub(crate) fn shown(app: &App, page: &Page<'_>) -> Shown {
    Ok(Html(page.render(Some(&app.visitor)).0))
}
