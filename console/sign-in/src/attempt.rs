//! A sign-in that is under way: what the browser keeps while the person is at the provider's pages.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::error::Unspecified;
use ring::rand::{SecureRandom, SystemRandom};

use crate::return_to::return_to;

/// How long a person may take: a first sign-in also sets a password and a second factor.
pub(crate) const LASTS: Duration = Duration::from_secs(15 * 60);

/// Three random texts, of 32 bytes each, and the page to return to.
#[derive(PartialEq, Eq)]
pub(crate) struct Attempt {
    /// Comes back with the person, so that nobody is signed in by a link of another's.
    pub(crate) state: String,
    /// Comes back within the token, so that it is the token of this sign-in.
    pub(crate) nonce: String,
    /// Redeems the code, which is of no use without it (PKCE).
    pub(crate) verifier: String,
    /// A page of the console.
    pub(crate) page: String,
}

impl Attempt {
    /// A new one.
    pub(crate) fn draw(page: &str) -> Result<Self, Unspecified> {
        let random = SystemRandom::new();
        let (state, nonce, verifier) = (text(&random)?, text(&random)?, text(&random)?);
        Ok(Self { state, nonce, verifier, page: return_to(page).to_owned() })
    }

    /// As a cookie's value.
    pub(crate) fn encode(&self) -> String {
        let page = URL_SAFE_NO_PAD.encode(&self.page);
        [&self.state, &self.nonce, &self.verifier, &page].map(String::as_str).join(".")
    }

    /// From a cookie's value; `None` unless it has that form. The page is checked again.
    pub(crate) fn decode(cookie: &str) -> Option<Self> {
        let mut parts = cookie.split('.');
        let mut next = || parts.next().filter(|part| !part.is_empty()).map(str::to_owned);
        let (state, nonce, verifier, page) = (next()?, next()?, next()?, next()?);
        let page = String::from_utf8(URL_SAFE_NO_PAD.decode(page).ok()?).ok()?;
        Some(Self { state, nonce, verifier, page: return_to(&page).to_owned() })
    }

    /// What the provider is told of the verifier: its SHA-256.
    pub(crate) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest(&SHA256, self.verifier.as_bytes()))
    }
}

fn text(random: &SystemRandom) -> Result<String, Unspecified> {
    let mut bytes = [0; 32];
    random.fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(page: &str) -> Attempt {
        Attempt::draw(page).unwrap()
    }

    #[test]
    fn a_cookie_brings_back_what_was_drawn() {
        let drawn = attempt("/console/trips?q=ä.b");
        assert!(drawn == Attempt::decode(&drawn.encode()).unwrap());
        assert_eq!(drawn.page, "/console/trips?q=ä.b");
    }

    #[test]
    fn each_is_drawn_anew() {
        let (one, other) = (attempt("/"), attempt("/"));
        let texts = [&one.state, &one.nonce, &one.verifier, &other.state, &other.nonce];
        let distinct: std::collections::BTreeSet<_> = texts.into_iter().collect();
        assert_eq!(distinct.len(), texts.len());
    }

    #[test]
    fn a_cookie_of_another_form_is_none_and_its_page_is_not_trusted() {
        assert!(Attempt::decode("").is_none());
        assert!(Attempt::decode("a.b.c").is_none());
        assert!(Attempt::decode("a..c.Lw").is_none());
        let forged = format!("a.b.c.{}", URL_SAFE_NO_PAD.encode("//elsewhere.example"));
        assert_eq!(Attempt::decode(&forged).unwrap().page, "/");
    }

    #[test]
    fn the_challenge_is_that_of_the_standards_example() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned();
        let attempt = Attempt { verifier, ..attempt("/") };
        assert_eq!(attempt.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
