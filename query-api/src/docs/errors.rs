//! `GET /docs/errors/{code}`: what an error code means and what to do. A problem's `type` links
//! here. Built from `docs/errors/*.md` at compile time.

use axum::extract::Path;
use axum::response::Response;
use domain::{ErrorCode, Failure};
use lambda_kit::http::ERROR_PAGES;

use super::page;
use crate::extract::Base;
use crate::refusal::Refusal;

/// Code, first sentence, and page.
static PAGES: &[[&str; 3]] = include!(concat!(env!("OUT_DIR"), "/errors_pages.rs"));

const BACK: &str = "<p><a href=\"docs/errors/\">All error codes</a></p>\n";

/// Answers with the page of a code.
pub(super) async fn page(Base(base): Base, Path(code): Path<String>) -> Result<Response, Refusal> {
    let found = PAGES.iter().find(|[name, ..]| *name == code);
    let [title, _, content] = found.ok_or_else(|| no_page(&code))?;
    Ok(page::answer(&base, title, &format!("{content}{BACK}")))
}

/// Answers with all codes.
pub(super) async fn list(Base(base): Base) -> Response {
    page::list(&base, "Error codes", "errors", PAGES)
}

fn no_page(code: &str) -> Refusal {
    let detail = format!("there is no page {ERROR_PAGES}{code}");
    Failure::new(ErrorCode::RouteNotFound, detail).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_page_that_says_what_to_do() {
        for code in ErrorCode::ALL {
            let [.., content] = PAGES.iter().find(|[name, ..]| *name == code.name()).unwrap();
            assert!(content.starts_with(&format!("<h1>{code}</h1>\n<p>")), "{content}");
            assert!(content.contains("<td>What to do</td>"), "{content}");
        }
        assert_eq!(PAGES.len(), ErrorCode::ALL.len());
    }
}
