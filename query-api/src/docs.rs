//! Pages for people: a first page, the contract as pages under `/docs`, and a page for each error
//! code and for each alarm. They load nothing from other servers.

mod errors;
mod page;
mod runbooks;
mod swagger;

use axum::Router;
use axum::response::Response;
use axum::routing::get;

use crate::Deps;
use crate::extract::Base;

/// The pages' routes. None of them is in the contract, which is for programs.
pub(crate) fn routes() -> Router<Deps> {
    Router::new()
        .route("/", get(first))
        .route("/docs", get(swagger::page))
        .route("/docs/", get(swagger::page))
        .route("/docs/{file}", get(swagger::file))
        .route("/docs/swagger-initializer.js", get(swagger::start))
        .route("/docs/page.css", get(page::style))
        .route("/docs/errors", get(errors::list))
        .route("/docs/errors/", get(errors::list))
        .route("/docs/errors/{code}", get(errors::page))
        .route("/docs/runbooks", get(runbooks::list))
        .route("/docs/runbooks/", get(runbooks::list))
        .route("/docs/runbooks/{alarm}", get(runbooks::page))
}

/// Answers with links to everything.
async fn first(Base(base): Base) -> Response {
    page::answer(&base, "Trip Saga", include_str!("docs/first.html"))
}
