//! The provider's addresses, and the exchange of a code for a token.

use std::sync::Arc;

use aws_smithy_types::body::SdkBody;
use form_urlencoded::Serializer;
use http::Request;
use http::header::{ACCEPT, CONTENT_TYPE};
use serde::Deserialize;

use crate::attempt::Attempt;
use crate::call::{Answer, Http, Unavailable};

/// What is asked for: who the person is, and their address.
const SCOPE: &str = "openid email";

/// The provider, as this site sees it.
#[derive(Debug)]
pub(crate) struct Provider {
    hosted: String,
    client_id: String,
    /// Where a person comes back with a code.
    redirect_uri: String,
    /// Where a person comes back without a session.
    logout_uri: String,
    http: Arc<Http>,
}

/// Why there is no token for a code.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoToken {
    /// The provider does not take the code: it is used, too old, or another sign-in's.
    Refused,
    /// The provider cannot be asked at the moment.
    Unavailable,
}

impl From<Unavailable> for NoToken {
    fn from(_: Unavailable) -> Self {
        Self::Unavailable
    }
}

/// The tokens that are not named here are dropped.
#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

#[derive(Deserialize)]
struct Refused {
    error: String,
}

impl Provider {
    pub(crate) fn new(
        hosted: &str,
        client_id: &str,
        [redirect_uri, logout_uri]: [String; 2],
        http: Arc<Http>,
    ) -> Self {
        let (hosted, client_id) = (hosted.to_owned(), client_id.to_owned());
        Self { hosted, client_id, redirect_uri, logout_uri, http }
    }

    /// The page at which the person signs in.
    pub(crate) fn authorize(&self, attempt: &Attempt) -> String {
        let query = pairs(&[
            ("response_type", "code"),
            ("client_id", &self.client_id),
            ("redirect_uri", &self.redirect_uri),
            ("scope", SCOPE),
            ("state", &attempt.state),
            ("nonce", &attempt.nonce),
            ("code_challenge", &attempt.challenge()),
            ("code_challenge_method", "S256"),
        ]);
        format!("{}/oauth2/authorize?{query}", self.hosted)
    }

    /// The page that ends the provider's own session.
    pub(crate) fn logout(&self) -> String {
        let query = pairs(&[("client_id", &self.client_id), ("logout_uri", &self.logout_uri)]);
        format!("{}/logout?{query}", self.hosted)
    }

    /// The ID token for a code.
    pub(crate) async fn redeem(&self, code: &str, attempt: &Attempt) -> Result<String, NoToken> {
        let answer = self.http.call(self.exchange(code, attempt)?).await?;
        match serde_json::from_slice::<Tokens>(&answer.body) {
            Ok(tokens) if answer.status.is_success() => Ok(tokens.id_token),
            _ => {
                let (status, error) = (answer.status.as_u16(), error_code(&answer));
                tracing::warn!(status, error, "the provider gives no token for a code");
                Err(NoToken::Refused)
            }
        }
    }

    fn exchange(&self, code: &str, attempt: &Attempt) -> Result<Request<SdkBody>, Unavailable> {
        let form = pairs(&[
            ("grant_type", "authorization_code"),
            ("client_id", &self.client_id),
            ("redirect_uri", &self.redirect_uri),
            ("code", code),
            ("code_verifier", &attempt.verifier),
        ]);
        Request::post(format!("{}/oauth2/token", self.hosted))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ACCEPT, "application/json")
            .body(SdkBody::from(form))
            .map_err(|_| Unavailable)
    }
}

fn pairs(pairs: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// OAuth's code of the error, such as `invalid_grant`; nothing else of the answer is logged.
fn error_code(answer: &Answer) -> String {
    let code = serde_json::from_slice(&answer.body).map(|Refused { error }| error);
    code.ok().filter(|code| is_error_code(code)).unwrap_or_else(|| "none".to_owned())
}

/// Whether the text has the form of OAuth's codes, and so may be logged and shown.
pub(crate) fn is_error_code(text: &str) -> bool {
    (1..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}
