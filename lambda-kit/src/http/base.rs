//! The base of an API: what precedes its routes in the addresses that its clients use.

use http::Extensions;
use lambda_http::RequestExt;
use lambda_http::request::RequestContext;

/// What precedes the route in the path that the client requested: `/prod` if API Gateway puts its
/// stage there, a base path if a custom domain has one, nothing if a custom domain has none. It has
/// only the characters of stages and base paths, so it can be written into a header or a page.
#[must_use]
pub fn base_path(extensions: &Extensions) -> &str {
    let Some(RequestContext::ApiGatewayV1(context)) = extensions.request_context_ref() else {
        return "";
    };
    let asked = context.path.as_deref().unwrap_or_default().trim_end_matches('/');
    let route = extensions.raw_http_path().trim_end_matches('/');
    asked.strip_suffix(route).filter(|base| base.bytes().all(is_plain)).unwrap_or_default()
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~')
}

#[cfg(test)]
mod tests {
    use lambda_http::request::LambdaRequest;
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case::a_stage("/prod/trips/trip-1", "/trips/trip-1", "/prod")]
    #[case::the_root_of_a_stage("/prod/", "/", "/prod")]
    #[case::the_bare_stage("/prod", "/", "/prod")]
    #[case::a_slash_at_the_end("/prod/docs/", "/docs/", "/prod")]
    #[case::a_domain("/trips/trip-1", "/trips/trip-1", "")]
    #[case::the_root_of_a_domain("/", "/", "")]
    #[case::no_base("/<b>/trips", "/trips", "")]
    #[case::another_route("/prod/health", "/trips", "")]
    fn the_base_is_what_stands_before_the_route(
        #[case] asked: &str,
        #[case] route: &str,
        #[case] base: &str,
    ) {
        let event = json!({
            "httpMethod": "GET",
            "path": route,
            "requestContext": {"httpMethod": "GET", "path": asked},
        });
        let event: LambdaRequest = serde_json::from_value(event).unwrap();
        assert_eq!(base_path(http::Request::from(event).extensions()), base);
    }

    #[test]
    fn a_request_that_came_past_the_gateway_has_no_base() {
        assert_eq!(base_path(&Extensions::new()), "");
    }
}
