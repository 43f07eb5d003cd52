//! An OpenID provider as small as a hosted sign-in is to its clients: it signs everybody
//! in without asking, and is as strict with codes.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Clock;
use form_urlencoded::Serializer;
use http::StatusCode;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use testing::ManualClock;
use tokio::net::TcpListener;

use super::draft::{CLIENT, Change, Draft, published};

type Fields = HashMap<String, String>;

/// Running on a port of its own until the test ends.
pub struct Issuer {
    pub address: String,
    pub pages: Router,
    pub desk: Arc<Desk>,
}

/// What a test sees and sets.
pub struct Desk {
    address: String,
    /// The one address to which a person may be sent back.
    redirect_uri: String,
    clock: Arc<ManualClock>,
    pub change: Mutex<Change>,
    /// The ids under which the key is published.
    pub key_ids: Mutex<Vec<&'static str>>,
    pub keys_read: AtomicUsize,
    /// The status of every answer to the site, unless it is 0.
    pub trouble: AtomicU16,
    /// What was asked for, by the code that was given for it.
    codes: Mutex<HashMap<String, Fields>>,
}

impl Issuer {
    pub async fn start(origin: &str, clock: Arc<ManualClock>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let desk = Arc::new(Desk {
            address: address.clone(),
            redirect_uri: format!("{origin}/console/signed-in"),
            clock,
            change: Mutex::default(),
            key_ids: Mutex::new(vec!["first"]),
            keys_read: AtomicUsize::new(0),
            trouble: AtomicU16::new(0),
            codes: Mutex::default(),
        });
        let pages = Router::new()
            .route("/oauth2/authorize", get(authorize))
            .route("/oauth2/token", post(token))
            .route("/.well-known/jwks.json", get(keys))
            .with_state(Arc::clone(&desk));
        let server = axum::serve(listener, pages.clone());
        tokio::spawn(async move { server.await.unwrap() });
        Self { address, pages, desk }
    }
}

impl Desk {
    /// A token for the nonce, as the test wants it.
    pub fn draft(&self, nonce: &str) -> Draft {
        let change = self.change.lock().unwrap().clone();
        Draft::new(&self.address, self.clock.now(), nonce).changed(change)
    }

    fn in_trouble(&self) -> Option<StatusCode> {
        StatusCode::from_u16(self.trouble.load(Ordering::SeqCst)).ok()
    }
}

async fn authorize(State(desk): State<Arc<Desk>>, Query(asked): Query<Fields>) -> Response {
    let right = [
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", &desk.redirect_uri),
        ("scope", "openid email"),
        ("code_challenge_method", "S256"),
    ];
    if let Some((name, _)) = right.iter().find(|(name, value)| asked[*name] != *value) {
        return (StatusCode::BAD_REQUEST, format!("{name} is not right")).into_response();
    }
    let mut codes = desk.codes.lock().unwrap();
    let code = format!("code-{}", codes.len());
    let back = Serializer::new(String::new())
        .append_pair("code", &code)
        .append_pair("state", &asked["state"])
        .finish();
    codes.insert(code, asked);
    Redirect::to(&format!("{}?{back}", desk.redirect_uri)).into_response()
}

async fn token(State(desk): State<Arc<Desk>>, Form(sent): Form<Fields>) -> Response {
    if let Some(status) = desk.in_trouble() {
        return status.into_response();
    }
    let asked = desk.codes.lock().unwrap().remove(&sent["code"]);
    let Some(asked) = asked.filter(|asked| is_redeemed_by(asked, &sent)) else {
        return (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"}))).into_response();
    };
    let id_token = desk.draft(&asked["nonce"]).token();
    Json(json!({
        "id_token": id_token, "access_token": "never.looked.at", "refresh_token": "never-kept",
        "expires_in": 3_600, "token_type": "Bearer",
    }))
    .into_response()
}

fn is_redeemed_by(asked: &Fields, sent: &Fields) -> bool {
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, sent["code_verifier"].as_bytes()));
    sent["grant_type"] == "authorization_code"
        && ["client_id", "redirect_uri"].iter().all(|name| sent[*name] == asked[*name])
        && challenge == asked["code_challenge"]
}

async fn keys(State(desk): State<Arc<Desk>>) -> Response {
    desk.keys_read.fetch_add(1, Ordering::SeqCst);
    if let Some(status) = desk.in_trouble() {
        return status.into_response();
    }
    let ours = desk.key_ids.lock().unwrap().clone();
    // Beside one of a kind that the site does not know.
    let strange = json!({"kty": "NEW", "kid": "strange", "use": "sig"});
    let keys: Vec<Value> = ours.into_iter().map(published).chain([strange]).collect();
    Json(json!({"keys": keys})).into_response()
}
