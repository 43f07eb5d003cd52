//! Where mappings read: a client of streams, and what they have read lately.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use aws_sdk_dynamodbstreams::Client;
use stream_replay::SharedPages;
use tokio::sync::Mutex as AsyncMutex;

/// The readers of a shard take turns on it.
pub(crate) type Pages = Arc<AsyncMutex<SharedPages>>;

/// A client of streams. Mappings that are made with clones of one source read each page of a shard
/// once between them, whichever comes first.
#[derive(Clone)]
pub struct Source {
    pub(crate) client: Client,
    shards: Arc<Mutex<HashMap<Shard, Weak<AsyncMutex<SharedPages>>>>>,
}

#[derive(PartialEq, Eq, Hash)]
struct Shard {
    stream_arn: String,
    id: String,
}

impl Source {
    /// The pages that the readers of a shard share.
    pub(crate) fn pages(&self, stream_arn: &str, shard: &str) -> Pages {
        let shard = Shard { stream_arn: stream_arn.to_owned(), id: shard.to_owned() };
        let mut shards = self.shards.lock().unwrap_or_else(PoisonError::into_inner);
        shards.retain(|_, pages| pages.strong_count() > 0);
        if let Some(pages) = shards.get(&shard).and_then(Weak::upgrade) {
            return pages;
        }
        let pages = Pages::default();
        shards.insert(shard, Arc::downgrade(&pages));
        pages
    }
}

impl From<Client> for Source {
    fn from(client: Client) -> Self {
        Self { client, shards: Arc::default() }
    }
}
