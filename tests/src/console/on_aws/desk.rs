//! The function on a system, and an operator before it.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bed::eventually;
use console_function::Site;
use form_urlencoded::Serializer;
use lambda_kit::clock::SystemClock;
use lambda_kit::config::{Config, name};
use lambda_runtime::{Context, LambdaEvent};
use local::account::names;
use local::{Options, Pace, System};
use serde_json::{Value, json};
use store::Tables;

use super::api::Api;
use super::logs;
use super::person::{CLIENT, Person, pool};

/// The console's own address.
pub const OWN: &str = "https://console.example";
pub const BROWSER: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

pub struct Desk {
    pub olga: Person,
    pub api: Api,
    issuer: String,
    system: System,
    site: Site,
    /// What the function is told by its environment.
    pub variables: BTreeMap<String, String>,
}

pub struct Answer {
    pub status: u64,
    pub headers: Value,
    pub body: String,
}

impl Answer {
    pub fn of(answer: &Value) -> Self {
        let body = answer["body"].as_str().unwrap_or_default().to_owned();
        let status = answer["statusCode"].as_u64().unwrap();
        Self { status, headers: answer["headers"].clone(), body }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers[name].as_str().unwrap_or_default()
    }
}

impl Desk {
    pub async fn start() -> Self {
        let options = Options { pace: Pace::FAST, ..Options::ephemeral() };
        Self::on(System::start(options).await.unwrap()).await
    }

    /// The same with a log of the bus's events.
    pub async fn with_log() -> Self {
        let options = Options { pace: Pace::FAST, ..Options::ephemeral() };
        let system = System::start(options).await.unwrap();
        let log = logs::of(system.bus().clone()).await;
        let settings = [(name::EVENT_LOG_GROUP, logs::GROUP), ("AWS_ENDPOINT_URL_LOGS", &log)];
        Self::told(system, settings).await
    }

    pub async fn on(system: System) -> Self {
        Self::told(system, []).await
    }

    async fn told<const N: usize>(system: System, more: [(&str, &str); N]) -> Self {
        let issuer = pool().await;
        let olga = Person::of(&issuer, "olga", &["auditors", "operators"]);
        let api = Api::before(&system.urls().api, vec![olga.id_token.clone()]).await;
        let variables = variables(&system, &issuer, &api.url, &more);
        let config = Config::from_map(variables.clone());
        let site = Site::from_config(&config, Arc::new(SystemClock)).await.unwrap();
        Self { olga, api, issuer, system, site, variables }
    }

    pub fn person(&self, name: &str, groups: &[&str]) -> Person {
        Person::of(&self.issuer, name, groups)
    }

    pub async fn get(&self, person: Option<&Person>, address: &str) -> Answer {
        self.get_as(person, address, BROWSER).await
    }

    pub async fn get_as(&self, person: Option<&Person>, address: &str, accept: &str) -> Answer {
        self.call(get(person, address, accept)).await
    }

    /// A form, as a page of `origin` sends it.
    pub async fn send(
        &self,
        person: Option<&Person>,
        address: &str,
        body: &str,
        origin: &str,
    ) -> Answer {
        self.call(post(person, address, body, origin)).await
    }

    async fn call(&self, event: Value) -> Answer {
        Answer::of(&self.site.handle(LambdaEvent::new(event, Context::default())).await.unwrap())
    }

    /// What the operator sees.
    pub async fn page(&self, address: &str) -> String {
        let answer = self.get(Some(&self.olga), address).await;
        assert_eq!(answer.status, 200, "{address}: {}", answer.body);
        answer.body
    }

    /// Waits until the page shows something.
    pub async fn shows(&self, address: &str, what: &str) {
        eventually(what, async || self.page(address).await.contains(what).then_some(())).await;
    }

    /// Sends a form of the operator's, and returns where it leads, or the page in its place.
    pub async fn act(&self, address: &str, fields: &str) -> (u64, String) {
        let body = format!("token={}&{fields}", self.token(&self.olga).await);
        let answer = self.send(Some(&self.olga), address, &body, OWN).await;
        let led = answer.header("location").to_owned();
        (answer.status, if led.is_empty() { answer.body } else { led })
    }

    /// The token in the forms of a person's session.
    pub async fn token(&self, person: &Person) -> String {
        token(&self.get(Some(person), "/console/book").await.body)
    }

    pub async fn stop(self) {
        self.system.stop().await;
    }
}

fn variables(
    system: &System,
    issuer: &str,
    api: &str,
    more: &[(&str, &str)],
) -> BTreeMap<String, String> {
    let (names, urls) = (names(Tables::default()), system.urls());
    let key = system.config().require(name::AWS_ACCESS_KEY_ID).unwrap();
    let settings = [
        (name::AWS_REGION, local::account::REGION),
        (name::AWS_ACCESS_KEY_ID, key),
        (name::AWS_SECRET_ACCESS_KEY, "local"),
        ("AWS_ENDPOINT_URL_DYNAMODB", &urls.dynamodb),
        ("AWS_ENDPOINT_URL_SFN", &urls.aws),
        (name::STAGE, "dev"),
        (name::BOOKING_STATE_MACHINE_ARN, &names.booking),
        (name::COMPENSATION_STATE_MACHINE_ARN, &names.compensation),
        (name::DISPATCHER_FUNCTION, &names.dispatcher),
        (name::PROJECTOR_FUNCTION, &names.projector),
        (name::API_URL, api),
        (name::CONSOLE_URL, OWN),
        (name::USER_POOL_ISSUER, issuer),
        (name::SIGN_IN_URL, issuer),
        (name::SIGN_IN_CLIENT_ID, CLIENT),
    ];
    let settings = settings.into_iter().chain(more.iter().copied());
    settings.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// Somebody opens a page, or follows its updates.
pub fn get(person: Option<&Person>, address: &str, accept: &str) -> Value {
    event("GET", address, person, &json!({"accept": accept}), "")
}

/// A form, as a page of `origin` sends it.
pub fn post(person: Option<&Person>, address: &str, body: &str, origin: &str) -> Value {
    let kind = "application/x-www-form-urlencoded";
    let headers = json!({"accept": BROWSER, "content-type": kind, "origin": origin});
    event("POST", address, person, &headers, body)
}

/// An event of an HTTP API; its body is encoded, as API Gateway encodes what is no text to it.
fn event(
    method: &str,
    address: &str,
    person: Option<&Person>,
    headers: &Value,
    body: &str,
) -> Value {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let mut event = json!({
        "version": "2.0", "routeKey": "ANY /{proxy+}", "rawPath": path, "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "stage": "$default", "requestId": "request-1", "timeEpoch": 0,
            "http": {
                "method": method, "path": path, "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7", "userAgent": "a browser",
            },
        },
        "body": STANDARD.encode(body), "isBase64Encoded": true,
    });
    if let Some(Person { id_token }) = person {
        event["cookies"] = json!(["another=1", format!("__Host-session={id_token}")]);
    }
    event
}

/// The token in the forms of a page.
pub fn token(page: &str) -> String {
    let token = fields(page).into_iter().find(|(name, _)| name == "token");
    token.expect("a token").1
}

/// The inputs of a page with their values.
pub fn fields(page: &str) -> Vec<(String, String)> {
    let attribute = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!("{name}=\""))?;
        Some(rest.split_once('"')?.0.to_owned())
    };
    let tags = page.split("<input ").skip(1).filter_map(|rest| rest.split_once('>'));
    tags.filter_map(|(tag, _)| Some((attribute(tag, "name")?, attribute(tag, "value")?))).collect()
}

/// Fields but for the token, as a form sends them.
pub fn form(fields: impl IntoIterator<Item = (String, String)>) -> String {
    let fields = fields.into_iter().filter(|(name, _)| name != "token");
    Serializer::new(String::new()).extend_pairs(fields).finish()
}
