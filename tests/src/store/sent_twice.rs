//! A commit whose reply is lost is sent again by the client, and lands once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_dynamodb::error::ConnectorError;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use lambda_kit::clients::sdk_config;
use rstest_reuse::apply;
use store::TripStore;

use super::steps::{id, reserve_flight};
use super::world::{On, on_both};

/// Sends everything, and loses the first reply.
#[derive(Clone, Debug)]
struct Forgetful {
    http: SharedHttpClient,
    requests: Arc<AtomicUsize>,
}

#[derive(Debug)]
struct Connector {
    http: SharedHttpConnector,
    requests: Arc<AtomicUsize>,
}

impl HttpClient for Forgetful {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let http = self.http.http_connector(settings, components);
        SharedHttpConnector::new(Connector { http, requests: self.requests.clone() })
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let first = self.requests.fetch_add(1, Ordering::SeqCst) == 0;
        let reply = self.http.call(request);
        HttpConnectorFuture::new(async move {
            let reply = reply.await?;
            if first {
                return Err(ConnectorError::io("the reply was lost".into()));
            }
            Ok(reply)
        })
    }
}

#[apply(on_both)]
#[tokio::test]
async fn a_lost_reply_is_made_up_for_by_a_repeat_that_changes_nothing(on: On) {
    let bed = on.bed().await;
    let http = aws_smithy_http_client::Builder::new().build_http();
    let forgetful = Forgetful { http, requests: Arc::default() };
    let config = sdk_config(&bed.config(), "dynamodb").await.into_builder();
    let client = store::client(&config.http_client(forgetful.clone()).build());
    let change = reserve_flight("trip-1", 0);
    let trips = TripStore::new(client, &bed.tables.trips);
    trips.commit(&change).await.unwrap();
    assert_eq!(forgetful.requests.load(Ordering::SeqCst), 2);
    assert_eq!(bed.trips().load(&id("trip-1")).await.unwrap(), Some(change.trip));
    assert_eq!(bed.outbox().timeline(&id("trip-1")).await.unwrap().events.len(), 1);
}
