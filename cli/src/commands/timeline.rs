//! `trip timeline`: what happened to a trip. Its events, from the API; and the attempts of its
//! steps, from the histories of its executions, for whom these are open to.

use std::process::ExitCode;

use domain::TripId;
use operator::executions::{self, Told};
use operator::history::{Attempt, Fault};
use serde_json::{Value, json};

use crate::address::Address;
use crate::client::{Answer, Api, ApiArgs};
use crate::output::Output;
use crate::palette::Palette;
use crate::render::{Table, timeline};

/// Which trip it is about.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The trip's id
    #[arg(value_name = "ID", allow_hyphen_values = true, value_parser = TripId::parse)]
    trip: TripId,
    #[command(flatten)]
    api: ApiArgs,
    #[command(flatten)]
    address: Address,
}

pub(crate) async fn run(args: &Args, output: &Output) -> anyhow::Result<ExitCode> {
    let answer = Api::new(&args.api)?.timeline(&args.trip).await?;
    let executions = told(args).await;
    match (output.is_json(), executions) {
        (true, Ok(executions)) => output.json(&with_executions(&answer, &executions)?)?,
        (true, Err(_)) => output.line(answer.text())?,
        (false, executions) => {
            output.answer(&answer, timeline::render)?;
            match executions {
                Ok(executions) => show(&executions, output)?,
                Err(error) => {
                    output.remark(format!("the steps' attempts are not shown: {error:#}"));
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn told(args: &Args) -> anyhow::Result<Vec<Told>> {
    let at = args.address.installation().await?;
    executions::of(&at, &args.trip).await
}

/// The API's answer, with one more member.
fn with_executions(answer: &Answer, executions: &[Told]) -> anyhow::Result<Value> {
    let mut whole: Value = answer.read()?;
    whole["executions"] = json!(executions);
    Ok(whole)
}

fn show(executions: &[Told], output: &Output) -> anyhow::Result<()> {
    let attempts: Vec<_> = executions.iter().flat_map(|told| &told.attempts).collect();
    if attempts.is_empty() {
        return Ok(());
    }
    Ok(output.line(format!("\n{}", table(&attempts, output.palette())))?)
}

fn table(attempts: &[&Attempt], palette: Palette) -> String {
    let mut table =
        Table::with_header(["TRY", "STARTED", "STEP", "WAITED", "TOOK", "RESULT"], palette);
    for attempt in attempts {
        let result = match (&attempt.fault, attempt.ended_at) {
            (Some(fault), _) => palette.bad(Fault::line(fault)),
            (None, Some(_)) => palette.good("done"),
            (None, None) => palette.busy("running"),
        };
        let took = attempt.ended_at.map(|ended| ended.since(attempt.started_at).as_millis());
        let millis = |time: u128| format!("{time} ms");
        table.row([
            attempt.number.to_string(),
            attempt.started_at.to_string(),
            attempt.step.clone(),
            attempt.waited_ms.map(|waited| millis(waited.into())).unwrap_or_default(),
            took.map(millis).unwrap_or_default(),
            result,
        ]);
    }
    table.right(0).right(3).right(4).text()
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;

    use super::*;

    #[test]
    fn each_attempt_is_told_with_its_error_and_its_wait() {
        let at = Timestamp::from_millis(1_772_326_800_000);
        let after = |millis| Timestamp::from_millis(at.as_millis() + millis);
        let message = Some("no answer".to_owned());
        let fault = Some(Fault { error: "SupplierTimeout".to_owned(), message });
        let attempt = |number, started_at, ended_at, fault, waited_ms| Attempt {
            step: "ReserveHotel".to_owned(),
            number,
            started_at,
            ended_at,
            fault,
            waited_ms,
        };
        let attempts = [
            attempt(1, at, Some(after(5_000)), fault, None),
            attempt(2, after(5_750), Some(after(5_760)), None, Some(750)),
            attempt(3, after(9_000), None, None, Some(3_240)),
        ];
        assert_eq!(
            table(&attempts.iter().collect::<Vec<_>>(), Palette::PLAIN),
            "\
TRY  STARTED                   STEP           WAITED     TOOK  RESULT
  1  2026-03-01T01:00:00.000Z  ReserveHotel           5000 ms  SupplierTimeout: no answer
  2  2026-03-01T01:00:05.750Z  ReserveHotel   750 ms    10 ms  done
  3  2026-03-01T01:00:09.000Z  ReserveHotel  3240 ms           running"
        );
    }
}
