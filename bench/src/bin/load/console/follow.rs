//! Clients that follow pages of the console, as its script does.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use reqwest::Response;
use tokio::task::JoinSet;

/// The clients; they leave when this is dropped.
pub struct Followed {
    readers: JoinSet<()>,
    counts: Arc<Counts>,
    /// The answer of the one that does not read.
    _slow: Option<Response>,
}

#[derive(Default)]
struct Counts {
    updates: AtomicU64,
    bytes: AtomicU64,
}

/// Lets clients follow the overview, the events and a trip in turn.
///
/// # Errors
/// When a page cannot be followed.
pub async fn start(api: &str, clients: usize, trip: &str) -> anyhow::Result<Followed> {
    let pages = [
        "/console/live".to_owned(),
        "/console/events/live".to_owned(),
        format!("/console/trips/{trip}/live"),
    ];
    let mut followed = Followed { readers: JoinSet::new(), counts: Arc::default(), _slow: None };
    for page in pages.iter().cycle().take(clients.saturating_sub(1)) {
        let answer = open(api, page).await?;
        followed.readers.spawn(read(answer, Arc::clone(&followed.counts)));
    }
    if clients > 0 {
        followed._slow = Some(open(api, &pages[1]).await?);
    }
    Ok(followed)
}

async fn open(api: &str, page: &str) -> reqwest::Result<Response> {
    // A connection of its own, as each browser has.
    reqwest::Client::new().get(format!("{api}{page}")).send().await?.error_for_status()
}

async fn read(mut answer: Response, counts: Arc<Counts>) {
    while let Ok(Some(chunk)) = answer.chunk().await {
        let updates = chunk.windows(2).filter(|pair| pair == b"\n\n").count();
        counts.updates.fetch_add(updates as u64, Ordering::Relaxed);
        counts.bytes.fetch_add(chunk.len() as u64, Ordering::Relaxed);
    }
}

impl Followed {
    /// How many updates have come so far, and how many bytes.
    pub fn read(&self) -> (u64, u64) {
        let Counts { updates, bytes } = &*self.counts;
        (updates.load(Ordering::Relaxed), bytes.load(Ordering::Relaxed))
    }
}
