//! Why a call had no answer, in the SDK's terms: they decide whether it is tried again.

use std::error::Error;
use std::io;
use std::iter::successors;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::retry::ErrorKind;
use hyper_util::client::legacy;
use tokio::time::error::Elapsed;

/// hyper's error as the SDK's. Same classes as in the SDK's own client: a connection that was not
/// opened in time, or was lost, is worth another attempt.
pub(super) fn classified(error: legacy::Error) -> ConnectorError {
    let is_connect = error.is_connect();
    let error: BoxError = error.into();
    let cause = find::<hyper::Error>(&*error);
    if find::<Elapsed>(&*error).is_some() || cause.is_some_and(hyper::Error::is_timeout) {
        ConnectorError::timeout(error)
    } else if cause.is_some_and(hyper::Error::is_user) {
        ConnectorError::user(error)
    } else if is_connect || find::<io::Error>(&*error).is_some() || cause.is_some_and(is_lost) {
        ConnectorError::io(error)
    } else if cause.is_some_and(hyper::Error::is_incomplete_message) {
        ConnectorError::other(error, Some(ErrorKind::TransientError))
    } else {
        ConnectorError::other(error, None)
    }
}

fn is_lost(error: &hyper::Error) -> bool {
    error.is_closed() || error.is_canceled()
}

/// The first error of this type among the error and its causes.
fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    successors(Some(error), |error| (*error).source()).find_map(|error| error.downcast_ref())
}
