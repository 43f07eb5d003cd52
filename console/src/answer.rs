//! What every route gets and gives.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Html;
use maud::Markup;

use crate::app::App;
use crate::problem::Problem;

/// What every route gets.
pub(crate) type Shared = State<Arc<App>>;
/// What a page's route answers with.
pub(crate) type Shown = Result<Html<String>, Problem>;

/// A page as an answer.
pub(crate) fn shown(page: Markup) -> Shown {
    Ok(Html(page.0))
}
