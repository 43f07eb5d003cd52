//! What colours mean: good, bad, under way, and what the eye may skip.

use std::fmt::Display;

use domain::TripStatus;
use owo_colors::{OwoColorize, Stream, Style};

/// Colours text for one stream, where that stream shows colours: on a terminal, and not when
/// `NO_COLOR` is set.
#[derive(Clone, Copy, Debug)]
pub struct Palette(Option<Stream>);

impl Palette {
    /// No colours, wherever the text goes.
    pub const PLAIN: Self = Self(None);
    /// The colours of standard output.
    pub const STDOUT: Self = Self(Some(Stream::Stdout));
    /// The colours of standard error.
    pub const STDERR: Self = Self(Some(Stream::Stderr));

    /// What ended well.
    #[must_use]
    pub fn good(self, text: impl Display) -> String {
        self.paint(&text, Style::new().green())
    }

    /// What ended badly.
    #[must_use]
    pub fn bad(self, text: impl Display) -> String {
        self.paint(&text, Style::new().red())
    }

    /// What has not ended.
    #[must_use]
    pub fn busy(self, text: impl Display) -> String {
        self.paint(&text, Style::new().yellow())
    }

    /// What somebody may copy or type.
    #[must_use]
    pub fn code(self, text: impl Display) -> String {
        self.paint(&text, Style::new().cyan())
    }

    /// What the eye should find first.
    #[must_use]
    pub fn strong(self, text: impl Display) -> String {
        self.paint(&text, Style::new().bold())
    }

    /// What the eye may skip.
    #[must_use]
    pub fn faint(self, text: impl Display) -> String {
        self.paint(&text, Style::new().dimmed())
    }

    /// A trip's status by how it stands.
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
