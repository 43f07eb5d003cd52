//! Reads and changes the books, one row at a time, with optimistic concurrency.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure as OnFailure;

use super::LedgerRow;
use crate::backoff::retrying;
use crate::fault::{self, Fault};
use crate::items::{n, s};
use crate::{CodecError, StoreError, keys};

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
    /// `change` must depend on the row alone: it is first asked as if there were no row, since most
    /// keys are asked once, and again with the row that is there after every lost race. A row that
    /// it leaves unchanged is not written.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] after too many lost races; otherwise when the table cannot be
    /// written or the row is damaged.
    pub async fn update(
        &self,
        key: &str,
        change: impl Fn(Option<LedgerRow>) -> LedgerRow,
    ) -> Result<LedgerRow, StoreError> {
        let update = |lost| self.update_once(key, lost, &change);
        let updated = retrying(&self.client, update, |lost: &Lost| Some(lost.fault)).await;
        updated.map_err(|lost| lost.error)
    }

    async fn update_once(
        &self,
        key: &str,
        lost: Option<Lost>,
        change: &impl Fn(Option<LedgerRow>) -> LedgerRow,
    ) -> Result<LedgerRow, Lost> {
        if let Some(lost) = lost {
            return self.replace(key, lost.row, change).await;
        }
        match self.replace(key, None, change).await {
            // There was a row after all, which is not contention: no pause.
            Err(Lost { row: row @ Some(_), .. }) => self.replace(key, row, change).await,
            first => first,
        }
    }

    /// Puts the result of `change` in place of the row `before`.
    async fn replace(
        &self,
        key: &str,
        before: Option<LedgerRow>,
        change: &impl Fn(Option<LedgerRow>) -> LedgerRow,
    ) -> Result<LedgerRow, Lost> {
        let version = before.as_ref().map(|row| row.version);
        let row = LedgerRow { key: key.to_owned(), ..change(before.clone()) };
        if before.as_ref() == Some(&row) {
            return Ok(row);
        }
        let row = LedgerRow { version: version.unwrap_or(0) + 1, ..row };
        self.put(&row, version).await.map(|()| row)
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
    async fn put(&self, row: &LedgerRow, version: Option<u64>) -> Result<(), Lost> {
        let item = row.encode()?;
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
        let put = put.return_values_on_condition_check_failure(OnFailure::AllOld);
        match put.send().await {
            Ok(_) => Ok(()),
            Err(error) => Err(Lost::of(error)?),
        }
    }
}

/// Why a row was not put.
struct Lost {
    fault: Fault,
    error: StoreError,
    /// The row that is there, after a lost race.
    row: Option<LedgerRow>,
}

impl Lost {
    fn of(error: SdkError<PutItemError, HttpResponse>) -> Result<Self, CodecError> {
        let found = match error.as_service_error() {
            Some(PutItemError::ConditionalCheckFailedException(failed)) => failed.item().cloned(),
            _ => None,
        };
        let row = found.map(|item| LedgerRow::decode(item.into())).transpose()?;
        let fault = match fault::of(&error) {
            // The row was changed in the meantime: treated as a conflict, with the same backoff.
            Fault::ConditionFailed => Fault::Conflict,
            fault => fault,
        };
        Ok(Self { fault, error: StoreError::during(WRITING)(error), row })
    }
}

impl From<CodecError> for Lost {
    fn from(error: CodecError) -> Self {
        Self { fault: Fault::Rejected, error: error.into(), row: None }
    }
}
