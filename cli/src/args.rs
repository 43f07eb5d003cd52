//! What can be asked on the command line.

use std::ffi::OsString;

use clap::{CommandFactory, Parser, Subcommand};
use tracing_subscriber::filter::LevelFilter;

use crate::commands::{
    book, completions, cost, events, on_failure, one_trip, outbox, pause, rebuild, redrive, replay,
    search, status, stream, stuck, timeline, up, verify,
};
use crate::demo;

/// Appears below the help of every command.
const EXIT_CODES: &str = "Exit codes: 0 done; 1 failed, or something wrong was found; 2 asked \
                          wrongly; 3 not found";

/// Books trips as sagas, and runs the whole system on this machine.
#[derive(Debug, Parser)]
#[command(name = "trip", version, arg_required_else_help = true)]
pub struct Cli {
    /// Print JSON, for programs
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the whole system on this machine
    ///
    /// API, tables and streams, state machines, event bus. It listens on loopback addresses only,
    /// since it accepts development tokens. Trips and running sagas survive a restart, unless
    /// --ephemeral is given. Ctrl-C stops it in order, and a second one at once.
    Up(up::Args),
    /// Book many trips on a system of their own, and check what must hold
    ///
    /// The flights are real ones of March 2013. Suppliers are asked to fail in every way they can;
    /// some requests are sent twice, some break a rule, some booked trips are cancelled. Waits are
    /// shortened; nothing else differs from `trip up`. Exits with 1 where an invariant does not
    /// hold.
    Demo(demo::Args),
    /// Book the trip that a JSON file asks for
    ///
    /// The saga then runs by itself: --wait waits for its end.
    Book(book::Args),
    /// Show a trip with its flight, hotel and payment
    Get(one_trip::Args),
    /// List what happened to a trip, in order
    ///
    /// Its events; and, for an operator, each attempt of its steps, with its error and the wait
    /// before it.
    Timeline(timeline::Args),
    /// Cancel a confirmed trip
    ///
    /// Its payment is refunded, its hotel and its flight are given back. That runs by itself: see
    /// `trip get`.
    Cancel(one_trip::Args),
    /// Find trips by status, departure and customer
    ///
    /// An operator names a status or a customer; a customer finds their own trips. Without --from
    /// and --to, departures from a year back to two years ahead are searched.
    Search(search::Args),
    /// Follow the event bus, and see what its events say
    #[command(subcommand)]
    Events(events::Command),
    /// Show on one screen what is in flight, what waits, and what needs you
    ///
    /// Exits with 1 where something needs an operator; the command to type next is below it.
    Status(status::Args),
    /// List trips that are stuck, and events that wait for too long
    ///
    /// A trip is stuck in flight for too long, or when its execution gave up. Each with the step,
    /// the last error, and the command that continues it. Exits with 1 where there are any.
    Stuck(stuck::Args),
    /// Continue the execution of a trip where it failed
    ///
    /// Whichever failed last: its booking, its cancellation, or an operator's compensation.
    Redrive(redrive::Args),
    /// Run the compensation chain anew for a trip that is stuck
    ///
    /// For an execution that cannot be redriven any more. A trip whose booking is not over ends
    /// FAILED, and a trip that is being cancelled ends CANCELLED.
    Compensate(redrive::Args),
    /// List the events that are not published; redrive or discard the parked ones
    Outbox(Box<outbox::Args>),
    /// List the batches of stream records that the consumers gave up, and hand them over again
    #[command(subcommand)]
    OnFailure(on_failure::Command),
    /// Hand the records that the stream holds to a consumer again
    ///
    /// To the projector it is harmless. To the dispatcher it publishes every event again that the
    /// stream still holds: say --publish; each is marked by the resource `trip-saga:replay:TIME`.
    Replay(replay::Args),
    /// Pause a consumer of the stream
    ///
    /// A pause outlasts a restart.
    Pause(pause::Args),
    /// Resume a consumer of the stream where it was paused
    Resume(pause::Args),
    /// Capture a table's stream to a file, and replay a file to a function
    #[command(subcommand)]
    Stream(stream::Command),
    /// Bring the search view up to the write table
    ///
    /// The system may go on meanwhile: a row is only ever replaced by a newer version. What that
    /// does not mend is named, with the command that does, and exits with 1. Cut off in the middle,
    /// it can be started again.
    Rebuild(rebuild::Args),
    /// Compare the search view with the write table
    ///
    /// Each difference is printed by field, with the command that mends it. The view lags a little
    /// behind, so a trip that differs is read again for a few seconds before it counts as drift.
    Verify(verify::Args),
    /// Estimate what bookings cost on AWS
    ///
    /// Quantities times list prices, service by service: quantities as they were counted on the
    /// local system, prices of us-east-1 without free tiers, and the source of each price in
    /// `infra/generated/costs.json`. Beside it the least that the same bookings could cost, and
    /// what would cost less and give up a promise. It needs no running system and calls nobody.
    Cost(cost::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
}

impl Command {
    /// The default log filter, unless `RUST_LOG` is set. The demo's suppliers fail on purpose: a
    /// warning for each would hide the real problems.
    pub(crate) fn log_level(&self) -> LevelFilter {
        match self {
            Self::Demo(_) => LevelFilter::ERROR,
            _ => LevelFilter::WARN,
        }
    }
}

/// The command line's definition.
#[must_use]
pub fn command() -> clap::Command {
    with_exit_codes(Cli::command())
}

/// The same arguments, with `--help` for `-h`. Trip ids may begin with a dash, so where an id is
/// expected only full option names are recognised.
pub(crate) fn with_help_in_full(
    arguments: impl IntoIterator<Item = OsString>,
) -> impl Iterator<Item = OsString> {
    let mut are_options = true;
    arguments.into_iter().map(move |argument| {
        are_options &= argument != "--";
        if are_options && argument == "-h" { "--help".into() } else { argument }
    })
}

fn with_exit_codes(command: clap::Command) -> clap::Command {
    command.after_help(EXIT_CODES).mut_subcommands(with_exit_codes)
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;
    use rstest::rstest;

    use super::*;

    #[test]
    fn the_command_line_is_described_without_contradiction() {
        command().debug_assert();
    }

    #[rstest]
    #[case("trip book --help")]
    #[case("trip events tail --help")]
    #[case("trip rebuild --help")]
    #[case("trip verify --help")]
    fn every_help_names_the_exit_codes(#[case] line: &str) {
        let help = command().try_get_matches_from(line.split(' ')).unwrap_err();
        assert_eq!((help.kind(), help.exit_code()), (ErrorKind::DisplayHelp, 0));
        assert!(help.to_string().contains(EXIT_CODES), "{help}");
    }

    #[rstest]
    #[case("trip", ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand)]
    #[case("trip fly", ErrorKind::InvalidSubcommand)]
    #[case("trip get", ErrorKind::MissingRequiredArgument)]
    #[case("trip get ..", ErrorKind::ValueValidation)]
    #[case("trip get t --endpoint localhost:8080", ErrorKind::ValueValidation)]
    #[case("trip rebuild --trip ..", ErrorKind::ValueValidation)]
    #[case("trip search --status LOST", ErrorKind::InvalidValue)]
    #[case("trip up --ephemeral --data x", ErrorKind::ArgumentConflict)]
    #[case("trip up --listen 8080", ErrorKind::ValueValidation)]
    #[case("trip events tail --since yesterday", ErrorKind::ValueValidation)]
    #[case("trip events tail --pattern {", ErrorKind::ValueValidation)]
    #[case("trip events tail --since 1h --after 7", ErrorKind::ArgumentConflict)]
    #[case("trip events tail --after=-1", ErrorKind::ValueValidation)]
    #[case("trip events forward", ErrorKind::MissingRequiredArgument)]
    #[case("trip events forward --to ftp://127.0.0.1/", ErrorKind::ValueValidation)]
    #[case("trip events forward --to http://a --since 1h --after 7", ErrorKind::ArgumentConflict)]
    #[case("trip events dead-letters", ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand)]
    #[case("trip events dead-letters redrive", ErrorKind::MissingRequiredArgument)]
    #[case("trip events dead-letters discard 7", ErrorKind::ValueValidation)]
    #[case("trip events dead-letters redrive --all --to a", ErrorKind::ValueValidation)]
    #[case("trip up --invoke-address 127.0.0.1:9000", ErrorKind::ValueValidation)]
    #[case("trip stream capture", ErrorKind::MissingRequiredArgument)]
    #[case("trip stream capture --out a --from oldest", ErrorKind::InvalidValue)]
    #[case("trip stream capture --out a --aws --endpoint http://a", ErrorKind::ArgumentConflict)]
    #[case("trip stream replay no-such-file --to http://a", ErrorKind::ValueValidation)]
    #[case("trip stream replay Cargo.toml --to http://a", ErrorKind::ValueValidation)]
    #[case("trip cost --bookings many", ErrorKind::ValueValidation)]
    #[case("trip outbox redrive", ErrorKind::MissingRequiredArgument)]
    #[case("trip outbox discard t-1", ErrorKind::ValueValidation)]
    #[case("trip stuck --older-than soon", ErrorKind::ValueValidation)]
    #[case("trip pause sweeper", ErrorKind::InvalidValue)]
    #[case("trip replay", ErrorKind::MissingRequiredArgument)]
    fn what_is_asked_wrongly_exits_with_2(#[case] line: &str, #[case] kind: ErrorKind) {
        let error = command().try_get_matches_from(line.split(' ')).unwrap_err();
        assert_eq!((error.kind(), error.exit_code()), (kind, 2), "{error}");
    }

    #[rstest]
    #[case("trip --json get t")]
    #[case("trip get t --json")]
    #[case("trip search --status confirmed --status FAILED --order desc --limit 5")]
    #[case("trip events tail --since 10m")]
    #[case("trip outbox --parked")]
    #[case("trip outbox list --limit 5 --stage prod")]
    #[case("trip outbox redrive --all --trip -V1 --rate 5 --dry-run")]
    #[case("trip outbox discard t-1/01957a3e-5b00-7000-8000-000000000001")]
    #[case("trip stuck --older-than 0s")]
    #[case("trip replay --to projector --since 1h --rate 100")]
    #[case("trip redrive --stage prod -- -V1")]
    #[case("trip events tail --after 0 --no-follow")]
    #[case("trip events forward --to https://example.com/hook?a=b --after 7 --json")]
    #[case("trip events dead-letters list --file dead-letters.jsonl --json")]
    #[case("trip events dead-letters redrive --all --dry-run --to http://127.0.0.1:3000")]
    #[case("trip events dead-letters discard 019bc186-dfc2-7000-8000-000000000003")]
    #[case("trip up --invoke-address http://127.0.0.1:9000")]
    #[case("trip events tail --since 2026-03-01T10:00:00Z --no-follow")]
    fn what_is_asked_rightly_is_understood(#[case] line: &str) {
        assert!(command().try_get_matches_from(line.split(' ')).is_ok());
    }

    fn asked(line: &str) -> Result<Cli, clap::Error> {
        let arguments = with_help_in_full(line.split(' ').map(OsString::from));
        let matches = command().try_get_matches_from(arguments)?;
        clap::FromArgMatches::from_arg_matches(&matches)
    }

    /// Ids as random bytes in base64url may look, and as the hints print them.
    #[rstest]
    #[case("trip get -V1abc")]
    #[case("trip get -hQ_-x --json")]
    #[case("trip --json get -V")]
    #[case("trip get --x-1 --endpoint http://127.0.0.1:1")]
    #[case("trip get --token dev-customer-1 -V1")]
    #[case("trip get -- --help")]
    #[case("trip timeline -1")]
    #[case("trip timeline -- -V1")]
    #[case("trip cancel -V1abc")]
    #[case("trip rebuild --trip -V1abc --force")]
    #[case("trip rebuild --trip=-V1abc")]
    #[case("trip verify --trip -V1abc")]
    #[case("trip verify --json --trip=--x")]
    #[case("trip search --customer -1 --limit 5")]
    fn an_id_may_begin_with_a_dash(#[case] line: &str) {
        assert!(asked(line).is_ok(), "{}", asked(line).unwrap_err());
    }

    #[rstest]
    #[case("trip -h")]
    #[case("trip get -h")]
    #[case("trip get --help")]
    #[case("trip verify -h")]
    fn help_is_help_all_the_same(#[case] line: &str) {
        assert_eq!(asked(line).unwrap_err().kind(), ErrorKind::DisplayHelp);
    }

    /// The runbooks' commands, between backticks and in blocks, with an id in the place of `ID`.
    fn commands_of_runbooks() -> Vec<String> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/runbooks");
        let pages = std::fs::read_dir(folder).unwrap();
        let pages = pages.map(|page| std::fs::read_to_string(page.unwrap().path()).unwrap());
        let texts = pages.flat_map(|page| {
            let texts = page.split(['`', '\n']).map(str::to_owned);
            texts.collect::<Vec<_>>()
        });
        let commands = texts.filter(|text| text.starts_with("trip "));
        commands.map(|text| text.replace("ID", "t-1")).collect()
    }

    #[test]
    fn every_command_that_a_runbook_names_exists() {
        let commands = commands_of_runbooks();
        assert!(commands.len() > 12, "{commands:?}");
        for command in commands {
            assert!(asked(&command).is_ok(), "{command}: {}", asked(&command).unwrap_err());
        }
    }

    #[test]
    fn options_are_options_where_an_id_is_expected() {
        let Cli { json, command } = asked("trip get --json -V1abc").unwrap();
        assert!(json && matches!(command, Command::Get(_)));
        assert!(format!("{command:?}").contains("-V1abc"), "{command:?}");
    }
}
