//! A browser without a screen: it keeps cookies and follows no link by itself.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::header::{ACCEPT, COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderMap, Method, Request, StatusCode};
use tower::ServiceExt;

/// What a person opens.
pub const PAGE: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
/// What a page follows.
pub const UPDATES: &str = "text/event-stream";

pub struct Browser {
    site: Router,
    pub cookies: BTreeMap<String, String>,
}

#[derive(Debug)]
pub struct Shown {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Browser {
    pub fn new(site: Router) -> Self {
        Self { site, cookies: BTreeMap::new() }
    }

    /// Opens a page.
    pub async fn open(&mut self, path: &str) -> Shown {
        self.send(Method::GET, path, &[(ACCEPT.as_str(), PAGE)]).await
    }

    pub async fn send(&mut self, method: Method, path: &str, headers: &[(&str, &str)]) -> Shown {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !self.cookies.is_empty() {
            let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
            request = request.header(COOKIE, pairs.collect::<Vec<_>>().join("; "));
        }
        let shown = show(self.site.clone(), request.body(Body::empty()).unwrap()).await;
        for cookie in shown.cookies() {
            self.keep(cookie);
        }
        shown
    }

    fn keep(&mut self, cookie: &str) {
        let (pair, attributes) = cookie.split_once("; ").unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        if attributes.split("; ").any(|attribute| attribute == "Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

impl Shown {
    /// Where the answer leads.
    pub fn leads_to(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{self:?}");
        self.headers[LOCATION].to_str().unwrap()
    }

    pub fn cookies(&self) -> impl Iterator<Item = &str> {
        self.headers.get_all(SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap())
    }
}

pub async fn show(site: Router, request: Request<Body>) -> Shown {
    let (head, body) = site.oneshot(request).await.unwrap().into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    Shown { status: head.status, headers: head.headers, body }
}
