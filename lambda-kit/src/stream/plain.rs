//! The fast way through a batch: one pass over its text, which copies nothing.

use serde::Deserialize;

use super::record::{Kind, SequenceNumber};

/// A record in the usual form, with what a consumer needs of its change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain<'a, C> {
    /// Its place in the shard, by which a failure is reported.
    pub sequence_number: SequenceNumber<'a>,
    /// What happened to the item.
    pub kind: Kind,
    /// The item's key and new image, as the consumer reads them.
    pub change: C,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wire<'a, K, I> {
    #[serde(borrow, bound(deserialize = "K: Deserialize<'de>, I: Deserialize<'de>"))]
    records: Vec<WireRecord<'a, K, I>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRecord<'a, K, I> {
    event_name: &'a str,
    #[serde(borrow, bound(deserialize = "K: Deserialize<'de>, I: Deserialize<'de>"))]
    dynamodb: WireChange<'a, K, I>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireChange<'a, K, I> {
    keys: K,
    new_image: I,
    sequence_number: &'a str,
}

/// The records, if every one has the usual form.
pub(super) fn read<'a, K, I, C>(
    text: &'a str,
    of: impl Fn(&K, I) -> Option<C>,
) -> Option<Vec<Plain<'a, C>>>
where
    K: Deserialize<'a>,
    I: Deserialize<'a>,
{
    let batch: Wire<'a, K, I> = serde_json::from_str(text).ok()?;
    batch.records.into_iter().map(|record| record.plain(&of)).collect()
}

impl<'a, K, I> WireRecord<'a, K, I> {
    fn plain<C>(self, of: impl Fn(&K, I) -> Option<C>) -> Option<Plain<'a, C>> {
        let WireChange { keys, new_image, sequence_number } = self.dynamodb;
        Some(Plain {
            sequence_number: SequenceNumber::new(sequence_number)?,
            kind: Kind::named(self.event_name),
            change: of(&keys, new_image)?,
        })
    }
}
