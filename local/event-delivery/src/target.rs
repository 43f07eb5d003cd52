//! A target, and the request that it makes of an event.

use std::collections::BTreeMap;

use reqwest::Url;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::address::{Address, invocations};
use crate::http_parameters::HttpParameters;
use crate::input::{EventFacts, Input};

/// Where events go, and what is sent of them.
#[derive(Clone, Debug)]
pub struct Target {
    /// Where it is.
    pub address: Address,
    /// What is sent.
    pub input: Input,
    /// What an HTTP address gets beside that.
    pub http: Option<HttpParameters>,
}

/// One event on its way to a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Where to.
    pub to: Destination,
    /// JSON.
    pub body: String,
}

/// Where a request goes, without what it says. Dead letters keep it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    /// What answers there.
    pub kind: Kind,
    /// Its address.
    #[serde(with = "as_text")]
    pub url: Url,
    /// Headers beside the usual ones.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
}

/// What answers at a destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An HTTP server of anybody's.
    Http,
    /// A Lambda function behind an invoke address.
    Function,
}

/// No request can be made, since nobody serves functions.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no invoke address is given for the function {0}")]
pub struct Unsendable(pub String);

impl Target {
    /// The request for an event. `invoke` is the invoke address of functions.
    ///
    /// # Errors
    /// When the target is a function and there is no invoke address.
    pub fn request(
        &self,
        event: &RawValue,
        facts: &EventFacts<'_>,
        invoke: Option<&Url>,
    ) -> Result<Request, Unsendable> {
        Ok(Request { to: self.destination(event, invoke)?, body: self.input.of(event, facts) })
    }

    fn destination(
        &self,
        event: &RawValue,
        invoke: Option<&Url>,
    ) -> Result<Destination, Unsendable> {
        match &self.address {
            Address::Http(url) => Ok(self.over_http(url, event)),
            Address::Function { name, qualifier, .. } => {
                let invoke = invoke.ok_or_else(|| Unsendable(name.clone()))?;
                let url = invocations(invoke, name, qualifier.as_deref());
                Ok(Destination { kind: Kind::Function, url, headers: BTreeMap::new() })
            }
        }
    }

    fn over_http(&self, url: &Url, event: &RawValue) -> Destination {
        let (url, headers) = match &self.http {
            None => (url.clone(), BTreeMap::new()),
            Some(http) => (http.url(url, event), http.headers(event).collect()),
        };
        Destination { kind: Kind::Http, url, headers }
    }
}

impl Destination {
    /// An HTTP address without headers of its own.
    #[must_use]
    pub fn http(url: Url) -> Self {
        Self { kind: Kind::Http, url, headers: BTreeMap::new() }
    }
}

/// URLs as JSON has them.
mod as_text {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Url;

    pub(super) fn serialize<S: Serializer>(url: &Url, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(url.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Url, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}
