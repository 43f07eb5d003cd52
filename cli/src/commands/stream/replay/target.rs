//! Who gets the batches.

use std::str::FromStr;
use std::time::Duration;

use anyhow::Context;
use event_delivery::invocations;
use operator::root;
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::timeout;

use super::product::{Own, Ready};
use crate::client::Endpoint;
use crate::render::outside;

/// Where `cargo lambda watch` serves functions.
const INVOKE_ADDRESS: &str = "http://127.0.0.1:9000";
/// The header by which Lambda says that the function failed.
const FUNCTION_ERROR: &str = "x-amz-function-error";
/// How much of an answer is shown, in characters.
const MAX_EXCERPT: usize = 200;

/// Whom the command line names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum To {
    Own(Own),
    Function(String),
    Address(Endpoint),
}

/// The text names nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be the name of a function, or an address that begins with http:// or https://")]
pub(super) struct ToFormat;

impl FromStr for To {
    type Err = ToFormat;

    fn from_str(text: &str) -> Result<Self, ToFormat> {
        if text.contains("://") {
            return text.parse().map(Self::Address).map_err(|_| ToFormat);
        }
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || "-_:$".contains(c);
        if text.is_empty() || !text.chars().all(is_allowed) {
            return Err(ToFormat);
        }
        Ok(Own::named(text).map_or_else(|| Self::Function(text.to_owned()), Self::Own))
    }
}

impl To {
    /// Whether it is the function that writes the search view.
    pub(super) fn is_the_projector(&self) -> bool {
        *self == Self::Own(Own::Projector)
    }

    /// Whether it is the function that publishes.
    pub(super) fn is_the_dispatcher(&self) -> bool {
        *self == Self::Own(Own::Dispatcher)
    }

    /// The function's name; empty for an address.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Own(own) => own.name(),
            Self::Function(name) => name,
            Self::Address(_) => "",
        }
    }
}

/// A function that can be invoked.
pub(super) enum Target {
    Own(Ready, Duration),
    Http { http: Client, url: Url },
}

impl Target {
    /// The function of that name behind an invoke address.
    pub(super) fn named(
        name: &str,
        address: Option<&Endpoint>,
        timeout: Duration,
    ) -> anyhow::Result<Self> {
        let address = match address {
            Some(address) => address.clone(),
            None => INVOKE_ADDRESS.parse()?,
        };
        Self::at(&address, invocations(&address.url(), name, None), timeout)
    }

    /// Whoever takes a POST at `url`, which is below `address`.
    pub(super) fn at(address: &Endpoint, url: Url, timeout: Duration) -> anyhow::Result<Self> {
        let http = address.client().timeout(timeout).redirect(Policy::none()).build();
        Ok(Self::Http { http: http.context("cannot build an HTTP client")?, url })
    }

    /// Hands over one batch: the function's answer, or what went wrong in words.
    pub(super) async fn invoke(&self, event: Value) -> Result<Value, String> {
        match self {
            Self::Own(own, limit) => timeout(*limit, own.invoke(event))
                .await
                .unwrap_or_else(|_| Err(format!("it did not answer within {} s", limit.as_secs()))),
            Self::Http { http, url } => {
                let request = http.post(url.clone()).header(CONTENT_TYPE, "application/json");
                match request.body(event.to_string()).send().await {
                    Ok(response) => read(response).await,
                    Err(error) => Err(format!("{url}: {}", root(&error))),
                }
            }
        }
    }
}

/// A function's error, as Lambda answers it. Emulators say it in the body alone.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FunctionError {
    error_type: String,
    error_message: String,
}

/// An answer without a body is null: the batch was processed.
async fn read(response: Response) -> Result<Value, String> {
    let (status, failed) = (response.status(), response.headers().contains_key(FUNCTION_ERROR));
    let body = response.text().await.map_err(|error| root(&error))?;
    let excerpt = || outside(body.trim().chars().take(MAX_EXCERPT).collect::<String>());
    if failed || !status.is_success() {
        return Err(format!("{status}: {}", excerpt()));
    }
    if body.trim().is_empty() {
        return Ok(Value::Null);
    }
    if let Ok(error) = serde_json::from_str::<FunctionError>(&body) {
        return Err(outside(format!("{}: {}", error.error_type, error.error_message)));
    }
    serde_json::from_str(&body).map_err(|_| format!("the answer is not JSON: {}", excerpt()))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("projector", To::Own(Own::Projector))]
    #[case("orders-totals", To::Function("orders-totals".to_owned()))]
    #[case("http://127.0.0.1:3000/a", To::Address("http://127.0.0.1:3000/a".parse().unwrap()))]
    fn a_name_and_an_address_are_told_apart(#[case] text: &str, #[case] expected: To) {
        assert_eq!(text.parse(), Ok(expected));
    }

    #[rstest]
    #[case("")]
    #[case("127.0.0.1/3000")]
    #[case("ftp://127.0.0.1")]
    #[case("a function")]
    fn what_names_nobody_is_refused(#[case] text: &str) {
        assert_eq!(text.parse::<To>(), Err(ToFormat));
    }

    #[test]
    fn a_function_is_invoked_by_lambdas_path() {
        let at = |address: Option<Endpoint>| {
            let target = Target::named("f:1", address.as_ref(), Duration::from_secs(1)).unwrap();
            let Target::Http { url, .. } = target else { panic!("an HTTP target") };
            url.to_string()
        };
        let path = "2015-03-31/functions/f:1/invocations";
        assert_eq!(at(None), format!("http://127.0.0.1:9000/{path}"));
        assert_eq!(at(Some("http://a:1/".parse().unwrap())), format!("http://a:1/{path}"));
    }
}
