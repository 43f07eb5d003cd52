//! The pages of a search, one cursor after the other.

use serde::Deserialize;
use store::view::SearchRow;

use super::{Answer, Api, ClientError};

/// One page of a search.
#[derive(Clone, Debug, Deserialize)]
pub struct Page {
    /// The trips on it, in order.
    pub trips: Vec<SearchRow>,
    /// The cursor of the next page; absent on the last page.
    pub next_cursor: Option<String>,
    /// How many trips are left out because their rows cannot be read.
    #[serde(default)]
    pub unreadable: usize,
}

/// A running search.
pub struct Pages<'a> {
    api: &'a Api,
    parameters: Vec<(&'static str, String)>,
    next: Next,
}

/// The next page to request.
enum Next {
    First,
    At(String),
    None,
}

impl Api {
    /// The pages of a search with these parameters of the route, without `cursor`.
    #[must_use]
    pub fn pages(&self, parameters: Vec<(&'static str, String)>) -> Pages<'_> {
        Pages { api: self, parameters, next: Next::First }
    }
}

impl Pages<'_> {
    /// The next page, unchanged and parsed; `None` after the last.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn next(&mut self) -> Result<Option<(Answer, Page)>, ClientError> {
        let mut parameters = self.parameters.clone();
        match std::mem::replace(&mut self.next, Next::None) {
            Next::First => {}
            Next::At(cursor) => parameters.push(("cursor", cursor)),
            Next::None => return Ok(None),
        }
        let answer = self.api.search(&parameters).await?;
        let page: Page = answer.read()?;
        if let Some(cursor) = &page.next_cursor {
            self.next = Next::At(cursor.clone());
        }
        Ok(Some((answer, page)))
    }

    /// All remaining pages, as one.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn whole(mut self) -> Result<Page, ClientError> {
        let mut whole = Page { trips: Vec::new(), next_cursor: None, unreadable: 0 };
        while let Some((_, page)) = self.next().await? {
            whole.trips.extend(page.trips);
            whole.unreadable += page.unreadable;
        }
        Ok(whole)
    }
}
