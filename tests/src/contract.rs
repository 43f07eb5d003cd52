//! The HTTP API as its callers know it: the contract, who may do what, and the samples that are
//! handed out.

mod access;
mod collection;
mod document;
mod expired;
mod invoked;
mod live;
mod operations;
mod requests;
