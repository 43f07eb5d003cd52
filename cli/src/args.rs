//! What can be asked on the command line.

use std::ffi::OsString;

use clap::{CommandFactory, Parser, Subcommand};
use tracing_subscriber::filter::LevelFilter;

use crate::commands::{
    book, completions, cost, events, one_trip, rebuild, search, stream, up, verify,
};
use crate::demo;

/// Appears below the help of every command.
const EXIT_CODES: &str = "Exit codes: 0 done; 1 failed, or drift found; 2 asked wrongly";

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
    Timeline(one_trip::Args),
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
    fn what_is_asked_wrongly_exits_with_2(#[case] line: &str, #[case] kind: ErrorKind) {
        let error = command().try_get_matches_from(line.split(' ')).unwrap_err();
        assert_eq!((error.kind(), error.exit_code()), (kind, 2), "{error}");
    }

    #[rstest]
    #[case("trip --json get t")]
    #[case("trip get t --json")]
    #[case("trip search --status confirmed --status FAILED --order desc --limit 5")]
    #[case("trip events tail --since 10m")]
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

    #[test]
    fn options_are_options_where_an_id_is_expected() {
        let Cli { json, command } = asked("trip get --json -V1abc").unwrap();
        assert!(json && matches!(command, Command::Get(_)));
        assert!(format!("{command:?}").contains("-V1abc"), "{command:?}");
    }
}
