//! What routes take from a request: the caller, the trip in the path, the parameters, and the base
//! of the API.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Path, Query};
use domain::{ErrorCode, Failure, FieldError, TripId};
use http::request::Parts;
use lambda_kit::http::{Caller, base_path};

use crate::refusal::Refusal;
use crate::search::Parameters;

/// The caller. A request that passed no authorizer is refused.
pub(crate) struct SignedIn(pub(crate) Caller);

impl<S: Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Refusal> {
        Ok(Self(Caller::of(&parts.extensions)?))
    }
}

/// The trip in the path. A text that cannot be a trip's id is refused before it becomes a key.
pub(crate) struct TripPath(pub(crate) TripId);

impl<S: Send + Sync> FromRequestParts<S> for TripPath {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let id = path.ok().and_then(|Path(text)| TripId::parse(&text).ok());
        id.map(Self).ok_or_else(|| Failure::invalid_request(vec![not_a_trip_id()]).into())
    }
}

fn not_a_trip_id() -> FieldError {
    let [field, code, detail] = ["trip_id", "format", TripId::RULE].map(str::to_owned);
    FieldError { field, code, detail }
}

/// The decoded parameters in the order of the request, possibly repeated.
pub(crate) struct QueryPairs(pub(crate) Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for QueryPairs {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Refusal> {
        let pairs = Query::try_from_uri(&parts.uri).map(|Query(pairs)| Self(pairs));
        pairs.map_err(|error| Failure::new(ErrorCode::InvalidQuery, error.body_text()).into())
    }
}

/// Where the API's routes begin: see [`base_path`].
pub(crate) struct Base(pub(crate) String);

impl<S: Sync> FromRequestParts<S> for Base {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(base_path(&parts.extensions).to_owned()))
    }
}

/// Proof that a route without parameters received none.
pub(crate) struct NoParameters;

impl<S: Send + Sync> FromRequestParts<S> for NoParameters {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let QueryPairs(pairs) = QueryPairs::from_request_parts(parts, state).await?;
        Parameters::new(pairs, &[]).finish(Some(Self)).map_err(Refusal::invalid_query)
    }
}
