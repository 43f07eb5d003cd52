//! What a call says above its body.

/// Where a call goes, and how its body is to be read.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    /// The operation's name, for spans.
    pub(crate) operation: &'static str,
    pub(crate) path: &'static str,
    /// The operation as the JSON protocol names it, in a header that is signed.
    pub(crate) target: Option<&'static str>,
    /// Headers that the protocol wants beside these. They are not signed.
    pub(crate) others: &'static [(&'static str, &'static str)],
}

impl Head {
    /// A call in the JSON protocol, of an operation such as `AWSEvents.PutEvents`.
    pub(crate) fn of_json(target: &'static str) -> Self {
        let operation = target.rsplit('.').next().unwrap_or(target);
        Self { operation, path: "/", target: Some(target), others: &[] }
    }

    /// A call in Smithy's protocol RPC v2 CBOR, at the operation's path
    /// `/service/{service}/operation/{operation}`.
    #[must_use]
    pub const fn of_cbor(operation: &'static str, path: &'static str) -> Self {
        let others = &[("smithy-protocol", "rpc-v2-cbor"), ("accept", "application/cbor")];
        Self { operation, path, target: None, others }
    }
}
