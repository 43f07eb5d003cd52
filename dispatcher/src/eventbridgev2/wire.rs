//! `PutEvents` on the wire: written and read by the SDK's own code, which its operation keeps in
//! its configuration. What the SDK's client would do in between is left out.

use aws_json::{CallFailed, Head, Refusal};
use aws_sdk_eventbridgev2::error::ProvideErrorMetadata;
use aws_sdk_eventbridgev2::operation::put_events::{
    PutEvents, PutEventsError, PutEventsInput, PutEventsOutput,
};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{Error, Input};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_plugin::RuntimePlugin;
use aws_smithy_runtime_api::client::ser_de::{
    DeserializeResponse, SerializeRequest, SharedRequestSerializer, SharedResponseDeserializer,
};
use aws_smithy_types::config_bag::{ConfigBag, FrozenLayer, Layer};

pub(super) const HEAD: Head =
    Head::of_cbor("PutEvents", "/service/AWSEventsV2/operation/PutEvents");

/// The SDK's writing and reading of the operation.
#[derive(Clone, Debug)]
pub(super) struct Wire(FrozenLayer);

impl Wire {
    pub(super) fn new() -> Self {
        Self(PutEvents::new().config().unwrap_or_else(|| Layer::new("nothing").freeze()))
    }

    /// The body of a call.
    pub(super) fn write(&self, input: PutEventsInput) -> Result<Vec<u8>, BoxError> {
        let serializer = self.0.load::<SharedRequestSerializer>().ok_or(ABSENT)?;
        let request = serializer.serialize_input(Input::erase(input), &mut ConfigBag::base())?;
        Ok(request.body().bytes().unwrap_or_default().to_vec())
    }

    /// What an answer says, whatever its status.
    pub(super) fn read(&self, answer: &HttpResponse) -> Result<PutEventsOutput, CallFailed> {
        let garbled = CallFailed::Garbled;
        let deserializer = self.0.load::<SharedResponseDeserializer>();
        let deserializer = deserializer.ok_or_else(|| garbled(ABSENT.into()))?;
        let read = deserializer.deserialize_nonstreaming_with_config(answer, &ConfigBag::base());
        let output = read.map_err(|error| match refusal(&error, answer) {
            Some(refusal) => refusal.into(),
            None => garbled(format!("{error:?}").into()),
        })?;
        output.downcast().map_err(|_| garbled("another operation's answer".into()))
    }
}

const ABSENT: &str = "the SDK's operation has no code for its bodies";

/// The error that the service named; `None` if the answer is not its own.
fn refusal(error: &OrchestratorError<Error>, answer: &HttpResponse) -> Option<Refusal> {
    let error = error.as_operation_error()?.downcast_ref::<PutEventsError>()?;
    Some(Refusal::named(answer.status().as_u16(), error.code(), error.message()))
}
