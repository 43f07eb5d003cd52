//! The type of what an operator does.

use futures::future::BoxFuture;

/// What a task comes to. It is boxed where `trip` and the console both have the task, so that they
/// share its code: that of an `async fn` is compiled anew in each crate that awaits it.
pub type Task<'a, T> = BoxFuture<'a, anyhow::Result<T>>;
