//! Search over many rows, a hot status and large pages.

mod hot_status;
mod large_pages;
pub(in crate::faults) mod rows;
