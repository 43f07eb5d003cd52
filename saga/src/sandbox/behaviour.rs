//! What becomes of one row of the books: pure functions, so that the contract can be seen to hold.

#[cfg(test)]
mod tests;

use domain::command::{Released, SupplierAnswer};
use domain::request::{Behaviour, Sandbox, SandboxStep, Trouble};
use store::sandbox::{LedgerRow, LedgerState};

/// The name under which a late effect's landing is counted among the row's attempts.
pub(super) const LATE: &str = "late_effect";

/// The row once `step` was asked of the supplier, with the trouble that the request asks for.
///
/// A reference is given at the first effect, and kept.
pub(super) fn asked(row: LedgerRow, step: SandboxStep, sandbox: &Sandbox) -> LedgerRow {
    let row = remembering(counted(row, step.key()), step, sandbox);
    match trouble(&row, step, sandbox) {
        Some(Trouble::Error | Trouble::Timeout) => row,
        Some(Trouble::Refused) => refused(row),
        Some(Trouble::LateEffect) => postponed(row),
        Some(Trouble::Slow | Trouble::TimeoutAfterEffect) | None if step.may_be_refused() => {
            held(row)
        }
        Some(Trouble::Slow | Trouble::TimeoutAfterEffect) | None => released(row),
    }
}

/// The row once a late effect has tried to land, the way every reservation goes.
pub(super) fn landed(mut row: LedgerRow) -> LedgerRow {
    match row.late.take() {
        Some(_) => held(counted(row, LATE)),
        None => row,
    }
}

/// What the latest attempt at `step`, which the row counts already, was to suffer.
pub(super) fn trouble(row: &LedgerRow, step: SandboxStep, sandbox: &Sandbox) -> Option<Trouble> {
    let remembered = || Behaviour::parse(row.undoing.as_deref()?);
    let undoes = step == step.undoing();
    let asked = sandbox.behaviour(step).or_else(|| undoes.then(remembered).flatten());
    let Behaviour { trouble, attempts } = asked?;
    let attempt = row.attempts.get(step.key()).copied().unwrap_or(0);
    attempts.is_none_or(|last| attempt <= last).then_some(trouble)
}

/// What the supplier answers to a reservation; `None` where it did nothing under the key.
pub(super) fn answer(row: &LedgerRow, refusal: &str) -> Option<SupplierAnswer> {
    match row.state {
        LedgerState::Open => None,
        LedgerState::Held => {
            row.reference.clone().map(|reference| SupplierAnswer::Accepted { reference })
        }
        LedgerState::Refused => Some(SupplierAnswer::Refused { detail: refusal.to_owned() }),
        LedgerState::Released => Some(SupplierAnswer::Refused { detail: RELEASED.to_owned() }),
    }
}

const RELEASED: &str = "the booking was cancelled before";

/// What the supplier answers to a release: the same at each repeat.
pub(super) fn released_answer(row: &LedgerRow) -> Released {
    Released { held: row.undone > 0 }
}

fn counted(mut row: LedgerRow, attempt: &str) -> LedgerRow {
    *row.attempts.entry(attempt.to_owned()).or_default() += 1;
    row
}

/// What the request says of the step that undoes this one, for whoever undoes it without the
/// request.
fn remembering(mut row: LedgerRow, step: SandboxStep, sandbox: &Sandbox) -> LedgerRow {
    let asked = sandbox.behaviour(step.undoing()).map(|behaviour| behaviour.to_string());
    row.undoing = asked.or(row.undoing);
    row
}

/// Takes effect, unless it has, was refused or was released.
fn held(mut row: LedgerRow) -> LedgerRow {
    if row.state == LedgerState::Open {
        row.state = LedgerState::Held;
        row.effects += 1;
        row.reference = Some(reference(&row));
    }
    row
}

/// Refuses for good, unless something is held or released.
fn refused(mut row: LedgerRow) -> LedgerRow {
    if row.state == LedgerState::Open {
        row.state = LedgerState::Refused;
    }
    row
}

/// Takes effect later, where it still could.
fn postponed(mut row: LedgerRow) -> LedgerRow {
    if row.state == LedgerState::Open {
        row.late = Some(reference(&row));
    }
    row
}

/// Holds nothing any more, and never will. A refusal is as final, and stays what it is.
fn released(mut row: LedgerRow) -> LedgerRow {
    match row.state {
        LedgerState::Held => {
            row.undone += 1;
            row.state = LedgerState::Released;
        }
        LedgerState::Open => row.state = LedgerState::Released,
        LedgerState::Released | LedgerState::Refused => {}
    }
    row
}

/// Made of the key alone, so that whoever asks at the same time gives the same.
fn reference(row: &LedgerRow) -> String {
    format!("sandbox:{}", row.key)
}
