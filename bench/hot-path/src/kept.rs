//! Tables within the process that keep what they are given, for one writer that meets no other:
//! they look at no condition. What they cost counts as the contender's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use lambda_kit::config::{Config, name};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::canned::{SETTINGS, ok};

/// The items of all tables, by table and key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept(Arc<Mutex<HashMap<String, String>>>);

/// What a request reads or writes.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Call<'a> {
    #[serde(borrow)]
    table_name: Option<&'a str>,
    #[serde(borrow)]
    key: Option<&'a RawValue>,
    #[serde(borrow)]
    item: Option<&'a RawValue>,
    #[serde(borrow, default)]
    transact_items: Vec<Action<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Action<'a> {
    #[serde(borrow)]
    put: Call<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
struct Key<'a> {
    #[serde(borrow)]
    pk: Attribute<'a>,
    #[serde(borrow)]
    sk: Option<Attribute<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
struct Attribute<'a> {
    s: &'a str,
}

impl Kept {
    /// Settings of a saga function whose tables these are.
    pub(crate) fn config(&self) -> Config {
        let settings = SETTINGS.into_iter().chain([(name::SANDBOX_TABLE, "SandboxTable")]);
        let connector = SharedHttpConnector::new(self.clone());
        Config::from_map(settings).with_connector("dynamodb", connector)
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        self.items().clear();
    }

    fn answer(&self, body: &[u8]) -> serde_json::Result<String> {
        let call: Call<'_> = serde_json::from_slice(body)?;
        let puts = call.transact_items.iter().map(|action| &action.put).chain([&call]);
        for put in puts {
            if let Some(item) = put.item {
                self.items().insert(place(put, item)?, item.get().to_owned());
            }
        }
        let Some(key) = call.key else { return Ok("{}".to_owned()) };
        let item = self.items().get(&place(&call, key)?).cloned();
        Ok(item.map_or_else(|| "{}".to_owned(), |item| format!(r#"{{"Item":{item}}}"#)))
    }

    fn items(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Table and key, from a key or an item.
fn place(call: &Call<'_>, attributes: &RawValue) -> serde_json::Result<String> {
    let Key { pk, sk } = serde_json::from_str(attributes.get())?;
    let parts = [call.table_name.unwrap_or_default(), pk.s, sk.map_or("", |sk| sk.s)];
    Ok(parts.join(" "))
}

impl HttpConnector for Kept {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let answer = self.answer(request.body().bytes().unwrap_or_default());
        let answer = answer.map_err(|error| ConnectorError::other(error.into(), None));
        HttpConnectorFuture::ready(answer.and_then(ok))
    }
}
