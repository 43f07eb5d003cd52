//! Reads and changes the books, one row at a time, with optimistic concurrency.

use aws_sdk_dynamodb::Client;

use super::LedgerRow;
use crate::backoff::retrying;
use crate::fault::{self, Fault};
use crate::items::{n, s};
use crate::{StoreError, keys};

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
        let get = self.client.get_item().table_name(&self.table).consistent_read(true);
        let answer = get.key(keys::PK, s(key)).send().await;
        let item = answer.map_err(StoreError::during(READING))?.item;
        Ok(item.map(|item| LedgerRow::decode(item.into())).transpose()?)
    }

    /// Replaces the row of a key with the result of `change`, and returns the new row.
    ///
    /// `change` is called again with a fresh row after every lost race, so it must depend on the
    /// row alone. A row that it leaves unchanged is not written.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] after too many lost races; otherwise when the table cannot be read
    /// or written.
    pub async fn update(
        &self,
        key: &str,
        change: impl Fn(Option<LedgerRow>) -> LedgerRow,
    ) -> Result<LedgerRow, StoreError> {
        let update = |_| self.update_once(key, &change);
        let updated =
            retrying(self.client.config().sleep_impl(), update, |(fault, _)| *fault).await;
        updated.map_err(|(_, error)| error)
    }

    async fn update_once(
        &self,
        key: &str,
        change: &impl Fn(Option<LedgerRow>) -> LedgerRow,
    ) -> Result<LedgerRow, (Option<Fault>, StoreError)> {
        let before = self.get(key).await.map_err(|error| (None, error))?;
        let version = before.as_ref().map(|row| row.version);
        let row = LedgerRow { key: key.to_owned(), ..change(before.clone()) };
        if before.as_ref() == Some(&row) {
            return Ok(row);
        }
        let row = LedgerRow { version: version.unwrap_or(0) + 1, ..row };
        match self.put(&row, version).await {
            Ok(()) => Ok(row),
            // The row was changed in the meantime: treated as a conflict, with the same backoff.
            Err((Fault::ConditionFailed, error)) => Err((Some(Fault::Conflict), error)),
            Err((fault, error)) => Err((Some(fault), error)),
        }
    }

    /// All rows, in no order, for checks: it scans the table.
    ///
    /// # Errors
    /// When the table cannot be read or a row is damaged.
    pub async fn all(&self) -> Result<Vec<LedgerRow>, StoreError> {
        let scan = self.client.scan().table_name(&self.table).consistent_read(true);
        let mut items = scan.into_paginator().items().send();
        let mut rows = Vec::new();
        while let Some(item) = items.next().await {
            rows.push(LedgerRow::decode(item.map_err(StoreError::during(READING))?.into())?);
        }
        Ok(rows)
    }

    /// Puts `row` in place of the given version.
    async fn put(&self, row: &LedgerRow, version: Option<u64>) -> Result<(), (Fault, StoreError)> {
        let item = row.encode().map_err(|error| (Fault::Rejected, error.into()))?;
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item.into()));
        let put = match version {
            None => put
                .condition_expression("attribute_not_exists(#pk)")
                .expression_attribute_names("#pk", keys::PK),
            Some(version) => put
                .condition_expression("#version = :version")
                .expression_attribute_names("#version", "version")
                .expression_attribute_values(":version", n(version)),
        };
        let answer = put.send().await;
        answer.map(drop).map_err(|error| (fault::of(&error), StoreError::during(WRITING)(error)))
    }
}
