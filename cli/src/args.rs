//! What can be asked on the command line.

use clap::{CommandFactory, Parser, Subcommand};

use crate::commands::{book, cancel, completions, events, get, search, timeline, up, verify};

/// Stands below the help of every command.
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
    Up(up::Args),
    /// Book the trip that a JSON file asks for
    Book(book::Args),
    /// Show a trip with its flight, hotel and payment
    Get(get::Args),
    /// List what happened to a trip, in order
    Timeline(timeline::Args),
    /// Cancel a confirmed trip
    Cancel(cancel::Args),
    /// Find trips by status, departure and customer
    Search(search::Args),
    /// Follow the event bus
    #[command(subcommand)]
    Events(events::Command),
    /// Compare the search view with the write table
    Verify(verify::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
}

/// The command line's own description.
#[must_use]
pub fn command() -> clap::Command {
    with_exit_codes(Cli::command())
}

fn with_exit_codes(command: clap::Command) -> clap::Command {
    command.after_help(EXIT_CODES).mut_subcommands(with_exit_codes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::error::ErrorKind;
    use rstest::rstest;

    #[test]
    fn the_command_line_is_described_without_contradiction() {
        command().debug_assert();
    }

    #[rstest]
    #[case("trip book --help")]
    #[case("trip events tail --help")]
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
    #[case("trip search --status LOST", ErrorKind::InvalidValue)]
    #[case("trip up --ephemeral --data x", ErrorKind::ArgumentConflict)]
    #[case("trip up --listen 8080", ErrorKind::ValueValidation)]
    #[case("trip events tail --since yesterday", ErrorKind::ValueValidation)]
    #[case("trip events tail --pattern {", ErrorKind::ValueValidation)]
    fn what_is_asked_wrongly_exits_with_2(#[case] line: &str, #[case] kind: ErrorKind) {
        let error = command().try_get_matches_from(line.split(' ')).unwrap_err();
        assert_eq!((error.kind(), error.exit_code()), (kind, 2), "{error}");
    }

    #[rstest]
    #[case("trip --json get t")]
    #[case("trip get t --json")]
    #[case("trip search --status confirmed --status FAILED --order desc --limit 5")]
    #[case("trip events tail --since 10m")]
    #[case("trip events tail --since 2026-03-01T10:00:00Z --no-follow")]
    fn what_is_asked_rightly_is_understood(#[case] line: &str) {
        assert!(command().try_get_matches_from(line.split(' ')).is_ok());
    }
}
