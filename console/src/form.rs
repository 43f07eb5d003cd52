//! A sent form: its fields, once its token is checked.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use http::StatusCode;

use crate::answer::Shared;
use crate::app::Parts;
use crate::problem::Problem;

/// Several times the longest form of the console.
const MAX_FORM: usize = 64 * 1024;

/// The fields of a form that a page of this visitor has sent, in order.
pub(crate) struct Form(pub(crate) Vec<(String, String)>);

impl FromRequest<Arc<Parts>> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, parts: &Arc<Parts>) -> Result<Self, Problem> {
        let (mut head, body) = request.into_parts();
        let Shared(app) = Shared::from_request_parts(&mut head, parts).await?;
        let body = to_bytes(body, MAX_FORM).await;
        let body = body.map_err(|_| {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "Too much", "The form is too long.")
        })?;
        let fields: Vec<_> = form_urlencoded::parse(&body).into_owned().collect();
        if app.visitor.token.is_in(&fields) { Ok(Self(fields)) } else { Err(Problem::stale_form()) }
    }
}

impl Form {
    /// The value of a field; empty if it was not sent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// Whether a field was sent.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(field, _)| field == name)
    }
}
