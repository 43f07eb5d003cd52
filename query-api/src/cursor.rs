//! Cursors: where a search goes on, in a text that only we can have written.
//!
//! A cursor is `VERSION.KEY_ID.CLAIMS.TAG`, the last two in base64url. The tag is an HMAC over all
//! that stands before it and over the search's scope, which says who searches for what; so a cursor
//! is good for one caller and one set of filters. Claims are signed, not hidden: they name a trip
//! of the page before, or one that the same caller may see.

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

/// The form of what is written below. Another one needs another version.
const VERSION: &str = "1";

/// How long a cursor is good for. It has an end so that a key can have one: a day after another key
/// took over signing, nobody holds a cursor of the old one.
const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// Longer than any cursor of ours, and short enough to be looked at.
const MAX_LENGTH: usize = 512;

/// Where a search goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    /// The day on which the search began: its window stands still, also past midnight.
    pub(crate) began: Date,
    /// The departure key up to which the search has come.
    pub(crate) after: String,
}

/// Why a search does not go on; the message says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CursorError {
    /// It is none of ours, or no longer as we wrote it.
    #[error("is not a cursor that was handed out here: send next_cursor as it came")]
    Unreadable,
    /// The tag does not fit: it is another caller's or another search's, or was altered.
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

/// A cursor as it came, in its parts. Nothing of it is to be believed before its tag was checked.
struct Sealed<'a> {
    /// Everything before the tag.
    signed: &'a str,
    key_id: &'a str,
    claims: Vec<u8>,
    tag: Vec<u8>,
}

/// What a cursor says.
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

    /// The position in a cursor that came back, whatever it is.
    ///
    /// # Errors
    /// [`CursorError`] for anything but a cursor that was sealed for this scope a short while ago.
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

/// What is signed. The first part has two dots and no more, so no two pairs make one message.
fn message(signed: &str, scope: &str) -> String {
    format!("{signed}.{scope}")
}
