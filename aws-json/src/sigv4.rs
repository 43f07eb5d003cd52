//! AWS's Signature Version 4 for calls of one form: `POST` without a query, with these few headers.
//!
//! The SDK's own signer derives its key anew for every call, though the key changes once a day.
//! Source: "Create a signed AWS API request" in the IAM user guide.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// Credentials are renewed this long before they expire.
const RENEW_BEFORE: Duration = Duration::from_secs(5 * 60);

/// Signs calls to one service in one region.
#[derive(Debug)]
pub(crate) struct Signer {
    service: &'static str,
    region: String,
    provider: Option<SharedCredentialsProvider>,
    kept: Mutex<Option<Arc<Kept>>>,
}

/// The credentials, and the key that they give for a day.
#[derive(Debug)]
struct Kept {
    credentials: Credentials,
    day: String,
    key: Vec<u8>,
}

/// What is signed: the parts of a call that differ from one to the next.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'a> {
    pub(crate) host: &'a str,
    /// Of unreserved characters alone, so that nothing in it has to be encoded.
    pub(crate) path: &'a str,
    pub(crate) content_type: &'a str,
    pub(crate) target: Option<&'a str>,
    pub(crate) body: &'a [u8],
}

/// The headers that a signature adds to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signed {
    pub(crate) date: String,
    pub(crate) token: Option<String>,
    pub(crate) authorization: String,
}

impl Signer {
    pub(crate) fn new(
        service: &'static str,
        region: String,
        provider: Option<SharedCredentialsProvider>,
    ) -> Self {
        Self { service, region, provider, kept: Mutex::default() }
    }

    /// Signs a request as of `now`.
    ///
    /// # Errors
    /// If there are no credentials.
    pub(crate) async fn sign(
        &self,
        request: Request<'_>,
        now: SystemTime,
    ) -> Result<Signed, CredentialsError> {
        let date = date(now);
        let kept = self.key(&date[..8], now).await?;
        let Kept { credentials, day, key } = &*kept;
        let token = credentials.session_token();
        let (request, headers) = request.canonical(&date, token);
        let scope = [day, "/", &self.region, "/", self.service, "/aws4_request"].concat();
        let hash = hash(request.as_bytes());
        let signed = ["AWS4-HMAC-SHA256\n", &date, "\n", &scope, "\n", &hash].concat();
        let signature = calculate_signature(key, signed.as_bytes());
        let authorization = [
            "AWS4-HMAC-SHA256 Credential=",
            credentials.access_key_id(),
            "/",
            &scope,
            ", SignedHeaders=",
            headers,
            ", Signature=",
            &signature,
        ]
        .concat();
        Ok(Signed { token: token.map(str::to_owned), authorization, date })
    }

    /// The key of the day, from credentials that are still good.
    async fn key(&self, day: &str, now: SystemTime) -> Result<Arc<Kept>, CredentialsError> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let good = kept.filter(|kept| !expires_soon(&kept.credentials, now));
        let credentials = match good {
            Some(kept) if kept.day == day => return Ok(kept),
            Some(kept) => kept.credentials.clone(),
            None => self.credentials().await?,
        };
        let secret = credentials.secret_access_key();
        let key = generate_signing_key(secret, now, &self.region, self.service).as_ref().to_vec();
        let new = Arc::new(Kept { credentials, day: day.to_owned(), key });
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&new));
        Ok(new)
    }

    async fn credentials(&self) -> Result<Credentials, CredentialsError> {
        let Some(provider) = &self.provider else {
            return Err(CredentialsError::not_loaded("the settings name none"));
        };
        provider.provide_credentials().await
    }
}

fn expires_soon(credentials: &Credentials, now: SystemTime) -> bool {
    credentials.expiry().is_some_and(|expiry| expiry <= now + RENEW_BEFORE)
}

/// The time as it is signed: `20260301T120000Z`. A time that no calendar has is signed as 1970, and
/// refused.
fn date(now: SystemTime) -> String {
    let now = Timestamp::try_from(now).unwrap_or(Timestamp::UNIX_EPOCH);
    now.strftime("%Y%m%dT%H%M%SZ").to_string()
}

impl Request<'_> {
    /// The canonical request, and the names of its headers.
    fn canonical(&self, date: &str, token: Option<&str>) -> (String, &'static str) {
        let Self { host, path, content_type, target, body } = self;
        let names = match (token, target) {
            (Some(_), Some(_)) => "content-type;host;x-amz-date;x-amz-security-token;x-amz-target",
            (Some(_), None) => "content-type;host;x-amz-date;x-amz-security-token",
            (None, Some(_)) => "content-type;host;x-amz-date;x-amz-target",
            (None, None) => "content-type;host;x-amz-date",
        };
        let mut lines = vec!["POST\n", path, "\n\ncontent-type:", content_type, "\nhost:", host];
        lines.extend(["\nx-amz-date:", date]);
        lines.extend(token.into_iter().flat_map(|token| ["\nx-amz-security-token:", token]));
        lines.extend(target.iter().flat_map(|target| ["\nx-amz-target:", target]));
        let hash = hash(body);
        lines.extend(["\n\n", names, "\n", &hash]);
        (lines.concat(), names)
    }
}

/// SHA-256 in hexadecimal digits.
fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use std::future::ready;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use aws_credential_types::credential_fn::provide_credentials_fn;
    use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
    use aws_sigv4::sign::v4;
    use rstest::rstest;

    use super::*;

    const CALL: Request<'_> = Request {
        host: "events.eu-west-1.amazonaws.com",
        path: "/",
        content_type: "application/x-amz-json-1.1",
        target: Some("AWSEvents.PutEvents"),
        body: b"{\"Entries\":[]}",
    };
    const IN_CBOR: Request<'_> = Request {
        path: "/service/AWSEventsV2/operation/PutEvents",
        content_type: "application/cbor",
        target: None,
        body: &[0xa0],
        ..CALL
    };

    fn signer(credentials: &Credentials) -> Signer {
        let provider = SharedCredentialsProvider::new(credentials.clone());
        Signer::new("events", "eu-west-1".to_owned(), Some(provider))
    }

    fn at(moment: &str) -> SystemTime {
        moment.parse::<Timestamp>().unwrap().into()
    }

    fn by_the_sdk(call: Request<'_>, credentials: &Credentials, now: SystemTime) -> String {
        let identity = credentials.clone().into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region("eu-west-1")
            .name("events")
            .time(now)
            .settings(SigningSettings::default());
        let url = format!("https://{}{}", call.host, call.path);
        let headers = [("host", call.host), ("content-type", call.content_type)];
        let headers = headers.into_iter().chain(call.target.map(|target| ("x-amz-target", target)));
        let body = SignableBody::Bytes(call.body);
        let request = SignableRequest::new("POST", url, headers, body).unwrap();
        let (instructions, _) =
            sign(request, &params.build().unwrap().into()).unwrap().into_parts();
        let mut headers = instructions.headers();
        headers.find(|(name, _)| *name == "authorization").unwrap().1.to_owned()
    }

    #[rstest]
    #[case::in_json(CALL)]
    #[case::in_cbor(IN_CBOR)]
    #[tokio::test]
    async fn a_call_is_signed_as_the_sdk_signs_it_on_any_day(
        #[case] call: Request<'_>,
        #[values(None, Some("a token"))] token: Option<&str>,
    ) {
        let token = token.map(str::to_owned);
        let credentials = Credentials::new("key", "secret", token, None, "test");
        let signer = signer(&credentials);
        for now in ["2026-03-01T23:59:59Z", "2026-03-01T23:59:59Z", "2026-03-02T00:00:00Z"] {
            let signed = signer.sign(call, at(now)).await.unwrap();
            assert_eq!(signed.authorization, by_the_sdk(call, &credentials, at(now)));
        }
    }

    #[tokio::test]
    async fn credentials_are_fetched_anew_five_minutes_before_they_expire() {
        let (fetched, expiry) = (Arc::new(AtomicUsize::new(0)), at("2026-03-01T12:00:00Z"));
        let count = fetched.clone();
        let provider = provide_credentials_fn(move || {
            let key = format!("key-{}", count.fetch_add(1, Ordering::SeqCst));
            let good_until = Some(expiry);
            ready(Ok(Credentials::new(key, "secret", None, good_until, "test")))
        });
        let provider = Some(SharedCredentialsProvider::new(provider));
        let signer = Signer::new("events", "eu-west-1".to_owned(), provider);
        for (now, key) in [("11:00:00", 0), ("11:54:59", 0), ("11:55:00", 1)] {
            let signed = signer.sign(CALL, at(&format!("2026-03-01T{now}Z"))).await.unwrap();
            let wanted = format!("AWS4-HMAC-SHA256 Credential=key-{key}/");
            assert!(signed.authorization.starts_with(&wanted), "{now}: {}", signed.authorization);
        }
        assert_eq!(fetched.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn without_credentials_nothing_is_signed() {
        let signer = Signer::new("events", "eu-west-1".to_owned(), None);
        assert!(signer.sign(CALL, at("2026-03-01T12:00:00Z")).await.is_err());
    }
}
