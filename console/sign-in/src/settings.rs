//! Whom to trust, and for whom.

use http::Uri;

/// Where the site and its provider are, and who may come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The site's own address, without a path: `https://HOST`.
    pub origin: String,
    /// Who issues the tokens, as their claim `iss` says, for example
    /// `https://cognito-idp.REGION.amazonaws.com/POOL`. Its keys are at
    /// `/.well-known/jwks.json` below.
    pub issuer: String,
    /// The provider's pages and its token endpoint: `https://DOMAIN`.
    pub hosted: String,
    /// The client that the provider knows the site by.
    pub client_id: String,
    /// The group whose members may come in, one of the claim `cognito:groups`.
    pub group: String,
}

/// A setting cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// An address is none, or could be read on its way.
    #[error("{name} must be an https URL without a slash at its end, not {value}")]
    Address {
        /// The field of [`Settings`].
        name: &'static str,
        /// What it holds.
        value: String,
    },
    /// A field is empty.
    #[error("{0} must not be empty")]
    Empty(&'static str),
}

impl Settings {
    pub(crate) fn check(&self) -> Result<(), SettingsError> {
        for (name, value) in
            [("origin", &self.origin), ("issuer", &self.issuer), ("hosted", &self.hosted)]
        {
            if !is_address(value) {
                return Err(SettingsError::Address { name, value: value.clone() });
            }
        }
        for (name, value) in [("client_id", &self.client_id), ("group", &self.group)] {
            if value.is_empty() {
                return Err(SettingsError::Empty(name));
            }
        }
        Ok(())
    }
}

/// Without TLS only this machine is called.
fn is_address(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else { return false };
    let is_private = match uri.scheme_str() {
        Some("https") => true,
        Some("http") => matches!(uri.host(), Some("127.0.0.1" | "localhost")),
        _ => false,
    };
    is_private && uri.query().is_none() && !text.ends_with('/')
}
