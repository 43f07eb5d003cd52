//! Answers as a person reads them. Every function here is pure: a value and a palette in, text out.

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
