//! The frame of every page.

use maud::{DOCTYPE, Markup, html};

use crate::address::{BOOK, EVENTS, OPERATIONS, OVERVIEW, TRIPS};
use crate::assets;
use crate::ports::Visitor;

/// A page's own content and how it stands in the frame.
pub(crate) struct Page<'a> {
    /// The title of the window, before the product's name.
    pub(crate) title: &'a str,
    /// The entry of the navigation to which the page belongs.
    pub(crate) tab: Tab,
    /// The address of the page's live updates, if it has any.
    pub(crate) live: Option<String>,
    pub(crate) content: Markup,
}

/// The entries of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tab {
    Overview,
    Trips,
    Book,
    Events,
    Operations,
    /// None of them.
    Elsewhere,
}

const TABS: [(Tab, &str, &str); 5] = [
    (Tab::Overview, OVERVIEW, "Overview"),
    (Tab::Trips, TRIPS, "Trips"),
    (Tab::Book, BOOK, "Book"),
    (Tab::Events, EVENTS, "Events"),
    (Tab::Operations, OPERATIONS, "Operations"),
];

impl Page<'_> {
    /// The whole document, for this visitor.
    pub(crate) fn render(&self, visitor: Option<&Visitor>) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) " · Trip Saga" }
                    link rel="icon" href=(assets::ICON) type="image/svg+xml";
                    link rel="stylesheet" href=(assets::STYLE);
                    script src=(assets::SCRIPT) type="module" {}
                }
                body data-live=[self.live.as_deref()] {
                    a.skip href="#content" { "Skip to the content" }
                    header.top {
                        a.brand href="/" { (assets::mark()) span { "Trip Saga" } }
                        nav aria-label="Pages" { ul { @for tab in TABS { (self.tab(tab)) } } }
                        a.docs href="/docs" { "API" }
                    }
                    main #content tabindex="-1" { (self.content) }
                    footer.foot {
                        p { "Times are in UTC. " span #link-state role="status" {} }
                        @if let Some(visitor) = visitor { (signed_in(visitor)) }
                    }
                }
            }
        }
    }

    fn tab(&self, (tab, address, name): (Tab, &str, &str)) -> Markup {
        let here = (tab == self.tab).then_some("page");
        html! { li { a href=(address) aria-current=[here] { (name) } } }
    }
}

/// Who is signed in, and the way out; nothing where nobody signs in.
fn signed_in(visitor: &Visitor) -> Markup {
    html! {
        @if let Some(sign_out) = visitor.sign_out {
            p { "Signed in as " (visitor.called) ". " a #sign-out href=(sign_out) { "Sign out" } }
        }
    }
}
