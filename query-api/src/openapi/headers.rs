//! The header that carries a request's id, and where the contract describes it.

pub(super) const REQUEST_ID: &str = "X-Request-Id";
pub(super) const REQUEST_ID_HEADER: &str = "#/components/headers/RequestId";
