//! The language's semantics, without time, threads and storage: the input of a state, and what
//! follows from its outcome.

mod context;
mod failure;
mod jitter;
mod limit;
mod position;
mod retry_and_catch;

pub(crate) use context::Identity;
pub(crate) use failure::{Failure, names};
pub(crate) use jitter::Jitter;
pub(crate) use limit::{check as check_limit, too_large};
pub(crate) use position::Position;
pub(crate) use retry_and_catch::{Verdict, judge};
