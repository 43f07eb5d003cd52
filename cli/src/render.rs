//! Answers as text for a person. Every function here is pure: it turns a value and a palette into
//! text.

mod count;
pub(crate) mod event;
mod outside;
pub(crate) mod search;
mod table;
pub(crate) mod timeline;
pub(crate) mod trip;

pub(crate) use count::count;
pub(crate) use outside::outside;
pub(crate) use table::Table;
