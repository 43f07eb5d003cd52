//! Lists of archives and of replays: they take the same filters, of which a request may have one,
//! and are shown page by page.

use serde::Deserialize;

use super::constraints::{enumerated, next_token, page_size};
use crate::error::AwsError;

/// What is asked for.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListRequest {
    name_prefix: Option<String>,
    pub(super) event_source_arn: Option<String>,
    state: Option<String>,
    next_token: Option<String>,
    limit: Option<usize>,
}

/// Refuses a text that is no name, of the field that is named first.
type NameRule = for<'a> fn(&str, Option<&'a str>) -> Result<&'a str, AwsError>;

impl ListRequest {
    /// Checks the request of an operation, for what has one of these states; returns the most
    /// results of its answer.
    ///
    /// # Errors
    /// As EventBridge refuses it.
    pub(super) fn check(
        &self,
        operation: &str,
        states: &[&str],
        name: NameRule,
    ) -> Result<usize, AwsError> {
        let limit = page_size(self.limit)?;
        next_token(self.next_token.as_deref())?;
        let Self { name_prefix, event_source_arn, state, .. } = self;
        let filters = [name_prefix, event_source_arn, state];
        if filters.into_iter().flatten().count() > 1 {
            return Err(AwsError::validation(format!(
                "At most one filter is allowed for {operation}. \
                 Use either : State, EventSourceArn, or NamePrefix."
            )));
        }
        if name_prefix.is_some() {
            name("namePrefix", name_prefix.as_deref())?;
        }
        enumerated("state", state.as_deref(), states)?;
        Ok(limit)
    }

    /// Whether the filters by name and by state let this one pass.
    pub(super) fn wants(&self, name: &str, state: &str) -> bool {
        name.starts_with(self.name_prefix.as_deref().unwrap_or_default())
            && self.state.as_deref().is_none_or(|wanted| wanted == state)
    }

    /// The page behind the token, and the token of the next one. A token is the name of the last
    /// one listed, so that pages stay right while the list changes.
    pub(super) fn page<T>(
        &self,
        mut all: Vec<T>,
        limit: usize,
        name: impl Fn(&T) -> &str,
    ) -> (Vec<T>, Option<String>) {
        let token = self.next_token.as_deref();
        all.retain(|one| token.is_none_or(|token| name(one) > token));
        let has_more = all.len() > limit;
        all.truncate(limit);
        let next = all.last().filter(|_| has_more).map(|last| name(last).to_owned());
        (all, next)
    }
}
