//! The provider's public keys, kept in memory.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_types::body::SdkBody;
use domain::{Clock, Timestamp};
use http::Request;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use tokio::sync::{Mutex, RwLock};

use crate::call::{Http, Unavailable};

/// How long the provider is not asked again, whatever tokens name: anybody can send a token that
/// names a key which never was.
const PAUSE: Duration = Duration::from_secs(10);

type ById = HashMap<String, DecodingKey>;

/// The keys by their id, read again when a token names another one.
#[derive(Debug)]
pub(crate) struct Keys {
    url: String,
    http: Arc<Http>,
    clock: Arc<dyn Clock>,
    known: RwLock<ById>,
    last: Mutex<Option<Reading>>,
}

/// One reading of the keys.
#[derive(Clone, Copy, Debug)]
struct Reading {
    at: Timestamp,
    outcome: Result<(), Unavailable>,
}

impl Keys {
    /// None is read yet.
    pub(crate) fn new(issuer: &str, http: Arc<Http>, clock: Arc<dyn Clock>) -> Self {
        let url = format!("{issuer}/.well-known/jwks.json");
        Self { url, http, clock, known: RwLock::default(), last: Mutex::default() }
    }

    /// The key; `None` if the provider has none with that id.
    pub(crate) async fn find(&self, id: &str) -> Result<Option<DecodingKey>, Unavailable> {
        if let Some(key) = self.known.read().await.get(id) {
            return Ok(Some(key.clone()));
        }
        self.read_again().await?;
        Ok(self.known.read().await.get(id).cloned())
    }

    /// Reads the keys, unless they have just been read: then it is as it was. Those who wait here
    /// for a reading share it.
    async fn read_again(&self) -> Result<(), Unavailable> {
        let mut last = self.last.lock().await;
        let now = self.clock.now();
        if let Some(Reading { at, outcome }) = *last
            && now.since(at) < PAUSE
        {
            return outcome;
        }
        let outcome = self.read().await;
        *last = Some(Reading { at: now, outcome });
        outcome
    }

    async fn read(&self) -> Result<(), Unavailable> {
        let request = Request::get(&self.url).body(SdkBody::empty()).map_err(|_| Unavailable)?;
        let answer = self.http.call(request).await?;
        let Ok(set) = serde_json::from_slice::<JwkSet>(&answer.body) else {
            tracing::warn!(status = answer.status.as_u16(), "the provider's keys cannot be read");
            return Err(Unavailable);
        };
        *self.known.write().await = set.keys.iter().filter_map(key).collect();
        Ok(())
    }
}

/// A key with its id. One without an id, or of a form that is not known, verifies nothing.
fn key(key: &Jwk) -> Option<(String, DecodingKey)> {
    Some((key.common.key_id.clone()?, DecodingKey::from_jwk(key).ok()?))
}
