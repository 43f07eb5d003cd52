//! How a row of the books changes: pure functions, so that the contract is easy to check.

#[cfg(test)]
mod tests;

use domain::command::{Released, SupplierAnswer};
use domain::request::{Behaviour, Sandbox, SandboxStep, Trouble};
use store::sandbox::{LedgerRow, LedgerState};

/// The name under which the row's attempts count the landing of a late effect.
pub(super) const LATE: &str = "late_effect";

/// The row after `step` was asked of the supplier, with the trouble that the request asks for.
///
/// The first effect gives the reference, which then stays.
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

/// The row after a late effect has tried to land, as any reservation does.
pub(super) fn landed(mut row: LedgerRow) -> LedgerRow {
    match row.late.take() {
        Some(_) => held(counted(row, LATE)),
        None => row,
    }
}

/// The trouble of the latest attempt at `step`; the row already counts that attempt.
pub(super) fn trouble(row: &LedgerRow, step: SandboxStep, sandbox: &Sandbox) -> Option<Trouble> {
    let remembered = || Behaviour::parse(row.undoing.as_deref()?);
    let undoes = step == step.undoing();
    let asked = sandbox.behaviour(step).or_else(|| undoes.then(remembered).flatten());
    let Behaviour { trouble, attempts } = asked?;
    let attempt = row.attempts.get(step.key()).copied().unwrap_or(0);
    attempts.is_none_or(|last| attempt <= last).then_some(trouble)
}

/// The supplier's answer to a reservation; `None` if it did nothing under the key.
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

const RELEASED: &str = "the booking is already cancelled";

/// The supplier's answer to a release: the same at each repeat.
pub(super) fn released_answer(row: &LedgerRow) -> Released {
    Released { held: row.undone > 0 }
}

fn counted(mut row: LedgerRow, attempt: &str) -> LedgerRow {
    *row.attempts.entry(attempt.to_owned()).or_default() += 1;
    row
}

/// Stores what the request says about the step that undoes this one, since a cancellation comes
/// without the request.
fn remembering(mut row: LedgerRow, step: SandboxStep, sandbox: &Sandbox) -> LedgerRow {
    let asked = sandbox.behaviour(step.undoing()).map(|behaviour| behaviour.to_string());
    row.undoing = asked.or(row.undoing);
    row
}

/// Takes effect, unless the key is already held, refused or released.
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

/// Takes effect later, if it still can.
fn postponed(mut row: LedgerRow) -> LedgerRow {
    if row.state == LedgerState::Open {
        row.late = Some(reference(&row));
    }
    row
}

/// Holds nothing any more, and never will. A refusal is just as final, and stays a refusal.
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

/// A hash (FNV-1a) of the key alone, so that concurrent calls give the same reference: about as
/// long as those of real suppliers.
fn reference(row: &LedgerRow) -> String {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(PRIME);
    format!("SB-{:016X}", row.key.bytes().fold(BASIS, step))
}
