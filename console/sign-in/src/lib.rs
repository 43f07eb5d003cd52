//! Signs people in for pages that are rendered on a server, by an OpenID provider with groups, such
//! as a user pool of Cognito: the authorization code flow with PKCE, for a public client.
//!
//! There is no store of sessions and no secret: the session is the provider's ID token in a cookie
//! that scripts cannot read, and each request verifies it. So a session ends with its token, and
//! not before: whoever leaves the group is out when the token has expired.
//!
//! Sources: OpenID Connect Core 1.0, sections 3.1 and 3.1.3.7; RFC 7636 (PKCE); RFC 9700 (best
//! current practice for OAuth 2.0).

mod attempt;
mod call;
mod cookie;
mod gate;
mod guard;
mod keys;
mod page;
mod provider;
mod refusal;
mod return_to;
mod routes;
mod rs256;
mod session;
mod settings;
mod token;

use std::sync::Arc;

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use axum::Router;
use axum::middleware::from_fn_with_state;
use domain::Clock;

use gate::Gate;

pub use refusal::{SIGN_IN, SIGN_OUT};
pub use session::Session;
pub use settings::{Settings, SettingsError};

/// Sign-in before a site's routes.
pub struct SignIn(Arc<Gate>);

impl SignIn {
    /// Nothing is called yet: the provider's keys are read when the first token is verified.
    ///
    /// # Errors
    /// A setting that is no address, or is empty.
    pub fn new(
        settings: Settings,
        http: SharedHttpConnector,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SettingsError> {
        settings.check()?;
        Ok(Self(Arc::new(Gate::new(settings, http, clock))))
    }

    /// The same routes, of which every one needs a [`Session`], which it finds among its request's
    /// extensions; files below `/console/assets/` need none. Beside them the routes that sign a
    /// person in and out: `/console/sign-in`, `/console/signed-in`, `/console/sign-out` and
    /// `/console/signed-out`.
    ///
    /// Without a session, whoever opens a page is sent to sign in and comes back to it. Any other
    /// request is answered with 401.
    pub fn protect(self, routes: Router) -> Router {
        let guarded = routes.layer(from_fn_with_state(Arc::clone(&self.0), guard::guard));
        routes::routes(self.0).merge(guarded)
    }
}
