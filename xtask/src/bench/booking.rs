//! CPU time of a whole booking: the saga's steps in one process, on DynamoDB Local in another.

use anyhow::Result;

use super::asked::Asked;
use super::builds::Build;
use super::pairs::{load_average, median};
use super::rows::{Figure, Figures, skipped};
use crate::dynamodb_local::Server;

const KEY: &str = "saga-cpu";
/// Passes before the first that counts: the database compiles what it runs often.
const WARM_UP: usize = 3;
/// Passes of 200 bookings that count.
const PASSES: usize = 9;

pub(super) fn measure(build: &Build) -> Result<Figures> {
    let server = match Server::start(0) {
        Ok(server) => server,
        Err(error) => return Ok(skipped(&[KEY], &format!("{error:#}"))),
    };
    let database = [("AWS_ENDPOINT_URL_DYNAMODB", &*server.url())];
    let mut saga = Asked::contender(build, "saga-on-dynamodb", &database)?;
    for _ in 0..WARM_UP {
        saga.pass()?;
    }
    let times: Vec<_> = (0..PASSES).map(|_| saga.pass()).collect::<Result<_>>()?;
    let note = format!("median of {PASSES} passes of 200 bookings; load {}", load_average());
    Ok(vec![Figure::of(KEY, median(times) / 1_000.0).with_note(note)])
}
