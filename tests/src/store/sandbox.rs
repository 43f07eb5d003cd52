//! The sandbox's books: many writers, no lost update.

use rstest_reuse::apply;
use store::sandbox::{LedgerRow, LedgerState, Supplier};

use super::steps::id;
use super::world::{On, on_both};

fn held(row: Option<LedgerRow>) -> LedgerRow {
    let row = row.unwrap_or_else(|| LedgerRow::new("key-1", id("trip-1"), Supplier::Payment));
    let mut row = LedgerRow { state: LedgerState::Held, effects: row.effects + 1, ..row };
    *row.attempts.entry("capture".to_owned()).or_default() += 1;
    row
}

#[apply(on_both)]
#[tokio::test]
async fn a_row_is_made_changed_and_read_back(on: On) {
    let ledger = on.bed().await.ledger();
    assert_eq!(ledger.get("key-1").await.unwrap(), None);
    let first = ledger.update("key-1", held).await.unwrap();
    let second = ledger
        .update("key-1", |row| LedgerRow { reference: Some("館-1".to_owned()), ..held(row) })
        .await
        .unwrap();
    assert_eq!((first.version, second.version, second.effects), (1, 2, 2));
    assert_eq!(second.attempts, [("capture".to_owned(), 2)].into());
    assert_eq!(ledger.get("key-1").await.unwrap(), Some(second.clone()));
    assert_eq!(ledger.all().await.unwrap(), [second]);
}

#[apply(on_both)]
#[tokio::test]
async fn a_row_that_is_left_as_it_was_is_not_written(on: On) {
    let ledger = on.bed().await.ledger();
    let row = ledger.update("key-1", held).await.unwrap();
    let same = ledger.update("key-1", |row| row.unwrap_or_else(|| held(None))).await.unwrap();
    assert_eq!(same, row);
}

#[apply(on_both)]
#[tokio::test]
async fn no_update_is_lost_among_many_writers(on: On) {
    let bed = on.bed().await;
    let writers = (0..4).map(|_| {
        let ledger = bed.ledger();
        async move { ledger.update("key-1", held).await }
    });
    let outcomes = futures::future::join_all(writers).await;
    let written = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let row = bed.ledger().get("key-1").await.unwrap().unwrap();
    // A writer loses to each of the three others once at most, and tries five times.
    assert_eq!(written, 4, "{outcomes:?}");
    assert_eq!((row.version, row.effects), (4, 4));
}
