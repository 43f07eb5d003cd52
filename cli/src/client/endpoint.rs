//! The base URL of a service.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use lambda_kit::clients::sdk_config;
use lambda_kit::config::{Config, name};
use local::account::REGION;
use operator::Access;
use reqwest::{Client, ClientBuilder, Url};

/// How long a connection may take to open.
const CONNECT: Duration = Duration::from_secs(5);

/// The URL of a service, `http` or `https`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint(Url);

/// The text is not an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a URL such as http://127.0.0.1:8080")]
pub struct EndpointFormat;

impl FromStr for Endpoint {
    type Err = EndpointFormat;

    fn from_str(text: &str) -> Result<Self, EndpointFormat> {
        let url: Url = text.parse().map_err(|_| EndpointFormat)?;
        let fits = matches!(url.scheme(), "http" | "https") && url.has_host();
        fits.then_some(Self(url)).ok_or(EndpointFormat)
    }
}

/// The URL without a slash at its end, as other tools write it.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

impl Endpoint {
    /// The URL of a path below the endpoint. Each segment is encoded.
    pub(crate) fn at(&self, segments: &[&str]) -> Url {
        let mut url = self.0.clone();
        // Every http or https URL has a path.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    /// The URL as it was given.
    pub(crate) fn url(&self) -> Url {
        self.0.clone()
    }

    /// How the SDK's clients reach a service of a running system here. It checks no credentials,
    /// but DynamoDB Local keeps separate tables for each access key: these are those of `trip up`.
    pub(crate) async fn access(&self) -> Access {
        let config = Config::from_map([
            (name::AWS_REGION, REGION.to_owned()),
            (name::AWS_ACCESS_KEY_ID, "local".to_owned()),
            (name::AWS_SECRET_ACCESS_KEY, "local".to_owned()),
            ("AWS_ENDPOINT_URL_LOCAL", self.to_string()),
        ]);
        Access { url: Some(self.to_string()), config: sdk_config(&config, "local").await }
    }

    /// A client for this endpoint. It never uses a proxy for this machine.
    pub(crate) fn client(&self) -> ClientBuilder {
        let client = Client::builder().connect_timeout(CONNECT);
        if self.is_loopback() { client.no_proxy() } else { client }
    }

    fn is_loopback(&self) -> bool {
        let host = self.0.host_str().unwrap_or_default();
        let address = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn endpoint(text: &str) -> Endpoint {
        text.parse().unwrap()
    }

    #[rstest]
    #[case("http://127.0.0.1:8080", "http://127.0.0.1:8080/trips/t-1")]
    #[case("http://127.0.0.1:8080/", "http://127.0.0.1:8080/trips/t-1")]
    #[case("https://api.example.com/prod", "https://api.example.com/prod/trips/t-1")]
    fn paths_are_built_below_the_endpoint(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(endpoint(text).at(&["trips", "t-1"]).as_str(), expected);
    }

    #[rstest]
    #[case("127.0.0.1:8080")]
    #[case("localhost:8080")]
    #[case("ftp://example.com")]
    #[case("http://")]
    #[case("")]
    fn what_is_not_a_url_of_a_service_is_refused(#[case] text: &str) {
        assert_eq!(text.parse::<Endpoint>(), Err(EndpointFormat));
    }

    #[rstest]
    #[case("http://localhost:8080", true)]
    #[case("http://127.0.0.1", true)]
    #[case("http://[::1]:8080", true)]
    #[case("https://example.com", false)]
    #[case("http://10.0.0.1", false)]
    fn this_machine_is_known_by_its_loopback_names(#[case] text: &str, #[case] is: bool) {
        assert_eq!(endpoint(text).is_loopback(), is);
    }
}
