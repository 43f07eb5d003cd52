//! The guard against what pages of other sites send in the visitor's name: a cookie goes with it.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use domain::{ErrorCode, Failure};
use http::StatusCode;
use lambda_kit::http::{Problem, may_call};

/// Lets only the pages of `origin` itself call its routes, and people who follow a link.
pub(crate) fn protect(routes: Router, origin: String) -> Router {
    routes.layer(from_fn_with_state(Arc::<str>::from(origin), check))
}

async fn check(State(origin): State<Arc<str>>, request: Request, next: Next) -> Response {
    let is_own = |sent: &http::HeaderValue| sent.as_bytes() == origin.as_bytes();
    if may_call(request.method(), request.headers(), is_own) {
        return next.run(request).await;
    }
    let detail = "pages of other sites may not call the console";
    let problem = Problem::from(Failure::new(ErrorCode::OriginNotAllowed, detail));
    problem.into_response().unwrap_or_else(|error| {
        tracing::error!(%error, "a problem cannot be written as JSON");
        let mut response = Response::default();
        *response.status_mut() = StatusCode::FORBIDDEN;
        response
    })
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::routing::get;
    use http::Method;
    use rstest::rstest;
    use tower::ServiceExt;

    use super::*;

    const OWN: &str = "https://console.example";

    async fn status(method: Method, headers: &[(&str, &str)]) -> StatusCode {
        let routes = Router::new().route("/", get(async || "page").post(async || "done"));
        let mut request = http::Request::builder().method(method).uri("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        protect(routes, OWN.to_owned()).oneshot(request).await.unwrap().status()
    }

    #[rstest]
    #[case::a_form_of_its_own_page(&[("origin", OWN), ("sec-fetch-site", "same-origin")])]
    #[case::a_program(&[])]
    #[tokio::test]
    async fn it_takes(#[case] headers: &[(&str, &str)]) {
        assert_eq!(status(Method::POST, headers).await, StatusCode::OK);
    }

    #[rstest]
    #[case::another_site(&[("origin", "https://a.example")])]
    #[case::a_site_that_looks_like_it(&[("origin", "https://console.example.org")])]
    #[case::another_scheme(&[("origin", "http://console.example")])]
    #[case::a_sandbox(&[("origin", "null")])]
    #[case::a_form_without_an_origin(
        &[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")]
    )]
    #[tokio::test]
    async fn it_refuses(#[case] headers: &[(&str, &str)]) {
        assert_eq!(status(Method::POST, headers).await, StatusCode::FORBIDDEN);
    }
}
