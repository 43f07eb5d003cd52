//! What can go wrong with the search view.

pub(super) mod paging;
