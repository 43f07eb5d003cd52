//! The clients of DynamoDB, made and named here so that no other crate needs the SDK.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use aws_json::{CallFailed, DYNAMODB};
use aws_sdk_dynamodb::config::SharedAsyncSleep;
use aws_sdk_dynamodb::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
use aws_types::SdkConfig;
use aws_types::service_config::ServiceConfigKey;
use futures::FutureExt;
use serde::de::DeserializeOwned;

use crate::request::{Answer, Page, Read, Request};

/// A client of DynamoDB. Everything about items takes a shorter way than the SDK's client, which is
/// made when somebody needs it: for tables. Clones share both.
#[derive(Clone, Debug)]
pub struct Client {
    direct: Arc<aws_json::Client>,
    sdk: Arc<OnceLock<aws_sdk_dynamodb::Client>>,
    config: SdkConfig,
}

/// A client from the SDK's configuration.
#[must_use]
pub fn client(config: &SdkConfig) -> Client {
    let direct = aws_json::Client::new(config, DYNAMODB, endpoint(config).as_deref());
    Client { direct: Arc::new(direct), sdk: Arc::default(), config: config.clone() }
}

impl Client {
    /// Reads or writes one item. An absent item is no error.
    pub(crate) async fn send(&self, request: &Request<'_>) -> Result<Answer, CallFailed> {
        let body = serde_json::to_vec(request).map_err(CallFailed::Unencoded)?;
        self.call(request.target(), body).await
    }

    /// Reads one page.
    pub(crate) async fn page(&self, read: &Read<'_>) -> Result<Page, CallFailed> {
        let body = serde_json::to_vec(read).map_err(CallFailed::Unencoded)?;
        self.call(read.target(), body).await
    }

    /// Reads all pages as one.
    pub(crate) async fn whole(&self, mut read: Read<'_>) -> Result<Page, CallFailed> {
        let mut whole = Page::default();
        loop {
            let mut page = self.page(&read).await?;
            let next = page.next();
            whole.add(page);
            if next.is_none() {
                return Ok(whole);
            }
            read = read.after(next);
        }
    }

    /// Calls an operation, such as `DynamoDB_20120810.PutItem`, with a body.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        target: &'static str,
        body: Vec<u8>,
    ) -> Result<T, CallFailed> {
        self.direct.call(target, body).await
    }

    /// The configuration's own way to let time pass, if it has one.
    pub(crate) fn sleep(&self) -> Option<SharedAsyncSleep> {
        self.config.sleep_impl()
    }
}

impl Deref for Client {
    type Target = aws_sdk_dynamodb::Client;

    fn deref(&self) -> &Self::Target {
        self.sdk.get_or_init(|| aws_sdk_dynamodb::Client::new(&self.config))
    }
}

/// Where DynamoDB is, by the SDK's own rules. `None` without a region, and if there is no such
/// region.
fn endpoint(config: &SdkConfig) -> Option<String> {
    let params = Params::builder()
        .region(config.region()?.as_ref())
        .set_endpoint(given_endpoint(config))
        .set_use_fips(config.use_fips())
        .set_use_dual_stack(config.use_dual_stack())
        .build();
    // The rules are at hand, so there is nothing to wait for.
    let resolved = DefaultResolver::new().resolve_endpoint(&params.ok()?).now_or_never()?;
    Some(resolved.ok()?.url().to_owned())
}

/// The endpoint that the settings name: of DynamoDB, or of all services.
fn given_endpoint(config: &SdkConfig) -> Option<String> {
    let of_all = || config.endpoint_url().map(str::to_owned);
    if config.get_origin("endpoint_url").is_client_config() {
        return of_all();
    }
    let key = ServiceConfigKey::builder()
        .service_id("DynamoDB")
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build();
    let of_dynamodb = config.service_config().zip(key.ok());
    of_dynamodb.and_then(|(settings, key)| settings.load_config(key)).or_else(of_all)
}

#[cfg(test)]
mod tests;
