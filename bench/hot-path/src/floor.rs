//! The floor: what cannot be left out, written by hand. It reads the needed fields where they
//! stand, writes the body of `PutEvents`, signs it with a kept key and sends it. It checks nothing,
//! retries nothing, marks nothing, and loses a whole batch to one bad record.

use std::fmt::Write;

use anyhow::ensure;
use async_trait::async_trait;
use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_types::body::SdkBody;
use domain::Clock;
use http_body_util::BodyExt;
use lambda_kit::clock::SystemClock;
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::canned::{Canned, PUT_EVENTS};
use crate::contender::Contender;

const HOST: &str = "events.us-east-1.amazonaws.com";
const JSON: &str = "application/x-amz-json-1.1";
const TOKEN: &str = "IQoJb3JpZ2luX2VjEXAMPLE";
const HEADERS: &str = "content-type;host;x-amz-date;x-amz-security-token;x-amz-target";
/// Most entries of one call.
const ENTRIES: usize = 10;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Batch<'a> {
    #[serde(borrow)]
    records: Vec<Record<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    event_name: &'a str,
    #[serde(borrow)]
    dynamodb: Change<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change<'a> {
    #[serde(borrow)]
    new_image: Image<'a>,
}

#[derive(Deserialize)]
struct Image<'a> {
    #[serde(borrow)]
    detail: Text<'a>,
}

/// A text as it stands, in its quotes.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Text<'a> {
    #[serde(borrow)]
    s: &'a RawValue,
}

/// The signing key of today, and the connection.
pub(crate) struct Floor {
    connector: SharedHttpConnector,
    key: Vec<u8>,
    day: String,
}

impl Floor {
    pub(crate) fn new(aws: &Canned) -> Self {
        let now = SystemClock.now().as_jiff();
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        let key = generate_signing_key(secret, now.into(), "us-east-1", "events");
        let day = now.strftime("%Y%m%d").to_string();
        Self { connector: aws.connector(), key: key.as_ref().to_vec(), day }
    }

    async fn put(&self, records: &[&Record<'_>]) -> anyhow::Result<()> {
        let request = self.signed(body(records))?;
        let answer = self.connector.call(request.try_into()?).await?.try_into_http1x()?;
        ensure!(answer.status().is_success(), "the bus answered {}", answer.status());
        let answer = answer.into_body().collect().await.map_err(anyhow::Error::from_boxed)?;
        let answer = answer.to_bytes();
        ensure!(answer.starts_with(br#"{"FailedEntryCount":0"#), "the bus refused an event");
        Ok(())
    }

    fn signed(&self, body: Vec<u8>) -> anyhow::Result<http::Request<SdkBody>> {
        let date = SystemClock.now().as_jiff().strftime("%Y%m%dT%H%M%SZ").to_string();
        let mut canonical = String::with_capacity(512);
        write!(
            canonical,
            "POST\n/\n\ncontent-type:{JSON}\nhost:{HOST}\nx-amz-date:{date}\n\
             x-amz-security-token:{TOKEN}\nx-amz-target:{PUT_EVENTS}\n\n{HEADERS}\n"
        )?;
        canonical.push_str(&hex::encode(Sha256::digest(&body)));
        let scope = format!("{}/us-east-1/events/aws4_request", self.day);
        let hash = hex::encode(Sha256::digest(&canonical));
        let signed = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{hash}");
        let signature = calculate_signature(&self.key, signed.as_bytes());
        Ok(http::Request::post("https://events.us-east-1.amazonaws.com/")
            .header("host", HOST)
            .header("content-type", JSON)
            .header("x-amz-date", date)
            .header("x-amz-security-token", TOKEN)
            .header("x-amz-target", PUT_EVENTS)
            .header(
                "authorization",
                format!(
                    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/{scope}, SignedHeaders={HEADERS}, \
                     Signature={signature}"
                ),
            )
            .body(SdkBody::from(body))?)
    }
}

fn body(records: &[&Record<'_>]) -> Vec<u8> {
    let bytes: usize = records.iter().map(|record| record.bytes()).sum();
    let mut body = String::with_capacity(bytes);
    for record in records {
        let detail = record.dynamodb.new_image.detail.s.get();
        body.push_str(if body.is_empty() { r#"{"Entries":["# } else { "," });
        body.push_str(r#"{"EventBusName":"trip-saga","Source":"/trip-saga","DetailType":""#);
        body.push_str(event_type(detail).unwrap_or_default());
        body.push_str(r#"","Detail":"#);
        body.push_str(detail);
        body.push('}');
    }
    body.push_str("]}");
    body.into_bytes()
}

/// As it stands in an escaped envelope.
fn event_type(detail: &str) -> Option<&str> {
    let (_, after) = detail.split_once(r#"\"type\":\""#)?;
    after.split_once('\\').map(|(event_type, _)| event_type)
}

impl Record<'_> {
    fn bytes(&self) -> usize {
        self.dynamodb.new_image.detail.s.get().len() + 160
    }
}

#[async_trait]
impl Contender for Floor {
    async fn process(&self, batch: Box<RawValue>) -> anyhow::Result<()> {
        let batch: Batch<'_> = serde_json::from_str(batch.get())?;
        let new: Vec<_> =
            batch.records.iter().filter(|record| record.event_name == "INSERT").collect();
        for call in new.chunks(ENTRIES) {
            self.put(call).await?;
        }
        Ok(())
    }
}
