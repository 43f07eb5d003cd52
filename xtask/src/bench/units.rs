//! Units and rows, as the tests count them on DynamoDB Local: they print lines such as
//! `figure booking-read-units 3`.

use anyhow::{Result, ensure};

use super::rows::{Figure, Figures, skipped};
use crate::command;
use crate::dynamodb_local::{ENDPOINT_VARIABLE, Server};

const MARK: &str = "figure ";
const KEYS: [&str; 4] = ["search-scanned", "write-units", "booking-read-units", "get-read-units"];

pub(super) fn measure() -> Result<Figures> {
    let server = match Server::start(0) {
        Ok(server) => server,
        Err(error) => return Ok(skipped(&KEYS, &format!("{error:#}"))),
    };
    let mut test = command::cargo()?;
    test.args(["test", "--workspace", "--test", "it", "--", "figures_of", "--show-output"]);
    test.env(ENDPOINT_VARIABLE, server.url());
    let output = command::capture_stdout(&mut test)?;
    command::succeeded(&test, output.status)?;
    let figures = read(&String::from_utf8(output.stdout)?);
    ensure!(!figures.is_empty(), "the tests printed no figure");
    Ok(figures)
}

fn read(output: &str) -> Figures {
    let marked = output.lines().filter_map(|line| line.strip_prefix(MARK));
    let figure = |line: &str| {
        let (key, rest) = line.split_once(' ')?;
        let (ours, note) = rest.split_once(' ').unwrap_or((rest, ""));
        let figure = Figure::of(key, ours.parse().ok()?);
        Some(if note.is_empty() { figure } else { figure.with_note(note.to_owned()) })
    };
    marked.filter_map(figure).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_from_among_other_lines() {
        let read = read("running 1 test\nfigure a-key 1.31 34 of 26\nfigure other 3\nok\n");
        let read: Vec<_> = read.iter().map(|f| (&*f.key, f.ours, f.note.as_deref())).collect();
        let expected = [("a-key", Some(1.31), Some("34 of 26")), ("other", Some(3.0), None)];
        assert_eq!(read, expected);
    }
}
