//! What the state machines try again.

/// The names of errors that are retried with backoff before they count, as `ErrorEquals` names
/// them. A time limit that passes is `States.Timeout` besides.
pub const RETRIED: [&str; 14] = [
    "Lambda.Unknown",
    "Lambda.TooManyRequestsException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ClientExecutionTimeoutException",
    "Sandbox.Timedout",
    "Runtime.ExitError",
    "StoreThrottled",
    "StoreConflict",
    "StoreUnavailable",
    "SupplierUnavailable",
    "SupplierTimeout",
    "CompensationIncomplete",
];
