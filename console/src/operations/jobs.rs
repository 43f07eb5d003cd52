//! What the buttons start that takes long, each as a job.

use std::sync::Arc;

use operator::drift::{Difference, Kind};
use operator::outbox::{self, Change, Selection};
use operator::pass::{Checkpoint, How};
use operator::rebuild::{self as view, Powers, Report};
use operator::verify::{self as comparison, Comparison};
use store::outbox::Parked;

use super::act::{Acted, back};
use crate::answer::Shared;
use crate::form::Form;
use crate::jobs::{Finding, Outcome, Task};
use crate::text::count;

/// Makes all parked events pending again, as a job.
pub(super) async fn redrive_all(Shared(app): Shared, _: Form) -> Acted {
    let command = app.command("outbox redrive", " --all");
    let task = Task { name: "Redriving parked events", command };
    let (shared, acting) = (Arc::clone(&app), app.acting());
    app.jobs.start(task, |teller| async move {
        let mut redriven = 0;
        for key in outbox::parked(&acting, &Selection::default()).await? {
            let changed = outbox::change(&acting, Change::Redrive, &key).await?;
            redriven += u64::from(changed == Parked::Done);
            teller.say(format!("{} redriven", count(redriven, "event")));
        }
        shared.desk.forget().await;
        Ok(Outcome::of(format!("{} redriven", count(redriven, "event")), []))
    })?;
    back(&app, "job").await
}

/// Compares the view with the trips, as a job.
pub(super) async fn verify(Shared(app): Shared, _: Form) -> Acted {
    let task = Task { name: "Comparing the view", command: app.command("verify", "") };
    let shared = Arc::clone(&app);
    app.jobs.start(task, |teller| async move {
        let at = &shared.operator;
        let told = move |sofar: &Checkpoint<Comparison>| {
            teller.say(compared(&sofar.found));
            Ok(())
        };
        let comparison = comparison::all(at, &at.view, How::USUAL, None, &told).await?;
        shared.desk.forget().await;
        let findings = count(comparison.differences.len() as u64, "finding");
        let sum = format!("{}, {findings}", compared(&comparison));
        Ok(Outcome::of(sum, comparison.differences.into_iter().map(found)))
    })?;
    back(&app, "job").await
}

fn compared(sofar: &Comparison) -> String {
    let (trips, rows) = (count(sofar.trips as u64, "trip"), count(sofar.rows as u64, "row"));
    format!("{trips} and {rows} compared")
}

fn found(difference: Difference) -> Finding {
    let Difference { trip_id, kind, mend } = difference;
    let reason = match kind {
        Kind::MissingRow { .. } => "it has no row".to_owned(),
        Kind::ExtraRow { .. } => "there is a row, and no such trip".to_owned(),
        Kind::StaleVersion { view, trip } => format!("the row shows version {view} of {trip}"),
        Kind::AheadVersion { view, trip } => {
            format!("the row shows version {view}, and the trip is at {trip}")
        }
        Kind::Field { field, view, trip } => {
            format!("{field}: the row says {view}, the trip {trip}")
        }
        Kind::UnreadableRow { reason } => format!("its row cannot be read: {reason}"),
        Kind::UnreadableTrip { reason } => format!("it cannot be read: {reason}"),
    };
    Finding { subject: trip_id, reason, mend: Some(mend) }
}

/// Rebuilds the view, as a job.
pub(super) async fn rebuild(Shared(app): Shared, form: Form) -> Acted {
    let (force, remove_orphans) = (form.has("force"), form.has("remove_orphans"));
    let powers = Powers { force, remove_orphans, dry_run: false };
    let options = [(force, " --force"), (remove_orphans, " --remove-orphans")];
    let options: String =
        options.iter().filter(|(is_set, _)| *is_set).map(|(_, name)| *name).collect();
    let command = app.command("rebuild", &options);
    let (shared, acting) = (Arc::clone(&app), app.acting());
    app.jobs.start(Task { name: "Rebuilding the view", command }, |teller| async move {
        let at = &acting;
        let told = move |sofar: &Checkpoint<Report>| {
            teller.say(written(&sofar.found));
            Ok(())
        };
        let report = view::all(at, &at.view, powers, How::USUAL, None, &told).await?;
        shared.desk.forget().await;
        Ok(rebuilt_as(report))
    })?;
    back(&app, "job").await
}

fn written(sofar: &Report) -> String {
    let (trips, rows) = (count(sofar.read as u64, "trip"), count(sofar.written as u64, "row"));
    format!("{trips} read, {rows} written")
}

fn rebuilt_as(report: Report) -> Outcome {
    let (removed, left) = (report.removed, report.left.len());
    let sum = format!("{}, {removed} removed, {left} left wrong", written(&report));
    let left = report.left.into_iter().map(|wrong| Finding {
        subject: wrong.trip_id,
        reason: wrong.reason,
        mend: Some(wrong.mend),
    });
    let unreadable = report.unreadable.into_iter().map(|reason| Finding {
        subject: "a trip".to_owned(),
        reason: format!("it cannot be read: {reason}"),
        mend: None,
    });
    Outcome::of(sum, left.chain(unreadable))
}
