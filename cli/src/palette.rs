//! The meaning of colours: good, bad, in progress, and text to skip.

use std::fmt::Display;
use std::io;

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use domain::TripStatus;

/// Colours text for one stream, if that stream shows colours: on a terminal, and not when
/// `NO_COLOR` is set.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    is_colored: bool,
}

impl Palette {
    /// No colours.
    pub const PLAIN: Self = Self { is_colored: false };

    /// The colours of standard output.
    #[must_use]
    pub fn stdout() -> Self {
        Self::of(&io::stdout())
    }

    /// The colours of standard error.
    #[must_use]
    pub fn stderr() -> Self {
        Self::of(&io::stderr())
    }

    fn of(stream: &impl RawStream) -> Self {
        Self { is_colored: AutoStream::choice(stream) != ColorChoice::Never }
    }

    /// A good end.
    #[must_use]
    pub fn good(self, text: impl Display) -> String {
        self.paint(text, AnsiColor::Green.on_default())
    }

    /// A bad end.
    #[must_use]
    pub fn bad(self, text: impl Display) -> String {
        self.paint(text, AnsiColor::Red.on_default())
    }

    /// Not ended yet.
    #[must_use]
    pub fn busy(self, text: impl Display) -> String {
        self.paint(text, AnsiColor::Yellow.on_default())
    }

    /// Text to copy or type.
    #[must_use]
    pub fn code(self, text: impl Display) -> String {
        self.paint(text, AnsiColor::Cyan.on_default())
    }

    /// The most important text.
    #[must_use]
    pub fn strong(self, text: impl Display) -> String {
        self.paint(text, Style::new().bold())
    }

    /// Text that the reader may skip.
    #[must_use]
    pub fn faint(self, text: impl Display) -> String {
        self.paint(text, Style::new().dimmed())
    }

    /// A trip's status, coloured by its meaning.
    #[must_use]
    pub fn status(self, status: TripStatus) -> String {
        match status {
            TripStatus::Confirmed => self.good(status),
            TripStatus::Failed => self.bad(status),
            TripStatus::Cancelled => self.faint(status),
            TripStatus::Pending | TripStatus::Compensating | TripStatus::Cancelling => {
                self.busy(status)
            }
        }
    }

    fn paint(self, text: impl Display, style: Style) -> String {
        if self.is_colored { format!("{style}{text}{style:#}") } else { text.to_string() }
    }
}
