//! What can go wrong with the search view.

mod dry_run;
mod lag;
pub(super) mod life;
mod mending;
pub(super) mod paging;
pub(super) mod projector;
mod rebuild;
mod replay;
pub(super) mod seen;
mod spoilt;
mod throttling;
mod timeline;
mod unreadable;
