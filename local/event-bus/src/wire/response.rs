//! Answers in AWS JSON 1.1.

use axum::body::Bytes;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::error::AwsError;

/// The answer of operations that only succeed.
#[derive(Serialize)]
pub(super) struct Done {}

/// An answer, ready for any HTTP server.
#[derive(Clone, Debug)]
pub struct WireResponse {
    /// The HTTP status.
    pub status: u16,
    /// The value of the header `x-amzn-errortype`, for an error.
    pub error_type: Option<String>,
    /// The body: JSON.
    pub body: Bytes,
}

impl WireResponse {
    pub(super) fn success(body: Vec<u8>) -> Self {
        Self { status: 200, error_type: None, body: body.into() }
    }

    /// The answer for an error.
    #[must_use]
    pub fn failure(error: &AwsError) -> Self {
        let body = json!({ "__type": error.code, "message": error.message });
        Self {
            status: error.status,
            error_type: Some(error.code.clone().into_owned()),
            body: body.to_string().into(),
        }
    }
}

impl IntoResponse for WireResponse {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let request_id = Uuid::new_v4().to_string();
        let headers = [
            (CONTENT_TYPE.as_str(), "application/x-amz-json-1.1".to_owned()),
            ("x-amzn-requestid", request_id),
        ];
        let error_type = self.error_type.map(|code| [("x-amzn-errortype", code)]);
        (status, headers, error_type, self.body).into_response()
    }
}
