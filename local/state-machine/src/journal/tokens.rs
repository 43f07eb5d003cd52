//! The tokens of redrives, by which a call that is sent again is recognised.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, Transaction, named_params};

use super::columns::Millis;
use super::{Journal, JournalError};

/// How long Step Functions remembers a token, and how many of an execution: the reference of
/// `RedriveExecution`, `clientToken`.
const REMEMBERED: SignedDuration = SignedDuration::from_mins(15);
const MOST: u32 = 10;

const REMEMBER: &str =
    "INSERT OR REPLACE INTO redrives (arn, token, at) VALUES (:arn, :token, :at)";

const FORGET: &str = "
    DELETE FROM redrives WHERE arn = :arn AND (at <= :since OR token NOT IN (
        SELECT token FROM redrives WHERE arn = :arn ORDER BY at DESC LIMIT :most))";

const FIND: &str = "SELECT at FROM redrives WHERE arn = :arn AND token = :token AND at > :since";

impl Journal {
    /// When a redrive of the execution with this token took effect, if that is remembered.
    pub(crate) async fn redriven_by(
        &self,
        arn: &str,
        token: &str,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, JournalError> {
        let (arn, token) = (arn.to_owned(), token.to_owned());
        let find = move |connection: &mut rusqlite::Connection| {
            let values = named_params! {":arn": arn, ":token": token, ":since": since(now)};
            let mut query = connection.prepare_cached(FIND)?;
            let found = query.query_row(values, |row| row.get::<_, Millis>(0)).optional()?;
            Ok(found.map(|Millis(at)| at))
        };
        self.writer.run(find).await
    }
}

pub(super) fn remember(
    tx: &Transaction<'_>,
    arn: &str,
    token: &str,
    at: Timestamp,
) -> rusqlite::Result<()> {
    let values = named_params! {":arn": arn, ":token": token, ":at": Millis(at)};
    tx.prepare_cached(REMEMBER)?.execute(values)?;
    let values = named_params! {":arn": arn, ":since": since(at), ":most": MOST};
    tx.prepare_cached(FORGET)?.execute(values).map(drop)
}

fn since(now: Timestamp) -> Millis {
    Millis(now.checked_sub(REMEMBERED).unwrap_or(Timestamp::MIN))
}
