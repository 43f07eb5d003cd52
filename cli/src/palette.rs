//! The meaning of colours: good, bad, in progress, and text to skip.

use std::fmt::Display;

use domain::TripStatus;
use owo_colors::{OwoColorize, Stream, Style};

/// Colours text for one stream, if that stream shows colours: on a terminal, and not when
/// `NO_COLOR` is set.
#[derive(Clone, Copy, Debug)]
pub struct Palette(Option<Stream>);

impl Palette {
    /// No colours.
    pub const PLAIN: Self = Self(None);
    /// The colours of standard output.
    pub const STDOUT: Self = Self(Some(Stream::Stdout));
    /// The colours of standard error.
    pub const STDERR: Self = Self(Some(Stream::Stderr));

    /// A good end.
    #[must_use]
    pub fn good(self, text: impl Display) -> String {
        self.paint(&text, Style::new().green())
    }

    /// A bad end.
    #[must_use]
    pub fn bad(self, text: impl Display) -> String {
        self.paint(&text, Style::new().red())
    }

    /// Not ended yet.
    #[must_use]
    pub fn busy(self, text: impl Display) -> String {
        self.paint(&text, Style::new().yellow())
    }

    /// Text to copy or type.
    #[must_use]
    pub fn code(self, text: impl Display) -> String {
        self.paint(&text, Style::new().cyan())
    }

    /// The most important text.
    #[must_use]
    pub fn strong(self, text: impl Display) -> String {
        self.paint(&text, Style::new().bold())
    }

    /// Text that the reader may skip.
    #[must_use]
    pub fn faint(self, text: impl Display) -> String {
        self.paint(&text, Style::new().dimmed())
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

    fn paint(self, text: &impl Display, style: Style) -> String {
        match self.0 {
            None => text.to_string(),
            Some(stream) => text.if_supports_color(stream, |text| text.style(style)).to_string(),
        }
    }
}
