//! Who has signed in.

use std::fmt;

use domain::Timestamp;

/// A verified session. A request that has passed the guard carries it as an extension.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// The ID token, by which the person calls an API of the same user pool.
    pub id_token: String,
    /// The person, as the provider knows them for ever: the claim `sub`.
    pub subject: String,
    /// Their address, where the token names it.
    pub email: Option<String>,
    /// When the token ends, and the session a little before it.
    pub expires_at: Timestamp,
}

/// Never shows the token, nor the address.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Session");
        shown.field("subject", &self.subject).field("expires_at", &self.expires_at);
        shown.finish_non_exhaustive()
    }
}
