//! What every route gets and gives.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use axum::response::Html;
use domain::TripId;
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

/// The text in a route's path.
pub(crate) struct InPath(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for InPath {
    type Rejection = Problem;

    async fn from_request_parts(request: &mut request::Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::from_request_parts(request, state).await;
        let path = path.map(|Path(text)| Self(text));
        path.map_err(|_| Problem::not_found("The address is not UTF-8."))
    }
}

/// The trip in a route's path.
pub(crate) struct TripPath(pub(crate) TripId);

impl<S: Send + Sync> FromRequestParts<S> for TripPath {
    type Rejection = Problem;

    async fn from_request_parts(request: &mut request::Parts, state: &S) -> Result<Self, Problem> {
        let InPath(text) = InPath::from_request_parts(request, state).await?;
        let id = TripId::parse(&text);
        id.map(Self).map_err(|rule| Problem::not_found(format!("A trip's id {rule}.")))
    }
}

/// A page as an answer.
pub(crate) fn shown(app: &App, page: &Page<'_>) -> Shown {
    Ok(Html(page.render(Some(&app.visitor)).0))
}
