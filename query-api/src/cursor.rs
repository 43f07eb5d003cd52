//! Cursors: where a search continues, in a text that only this API can have written.
//!
//! A cursor is `VERSION.KEY_ID.CLAIMS.TAG`, the last two in base64url. The tag is an HMAC over
//! everything before it and over the search's scope, which says who searches for what. So a cursor
//! is valid for one caller and one set of filters. Claims are signed, not hidden: they name a trip
//! of the previous page, or one that the same caller may see.

mod keys;
#[cfg(test)]
mod tests;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use domain::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;

pub use keys::{CursorKeys, CursorKeysFormat};

/// The version of the format below. Another format needs another version.
const VERSION: &str = "1";

/// How long a cursor is valid. Cursors expire so that keys can be retired: a day after another key
/// took over signing, no valid cursor of the old key is left.
const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// Longer than any cursor of ours, and short enough to parse.
const MAX_LENGTH: usize = 512;

/// Where a search continues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    /// The day on which the search began: it fixes the search's window, even past midnight.
    pub(crate) began: Date,
    /// The departure key that the search has reached.
    pub(crate) after: String,
}

/// Why a search does not continue; the message says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CursorError {
    /// It is not one of our cursors, or it was changed.
    #[error("is not a cursor that was handed out here: send next_cursor as it came")]
    Unreadable,
    /// The tag does not match: the cursor is another caller's or another search's, or was altered.
    #[error(
        "does not belong to this search: send it as the same caller and with the same filters and order, or search again without it"
    )]
    OtherSearch,
    /// It was handed out too long ago.
    #[error("has expired: search again without it")]
    Expired,
}

impl CursorError {
    /// The broken rule's stable name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::OtherSearch => "other_search",
            Self::Expired => "expired",
        }
    }
}

/// A received cursor, in its parts. Nothing in it can be trusted before its tag is verified.
struct Sealed<'a> {
    /// Everything before the tag.
    signed: &'a str,
    key_id: &'a str,
    claims: Vec<u8>,
    tag: Vec<u8>,
}

/// The content of a cursor.
#[derive(Deserialize)]
struct Claims {
    began: Date,
    after: String,
    /// In seconds since the Unix epoch.
    expires: i64,
}

impl CursorKeys {
    /// A cursor for `position` in the search with this `scope`.
    pub(crate) fn seal(&self, position: &Position, scope: &str, now: Timestamp) -> String {
        let lifetime = i64::try_from(LIFETIME.as_secs()).unwrap_or(i64::MAX);
        let claims = json!({
            "began": position.began.to_string(),
            "after": position.after,
            "expires": now.as_seconds().saturating_add(lifetime),
        });
        let (key, claims) = (self.signing(), BASE64.encode(claims.to_string()));
        let signed = format!("{VERSION}.{}.{claims}", key.id());
        let tag = BASE64.encode(key.sign(&message(&signed, scope)));
        format!("{signed}.{tag}")
    }

    /// The position in a received cursor, which may be any text.
    ///
    /// # Errors
    /// [`CursorError`] for anything but a cursor that was sealed for this scope and has not
    /// expired.
    pub(crate) fn open(
        &self,
        cursor: &str,
        scope: &str,
        now: Timestamp,
    ) -> Result<Position, CursorError> {
        let sealed = Sealed::read(cursor).ok_or(CursorError::Unreadable)?;
        let key = self.named(sealed.key_id).ok_or(CursorError::Unreadable)?;
        if !key.verifies(&message(sealed.signed, scope), &sealed.tag) {
            return Err(CursorError::OtherSearch);
        }
        let claims: Claims =
            serde_json::from_slice(&sealed.claims).map_err(|_| CursorError::Unreadable)?;
        if claims.expires <= now.as_seconds() {
            return Err(CursorError::Expired);
        }
        Ok(Position { began: claims.began, after: claims.after })
    }
}

impl<'a> Sealed<'a> {
    fn read(cursor: &'a str) -> Option<Self> {
        if cursor.len() > MAX_LENGTH {
            return None;
        }
        let (signed, tag) = cursor.rsplit_once('.')?;
        let (version, rest) = signed.split_once('.')?;
        let (key_id, claims) = rest.split_once('.')?;
        let decode = |text| BASE64.decode(text).ok();
        (version == VERSION).then_some(())?;
        Some(Self { signed, key_id, claims: decode(claims)?, tag: decode(tag)? })
    }
}

/// What is signed. `signed` has exactly two dots, so no two pairs give the same message.
fn message(signed: &str, scope: &str) -> String {
    format!("{signed}.{scope}")
}
