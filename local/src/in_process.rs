//! The functions' calls to the services of this process, without connections: connectors for
//! their clients, whose code stays the same.

use std::fmt;

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use engine::{Caller, Direct};
use event_bus::EventBus;

/// The header that names the operation.
const TARGET: &str = "x-amz-target";

type Answer = Result<HttpResponse, ConnectorError>;

/// The way to the engine. What the engine does not take directly goes through `http`.
pub(crate) fn tables(
    direct: Direct,
    caller: Caller,
    http: SharedHttpConnector,
) -> SharedHttpConnector {
    SharedHttpConnector::new(Tables { direct, caller, http })
}

/// The way to the event bus.
pub(crate) fn events(bus: EventBus) -> SharedHttpConnector {
    SharedHttpConnector::new(Events(bus))
}

struct Tables {
    direct: Direct,
    caller: Caller,
    http: SharedHttpConnector,
}

impl HttpConnector for Tables {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (direct, caller, http) = (self.direct.clone(), self.caller, self.http.clone());
        let answer = async move {
            let asked = request.body().bytes().zip(operation(&request, "DynamoDB"));
            let answered = match asked {
                Some((body, operation)) => direct.call(caller, operation, body).await,
                None => None,
            };
            match answered {
                Some(answer) => response(answer.status, answer.body.into_bytes()),
                None => http.call(request).await,
            }
        };
        HttpConnectorFuture::new(answer)
    }
}

struct Events(EventBus);

impl HttpConnector for Events {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let bus = self.0.clone();
        let answer = async move {
            let operation = operation(&request, "AWSEvents").unwrap_or_default();
            let body = request.body().bytes().unwrap_or_default().to_vec();
            let answer = event_bus::handle(&bus, operation, body.into()).await;
            response(answer.status, answer.body.to_vec())
        };
        HttpConnectorFuture::new(answer)
    }
}

/// The operation, if it is one of the service whose targets begin with `service`.
fn operation<'a>(request: &'a HttpRequest, service: &str) -> Option<&'a str> {
    let target = request.headers().get(TARGET)?;
    target.starts_with(service).then(|| target.rsplit('.').next()).flatten()
}

fn response(status: u16, body: Vec<u8>) -> Answer {
    let status = status.try_into();
    let status = status.map_err(|error| ConnectorError::other(Box::new(error), None))?;
    Ok(HttpResponse::new(status, body.into()))
}

impl fmt::Debug for Tables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tables").field("caller", &self.caller).finish_non_exhaustive()
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Events")
    }
}
