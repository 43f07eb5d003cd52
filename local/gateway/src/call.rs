//! A request in the form that a function gets: the proxy event of a REST API.

use std::collections::BTreeMap;

use axum::RequestExt;
use axum::body::Bytes;
use axum::extract::{FromRequest, MatchedPath, Query, RawPathParams, Request};
use domain::{ErrorCode, Failure, Timestamp};
use http::header::USER_AGENT;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::{Value, json};

use crate::body;
use crate::gateway::Gateway;
use crate::refusal::Refusal;
use crate::request_id::RequestId;
use crate::trace::Trace;

/// The only stage of the local API.
const STAGE: &str = "local";
/// The account id in the event, since there is no account.
const ACCOUNT: &str = "000000000000";

/// A request whose body was read.
pub(crate) struct Call {
    parts: Parts,
    /// The route's template, such as `/trips/{trip_id}`.
    resource: String,
    path_parameters: BTreeMap<String, String>,
    query: Vec<(String, String)>,
    body: Bytes,
    request_id: String,
}

impl FromRequest<Gateway> for Call {
    type Rejection = Refusal;

    async fn from_request(mut request: Request, gateway: &Gateway) -> Result<Self, Refusal> {
        let path_parameters = path_parameters(&mut request).await?;
        let (parts, body) = request.into_parts();
        let resource = parts.extensions.get().map(MatchedPath::as_str).unwrap_or_default();
        let request_id = parts.extensions.get().map(|RequestId(id)| id.clone());
        Ok(Self {
            resource: resource.to_owned(),
            path_parameters,
            query: query(&parts)?,
            body: body::read(body, gateway.settings.limits.body).await?,
            request_id: request_id.unwrap_or_default(),
            parts,
        })
    }
}

async fn path_parameters(request: &mut Request) -> Result<BTreeMap<String, String>, Refusal> {
    let params = request.extract_parts::<RawPathParams>().await;
    let params =
        params.map_err(|_| Failure::new(ErrorCode::InvalidRequest, "the path is not UTF-8"))?;
    Ok(params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

fn query(parts: &Parts) -> Result<Vec<(String, String)>, Refusal> {
    let query = Query::try_from_uri(&parts.uri).map(|Query(pairs)| pairs);
    query.map_err(|error| Failure::new(ErrorCode::InvalidQuery, error.body_text()).into())
}

impl Call {
    /// The event, with the authorizer's claims where the route has an authorizer.
    pub(crate) fn event(&self, claims: Option<Value>, now: Timestamp) -> Value {
        let (headers, query) = (texts(&self.parts.headers), &self.query);
        json!({
            "resource": self.resource,
            "path": self.parts.uri.path(),
            "httpMethod": self.parts.method.as_str(),
            "headers": or_null(&last(&headers)),
            "multiValueHeaders": or_null(&all(&headers)),
            "queryStringParameters": or_null(&last(query)),
            "multiValueQueryStringParameters": or_null(&all(query)),
            "pathParameters": or_null(&self.path_parameters),
            "stageVariables": null,
            "requestContext": self.context(claims, now),
            "body": self.text(),
            "isBase64Encoded": false,
        })
    }

    /// The trace of the request.
    pub(crate) fn trace(&self) -> Trace {
        Trace::of(&self.parts.headers)
    }

    fn context(&self, claims: Option<Value>, now: Timestamp) -> Value {
        let mut context = json!({
            "accountId": ACCOUNT,
            "apiId": STAGE,
            "domainName": "localhost",
            "domainPrefix": "localhost",
            "extendedRequestId": self.request_id,
            "httpMethod": self.parts.method.as_str(),
            "identity": self.identity(),
            // As on a custom domain of the API: no stage precedes the routes.
            "path": self.parts.uri.path(),
            "protocol": format!("{:?}", self.parts.version),
            "requestId": self.request_id,
            "requestTime": now.as_jiff().strftime("%d/%b/%Y:%H:%M:%S +0000").to_string(),
            "requestTimeEpoch": now.as_millis(),
            "resourceId": self.resource,
            "resourcePath": self.resource,
            "stage": STAGE,
        });
        if let Some(claims) = claims {
            context["authorizer"] = json!({"claims": claims});
        }
        context
    }

    fn identity(&self) -> Value {
        let agent = self.parts.headers.get(USER_AGENT);
        json!({
            "accessKey": null,
            "accountId": null,
            "apiKey": null,
            "caller": null,
            "cognitoAuthenticationProvider": null,
            "cognitoAuthenticationType": null,
            "cognitoIdentityId": null,
            "cognitoIdentityPoolId": null,
            // The listener is on loopback, so nobody else can call.
            "sourceIp": "127.0.0.1",
            "user": null,
            "userAgent": agent.and_then(|agent| agent.to_str().ok()),
            "userArn": null,
        })
    }

    /// A REST API that declares no binary media types treats every body as text.
    fn text(&self) -> Option<String> {
        (!self.body.is_empty()).then(|| String::from_utf8_lossy(&self.body).into_owned())
    }
}

/// The headers that are text; all headers with a meaning here are.
fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |(name, value): (&HeaderName, &HeaderValue)| {
        Some((name.to_string(), value.to_str().ok()?.to_owned()))
    };
    headers.iter().filter_map(text).collect()
}

/// By name, the last value.
fn last(pairs: &[(String, String)]) -> BTreeMap<String, String> {
    pairs.iter().cloned().collect()
}

/// By name, every value in order.
fn all(pairs: &[(String, String)]) -> BTreeMap<String, Vec<String>> {
    let mut all = BTreeMap::<_, Vec<_>>::new();
    for (name, value) in pairs.iter().cloned() {
        all.entry(name).or_default().push(value);
    }
    all
}

/// A REST API sends null where there is nothing.
fn or_null<T: Serialize>(map: &BTreeMap<String, T>) -> Value {
    if map.is_empty() { Value::Null } else { json!(map) }
}
