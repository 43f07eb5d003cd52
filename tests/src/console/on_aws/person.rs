//! People of a user pool, and the keys by which it signs their tokens.

use axum::routing::get;
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Clock;
use lambda_kit::clock::SystemClock;
use ring::rand::SystemRandom;
use ring::rsa::{KeyPair, PublicKeyComponents};
use ring::signature::RSA_PKCS1_SHA256;
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub const CLIENT: &str = "console-client";
const KEY: &[u8] = include_bytes!("../../../../console/sign-in/tests/testdata/issuer.der");

/// Somebody with a token that lasts an hour.
pub struct Person {
    pub id_token: String,
}

/// Publishes the pool's key on a port of its own until the test ends; where that is.
pub async fn pool() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let pages = Router::new().route("/.well-known/jwks.json", get(async || Json(keys())));
    let server = axum::serve(listener, pages);
    tokio::spawn(async move { server.await.unwrap() });
    issuer
}

impl Person {
    pub fn of(issuer: &str, name: &str, groups: &[&str]) -> Self {
        let now = SystemClock.now().as_seconds();
        let header = json!({"kid": "first", "alg": "RS256"});
        let claims = json!({
            "sub": format!("7d8f0c1e-{name}"), "cognito:groups": groups, "iss": issuer, "aud": CLIENT,
            "token_use": "id", "exp": now + 3_600, "iat": now, "email": format!("{name}@example.com"),
        });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&header), part(&claims));
        let signature = URL_SAFE_NO_PAD.encode(signed(message.as_bytes()));
        Self { id_token: format!("{message}.{signature}") }
    }
}

fn pair() -> KeyPair {
    KeyPair::from_der(KEY).unwrap()
}

fn signed(message: &[u8]) -> Vec<u8> {
    let pair = pair();
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).unwrap();
    signature
}

fn keys() -> Value {
    let pair = pair();
    let public: PublicKeyComponents<Vec<u8>> = pair.public().into();
    let text = |number: Vec<u8>| URL_SAFE_NO_PAD.encode(number);
    json!({"keys": [{
        "alg": "RS256", "use": "sig", "kty": "RSA", "kid": "first",
        "n": text(public.n), "e": text(public.e),
    }]})
}
