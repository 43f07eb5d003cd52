//! What lets a person in: the provider, and the verifier of its tokens.

use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use domain::Clock;
use http::HeaderMap;

use crate::attempt::Attempt;
use crate::call::Http;
use crate::cookie;
use crate::keys::Keys;
use crate::provider::{NoToken, Provider, is_error_code};
use crate::refusal::Refusal;
use crate::rs256;
use crate::session::Session;
use crate::settings::Settings;
use crate::token::{Rejection, Verifier};

/// Where the provider sends a person with a code.
pub(crate) const SIGNED_IN: &str = "/console/signed-in";
/// Where the provider sends a person whose session it has ended.
pub(crate) const SIGNED_OUT: &str = "/console/signed-out";

/// One for the site.
#[derive(Debug)]
pub(crate) struct Gate {
    pub(crate) provider: Provider,
    verifier: Verifier,
    group: String,
}

/// What the provider sends along with a person who comes back.
#[derive(Debug, Default)]
pub(crate) struct Callback {
    pub(crate) state: String,
    pub(crate) code: Option<String>,
    pub(crate) error: Option<String>,
}

impl Gate {
    pub(crate) fn new(
        settings: Settings,
        http: SharedHttpConnector,
        clock: Arc<dyn Clock>,
    ) -> Self {
        rs256::install();
        let http = Arc::new(Http(http));
        let back = [SIGNED_IN, SIGNED_OUT].map(|path| format!("{}{path}", settings.origin));
        let provider =
            Provider::new(&settings.hosted, &settings.client_id, back, Arc::clone(&http));
        let keys = Keys::new(&settings.issuer, http, Arc::clone(&clock));
        let verifier = Verifier::new(&settings, keys, clock);
        Self { provider, verifier, group: settings.group }
    }

    /// Who sends the request.
    pub(crate) async fn session(&self, headers: &HeaderMap) -> Result<Session, Refusal> {
        let token = cookie::read(headers, cookie::SESSION).ok_or(Refusal::NoSession)?;
        self.verifier.kept(token).await.map_err(|rejection| match rejection {
            Rejection::Untrusted(fault) => {
                tracing::debug!(fault, "a cookie's token is not to be believed");
                Refusal::NoSession
            }
            Rejection::Expired => Refusal::NoSession,
            other => self.refusal(other),
        })
    }

    /// The session for what the provider sends along.
    pub(crate) async fn complete(
        &self,
        attempt: &Attempt,
        callback: &Callback,
    ) -> Result<Session, Refusal> {
        if let Some(error) = &callback.error {
            let code = is_error_code(error).then(|| error.clone());
            return Err(Refusal::Refused(code));
        }
        let code = callback.code.as_deref().ok_or(Refusal::Refused(None))?;
        let token = self.provider.redeem(code, attempt).await.map_err(|none| match none {
            NoToken::Refused => Refusal::NotAccepted,
            NoToken::Unavailable => Refusal::Unavailable,
        })?;
        let issued = self.verifier.issued(&token, &attempt.nonce).await;
        issued.map_err(|rejection| self.refusal(rejection))
    }

    /// How long the session lasts from now.
    pub(crate) fn lasts(&self, session: &Session) -> Duration {
        self.verifier.lasts(session)
    }

    fn refusal(&self, rejection: Rejection) -> Refusal {
        match rejection {
            Rejection::Untrusted(fault) => {
                tracing::warn!(fault, "a new token is not to be believed");
                Refusal::NotAccepted
            }
            Rejection::Expired => {
                tracing::warn!("a new token has ended already");
                Refusal::NotAccepted
            }
            Rejection::NotInGroup(person) => {
                Refusal::NotInGroup { person, group: self.group.clone() }
            }
            Rejection::Unavailable => Refusal::Unavailable,
        }
    }
}
