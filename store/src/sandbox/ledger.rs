//! Reads and changes the books, one row at a time, with optimistic concurrency.

use aws_json::CallFailed;

use super::LedgerRow;
use crate::backoff::retrying;
use crate::fault::{self, Fault};
use crate::items::{n, s};
use crate::request::{self, Read, Request};
use crate::{Client, StoreError, keys};

const READING: &str = "reading the sandbox's books";
const WRITING: &str = "writing the sandbox's books";

/// The books in SandboxTable. Clones share one client.
#[derive(Clone, Debug)]
pub struct Ledger {
    client: Client,
    table: String,
}

impl Ledger {
    /// The books in `table`.
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }

    /// The row of a key. Strongly consistent.
    ///
    /// # Errors
    /// When the table cannot be read or the row is damaged.
    pub async fn get(&self, key: &str) -> Result<Option<LedgerRow>, StoreError> {
        let get = Request::get(&self.table).key(keys::PK, s(key));
        let item = self.client.send(&get).await.map_err(StoreError::of_call(READING))?.item;
        Ok(item.map(LedgerRow::decode).transpose()?)
    }

    /// Replaces the row of a key with the result of `change`, and returns the new row.
    ///
    /// `change` is called for a key without a row first, since most keys are written once, and
    /// again with the row that is there after every lost race. So it must depend on the row alone.
    /// A row that it leaves unchanged is not written.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] after too many lost races; otherwise when the table cannot be
    /// written or the row is damaged.
    pub async fn update(
        &self,
        key: &str,
        change: impl Fn(Option<LedgerRow>) -> LedgerRow,
    ) -> Result<LedgerRow, StoreError> {
        let update = |last: Option<NotWritten>| self.update_once(key, last, &change);
        let sleep = self.client.sleep();
        let updated = retrying(sleep, update, |failure| failure.fault).await;
        updated.map_err(|failure| failure.error)
    }

    /// A row that was met where none was expected is no race yet, so it is changed without a pause.
    async fn update_once(
        &self,
        key: &str,
        last: Option<NotWritten>,
        change: &impl Fn(Option<LedgerRow>) -> LedgerRow,
    ) -> Result<LedgerRow, NotWritten> {
        let before = last.and_then(|failure| failure.there);
        let is_guess = before.is_none();
        match self.replace(key, before, change).await {
            Err(NotWritten { there: Some(row), .. }) if is_guess => {
                self.replace(key, Some(row), change).await
            }
            replaced => replaced,
        }
    }

    async fn replace(
        &self,
        key: &str,
        before: Option<LedgerRow>,
        change: &impl Fn(Option<LedgerRow>) -> LedgerRow,
    ) -> Result<LedgerRow, NotWritten> {
        let version = before.as_ref().map(|row| row.version);
        let row = LedgerRow { key: key.to_owned(), ..change(before.clone()) };
        if before.as_ref() == Some(&row) {
            return Ok(row);
        }
        let row = LedgerRow { version: version.unwrap_or(0) + 1, ..row };
        self.put(&row, version).await.map_err(|failure| failure.or_there(before))?;
        Ok(row)
    }

    /// All rows, in no order, for checks: it scans the table.
    ///
    /// # Errors
    /// When the table cannot be read or a row is damaged.
    pub async fn all(&self) -> Result<Vec<LedgerRow>, StoreError> {
        let found = self.client.whole(Read::scan(&self.table).consistent()).await;
        let items = found.map_err(StoreError::of_call(READING))?.items.into_iter();
        Ok(items.map(LedgerRow::decode).collect::<Result<_, _>>()?)
    }

    /// Puts `row` in place of the given version.
    async fn put(&self, row: &LedgerRow, version: Option<u64>) -> Result<(), NotWritten> {
        let item = row.encode().map_err(|error| NotWritten::of(error.into()))?;
        let put = Request::put(&self.table, &item).or_return_the_old();
        let put = match version {
            None => put.only_if("attribute_not_exists(#pk)").name("#pk", keys::PK),
            Some(version) => put
                .only_if("#version = :version")
                .name("#version", "version")
                .value(":version", n(version)),
        };
        self.client.send(&put).await.map(drop).map_err(not_written)
    }
}

/// Why a row was not written.
struct NotWritten {
    /// What a retry may help with.
    fault: Option<Fault>,
    error: StoreError,
    /// The row that stands in the table, as far as it is known.
    there: Option<LedgerRow>,
}

impl NotWritten {
    fn of(error: StoreError) -> Self {
        Self { fault: None, error, there: None }
    }

    fn or_there(self, row: Option<LedgerRow>) -> Self {
        Self { there: self.there.or(row), ..self }
    }
}

/// A failed condition is a lost race: the same backoff as for a conflict, with the row that won.
fn not_written(error: CallFailed) -> NotWritten {
    let (fault, row) = match fault::of_call(&error) {
        Fault::ConditionFailed => (Fault::Conflict, request::old_item(&error)),
        fault => (fault, None),
    };
    let error = StoreError::of_call(WRITING)(error);
    match row.map(LedgerRow::decode).transpose() {
        Ok(there) => NotWritten { fault: Some(fault), error, there },
        Err(damaged) => NotWritten::of(damaged.into()),
    }
}
