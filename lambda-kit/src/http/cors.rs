//! Which other sites' pages may call the API from a browser: only the named ones.
//!
//! API Gateway answers preflights and makes its own refusals; the functions behind it name the site
//! in their answers themselves. The local gateway does all of it for them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use http::header::{
    AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, ORIGIN, RETRY_AFTER,
};
use http::{Method, Uri};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::headers::REQUEST_ID;
use crate::config::{Config, ConfigError};
use crate::trace::TRACEPARENT;

/// The methods that a page may call.
pub const METHODS: [Method; 2] = [Method::GET, Method::POST];
/// The headers that a page may send, besides those that every page may.
pub const ALLOWED: [HeaderName; 4] = [AUTHORIZATION, CONTENT_TYPE, REQUEST_ID, TRACEPARENT];
/// The headers that a page may read, besides those that every page may.
pub const EXPOSED: [HeaderName; 4] = [REQUEST_ID, LOCATION, RETRY_AFTER, TRACEPARENT];
/// How long a browser may cache a permission.
pub const MAX_AGE: Duration = Duration::from_secs(600);

/// A site as browsers name it: `https://example.com`, `http://localhost:3000`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(HeaderValue);

/// The text does not name one site.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not an origin; name each site in full, as browsers do: http or https, its host in lower case, \
     and its port where that is not the usual one, such as http://localhost:3000"
)]
pub struct NoOrigin(String);

impl FromStr for Origin {
    type Err = NoOrigin;

    fn from_str(text: &str) -> Result<Self, NoOrigin> {
        let origin = HeaderValue::from_str(text).ok().filter(|_| is_origin(text));
        origin.map(Self).ok_or_else(|| NoOrigin(text.to_owned()))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_str().unwrap_or_default())
    }
}

impl PartialEq<HeaderValue> for Origin {
    fn eq(&self, sent: &HeaderValue) -> bool {
        self.0 == sent
    }
}

/// The sites that a function may name in its answers. Without any, an answer says nothing of sites.
#[derive(Clone, Debug, Default)]
pub struct Sites(Vec<Origin>);

impl Sites {
    /// The sites that the setting `name` lists, with commas between.
    ///
    /// # Errors
    /// [`ConfigError::Malformed`] if one of them is not an origin.
    pub fn from_config(config: &Config, name: &str) -> Result<Self, ConfigError> {
        let malformed = |_| ConfigError::Malformed {
            name: name.to_owned(),
            expected: "a list of origins, such as https://example.com, with commas between",
        };
        let named = config.get(name).into_iter().flat_map(|sites| sites.split(','));
        named.map(str::parse).collect::<Result<_, _>>().map(Self).map_err(malformed)
    }

    /// What names the site in an answer, if there are sites.
    pub(super) fn layer(&self) -> Option<CorsLayer> {
        (!self.0.is_empty()).then(|| layer(&self.0))
    }
}

/// Browsers compare origins as texts, so an origin in any other spelling would match nothing.
fn is_origin(text: &str) -> bool {
    let (scheme, usual_port) =
        if text.starts_with("https://") { ("https", 443) } else { ("http", 80) };
    let Ok(uri) = text.parse::<Uri>() else { return false };
    let Some(authority) = uri.authority() else { return false };
    let port = authority.port_u16();
    let plain =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-:[]".contains(&byte);
    text == format!("{scheme}://{authority}")
        && !authority.host().is_empty()
        && authority.as_str().bytes().all(plain)
        && port != Some(usual_port)
}

/// Answers preflights, and tells browsers whose pages may read an answer.
pub fn layer(origins: &[Origin]) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins.iter().map(|origin| origin.0.clone())))
        .allow_methods(METHODS)
        .allow_headers(ALLOWED)
        .expose_headers(EXPOSED)
        .max_age(MAX_AGE)
        .vary([ORIGIN])
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://example.com")]
    #[case("http://localhost:3000")]
    #[case("http://127.0.0.1:8080")]
    #[case("http://[::1]:3000")]
    fn a_site_is_named_as_browsers_name_it(#[case] text: &str) {
        assert_eq!(text.parse::<Origin>().unwrap().to_string(), text);
    }

    #[rstest]
    #[case::nothing_is_set("", Some(0))]
    #[case::one("https://a.example", Some(1))]
    #[case::two("https://a.example,http://localhost:3000", Some(2))]
    #[case::a_blank("https://a.example, http://localhost:3000", None)]
    #[case::everybody("*", None)]
    fn the_sites_are_configured_by_name(#[case] names: &str, #[case] sites: Option<usize>) {
        let read = Sites::from_config(&Config::from_map([("SITES", names)]), "SITES");
        assert_eq!(read.ok().map(|Sites(origins)| origins.len()), sites);
    }

    #[rstest]
    #[case::everybody("*")]
    #[case::everybody_below("https://*.example.com")]
    #[case::nobody("null")]
    #[case::nothing("")]
    #[case::no_scheme("example.com")]
    #[case::another_scheme("ftp://example.com")]
    #[case::a_path("https://example.com/")]
    #[case::a_query("https://example.com?a=b")]
    #[case::a_user("https://me@example.com")]
    #[case::upper_case("https://Example.com")]
    #[case::the_usual_port("https://example.com:443")]
    #[case::no_host("https://")]
    #[case::two("https://a.example,https://b.example")]
    #[case::a_line_break("https://example.com\r\nx: y")]
    fn anything_else_is_refused(#[case] text: &str) {
        assert_eq!(text.parse::<Origin>(), Err(NoOrigin(text.to_owned())));
    }
}
