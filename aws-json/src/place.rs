//! Where a service is.

use std::borrow::Cow;

use http::Uri;
use http::uri::PathAndQuery;

use crate::Head;

/// A service's endpoint.
#[derive(Debug)]
pub(crate) struct Place {
    endpoint: Uri,
    pub(crate) host: String,
}

impl Place {
    /// `None` if it is not a URL.
    pub(crate) fn parse(endpoint: &str) -> Option<Self> {
        let endpoint: Uri = endpoint.parse().ok()?;
        let host = endpoint.authority()?.as_str().to_owned();
        Some(Self { endpoint, host })
    }

    /// The path of a call, below that of the endpoint.
    pub(crate) fn path(&self, head: Head) -> Cow<'static, str> {
        match self.endpoint.path().trim_end_matches('/') {
            "" => head.path.into(),
            above => format!("{above}{}", head.path).into(),
        }
    }

    /// The URL of a path. One that is the program's own is not copied.
    pub(crate) fn uri(&self, path: Cow<'static, str>) -> Result<Uri, http::Error> {
        let mut parts = self.endpoint.clone().into_parts();
        parts.path_and_query = Some(match path {
            Cow::Borrowed(path) => PathAndQuery::from_static(path),
            Cow::Owned(path) => path.try_into()?,
        });
        Ok(Uri::from_parts(parts)?)
    }
}
