//! The caller: read from the authorizer's claims, never from the path, the headers or the body.

use domain::{CustomerId, ErrorCode, Failure};
use http::Extensions;
use lambda_http::RequestExt;
use lambda_http::request::RequestContext;
use serde_json::{Map, Value};

/// The group whose members see and cancel every customer's trips.
pub const OPERATORS: &str = "operators";

/// The authenticated caller of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The id under which the caller books: the claim `sub`, in the name space of customers or of
    /// operators.
    pub id: CustomerId,
    /// Whether the claim `cognito:groups` names [`OPERATORS`].
    pub is_operator: bool,
}

impl Caller {
    /// The caller of the request with these extensions, as `lambda_http` leaves them.
    ///
    /// # Errors
    /// `Unauthorized` for a request that passed no authorizer, or whose subject cannot own a trip.
    pub fn of(extensions: &Extensions) -> Result<Self, Failure> {
        claims(extensions).and_then(Self::from_claims).ok_or_else(unauthorized)
    }

    fn from_claims(claims: &Map<String, Value>) -> Option<Self> {
        let subject = claims.get("sub")?.as_str()?;
        let is_operator = claims.get("cognito:groups").is_some_and(names_operators);
        let name = if is_operator { CustomerId::of_operator } else { CustomerId::of_customer };
        Some(Self { id: name(subject).ok()?, is_operator })
    }

    /// Whether the caller may see and change a trip of `customer`.
    #[must_use]
    pub fn may_see(&self, customer: &CustomerId) -> bool {
        self.is_operator || self.id == *customer
    }
}

fn claims(extensions: &Extensions) -> Option<&Map<String, Value>> {
    let RequestContext::ApiGatewayV1(context) = extensions.request_context_ref()? else {
        return None;
    };
    context.authorizer.fields.get("claims")?.as_object()
}

/// API Gateway writes several groups as one text with commas; other authorizers write a list.
fn names_operators(groups: &Value) -> bool {
    match groups {
        Value::String(groups) => groups.split(',').any(|group| group.trim() == OPERATORS),
        Value::Array(groups) => groups.iter().any(|group| group == OPERATORS),
        _ => false,
    }
}

fn unauthorized() -> Failure {
    let detail = "sign in and send the token as Authorization: Bearer TOKEN";
    Failure::new(ErrorCode::Unauthorized, detail)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn extensions(authorizer: &Value) -> Extensions {
        let context = json!({"httpMethod": "GET", "authorizer": authorizer});
        let context = serde_json::from_value(context).unwrap();
        let mut extensions = Extensions::new();
        extensions.insert(RequestContext::ApiGatewayV1(context));
        extensions
    }

    #[rstest]
    #[case(json!({"sub": "alice"}), false)]
    #[case(json!({"sub": "alice", "cognito:groups": "customers"}), false)]
    #[case(json!({"sub": "alice", "cognito:groups": "not-operators"}), false)]
    #[case(json!({"sub": "alice", "cognito:groups": "operators"}), true)]
    #[case(json!({"sub": "alice", "cognito:groups": "admins,operators"}), true)]
    #[case(json!({"sub": "alice", "cognito:groups": ["admins", "operators"]}), true)]
    fn the_claims_say_who_calls(#[case] claims: Value, #[case] is_operator: bool) {
        let caller = Caller::of(&extensions(&json!({"claims": claims}))).unwrap();
        assert_eq!(caller.id.as_str(), if is_operator { "operator:alice" } else { "alice" });
        assert_eq!(caller.is_operator, is_operator);
    }

    #[rstest]
    #[case(json!(null))]
    #[case(json!({}))]
    #[case(json!({"claims": {}}))]
    #[case(json!({"claims": {"sub": ""}}))]
    #[case(json!({"claims": {"sub": "a\nb"}}))]
    #[case::a_customer_who_poses_as_an_operator(json!({"claims": {"sub": "operator:alice"}}))]
    #[case(json!({"claims": "sub"}))]
    fn without_a_usable_subject_nobody_calls(#[case] authorizer: Value) {
        let failure = Caller::of(&extensions(&authorizer)).unwrap_err();
        assert_eq!(failure.code, ErrorCode::Unauthorized);
    }

    #[test]
    fn a_request_that_came_past_the_gateway_has_no_caller() {
        assert_eq!(Caller::of(&Extensions::new()).unwrap_err().code, ErrorCode::Unauthorized);
    }

    #[test]
    fn customers_see_their_own_trips_and_operators_all() {
        let id = |text| CustomerId::parse(text).unwrap();
        let alice = Caller { id: id("alice"), is_operator: false };
        let operator = Caller { id: id("operator:alice"), is_operator: true };
        assert!(alice.may_see(&id("alice")) && !alice.may_see(&id("bob")));
        assert!(operator.may_see(&id("alice")) && !alice.may_see(&operator.id));
    }
}
