//! Who is not let in, and what they can do about it.

use axum::response::{IntoResponse, Response};
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use maud::{Markup, html};

use crate::page::Page;

/// Where a person signs in; with the page to return to as `to`.
pub const SIGN_IN: &str = "/console/sign-in";
/// Where a person signs out.
pub const SIGN_OUT: &str = "/console/sign-out";

/// RFC 9110 asks for a scheme with every 401; browsers pass over one that they do not know.
const CHALLENGE: HeaderValue = HeaderValue::from_static("Cookie realm=\"console\"");

/// Why a request is not let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Nobody has signed in, or their session has ended.
    NoSession,
    /// There is no sign-in under way to which this belongs.
    NotBegun,
    /// The provider has refused the person, with a code of OAuth.
    Refused(Option<String>),
    /// The provider's code or token is not to be believed.
    NotAccepted,
    /// The person is not a member of the group.
    NotInGroup {
        /// Their address, or else their id.
        person: String,
        /// Whose members may come in.
        group: String,
    },
    /// The token is longer than browsers keep.
    TooLong,
    /// The provider does not answer.
    Unavailable,
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::NoSession => StatusCode::UNAUTHORIZED,
            Self::NotBegun | Self::Refused(_) | Self::NotAccepted => StatusCode::BAD_REQUEST,
            Self::NotInGroup { .. } | Self::TooLong => StatusCode::FORBIDDEN,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Self::NoSession => "You are not signed in",
            Self::NotBegun => "This sign-in has ended",
            Self::Refused(_) => "The sign-in was refused",
            Self::NotAccepted => "The sign-in did not work",
            Self::NotInGroup { .. } => "You may not use this console",
            Self::TooLong => "Your account has too many groups",
            Self::Unavailable => "The sign-in does not answer",
        }
    }

    fn text(&self) -> Markup {
        match self {
            Self::NoSession => html! {
                p { "Your session has ended, or you have not signed in yet. What you sent was not done: sign in and send it again." }
            },
            Self::NotBegun => html! {
                p { "It was begun in another browser or window, or more than a quarter of an hour ago. Begin again." }
            },
            Self::Refused(code) => html! {
                p {
                    "The sign-in page sent you back without letting you in"
                    @if let Some(code) = code { ": " code { (code) } }
                    ". Begin again; if it stays so, tell whoever runs this installation."
                }
            },
            Self::NotAccepted => html! {
                p { "What the sign-in page sent back could not be verified, perhaps because it was used already. Nobody was signed in. Begin again; if it stays so, tell whoever runs this installation: the log says why." }
            },
            Self::NotInGroup { person, group } => html! {
                p { "You are signed in as " strong { (person) } ", who is not a member of the group " code { (group) } "." }
                p { "Ask whoever runs this installation to add you, and then sign in again. To use another account, sign out first." }
            },
            Self::TooLong => html! {
                p { "Its token is longer than browsers keep in a cookie. Ask whoever runs this installation to take your account out of groups that it does not need." }
            },
            Self::Unavailable => html! {
                p { "The service that says who you are cannot be reached at the moment. Nothing was changed. Try again in a few seconds." }
            },
        }
    }

    fn links(&self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::NotInGroup { .. } | Self::TooLong => {
                &[(SIGN_IN, "Sign in again"), (SIGN_OUT, "Sign out")]
            }
            Self::NoSession => &[(SIGN_IN, "Sign in")],
            Self::Unavailable => &[(SIGN_IN, "Try again")],
            _ => &[(SIGN_IN, "Begin again")],
        }
    }

    /// For a program: the same in one line.
    pub(crate) fn line(&self) -> Response {
        self.marked((self.status(), format!("{}: {SIGN_IN}\n", self.title())).into_response())
    }

    fn marked(&self, mut response: Response) -> Response {
        match self {
            Self::NoSession => response.headers_mut().insert(WWW_AUTHENTICATE, CHALLENGE),
            Self::Unavailable => {
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("10"))
            }
            _ => None,
        };
        response
    }
}

/// For a person.
impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let page = Page { title: self.title(), text: self.text(), links: self.links() };
        self.marked((self.status(), page).into_response())
    }
}
