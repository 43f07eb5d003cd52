//! A token before it is signed, so that a test can make it wrong.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Timestamp;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::rsa::KeyPair;
use ring::signature::RSA_PKCS1_SHA256;
use serde_json::{Value, json};

/// The client that the tests' site is known by.
pub const CLIENT: &str = "5s1teclient";
/// The group whose members may come in.
pub const GROUP: &str = "operators";

const ISSUER: &[u8] = include_bytes!("../testdata/issuer.der");
const OTHER: &[u8] = include_bytes!("../testdata/other.der");

/// What signs the token.
#[derive(Clone, Copy)]
pub enum Signature {
    /// The provider's key.
    Provider,
    /// A key that the provider does not have.
    Stranger,
    /// The provider's public key as the secret of an HMAC.
    HmacOfThePublicKey,
    /// Nothing.
    None,
}

/// The parts of a token.
pub struct Draft {
    header: Value,
    claims: Value,
    signature: Signature,
}

/// How a test changes a token; `null` takes a member away.
#[derive(Clone, Default)]
pub struct Change {
    header: Option<(&'static str, Value)>,
    claims: Vec<(&'static str, Value)>,
    signature: Option<Signature>,
}

/// Another member of the header.
pub fn header(name: &'static str, value: Value) -> Change {
    Change { header: Some((name, value)), ..Change::default() }
}

/// Another claim.
pub fn claim(name: &'static str, value: Value) -> Change {
    Change::default().and(name, value)
}

impl Change {
    /// And another claim.
    pub fn and(mut self, name: &'static str, value: Value) -> Self {
        self.claims.push((name, value));
        self
    }

    /// And signed otherwise.
    pub fn signed(self, signature: Signature) -> Self {
        Self { signature: Some(signature), ..self }
    }
}

impl Draft {
    /// A right one, as a user pool issues it, that lasts an hour.
    pub fn new(issuer: &str, now: Timestamp, nonce: &str) -> Self {
        let issued = now.as_seconds();
        Self {
            header: json!({"kid": "first", "alg": "RS256"}),
            claims: json!({
                "sub": "7d8f0c1e-olga",
                "cognito:groups": ["auditors", GROUP],
                "email_verified": true,
                "iss": issuer,
                "cognito:username": "7d8f0c1e-olga",
                "nonce": nonce,
                "aud": CLIENT,
                "token_use": "id",
                "auth_time": issued,
                "exp": issued + 3_600,
                "iat": issued,
                "email": "olga@example.com",
            }),
            signature: Signature::Provider,
        }
    }

    /// The same, changed.
    pub fn changed(mut self, change: Change) -> Self {
        set(&mut self.header, change.header);
        set(&mut self.claims, change.claims);
        Self { signature: change.signature.unwrap_or(self.signature), ..self }
    }

    pub fn token(&self) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&self.header), part(&self.claims));
        let signature = URL_SAFE_NO_PAD.encode(self.signature.of(message.as_bytes()));
        format!("{message}.{signature}")
    }
}

fn set(part: &mut Value, members: impl IntoIterator<Item = (&'static str, Value)>) {
    let part = part.as_object_mut().unwrap();
    for (name, value) in members {
        if value.is_null() {
            part.remove(name)
        } else {
            part.insert(name.to_owned(), value)
        };
    }
}

impl Signature {
    fn of(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Provider => rs256(ISSUER, message),
            Self::Stranger => rs256(OTHER, message),
            Self::HmacOfThePublicKey => {
                let public = pair(ISSUER).public().as_ref().to_vec();
                let key = hmac::Key::new(hmac::HMAC_SHA256, &public);
                hmac::sign(&key, message).as_ref().to_vec()
            }
            Self::None => Vec::new(),
        }
    }
}

/// The provider's key as it publishes it, under an id.
pub fn published(id: &str) -> Value {
    let public = pair(ISSUER);
    let public: ring::rsa::PublicKeyComponents<Vec<u8>> = public.public().into();
    let text = |number: Vec<u8>| URL_SAFE_NO_PAD.encode(number);
    json!({
        "alg": "RS256", "use": "sig", "kty": "RSA", "kid": id,
        "n": text(public.n), "e": text(public.e),
    })
}

fn pair(der: &[u8]) -> KeyPair {
    KeyPair::from_der(der).unwrap()
}

fn rs256(der: &[u8], message: &[u8]) -> Vec<u8> {
    let pair = pair(der);
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).unwrap();
    signature
}
