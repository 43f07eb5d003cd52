//! What can go wrong with the search view.

mod lag;
pub(super) mod life;
pub(super) mod paging;
mod rebuild;
mod replay;
pub(super) mod seen;
mod throttling;
