//! Shows what went wrong, and what to do next.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Error;

use crate::client::ClientError;
use crate::palette::Palette;
use crate::render::outside;

/// Shows the error on standard error. If the reader of the output has gone away, as in `trip search
/// | head`, that is not an error.
pub(crate) fn failure(error: &Error) -> ExitCode {
    if is_broken_pipe(error) {
        return ExitCode::SUCCESS;
    }
    // If standard error is closed as well, only the exit code tells.
    let _ = write!(io::stderr().lock(), "{}", text(error, Palette::stderr()));
    ExitCode::FAILURE
}

/// Shows what is wrong with what was asked, where only the command can tell.
pub(crate) fn asked_wrongly(message: &'static str) -> ExitCode {
    failure(&Error::msg(message));
    ExitCode::from(2)
}

fn is_broken_pipe(error: &Error) -> bool {
    let io = error.downcast_ref::<io::Error>();
    io.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn text(error: &Error, palette: Palette) -> String {
    let mut text = format!("{} {}\n", palette.bad("error:"), outside(format!("{error:#}")));
    let known = error.downcast_ref::<ClientError>();
    for line in known.into_iter().flat_map(ClientError::advice) {
        text.push_str(&format!("  {}\n", outside(line)));
    }
    text
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
        let error = ClientError::Rejected("no\u{202e}\n\u{1b}[2Jgood\u{2028}".to_owned());
        let text = text(&error.into(), Palette::PLAIN);
        assert_eq!(text, "error: no\\u{202e}\\n\\u{1b}[2Jgood\\u{2028}\n");
    }

    #[test]
    fn a_reader_that_has_gone_away_is_not_an_error() {
        let closed = io::Error::from(io::ErrorKind::BrokenPipe);
        assert!(is_broken_pipe(&closed.into()));
        assert!(!is_broken_pipe(&io::Error::other("disk full").into()));
    }
}
