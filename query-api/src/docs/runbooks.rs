//! `GET /docs/runbooks/{alarm}`: what an alarm means, and the commands that mend it. Built from
//! `docs/runbooks/*.md` at compile time.

use axum::extract::Path;
use axum::response::Response;
use domain::{ErrorCode, Failure};

use super::page;
use crate::extract::Base;
use crate::refusal::Refusal;

/// Alarm, first sentence, and page.
static PAGES: &[[&str; 3]] = include!(concat!(env!("OUT_DIR"), "/runbooks_pages.rs"));

const BACK: &str = "<p><a href=\"docs/runbooks/\">All runbooks</a></p>\n";

/// Answers with the page of an alarm.
pub(super) async fn page(Base(base): Base, Path(alarm): Path<String>) -> Result<Response, Refusal> {
    let found = PAGES.iter().find(|[name, ..]| *name == alarm).ok_or_else(|| {
        let detail = format!("there is no page /docs/runbooks/{alarm}");
        Refusal::from(Failure::new(ErrorCode::RouteNotFound, detail))
    });
    let [title, _, content] = found?;
    Ok(page::answer(&base, title, &format!("{content}{BACK}")))
}

/// Answers with all alarms.
pub(super) async fn list(Base(base): Base) -> Response {
    page::list(&base, "Runbooks", "runbooks", PAGES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_leads_to_the_pages_beside_it() {
        let of = |alarm: &str| PAGES.iter().find(|[name, ..]| *name == alarm).unwrap()[2];
        let page = of("OldestPendingEvent");
        assert!(page.contains("href=\"docs/runbooks/ParkedEvents\""), "{page}");
        assert!(of("ParkedEvents").contains("trip outbox redrive --all"));
    }
}
