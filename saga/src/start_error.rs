//! Why a function of the write side does not start.

use lambda_kit::config::ConfigError;
use lambda_kit::error::FunctionError;

/// Why a function must not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting is missing or malformed.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The handler setting selects no operation.
    #[error("the handler setting {0:?} is not an operation of this binary")]
    Operation(String),
    /// Production was configured with the sandbox suppliers' table.
    #[error("the production stage must not run on sandbox suppliers: unset SANDBOX_TABLE")]
    SandboxInProduction,
    /// The operation calls a supplier, but there is none.
    #[error("no suppliers are configured: outside of production, set SANDBOX_TABLE")]
    NoSuppliers,
}

impl From<StartError> for FunctionError {
    fn from(error: StartError) -> Self {
        Self::internal(&error)
    }
}
