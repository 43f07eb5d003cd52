//! A handler panics.

use std::collections::BTreeMap;

use bed::{Sandbox, eventually};
use domain::ErrorCode;
use serde_json::json;

use super::PUPPET;

/// A handler panics, time and again. Each invocation ends with an error under a name that state
/// machines know, which tells nothing of what the panic said; the process serves the next one. The
/// log has it all.
#[tokio::test]
async fn fault_29_a_panic_answers_an_error_by_its_stable_name_and_the_process_lives_on() {
    let puppet = Sandbox::new(PUPPET, "puppet.handle", &BTreeMap::new());
    for _ in 0..3 {
        let panic = json!({ "do": "panic", "about": "4111111111111111" });
        let error = puppet.invoke(&panic).await.unwrap_err();
        assert_eq!(error.error_type, ErrorCode::InternalError.name());
        assert!(!error.message.contains("4111"), "{}", error.message);
        puppet.invoke(&json!({})).await.unwrap();
    }
    assert_eq!(puppet.starts(), 1);
    eventually("the panic in the log", async || {
        let logs = puppet.logs();
        let lines = logs.iter().filter(|line| line.contains("as told, about"));
        (lines.count() == 3).then_some(())
    })
    .await;
}
