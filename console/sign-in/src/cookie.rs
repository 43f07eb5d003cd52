//! Cookies with one form for all: for this host alone, over TLS alone, and out of reach of scripts.
//!
//! Browsers keep a name that begins with `__Host-` to that form, so neither a page nor another host
//! of the same domain can set one. Lax lets a cookie come along with the way back from the
//! provider's pages, but not with what another site's page sends.

use std::time::Duration;

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};

/// The session's ID token.
pub(crate) const SESSION: &str = "__Host-session";
/// A sign-in that is under way.
pub(crate) const ATTEMPT: &str = "__Host-sign-in";

/// How long a name and its value may be together in every browser.
/// Source: RFC 6265bis, section 5.6.
const MAX: usize = 4_096;

/// A browser would not keep the cookie.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

/// The cookie's value, if the request has it.
pub(crate) fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let headers = headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
    let pairs = headers.flat_map(|header| header.split(';'));
    let mut pairs = pairs.filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(given, _)| *given == name).map(|(_, value)| value)
}

/// Sets the cookie for a time. The value is of letters, digits and `-_.`.
pub(crate) fn set(name: &str, value: &str, lasts: Duration) -> Result<HeaderValue, TooLong> {
    if name.len() + value.len() > MAX {
        return Err(TooLong);
    }
    let seconds = lasts.as_secs();
    let cookie =
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; Secure; SameSite=Lax");
    let mut cookie = HeaderValue::try_from(cookie).map_err(|_| TooLong)?;
    cookie.set_sensitive(true);
    Ok(cookie)
}

/// Ends the session.
pub(crate) const END_SESSION: HeaderValue =
    HeaderValue::from_static("__Host-session=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax");
/// Ends the sign-in that is under way.
pub(crate) const END_ATTEMPT: HeaderValue =
    HeaderValue::from_static("__Host-sign-in=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name_in_any_header() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("a=1; x__Host-session=2;__Host-session=3"));
        headers.append(COOKIE, HeaderValue::from_static("__Host-sign-in=4=5"));
        assert_eq!(read(&headers, SESSION), Some("3"));
        assert_eq!(read(&headers, ATTEMPT), Some("4=5"));
        assert_eq!(read(&headers, "b"), None);
    }

    #[test]
    fn a_cookie_that_a_browser_would_drop_is_not_set() {
        let lasts = Duration::from_secs(9);
        let fits = "x".repeat(MAX - SESSION.len());
        assert!(set(SESSION, &fits, lasts).is_ok());
        assert_eq!(set(SESSION, &format!("{fits}x"), lasts), Err(TooLong));
    }

    #[test]
    fn a_cookie_ends_in_the_form_in_which_it_was_set() {
        for (name, end) in [(SESSION, END_SESSION), (ATTEMPT, END_ATTEMPT)] {
            assert_eq!(set(name, "", Duration::ZERO), Ok(end));
        }
    }
}
