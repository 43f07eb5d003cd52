//! Who deleted an item that has expired, under the names that clients know.
//!
//! The engine names the members as Lambda's events do, `type` and `principalId`. The service's
//! model has `Type` and `PrincipalId`, and an SDK passes over any other.

use http::HeaderMap;
use serde_json::{Map, Value};

/// The engine's names and the model's.
const NAMES: [(&str, &str); 2] = [("type", "Type"), ("principalId", "PrincipalId")];

/// Whether the operation is the one whose answer has identities.
pub(super) fn is_in_answer_to(headers: &HeaderMap) -> bool {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    target == Some("DynamoDBStreams_20120810.GetRecords")
}

/// The answer with the model's names; `None` if there is no identity in it.
pub(super) fn renamed(answer: &[u8]) -> Option<Vec<u8>> {
    // Almost always there is none, and the answer need not be read.
    if !str::from_utf8(answer).ok()?.contains("\"userIdentity\"") {
        return None;
    }
    let mut answer: Value = serde_json::from_slice(answer).ok()?;
    let records = answer.get_mut("Records")?.as_array_mut()?.iter_mut();
    let identities = records.filter_map(|record| record.get_mut("userIdentity")?.as_object_mut());
    identities.for_each(rename);
    Some(answer.to_string().into_bytes())
}

fn rename(identity: &mut Map<String, Value>) {
    for (engines, models) in NAMES {
        if let Some(value) = identity.remove(engines) {
            identity.insert(models.to_owned(), value);
        }
    }
}
