//! Keeps the records that cannot be read, so that an operator can see their content.

use lambda_kit::deadline::Deadline;
use lambda_kit::error::chain;
use store::view::UnreadChange;

use crate::Deps;
use crate::intake::Poison;

/// Keeps the records, as far as time allows. Returns the place of the first that was not kept: it
/// and all records after it must be sent again; what was already written is not written again.
pub(crate) async fn set_aside(
    deps: &Deps,
    poison: Vec<Poison<'_>>,
    deadline: Deadline,
) -> Option<usize> {
    for Poison { place, sequence_number, reason, json } in poison {
        let change = UnreadChange {
            sequence_number: sequence_number.as_str().to_owned(),
            reason,
            set_aside_at: deps.clock.now(),
            record: json.to_string(),
        };
        if !keep(deps, &change, deadline).await {
            return Some(place);
        }
    }
    None
}

async fn keep(deps: &Deps, change: &UnreadChange, deadline: Deadline) -> bool {
    let sequence_number = change.sequence_number.as_str();
    let kept = deadline.call(deps.view.set_aside(change)).await;
    if let Err(error) = &kept {
        tracing::warn!(sequence_number, error = chain(error), "a record was not set aside");
    }
    kept.is_ok()
}
