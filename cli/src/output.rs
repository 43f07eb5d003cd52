//! Where a command's results go: to a person as text, or to a program as lines of JSON.

mod safe;

use std::fmt::Display;
use std::io::{self, Write};
use std::time::Duration;

use indicatif::ProgressBar;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::client::Answer;
use crate::palette::Palette;

/// How often a spinner turns.
const TICK: Duration = Duration::from_millis(100);

/// The results of one command. Results go to standard output; remarks and progress go to standard
/// error, and only for a person.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    json: bool,
}

impl Output {
    /// Results for a program if `json` is set, else for a person.
    #[must_use]
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether a program reads the results.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// The colours that results are shown in.
    #[must_use]
    pub fn palette(&self) -> Palette {
        Palette::stdout()
    }

    /// Prints a line, or several. It escapes text from others, so that it cannot control the
    /// terminal even if a caller forgot to.
    ///
    /// # Errors
    /// When standard output is closed.
    pub fn line(&self, text: impl Display) -> io::Result<()> {
        let text = text.to_string();
        let safe = if self.json { safe::for_a_program(&text) } else { safe::for_a_person(&text) };
        writeln!(io::stdout().lock(), "{safe}")
    }

    /// Prints `value` as one line of JSON.
    ///
    /// # Errors
    /// When standard output is closed, or the value cannot be written as JSON.
    pub fn json(&self, value: &impl Serialize) -> io::Result<()> {
        self.line(serde_json::to_string(value)?)
    }

    /// Prints `value` as JSON for a program, or as `render` shows it for a person.
    ///
    /// # Errors
    /// As [`Output::json`].
    pub fn show<T: Serialize>(
        &self,
        value: &T,
        render: impl FnOnce(&T, Palette) -> String,
    ) -> io::Result<()> {
        if self.json { self.json(value) } else { self.line(render(value, self.palette())) }
    }

    /// Prints an unchanged answer for a program, or as `render` shows it for a person.
    pub(crate) fn answer<T: DeserializeOwned>(
        &self,
        answer: &Answer,
        render: impl FnOnce(&T, Palette) -> String,
    ) -> anyhow::Result<()> {
        if self.json {
            return Ok(self.line(answer.text())?);
        }
        Ok(self.line(render(&answer.read()?, self.palette()))?)
    }

    /// Shows a person a message that is not a result.
    pub fn remark(&self, text: impl Display) {
        if !self.json {
            // A remark that cannot be written is not an error.
            let text = safe::for_a_person(&text.to_string());
            let _ = writeln!(io::stderr().lock(), "{}", Palette::stderr().faint(text));
        }
    }

    /// A spinner next to `message`, only on a terminal, until it is dropped.
    #[must_use]
    pub fn spinner(&self, message: String) -> Spinner {
        let bar = if self.json { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
        bar.set_message(message);
        bar.enable_steady_tick(TICK);
        Spinner(bar)
    }
}

/// Shows that work is in progress.
pub struct Spinner(ProgressBar);

impl Spinner {
    /// Changes the message.
    pub fn say(&self, message: String) {
        self.0.set_message(message);
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
