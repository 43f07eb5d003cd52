//! The invocation that the current task serves: several may be under way in one process.

use std::future::Future;

tokio::task_local! {
    static REQUEST_ID: String;
}

/// Runs `work` as part of the invocation with this id.
pub(crate) async fn within<F: Future>(request_id: String, work: F) -> F::Output {
    REQUEST_ID.scope(request_id, work).await
}

/// The id of the current invocation; `None` outside of one.
pub(crate) fn request_id() -> Option<String> {
    REQUEST_ID.try_with(String::clone).ok()
}
