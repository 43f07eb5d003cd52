//! A site behind the sign-in, its provider, and a browser.

use std::sync::Arc;

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use axum::body::Body;
use axum::routing::{get, post};
use axum::{Extension, Router};
use http::Request;
use lambda_kit::clients::connector;
use lambda_kit::config::Config;
use sign_in::{Session, Settings, SignIn};
use testing::ManualClock;

use super::browser::{Browser, Shown, show};
use super::draft::{CLIENT, Change, GROUP};
use super::issuer::Issuer;

pub const ORIGIN: &str = "https://console.example";
pub const SESSION: &str = "__Host-session";
pub const ATTEMPT: &str = "__Host-sign-in";

pub struct Bed {
    pub clock: Arc<ManualClock>,
    pub issuer: Issuer,
    pub browser: Browser,
}

impl Bed {
    pub async fn new() -> Self {
        Self::calling(connector(&Config::default())).await
    }

    /// The site calls its provider by this connector.
    pub async fn calling(http: SharedHttpConnector) -> Self {
        let clock = Arc::new(ManualClock::default());
        let issuer = Issuer::start(ORIGIN, Arc::clone(&clock)).await;
        let site_clock = Arc::clone(&clock);
        let sign_in = SignIn::new(settings(&issuer.address), http, site_clock).unwrap();
        let browser = Browser::new(sign_in.protect(site()));
        Self { clock, issuer, browser }
    }

    /// Lets the provider issue tokens that are changed so.
    pub fn issue(&self, change: Change) {
        *self.issuer.desk.change.lock().unwrap() = change;
    }

    /// Opens a page, and goes to the provider and back as far as the answer that says how it ended.
    pub async fn sign_in_for(&mut self, page: &str) -> Shown {
        let begin = self.browser.open(page).await;
        let authorize = self.browser.open(begin.leads_to()).await;
        let back = self.at_provider(authorize.leads_to()).await;
        self.browser.open(&back).await
    }

    /// The path by which the provider sends a person back.
    pub async fn at_provider(&self, authorize: &str) -> String {
        let path = authorize.strip_prefix(&self.issuer.address).unwrap();
        let request = Request::get(path).body(Body::empty()).unwrap();
        let back = show(self.issuer.pages.clone(), request).await;
        back.leads_to().strip_prefix(ORIGIN).unwrap().to_owned()
    }

    /// Puts a token of the provider into the cookie.
    pub fn hold_token(&mut self) {
        let token = self.issuer.desk.draft("of an earlier sign-in").token();
        self.browser.cookies.insert(SESSION.to_owned(), token);
    }
}

pub fn settings(issuer: &str) -> Settings {
    Settings {
        origin: ORIGIN.to_owned(),
        issuer: issuer.to_owned(),
        hosted: issuer.to_owned(),
        client_id: CLIENT.to_owned(),
        group: GROUP.to_owned(),
    }
}

fn site() -> Router {
    let whose = |Extension(session): Extension<Session>| async move {
        format!("{} {:?} {}", session.subject, session.email, session.expires_at)
    };
    Router::new()
        .route("/", get(whose))
        .route("/console/trips", get(whose))
        .route("/console/live", get(whose))
        .route("/console/book", post(whose))
        .route("/console/assets/style.css", get(|| async { "a style" }))
        .fallback(|| async { "no such page" })
}
