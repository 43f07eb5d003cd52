//! Requests as API Gateway hands them to a function, and the answers that it reads.

use serde_json::{Map, Value, json};

/// A request to the API, by nobody until it is said by whom.
#[derive(Clone, Debug)]
pub struct Request {
    method: &'static str,
    path: String,
    trip_id: Option<String>,
    query: Vec<(String, String)>,
    claims: Option<Value>,
}

impl Request {
    /// A request to read what stands at this path.
    #[must_use]
    pub fn get(path: &str) -> Self {
        Self {
            method: "GET",
            path: path.to_owned(),
            trip_id: None,
            query: Vec::new(),
            claims: None,
        }
    }

    /// A request to cancel a trip.
    #[must_use]
    pub fn cancel(trip_id: &str) -> Self {
        let path = format!("/trips/{trip_id}/cancellation");
        Self { method: "POST", trip_id: Some(trip_id.to_owned()), ..Self::get(&path) }
    }

    /// The same, by a customer.
    #[must_use]
    pub fn by(self, customer: &str) -> Self {
        Self { claims: Some(json!({ "sub": customer })), ..self }
    }

    /// The same, by an operator.
    #[must_use]
    pub fn by_operator(self) -> Self {
        self.by_operator_named("operator")
    }

    /// The same, by the operator with that subject.
    #[must_use]
    pub fn by_operator_named(self, subject: &str) -> Self {
        let claims = json!({ "sub": subject, "cognito:groups": "operators" });
        Self { claims: Some(claims), ..self }
    }

    /// The same with one more query parameter, as it is once it was decoded.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.query.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same with parameters such as `status=FAILED&limit=5`.
    #[must_use]
    pub fn with_all(self, query: &str) -> Self {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.fold(self, |request, (name, value)| request.with(name, value))
    }

    /// The proxy event of a REST API.
    #[must_use]
    pub fn event(&self) -> Value {
        let authorizer = self.claims.as_ref().map(|claims| json!({ "claims": claims }));
        json!({
            "resource": "/{proxy+}",
            "path": self.path,
            "httpMethod": self.method,
            "headers": { "Host": "a1b2.execute-api.eu-west-1.amazonaws.com" },
            "multiValueHeaders": { "Host": ["a1b2.execute-api.eu-west-1.amazonaws.com"] },
            "queryStringParameters": self.last_values(),
            "multiValueQueryStringParameters": self.all_values(),
            "pathParameters": self.trip_id.as_ref().map(|id| json!({ "trip_id": id })),
            "stageVariables": null,
            "requestContext": {
                "httpMethod": self.method,
                "stage": "prod",
                "path": format!("/prod{}", self.path),
                "requestId": "request-1",
                "identity": { "sourceIp": "203.0.113.7" },
                "authorizer": authorizer,
            },
            "body": null,
            "isBase64Encoded": false,
        })
    }

    /// Whether a function of the write side answers it.
    pub(crate) fn is_cancellation(&self) -> bool {
        self.method == "POST"
    }

    fn last_values(&self) -> Map<String, Value> {
        self.query.iter().map(|(name, value)| (name.clone(), json!(value))).collect()
    }

    fn all_values(&self) -> Value {
        let mut all = json!({});
        for (name, value) in &self.query {
            match all[name].as_array_mut() {
                Some(values) => values.push(json!(value)),
                None => all[name] = json!([value]),
            }
        }
        all
    }
}

/// An answer of the API.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u64,
    /// The headers by name, each with its values.
    pub headers: Value,
    /// The body as it came.
    pub text: String,
}

impl Reply {
    /// Reads what a function answers to API Gateway.
    #[must_use]
    pub fn of(answer: &Value) -> Self {
        Self {
            status: answer["statusCode"].as_u64().unwrap(),
            headers: answer["multiValueHeaders"].clone(),
            text: answer["body"].as_str().unwrap().to_owned(),
        }
    }

    /// The body, which is JSON in every answer.
    #[must_use]
    pub fn body(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    /// The status and the problem's code.
    #[must_use]
    pub fn refusal(&self) -> (u64, String) {
        (self.status, self.body()["code"].as_str().unwrap_or_default().to_owned())
    }

    /// The ids of the trips on a search's page, in order.
    #[must_use]
    pub fn trips(&self) -> Vec<String> {
        assert_eq!(self.status, 200, "{}", self.text);
        let body = self.body();
        let trips = body["trips"].as_array().unwrap();
        assert_eq!(body["count"], trips.len());
        trips.iter().map(|trip| trip["trip_id"].as_str().unwrap().to_owned()).collect()
    }

    /// Where a search goes on.
    #[must_use]
    pub fn next_cursor(&self) -> Option<String> {
        self.body()["next_cursor"].as_str().map(str::to_owned)
    }
}
