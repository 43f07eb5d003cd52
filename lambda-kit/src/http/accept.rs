//! Whether a person asks or a program.

use http::HeaderMap;
use http::header::ACCEPT;

/// Browsers name HTML when a person opens a page or sends a form; scripts, live updates and other
/// programs name something else, or take anything.
#[must_use]
pub fn wants_html(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|list| list.split(',')).any(|kind| {
        kind.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case("text/html"))
    })
}
