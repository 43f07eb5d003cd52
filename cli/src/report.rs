//! Shows what went wrong, and what to do next.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Error;
use operator::{NotFound, Refusal, Service, Unreachable};
use serde_json::json;

use crate::client::ClientError;
use crate::palette::Palette;
use crate::render::outside;

/// The exit code of a command that was asked wrongly.
const ASKED_WRONGLY: u8 = 2;
/// The exit code of a command whose subject does not exist.
const NOT_FOUND: u8 = 3;

/// What was asked for makes no sense, where only the command itself can tell.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Misuse(pub(crate) String);

/// Shows the error on standard error, as one line of JSON for a program. If the reader of the
/// output has gone away, as in `trip search | head`, that is not an error.
pub(crate) fn failure(error: &Error, json: bool) -> ExitCode {
    if is_broken_pipe(error) {
        return ExitCode::SUCCESS;
    }
    let told = if json { line(error) } else { text(error, Palette::stderr()) };
    // If standard error is closed as well, only the exit code tells.
    let _ = write!(io::stderr().lock(), "{told}");
    match error {
        error if is_missing(error) => ExitCode::from(NOT_FOUND),
        error if is_misuse(error) => ExitCode::from(ASKED_WRONGLY),
        _ => ExitCode::FAILURE,
    }
}

/// Shows how the command line is wrong; or, since clap takes these for errors too, the help or the
/// version.
pub(crate) fn misuse(error: &clap::Error, json: bool) -> ExitCode {
    if json && error.use_stderr() {
        let message = error.to_string();
        let message = message.trim_end().trim_start_matches("error: ");
        let _ = writeln!(io::stderr().lock(), "{}", json!({"error": {"message": message}}));
    } else {
        let _ = error.print();
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(u8::MAX))
}

fn is_broken_pipe(error: &Error) -> bool {
    let io = error.downcast_ref::<io::Error>();
    io.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn is_missing(error: &Error) -> bool {
    error.is::<NotFound>() || error.downcast_ref().is_some_and(ClientError::is_missing)
}

fn is_misuse(error: &Error) -> bool {
    error.is::<Misuse>() || error.downcast_ref().is_some_and(ClientError::is_misuse)
}

fn text(error: &Error, palette: Palette) -> String {
    let mut text = format!("{} {}\n", palette.bad("error:"), outside(format!("{error:#}")));
    for line in advice(error) {
        text.push_str(&format!("  {}\n", outside(line)));
    }
    text
}

/// The error for a program: a code and a status are there if the API gave them.
fn line(error: &Error) -> String {
    let mut told = json!({"message": format!("{error:#}"), "advice": advice(error)});
    if let Some(ClientError::Refused(problem)) = error.downcast_ref() {
        told["code"] = json!(problem.code);
        told["status"] = json!(problem.status);
        told["errors"] = json!(problem.errors);
    }
    format!("{}\n", json!({"error": told}))
}

/// What to do next, one line each.
fn advice(error: &Error) -> Vec<String> {
    let of_client = error.downcast_ref().map(ClientError::advice);
    let of_missing = error.downcast_ref().map(|error: &NotFound| error.advice().to_vec());
    let of_refusal = error.downcast_ref().map(|error: &Refusal| error.advice().to_vec());
    let of_nobody =
        error.downcast_ref().map(|error: &Unreachable| ClientError::start(option(error)));
    of_client.or(of_missing).or(of_refusal).or(of_nobody).unwrap_or_default()
}

/// The option that names another address of the service that does not answer.
fn option(nobody: &Unreachable) -> &'static str {
    match nobody.service {
        Service::Tables => "--dynamodb-endpoint",
        Service::Aws => "--aws-endpoint",
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn an_error_is_told_with_its_causes() {
        let error = Err::<(), _>(io::Error::other("no such file")).context("cannot read trip.json");
        let text = text(&error.unwrap_err(), Palette::PLAIN);
        assert_eq!(text, "error: cannot read trip.json: no such file\n");
    }

    #[test]
    fn an_unreachable_system_is_told_with_what_starts_it() {
        let error =
            ClientError::unreachable(&"http://127.0.0.1:8080", "--endpoint", "refused".into());
        assert_eq!(
            text(&error.into(), Palette::PLAIN),
            "error: cannot connect to http://127.0.0.1:8080: refused\n  \
             start the system with `trip up`, or name another one with --endpoint\n"
        );
    }

    #[test]
    fn what_a_system_says_stays_on_its_line() {
        let (kind, message) = (String::new(), "no\u{202e}\n\u{1b}[2Jgood\u{2028}".to_owned());
        let error = ClientError::Rejected { kind, message };
        let text = text(&error.into(), Palette::PLAIN);
        assert_eq!(text, "error: no\\u{202e}\\n\\u{1b}[2Jgood\\u{2028}\n");
    }

    #[test]
    fn a_program_gets_one_line_of_json() {
        let error = NotFound::new("there is no trip t-1", ["trip search".to_owned()]);
        assert_eq!(
            line(&error.into()),
            "{\"error\":{\"message\":\"there is no trip t-1\",\"advice\":[\"trip search\"]}}\n"
        );
    }

    #[test]
    fn a_reader_that_has_gone_away_is_not_an_error() {
        let closed = io::Error::from(io::ErrorKind::BrokenPipe);
        assert!(is_broken_pipe(&closed.into()));
        assert!(!is_broken_pipe(&io::Error::other("disk full").into()));
    }
}
