//! Where a target is: an HTTP address, or the ARN of a Lambda function.

use std::fmt;
use std::str::FromStr;

use reqwest::Url;

/// Lambda's path for invocations of a function, around its name.
const BEFORE_NAME: &str = "2015-03-31/functions";
const AFTER_NAME: &str = "invocations";

/// The address of a target, as its owner writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// An `http` or `https` URL.
    Http(Url),
    /// A Lambda function, served at whatever invoke address there is.
    Function {
        /// Its ARN.
        arn: String,
        /// The name in it.
        name: String,
        /// The version or alias in it.
        qualifier: Option<String>,
    },
}

/// The text is not an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a target is an http:// or https:// address, or the ARN of a Lambda function \
     (arn:aws:lambda:REGION:ACCOUNT:function:NAME)"
)]
pub struct AddressFormat;

impl FromStr for Address {
    type Err = AddressFormat;

    fn from_str(text: &str) -> Result<Self, AddressFormat> {
        match text.starts_with("arn:") {
            true => function(text).ok_or(AddressFormat),
            false => url(text).map(Self::Http).ok_or(AddressFormat),
        }
    }
}

fn url(text: &str) -> Option<Url> {
    let url: Url = text.parse().ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

fn function(arn: &str) -> Option<Address> {
    let parts: Vec<_> = arn.split(':').collect();
    let (name, qualifier) = match parts[..] {
        ["arn", _, "lambda", _, _, "function", name] => (name, None),
        ["arn", _, "lambda", _, _, "function", name, qualifier] => (name, Some(qualifier)),
        _ => return None,
    };
    let is_name = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_$".contains(c))
    };
    let fits = is_name(name) && qualifier.is_none_or(is_name);
    fits.then(|| Address::Function {
        arn: arn.to_owned(),
        name: name.to_owned(),
        qualifier: qualifier.map(str::to_owned),
    })
}

/// Where a function is invoked: Lambda's `Invoke` below an invoke address.
#[must_use]
pub fn invocations(invoke: &Url, name: &str, qualifier: Option<&str>) -> Url {
    let mut url = invoke.clone();
    // Every http or https URL has a path.
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(BEFORE_NAME.split('/')).extend([name, AFTER_NAME]);
    }
    url.set_query(None);
    if let Some(qualifier) = qualifier {
        url.query_pairs_mut().append_pair("Qualifier", qualifier);
    }
    url
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(url) => url.fmt(f),
            Self::Function { arn, .. } => f.write_str(arn),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("http://127.0.0.1:3000/hook?key=1")]
    #[case("https://example.com/")]
    #[case("http://[::1]:3000/")]
    #[case("arn:aws:lambda:us-east-1:000000000000:function:mail")]
    #[case("arn:aws-cn:lambda:us-east-1:000000000000:function:mail:$LATEST")]
    fn an_address_is_shown_as_it_was_given(#[case] text: &str) {
        assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
    }

    #[rstest]
    #[case("")]
    #[case("127.0.0.1:3000")]
    #[case("ftp://example.com/")]
    #[case("http://")]
    #[case("arn:aws:sqs:us-east-1:000000000000:queue")]
    #[case("arn:aws:events:us-east-1:000000000000:api-destination/mine/1")]
    #[case("arn:aws:lambda:us-east-1:000000000000:function:")]
    #[case("arn:aws:lambda:us-east-1:000000000000:function:a/b")]
    #[case("arn:aws:lambda:us-east-1:000000000000:function:a:1:2")]
    #[case("arn:aws:lambda:us-east-1:000000000000:layer:a")]
    fn what_nobody_can_be_reached_at_is_refused(#[case] text: &str) {
        assert_eq!(text.parse::<Address>(), Err(AddressFormat));
    }

    #[rstest]
    #[case("http://127.0.0.1:9000", None, "/2015-03-31/functions/mail/invocations")]
    #[case(
        "http://127.0.0.1:9000/",
        Some("1"),
        "/2015-03-31/functions/mail/invocations?Qualifier=1"
    )]
    #[case("http://127.0.0.1:9000/a?b", None, "/a/2015-03-31/functions/mail/invocations")]
    fn a_function_is_invoked_by_its_name(
        #[case] invoke: Url,
        #[case] qualifier: Option<&str>,
        #[case] expected: &str,
    ) {
        let url = invocations(&invoke, "mail", qualifier);
        assert_eq!(url.as_str(), format!("http://127.0.0.1:9000{expected}"));
    }
}
