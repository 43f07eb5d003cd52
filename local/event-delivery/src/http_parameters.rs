//! What a target adds to the request for an HTTP address: values for the path, headers and the
//! query. A value that begins with `$.` is a path into the event.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;
use reqwest::header::{
    CONNECTION, CONTENT_LENGTH, HOST, HeaderName, HeaderValue, TRANSFER_ENCODING,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::input::{InputError, Path};

/// Stands in an address for a value of the path.
const WILDCARD: &str = "*";

/// What is encoded in a value, so that it stays in its segment of the path.
const IN_A_SEGMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Headers that belong to the connection, not to the event.
const NOT_OURS: [HeaderName; 4] = [HOST, CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION];

/// The target's `HttpParameters`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct HttpParameters {
    /// What stands for each `*` in the path of the address, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub path_parameter_values: Vec<String>,
    /// Headers by their names. They replace the usual ones.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub header_parameters: BTreeMap<String, String>,
    /// Parameters to add to the query.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub query_string_parameters: BTreeMap<String, String>,
}

/// Parameters that no request can have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpParametersError {
    /// More or fewer values than the address has places for.
    #[error("PathParameterValues has {values} values, and the address has {places} times *")]
    Places {
        /// How many values there are.
        values: usize,
        /// How many places there are.
        places: usize,
    },
    /// A header that is not the target's to set, or cannot be one.
    #[error("HeaderParameters cannot set {0:?}")]
    Header(String),
    /// A header's value with control characters.
    #[error("HeaderParameters cannot set {0:?} to {1:?}: a header has no control characters")]
    HeaderValue(String, String),
    /// A value that begins as a path into the event and is none.
    #[error("{0:?} is not a path that EventBridge reads")]
    Path(String),
}

impl HttpParameters {
    /// Checks them for requests to this address.
    ///
    /// # Errors
    /// When no request can have them.
    pub fn check(&self, address: &Url) -> Result<(), HttpParametersError> {
        let (values, places) =
            (self.path_parameter_values.len(), address.path().matches(WILDCARD).count());
        if values != places {
            return Err(HttpParametersError::Places { values, places });
        }
        for (name, value) in &self.header_parameters {
            let header: Option<HeaderName> = name.parse().ok();
            if header.is_none_or(|header| NOT_OURS.contains(&header)) {
                return Err(HttpParametersError::Header(name.clone()));
            }
            if HeaderValue::from_str(value).is_err() {
                return Err(HttpParametersError::HeaderValue(name.clone(), value.clone()));
            }
        }
        let headers = self.header_parameters.values().chain(self.query_string_parameters.values());
        self.path_parameter_values.iter().chain(headers).try_for_each(|value| match path(value) {
            Some(Err(_)) => Err(HttpParametersError::Path(value.clone())),
            _ => Ok(()),
        })
    }

    /// The address for an event.
    pub(crate) fn url(&self, address: &Url, event: &RawValue) -> Url {
        let mut url = address.clone();
        self.fill_places(&mut url, event);
        if !self.query_string_parameters.is_empty() {
            let values = self.query_string_parameters.iter();
            url.query_pairs_mut()
                .extend_pairs(values.map(|(name, value)| (name, of(value, event))));
        }
        url
    }

    fn fill_places(&self, url: &mut Url, event: &RawValue) {
        let mut path = String::new();
        let mut values = self.path_parameter_values.iter();
        for (number, piece) in url.path().split(WILDCARD).enumerate() {
            if number > 0 {
                let value = values.next().map(|value| of(value, event)).unwrap_or_default();
                path.extend(utf8_percent_encode(&value, IN_A_SEGMENT));
            }
            path += piece;
        }
        url.set_path(&path);
    }

    /// The headers for an event.
    pub(crate) fn headers(&self, event: &RawValue) -> impl Iterator<Item = (String, String)> {
        self.header_parameters.iter().map(|(name, value)| (name.clone(), of(value, event)))
    }
}

fn path(value: &str) -> Option<Result<Path, InputError>> {
    value.starts_with("$.").then(|| value.parse())
}

/// A value for an event. What the event does not have is empty.
fn of(value: &str, event: &RawValue) -> String {
    let Some(Ok(path)) = path(value) else { return value.to_owned() };
    let found = path.select(event).unwrap_or_default();
    serde_json::from_str::<String>(&found).unwrap_or(found)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn parameters(json: &str) -> HttpParameters {
        serde_json::from_str(json).unwrap()
    }

    #[rstest]
    #[case("http://h/a", "{}", "http://h/a")]
    #[case("http://h/*/b*", r#"{"PathParameterValues": ["x", "y"]}"#, "http://h/x/by")]
    #[case("http://h/*", r#"{"PathParameterValues": ["$.detail.id"]}"#, "http://h/a%2Fb%20c")]
    #[case("http://h/*", r#"{"PathParameterValues": ["$.detail.none"]}"#, "http://h/")]
    #[case("http://h/a%20b/*", r#"{"PathParameterValues": ["*"]}"#, "http://h/a%20b/%2A")]
    #[case(
        "http://h/a?k=1",
        r#"{"QueryStringParameters": {"id": "$.detail.id", "n": "$.detail.n", "x": "y z"}}"#,
        "http://h/a?k=1&id=a%2Fb+c&n=7&x=y+z"
    )]
    fn the_address_is_made_for_the_event(
        #[case] address: Url,
        #[case] json: &str,
        #[case] expected: &str,
    ) {
        let event: &RawValue =
            serde_json::from_str(r#"{"detail": {"id": "a/b c", "n": 7}}"#).unwrap();
        let parameters = parameters(json);
        parameters.check(&address).unwrap();
        assert_eq!(parameters.url(&address, event).as_str(), expected);
    }

    #[rstest]
    #[case("http://h/*", "{}", "PathParameterValues has 0 values, and the address has 1 times *")]
    #[case("http://h/", r#"{"PathParameterValues": ["x"]}"#, "PathParameterValues has 1 values")]
    #[case(
        "http://h/",
        r#"{"HeaderParameters": {"Host": "x"}}"#,
        "HeaderParameters cannot set \"Host\""
    )]
    #[case("http://h/", r#"{"HeaderParameters": {"a b": "x"}}"#, "HeaderParameters cannot set")]
    #[case("http://h/", r#"{"HeaderParameters": {"a": "x\ny"}}"#, "HeaderParameters cannot set")]
    #[case(
        "http://h/",
        r#"{"QueryStringParameters": {"a": "$.b['c']"}}"#,
        "\"$.b['c']\" is not a path"
    )]
    fn what_no_request_can_have_is_refused(
        #[case] address: Url,
        #[case] json: &str,
        #[case] reason: &str,
    ) {
        let refused = parameters(json).check(&address).unwrap_err().to_string();
        assert!(refused.starts_with(reason), "{refused}");
    }
}
