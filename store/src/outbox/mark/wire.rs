//! A call of `BatchExecuteStatement` on the wire: its body and its answer. Source: the DynamoDB API
//! reference.

use std::fmt::Display;

use domain::Timestamp;
use serde::Deserialize;

use crate::keys::{EventSort, TripPartition};
use crate::outbox::OutboxKey;

/// What a mark has beside its statement, about.
const AROUND: usize = 300;

/// The statement that marks one event, as JSON.
#[derive(Clone, Debug)]
pub(super) struct Statement(String);

/// What all marks of a call have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) now: Timestamp,
    /// When the events leave the table, in seconds since 1970.
    pub(super) expiry: i64,
}

impl Statement {
    pub(super) fn on(table: &str) -> Self {
        // `status` is a reserved word of PartiQL, so it is quoted.
        let statement = format!(
            "UPDATE \"{table}\" SET \"status\"='dispatched' SET dispatched_at=? SET expires_at=? \
             REMOVE GSI1PK REMOVE GSI1SK WHERE PK=? AND SK=? AND \"status\"='pending'"
        );
        Self(serde_json::Value::from(statement).to_string())
    }

    /// The body of a call that marks these events.
    pub(super) fn body(
        &self,
        keys: &[&OutboxKey],
        at: Moment,
    ) -> Result<Vec<u8>, serde_json::Error> {
        // Written once for all marks.
        let common = format!(r#"{{"S":"{}"}},{{"N":"{}"}}"#, at.now, at.expiry);
        let mut body = Vec::with_capacity(keys.len() * (self.0.len() + AROUND));
        for key in keys {
            let before = if body.is_empty() { r#"{"Statements":["# } else { "," };
            let parts = [before, r#"{"Statement":"#, &self.0, r#","Parameters":["#, &common];
            parts.iter().for_each(|part| body.extend_from_slice(part.as_bytes()));
            push_text(&mut body, &TripPartition(&key.trip_id))?;
            push_text(&mut body, &EventSort(key.event_id))?;
            body.extend_from_slice(b"]}");
        }
        body.extend_from_slice(b"]}");
        Ok(body)
    }
}

/// One more parameter.
fn push_text(body: &mut Vec<u8>, text: &dyn Display) -> Result<(), serde_json::Error> {
    body.extend_from_slice(br#",{"S":"#);
    serde_json::to_writer(&mut *body, &format_args!("{text}"))?;
    body.push(b'}');
    Ok(())
}

/// The answers to the statements of a call, in their order.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answers {
    #[serde(default)]
    pub(super) responses: Vec<Response>,
}

/// The answer to one statement.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Response {
    #[serde(default)]
    pub(super) error: Option<Refusal>,
}

/// Why a statement failed.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Refusal {
    #[serde(default)]
    pub(super) code: String,
    #[serde(default)]
    pub(super) message: Option<String>,
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::types::{AttributeValue, BatchStatementRequest};
    use serde_json::{Value, json};

    use super::*;
    use crate::canned::{CannedAnswer, Script};
    use crate::outbox::tests::keys;
    use crate::sample::now;

    /// What the SDK sends for the same marks.
    async fn by_the_sdk(keys: &[OutboxKey], at: Moment) -> Value {
        let script = Script::new([CannedAnswer::ok(json!({ "Responses": [] }))]);
        let text = |text: String| AttributeValue::S(text);
        let statement = |key: &OutboxKey| {
            let statement: String = serde_json::from_str(&Statement::on("trips").0).unwrap();
            BatchStatementRequest::builder()
                .statement(statement)
                .parameters(text(at.now.to_string()))
                .parameters(AttributeValue::N(at.expiry.to_string()))
                .parameters(text(crate::keys::trip(&key.trip_id)))
                .parameters(text(crate::keys::outbox(key.event_id)))
                .build()
                .unwrap()
        };
        let statements = keys.iter().map(statement).collect();
        let call = script.client().batch_execute_statement().set_statements(Some(statements));
        call.send().await.unwrap();
        script.requests().remove(0)
    }

    #[tokio::test]
    async fn a_call_is_what_the_sdk_sends() {
        let (keys, at) = (keys(3), Moment { now: now(), expiry: 1_800_000_000 });
        let body = Statement::on("trips").body(&keys.iter().collect::<Vec<_>>(), at).unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body, by_the_sdk(&keys, at).await);
    }
}
