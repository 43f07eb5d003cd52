//! A process of Lambda's managed instances: it is handed many invocations at once.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::future::join_all;
use lambda_kit::config::name;
use serde_json::Value;
use tokio::time::timeout;

use super::environment::Environment;
use super::function::Function;
use super::logs::Logs;
use super::server::{Answer, HeldAnswer};
use crate::PATIENCE;

/// A running process that serves a number of invocations at once. It never outlives this value.
pub struct Instance {
    environment: Environment,
    logs: Logs,
    places: usize,
}

/// An invocation that was served.
#[derive(Debug)]
pub struct Served {
    /// Lambda's id of it.
    pub request_id: String,
    /// What the process answered under that id.
    pub answer: Answer,
}

impl Instance {
    /// Starts the function of a binary, by its handler setting and its variables, with so many
    /// places. An invocation may take 15 seconds.
    pub async fn start(
        binary: &str,
        handler: &str,
        variables: &BTreeMap<String, String>,
        places: usize,
    ) -> Self {
        let mut variables = variables.clone();
        variables.insert(name::AWS_LAMBDA_MAX_CONCURRENCY.to_owned(), places.to_string());
        let function = Function {
            binary: binary.into(),
            handler: handler.to_owned(),
            variables,
            timeout: Duration::from_secs(15),
        };
        let logs = Logs::default();
        let environment = Environment::start(&function, &logs, HeldAnswer::default()).await;
        Self { environment, logs, places }
    }

    /// Hands over one invocation a place, all before any is answered: the process must be asking
    /// for as many at once. Returns the answers in the payloads' order.
    ///
    /// # Panics
    /// If the process does not ask for that many, or does not answer within [`PATIENCE`].
    pub async fn invoke(&mut self, payloads: &[Value]) -> Vec<Served> {
        assert_eq!(payloads.len(), self.places);
        let mut asks = Vec::new();
        for _ in payloads {
            asks.push(self.environment.ready().await.unwrap());
        }
        let served = asks.into_iter().zip(payloads).map(|(ask, payload)| {
            let invocation = self.environment.invocation(payload);
            let request_id = invocation.request_id.clone();
            let answer = self.environment.hand_over(ask, invocation);
            async { Served { request_id, answer: answer.await.expect("an answer") } }
        });
        timeout(PATIENCE, join_all(served)).await.expect("the process answers all")
    }

    /// The last lines that the process wrote.
    #[must_use]
    pub fn logs(&self) -> Vec<String> {
        self.logs.lines()
    }
}

/// A failing test shows what the process had to say.
impl Drop for Instance {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the instance wrote:\n{}", self.logs().join("\n"));
        }
    }
}
