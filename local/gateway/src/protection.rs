//! The checks before every route of a local port.

use std::sync::Arc;

use axum::{Router, middleware};
use lambda_kit::http::cors::Origin;

use crate::{host, single, site};

/// Puts checks before every route of a local port, since a caller that passes them may act as
/// anybody: the host must be a loopback name, no page may call except the server's own and those of
/// `origins`, and no header that decides something may be repeated.
pub fn protect(routes: Router, origins: &[Origin]) -> Router {
    let origins: Arc<[Origin]> = origins.into();
    routes
        .layer(middleware::from_fn_with_state(origins, site::check))
        .layer(middleware::from_fn(host::check))
        .layer(middleware::from_fn(single::check))
}
