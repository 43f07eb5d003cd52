//! The keys that sign cursors, from the configuration.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::digest::Output;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The fewest bytes of a key: as many as the hash has (RFC 2104, section 3).
const MIN_KEY: usize = 32;
/// The most characters of a key's id, which every cursor contains.
const MAX_ID: usize = 16;

/// The keys of one installation: the first signs, all of them verify.
///
/// Read from `ID:KEY` pairs, separated by commas. To rotate keys, put a new pair first, and remove
/// the old pair a day later. Debug output shows ids only.
#[derive(Clone, Debug)]
pub struct CursorKeys {
    signing: Key,
    retired: Vec<Key>,
}

/// Why a text does not define keys. Never shows the text, which may contain some.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be ID:KEY pairs with commas between: ids that differ, of 1 to 16 letters, digits, '-' or '_', and keys of at least 32 bytes in base64"
)]
pub struct CursorKeysFormat;

/// A key, and the short name that a cursor uses for it.
#[derive(Clone)]
pub(super) struct Key {
    id: String,
    mac: Hmac<Sha256>,
}

impl CursorKeys {
    /// The key that signs.
    pub(super) fn signing(&self) -> &Key {
        &self.signing
    }

    /// The key with that id.
    pub(super) fn named(&self, id: &str) -> Option<&Key> {
        self.all().find(|key| key.id == id)
    }

    fn all(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.signing).chain(&self.retired)
    }

    fn have_an_id_each(&self) -> bool {
        self.all().all(|key| self.all().filter(|other| other.id == key.id).count() == 1)
    }
}

impl FromStr for CursorKeys {
    type Err = CursorKeysFormat;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut keys = text.split(',').map(|pair| Key::parse(pair).ok_or(CursorKeysFormat));
        let signing = keys.next().ok_or(CursorKeysFormat)??;
        let keys = Self { signing, retired: keys.collect::<Result<_, _>>()? };
        if keys.have_an_id_each() { Ok(keys) } else { Err(CursorKeysFormat) }
    }
}

impl Key {
    fn parse(pair: &str) -> Option<Self> {
        let (id, key) = pair.trim().split_once(':')?;
        let key = BASE64.decode(key).ok().filter(|key| key.len() >= MIN_KEY)?;
        let mac = Hmac::new_from_slice(&key).ok()?;
        is_id(id).then(|| Self { id: id.to_owned(), mac })
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn sign(&self, message: &str) -> Output<Sha256> {
        self.mac.clone().chain_update(message).finalize().into_bytes()
    }

    /// Whether this key gave the message this tag. Takes the same time for every tag of the right
    /// length.
    pub(super) fn verifies(&self, message: &str, tag: &[u8]) -> bool {
        self.mac.clone().chain_update(message).verify_slice(tag).is_ok()
    }
}

fn is_id(id: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    (1..=MAX_ID).contains(&id.len()) && id.bytes().all(allowed)
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Key").field(&self.id).finish()
    }
}
