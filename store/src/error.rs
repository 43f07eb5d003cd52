//! What can go wrong between the product and its database, grouped by what the caller may do.

use std::error::Error;
use std::sync::Arc;

use aws_json::CallFailed;
use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use domain::ErrorCode;

use crate::LimitExceeded;
use crate::fault::{self, Fault};
use crate::view::SearchRow;

/// The cause behind a [`StoreError`], shared because one failed call may fail many items.
type Cause = Arc<dyn Error + Send + Sync>;

/// A read or a write that failed. `operation` names what was being done.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The database still asks for less traffic after several tries.
    #[error("{operation}: the database asks for less traffic")]
    Throttled {
        /// What was being done.
        operation: &'static str,
        /// The last answer.
        source: Cause,
    },
    /// Other writers still won the race for the same items after several tries.
    #[error("{operation}: others kept winning the race for the same items")]
    Conflict {
        /// What was being done.
        operation: &'static str,
        /// The last answer.
        source: Cause,
    },
    /// The database failed, could not be reached or did not answer in time.
    #[error("{operation}: the database failed or did not answer in time")]
    Unavailable {
        /// What was being done.
        operation: &'static str,
        /// What the client saw.
        source: Cause,
    },
    /// The database refused the request for good.
    #[error("{operation}: the database refused the request")]
    Rejected {
        /// What was being done.
        operation: &'static str,
        /// Its answer.
        source: Cause,
    },
    /// A table was made by an earlier release, and lacks an index.
    #[error("the table {table} has no {index}, since an earlier release made it")]
    Outdated {
        /// The table.
        table: String,
        /// The index.
        index: &'static str,
    },
    /// A write breaks a limit; it was never sent.
    #[error(transparent)]
    Limit(#[from] LimitExceeded),
    /// What the database holds cannot be understood.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// One item among many cannot be understood.
    #[error(transparent)]
    Unreadable(#[from] UnreadableItem),
}

impl StoreError {
    /// The stable code to answer with.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Throttled { .. } => ErrorCode::StoreThrottled,
            Self::Conflict { .. } => ErrorCode::StoreConflict,
            Self::Unavailable { .. } => ErrorCode::StoreUnavailable,
            Self::Rejected { .. }
            | Self::Outdated { .. }
            | Self::Limit(_)
            | Self::Codec(_)
            | Self::Unreadable(_) => ErrorCode::StoreRejected,
        }
    }

    pub(crate) fn of_fault(
        fault: Fault,
        operation: &'static str,
        cause: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        let source = Arc::from(cause.into());
        match fault {
            Fault::Throttled => Self::Throttled { operation, source },
            Fault::ConditionFailed | Fault::Conflict => Self::Conflict { operation, source },
            Fault::InProgress | Fault::NotSent | Fault::Unavailable => {
                Self::Unavailable { operation, source }
            }
            Fault::Rejected => Self::Rejected { operation, source },
        }
    }

    /// For use with `map_err`, after a call of ours.
    pub(crate) fn of_call(operation: &'static str) -> impl FnOnce(CallFailed) -> Self {
        move |error| Self::of_fault(fault::of_call(&error), operation, error)
    }

    /// For use with `map_err`, after an SDK call.
    pub(crate) fn during<E>(
        operation: &'static str,
    ) -> impl FnOnce(SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        move |error| Self::of_fault(fault::of(&error), operation, error)
    }

    /// For use with `map_err`, after waiting for a table to become active.
    pub(crate) fn unready<E>(operation: &'static str) -> impl FnOnce(E) -> Self
    where
        E: Error + Send + Sync + 'static,
    {
        move |error| Self::of_fault(Fault::Unavailable, operation, error)
    }

    /// For use with `map_err`, after building a part of a request.
    pub(crate) fn unbuilt<E>(operation: &'static str) -> impl FnOnce(E) -> Self
    where
        E: Error + Send + Sync + 'static,
    {
        move |error| Self::of_fault(Fault::Rejected, operation, error)
    }
}

/// Why a commit did not return with its change written.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CommitError {
    /// Somebody else changed the trip since it was loaded. Nothing was written: load the trip and
    /// decide again.
    #[error("somebody else changed the trip first")]
    LostRace,
    /// The change may or may not have been written. Release nothing; loading the trip shows it.
    #[error("it is unknown whether the change was written")]
    OutcomeUnknown(#[source] StoreError),
    /// The database refused the write; the code tells whether a retry may help. Release nothing
    /// here either: an earlier attempt at the same request may still have taken effect.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CommitError {
    /// The stable code to answer with.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::LostRace => ErrorCode::StoreConflict,
            Self::OutcomeUnknown(_) => ErrorCode::StoreUnavailable,
            Self::Store(error) => error.code(),
        }
    }
}

impl From<CodecError> for CommitError {
    fn from(error: CodecError) -> Self {
        Self::Store(error.into())
    }
}

impl From<LimitExceeded> for CommitError {
    fn from(error: LimitExceeded) -> Self {
        Self::Store(error.into())
    }
}

/// An item that this release cannot read: a later release wrote it, or it is damaged.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the item of trip {trip_id:?} cannot be read")]
pub struct UnreadableItem {
    /// The trip's id from the item's key; it may not have the form of an id.
    pub trip_id: String,
    /// Why.
    pub source: CodecError,
}

/// Why an item cannot be read or written.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CodecError {
    /// A required attribute is absent or of another type.
    #[error("the item has no attribute {0} of the expected type")]
    Missing(&'static str),
    /// The item is of another kind.
    #[error("the item is a {found:?} where a {expected} was expected")]
    EntityType {
        /// The kind that was asked for.
        expected: &'static str,
        /// What the item's `entity_type` says.
        found: String,
    },
    /// A later release wrote the item in a form that this one does not know.
    #[error("the item is a {entity} of schema version {found:?}, which this release does not know")]
    SchemaVersion {
        /// The kind of item.
        entity: &'static str,
        /// What the item's `schema_version` says.
        found: String,
    },
    /// The key is not one that this crate builds.
    #[error("{0:?} is not a key of an event")]
    Key(String),
    /// An attribute has a bad value.
    #[error("an attribute of the {entity} cannot be read")]
    Attribute {
        /// The kind of item.
        entity: &'static str,
        /// Which attribute, and why.
        source: serde_dynamo::Error,
    },
    /// The item's place in an index does not match its other attributes.
    #[error("the attribute {attribute} of an index does not match the others")]
    Misplaced {
        /// The attribute of the index.
        attribute: &'static str,
        /// What the other attributes say.
        row: Box<SearchRow>,
    },
    /// The attributes can be read but contradict one another.
    #[error("the details of the trip contradict one another")]
    Contradiction(#[source] Cause),
    /// The stored envelope of an event is not an envelope.
    #[error("the envelope of the event cannot be read")]
    Envelope(#[source] Arc<serde_json::Error>),
}

impl CodecError {
    pub(crate) fn contradiction(cause: impl Error + Send + Sync + 'static) -> Self {
        Self::Contradiction(Arc::new(cause))
    }

    pub(crate) fn envelope(cause: serde_json::Error) -> Self {
        Self::Envelope(Arc::new(cause))
    }
}
