//! Verifies an ID token: who issued it, for whom, until when, and for a member of the group.

use std::sync::Arc;
use std::time::Duration;

use domain::{Clock, Timestamp};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use serde::Deserialize;

use crate::call::Unavailable;
use crate::keys::Keys;
use crate::session::Session;
use crate::settings::Settings;

/// A session ends so much before its token, so that what a request calls with the token is not
/// refused while the request is served.
const MARGIN: Duration = Duration::from_secs(30);

/// Why a token does not let anybody in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Rejection {
    /// It is not to be believed, and why.
    Untrusted(&'static str),
    /// It has ended.
    Expired,
    /// It is for somebody else than a member of the group: their address, or else their id.
    NotInGroup(String),
    /// The keys cannot be read at the moment.
    Unavailable,
}

impl From<Unavailable> for Rejection {
    fn from(_: Unavailable) -> Self {
        Self::Unavailable
    }
}

/// What a token must say.
#[derive(Debug)]
pub(crate) struct Verifier {
    keys: Keys,
    validation: Validation,
    group: String,
    clock: Arc<dyn Clock>,
}

/// What is read of a token; `iss` and `aud` are compared while it is decoded.
#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: i64,
    token_use: String,
    nonce: Option<String>,
    email: Option<String>,
    #[serde(rename = "cognito:groups", default)]
    groups: Vec<String>,
}

impl Verifier {
    pub(crate) fn new(settings: &Settings, keys: Keys, clock: Arc<dyn Clock>) -> Self {
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_required_spec_claims(&["aud", "exp", "iss", "sub"]);
        validation.set_audience(&[&settings.client_id]);
        validation.set_issuer(&[&settings.issuer]);
        // Done here, by the clock that everything else is given.
        validation.validate_exp = false;
        Self { keys, validation, group: settings.group.clone(), clock }
    }

    /// The session of a token that was kept in a cookie.
    pub(crate) async fn kept(&self, id_token: &str) -> Result<Session, Rejection> {
        self.admit(id_token, self.claims(id_token).await?)
    }

    /// The session of a token that has just been issued, for the sign-in with this nonce.
    pub(crate) async fn issued(&self, id_token: &str, nonce: &str) -> Result<Session, Rejection> {
        let claims = self.claims(id_token).await?;
        if claims.nonce.as_deref() != Some(nonce) {
            return Err(Rejection::Untrusted("nonce"));
        }
        self.admit(id_token, claims)
    }

    /// How long a session lasts from now.
    pub(crate) fn lasts(&self, session: &Session) -> Duration {
        end(session.expires_at).since(self.clock.now())
    }

    /// The claims of a token whose signature, issuer, audience and use are right.
    async fn claims(&self, id_token: &str) -> Result<Claims, Rejection> {
        let header = decode_header(id_token).map_err(|_| Rejection::Untrusted("header"))?;
        // No key is looked for, unless it could verify.
        if header.alg != Algorithm::RS256 {
            return Err(Rejection::Untrusted("algorithm"));
        }
        let id = header.kid.ok_or(Rejection::Untrusted("key id"))?;
        let key = self.keys.find(&id).await?.ok_or(Rejection::Untrusted("key id"))?;
        let claims =
            decode::<Claims>(id_token, &key, &self.validation).map_err(|error| fault(&error))?;
        let claims = claims.claims;
        if claims.token_use == "id" { Ok(claims) } else { Err(Rejection::Untrusted("token_use")) }
    }

    fn admit(&self, id_token: &str, claims: Claims) -> Result<Session, Rejection> {
        let expires_at = Timestamp::from_millis(claims.exp.saturating_mul(1_000));
        if self.clock.now() >= end(expires_at) {
            return Err(Rejection::Expired);
        }
        if !claims.groups.contains(&self.group) {
            return Err(Rejection::NotInGroup(claims.email.unwrap_or(claims.sub)));
        }
        let Claims { sub: subject, email, .. } = claims;
        Ok(Session { id_token: id_token.to_owned(), subject, email, expires_at })
    }
}

fn end(expires_at: Timestamp) -> Timestamp {
    expires_at.before(MARGIN)
}

/// The fault by a name of ours: the library's own texts may repeat a part of the token.
fn fault(error: &jsonwebtoken::errors::Error) -> Rejection {
    Rejection::Untrusted(match error.kind() {
        ErrorKind::InvalidSignature => "signature",
        ErrorKind::InvalidIssuer => "issuer",
        ErrorKind::InvalidAudience => "audience",
        ErrorKind::MissingRequiredClaim(_) => "missing claim",
        _ => "form",
    })
}
