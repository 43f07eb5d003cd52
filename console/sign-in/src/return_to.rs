//! The page to which a person comes back: one of this site, whatever the request asked for.

use http::uri::PathAndQuery;

/// The first page.
pub(crate) const HOME: &str = "/";
/// More than any page's address with its query; a cookie holds it.
const MAX: usize = 1_024;

/// The page if it is one of the console, and else the first page.
///
/// A path that browsers read as another host's, such as `//host` or `/\host`, is none of the
/// console.
pub(crate) fn return_to(wanted: &str) -> &str {
    if is_page(wanted) { wanted } else { HOME }
}

fn is_page(wanted: &str) -> bool {
    let Ok(parsed) = wanted.parse::<PathAndQuery>() else { return false };
    let path = parsed.path();
    let is_plain = wanted.len() <= MAX && !wanted.contains(['\\', '#']);
    // Neither back into the sign-in nor out of the session.
    let is_ours = path.starts_with("/console/") && !path.starts_with("/console/sign");
    is_plain && (is_ours || path == HOME || path == "/console")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("/")]
    #[case("/?status=OPEN")]
    #[case("/console")]
    #[case("/console/trips?from=2026-01-15&q=a%20b")]
    #[case("/console/trips/0199")]
    fn a_page_of_the_console_is_returned_to(#[case] page: &str) {
        assert_eq!(return_to(page), page);
    }

    #[rstest]
    #[case("")]
    #[case("https://elsewhere.example/console/trips")]
    #[case("//elsewhere.example/console/")]
    #[case("/\\elsewhere.example/console/")]
    #[case("/console/\\elsewhere.example")]
    #[case("\\\\elsewhere.example")]
    #[case("javascript:alert(1)")]
    #[case("/elsewhere")]
    #[case("/consoles/trips")]
    #[case("/console/sign-out")]
    #[case("/console/signed-in?code=1&state=2")]
    #[case("/console/\u{9}/x")]
    #[case("/console/\r\nSet-Cookie: a=b")]
    fn anything_else_leads_to_the_first_page(#[case] wanted: &str) {
        assert_eq!(return_to(wanted), HOME);
    }

    #[test]
    fn a_page_with_too_long_an_address_is_not_kept() {
        assert_eq!(return_to(&format!("/console/{}", "x".repeat(MAX))), HOME);
    }
}
