//! The console and the API on one port: browsers get pages, programs get what they always got.

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use http::HeaderMap;
use lambda_kit::http::wants_html;
use tower::ServiceExt;

/// Where the console's pages are, but for the first.
pub(crate) const ROOT: &str = "/console";

/// Serves the console under `/console`, and at `/` to whoever asks for HTML; the API serves
/// everything else. Both keep their own checks.
pub fn beside(console: Router, api: Router) -> Router {
    Router::new().fallback(choose).with_state((console, api))
}

async fn choose(State((console, api)): State<(Router, Router)>, request: Request) -> Response {
    let chosen = match is_for_console(request.uri().path(), request.headers()) {
        true => console,
        false => api,
    };
    match chosen.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

fn is_for_console(path: &str, headers: &HeaderMap) -> bool {
    let below = |rest: &str| rest.is_empty() || rest.starts_with('/');
    path.strip_prefix(ROOT).is_some_and(below) || (path == "/" && wants_html(headers))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use http::header::ACCEPT;
    use rstest::rstest;

    use super::*;

    const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    #[rstest]
    #[case::first_page("/", BROWSER, true)]
    #[case::curl("/", "*/*", false)]
    #[case::json("/", "application/json", false)]
    #[case::console("/console", "*/*", true)]
    #[case::below("/console/trips", BROWSER, true)]
    #[case::no_neighbour("/consoles", BROWSER, false)]
    #[case::api("/trips/trip-1", BROWSER, false)]
    #[case::docs("/docs", BROWSER, false)]
    fn browsers_get_pages_and_programs_the_api(
        #[case] path: &str,
        #[case] accept: &'static str,
        #[case] console: bool,
    ) {
        let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]);
        assert_eq!(is_for_console(path, &headers), console);
    }
}
