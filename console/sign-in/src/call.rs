//! A call to the provider: one attempt, with bounds on its time and on its answer.

use std::error::Error;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Limited};
use tokio::time::timeout;

/// How long an answer may take with its body.
const PATIENCE: Duration = Duration::from_secs(4);
/// Several times the longest answer, that of the keys.
const MAX: usize = 64 * 1024;

type BoxError = Box<dyn Error + Send + Sync>;

/// Whoever answers.
#[derive(Debug)]
pub(crate) struct Http(pub(crate) SharedHttpConnector);

/// The provider cannot be asked at the moment: it does not answer, or says that it cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unavailable;

/// What was answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Vec<u8>,
}

impl Http {
    /// The answer, of which the status is not that of a server's error.
    pub(crate) async fn call(&self, request: Request<SdkBody>) -> Result<Answer, Unavailable> {
        let path = request.uri().path().to_owned();
        let answer = match timeout(PATIENCE, self.attempt(request)).await {
            Ok(answer) => answer,
            Err(elapsed) => Err(elapsed.into()),
        };
        match answer {
            Ok(answer) if answer.status.is_server_error() || answer.is_throttled() => {
                tracing::warn!(path, status = answer.status.as_u16(), "the provider cannot answer");
                Err(Unavailable)
            }
            Ok(answer) => Ok(answer),
            Err(error) => {
                tracing::warn!(path, error, "the provider does not answer");
                Err(Unavailable)
            }
        }
    }

    async fn attempt(&self, request: Request<SdkBody>) -> Result<Answer, BoxError> {
        let answer = self.0.call(HttpRequest::try_from(request)?).await?;
        let (head, body) = answer.try_into_http1x()?.into_parts();
        let body = Limited::new(body, MAX).collect().await?;
        Ok(Answer { status: head.status, body: body.to_bytes().to_vec() })
    }
}

impl Answer {
    fn is_throttled(&self) -> bool {
        self.status == StatusCode::TOO_MANY_REQUESTS
    }
}
