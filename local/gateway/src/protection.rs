//! What stands before every route of a port on this machine.

use std::sync::Arc;

use axum::{Router, middleware};

use crate::cors::Origin;
use crate::{host, single, site};

/// The checks that stand before every route of a local port, since whoever gets past them may act
/// as anybody: the server is called by a loopback name, by no page of another site but those of
/// `origins`, and says so once.
pub fn protect(routes: Router, origins: &[Origin]) -> Router {
    let origins: Arc<[Origin]> = origins.into();
    routes
        .layer(middleware::from_fn_with_state(origins, site::check))
        .layer(middleware::from_fn(host::check))
        .layer(middleware::from_fn(single::check))
}
