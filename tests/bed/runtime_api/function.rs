//! What is deployed as a function: a binary, its handler setting, its variables and its limits.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use local::account::function_arn;
use tokio::process::Command;

/// A function's configuration.
#[derive(Clone, Debug)]
pub(super) struct Function {
    pub(super) binary: PathBuf,
    pub(super) handler: String,
    pub(super) variables: BTreeMap<String, String>,
    pub(super) timeout: Duration,
}

impl Function {
    /// Such as `flight-reserve`.
    pub(super) fn name(&self) -> String {
        self.handler.replace('.', "-")
    }

    pub(super) fn arn(&self) -> String {
        function_arn(&self.name())
    }

    /// Starts the binary for the Runtime API at this address. Its environment holds what Lambda
    /// sets and the function's own variables; nothing of this process's.
    pub(super) fn command(&self, api: SocketAddr) -> Command {
        let name = self.name();
        let mut command = Command::new(&self.binary);
        command
            .env_clear()
            .env("_HANDLER", &self.handler)
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_FUNCTION_NAME", &name)
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{name}"))
            .env("AWS_LAMBDA_LOG_STREAM_NAME", "2026/01/15/[$LATEST]bed")
            .env("AWS_LAMBDA_RUNTIME_API", api.to_string())
            .envs(&self.variables);
        command
    }
}
