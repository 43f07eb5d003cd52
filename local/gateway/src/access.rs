//! Development tokens: the caller, in the form of the authorizer's claims.

use axum::extract::FromRequestParts;
use domain::{CustomerId, ErrorCode, Failure};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;
use lambda_kit::http::OPERATORS;
use serde_json::{Value, json};

use crate::refusal::Refusal;

/// The prefix of a customer's token.
const CUSTOMER_TOKEN: &str = "dev-customer-";
/// The operator's token.
const OPERATOR_TOKEN: &str = "dev-operator";
/// The operator's subject.
const OPERATOR: &str = "operator";

/// The caller. A request without a known token is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The owner of the caller's bookings.
    pub(crate) id: CustomerId,
    subject: String,
    is_operator: bool,
}

impl Identity {
    /// The claims as a REST API's authorizer passes them on.
    pub(crate) fn claims(&self) -> Value {
        let mut claims = json!({"sub": self.subject, "token_use": "id"});
        if self.is_operator {
            claims["cognito:groups"] = json!(OPERATORS);
        }
        claims
    }

    fn of(headers: &HeaderMap) -> Option<Self> {
        let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| Self::of_token(token.trim()))?
    }

    fn of_token(token: &str) -> Option<Self> {
        let is_operator = token == OPERATOR_TOKEN;
        let (subject, id) = match token.strip_prefix(CUSTOMER_TOKEN) {
            Some(subject) => (subject, CustomerId::of_customer(subject)),
            None if is_operator => (OPERATOR, CustomerId::of_operator(OPERATOR)),
            None => return None,
        };
        Some(Self { id: id.ok()?, subject: subject.to_owned(), is_operator })
    }
}

impl<S: Sync> FromRequestParts<S> for Identity {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Refusal> {
        Self::of(&parts.headers)
            .ok_or_else(|| Failure::new(ErrorCode::Unauthorized, SIGN_IN).into())
    }
}

const SIGN_IN: &str = "send a development token: Authorization: Bearer dev-operator, or dev-customer- \
    and the customer's id, such as Bearer dev-customer-1";

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn claims(authorization: &str) -> Option<Value> {
        let value = HeaderValue::from_str(authorization).unwrap();
        Identity::of(&HeaderMap::from_iter([(AUTHORIZATION, value)])).map(|caller| caller.claims())
    }

    #[test]
    fn a_token_names_an_operator_or_a_customer() {
        let operator = json!({"sub": "operator", "token_use": "id", "cognito:groups": "operators"});
        assert_eq!(claims("Bearer dev-operator"), Some(operator));
        let customer = json!({"sub": "1", "token_use": "id"});
        assert_eq!(claims("bearer dev-customer-1"), Some(customer));
    }

    #[test]
    fn a_customer_of_any_name_is_not_an_operator() {
        for id in ["operator", "operators", "dev-operator"] {
            let claims = claims(&format!("Bearer dev-customer-{id}")).unwrap();
            assert_eq!((&claims["sub"], claims.get("cognito:groups")), (&json!(id), None));
        }
    }

    #[test]
    fn a_customer_of_the_operators_name_books_as_somebody_else() {
        let booked_by = |token| Identity::of_token(token).unwrap().id.as_str().to_owned();
        assert_eq!(booked_by("dev-operator"), "operator:operator");
        assert_eq!(booked_by("dev-customer-operator"), "operator");
    }

    #[test]
    fn any_other_token_names_nobody() {
        for authorization in [
            "",
            "dev-operator",
            "Bearer",
            "Bearer ",
            "Bearer dev-customer-",
            "Bearer dev-customer-a b",
            "Bearer dev-customer-operator:operator",
            "Bearer dev-operator2",
            "Bearer eyJhbGciOiJub25lIn0",
            "Basic dev-operator",
        ] {
            assert_eq!(claims(authorization), None, "{authorization}");
        }
    }
}
