//! Walks an event from its first token to its last, and collects the leaves.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;

use crate::event::EventJson;
use crate::invalid::Undecided;
use crate::keys::Keys;
use crate::leaves::{Element, Event, Leaf, Place};
use crate::tokens::{HALF_A_PAIR, Token, Tokens, inner, unescaped};

/// The deepest nesting of an event, in objects and arrays: a detail that `serde_json` can read, in
/// its envelope.
const DEEPEST: usize = 128;

/// Room for the leaves of most events, and for the bytes of a path. An allocator has such small
/// pieces at hand.
const LEAVES: usize = 8;
const PATH_BYTES: usize = 64;

struct Walk<'a, 'k> {
    tokens: Tokens<'a>,
    keys: Option<&'k Keys>,
    leaves: Vec<Leaf<'a>>,
    paths: String,
    elements: Vec<Element>,
    places: Places,
    path: String,
}

/// Where the walk is: how deep, in which element of an array, and below how many empty keys.
#[derive(Clone, Copy)]
struct Here {
    depth: usize,
    element: usize,
    empty_keys: usize,
}

/// Numbers the places of arrays. Two arrays at one path in one element, which only a repeated key
/// makes, are at different places: their elements do not exclude each other.
#[derive(Default)]
struct Places {
    of: HashMap<(Place, String, usize), Place>,
    arrays: HashMap<(usize, String), usize>,
}

impl<'a> Event<'a> {
    /// Collects the leaves of an event.
    ///
    /// # Errors
    /// When the event is not an object, is nested deeper than 128 levels, or has half of a
    /// surrogate pair in a text.
    pub fn of(event: &'a EventJson) -> Result<Self, Undecided> {
        walk(event.as_str(), None)
    }

    /// Collects only the leaves for which patterns with these keys may ask.
    ///
    /// # Errors
    /// As [`Event::of`], as far as the event is read.
    pub fn with_keys(event: &'a EventJson, keys: &Keys) -> Result<Self, Undecided> {
        walk(event.as_str(), Some(keys))
    }
}

/// Goes through the event in `text`, and leaves out what is under other keys than `keys`.
fn walk<'a>(text: &'a str, keys: Option<&Keys>) -> Result<Event<'a>, Undecided> {
    let mut walk = Walk {
        tokens: Tokens::of(text),
        keys,
        leaves: Vec::with_capacity(LEAVES),
        paths: String::with_capacity(LEAVES * PATH_BYTES),
        elements: vec![Element { parent: 0, place: 0 }],
        places: Places::default(),
        path: String::with_capacity(PATH_BYTES),
    };
    if walk.tokens.next() != Some(Token::OpenObject) {
        return Err(Undecided::Event("it is not an object".to_owned()));
    }
    walk.object(Here { depth: 1, element: 0, empty_keys: 0 })?;
    let Walk { leaves, paths, elements, .. } = walk;
    Ok(Event::new(leaves, paths, elements))
}

impl<'a> Walk<'a, '_> {
    fn object(&mut self, here: Here) -> Result<(), Undecided> {
        let length = self.path.len();
        while let Some(Token::Text(token, has_escapes)) = self.tokens.next() {
            let key = text(token, has_escapes)?;
            let key = inner(&key);
            if self.keys.is_some_and(|keys| !keys.may_lead_on(key)) {
                self.tokens.pass_value();
                continue;
            }
            // The keys of the event itself have no dot before them, not even after an empty key.
            if here.depth > 1 {
                self.path.push('.');
            }
            self.path.push_str(key);
            let empty_keys = here.empty_keys + usize::from(key.is_empty());
            if let Some(token) = self.tokens.next() {
                self.value(token, Here { empty_keys, ..here })?;
            }
            self.path.truncate(length);
        }
        Ok(())
    }

    fn array(&mut self, here: Here) -> Result<(), Undecided> {
        let mut place = None;
        while let Some(token) = self.tokens.next() {
            let element = match token {
                Token::CloseArray => return Ok(()),
                Token::OpenObject | Token::OpenArray => self.element(&mut place, here.element),
                _ => here.element,
            };
            self.value(token, Here { element, ..here })?;
        }
        Ok(())
    }

    /// The value that begins with the token.
    fn value(&mut self, token: Token<'a>, here: Here) -> Result<(), Undecided> {
        match token {
            Token::OpenObject => self.object(here.deeper()?),
            Token::OpenArray => self.array(here.deeper()?),
            Token::Text(token, has_escapes) => {
                self.leaf(text(token, has_escapes)?, here);
                Ok(())
            }
            Token::Literal(token) => {
                self.leaf(token.into(), here);
                Ok(())
            }
            Token::CloseObject | Token::CloseArray => Ok(()),
        }
    }

    /// A new element of the array at `place`, which is in the element `parent`.
    fn element(&mut self, place: &mut Option<Place>, parent: usize) -> usize {
        let outer = self.elements.get(parent).map_or(0, |element| element.place);
        let place = *place.get_or_insert_with(|| self.places.next(parent, outer, &self.path));
        self.elements.push(Element { parent, place });
        self.elements.len() - 1
    }

    fn leaf(&mut self, value: Cow<'a, str>, here: Here) {
        let start = self.paths.len();
        self.paths.push_str(&self.path);
        self.leaves.push(Leaf {
            value,
            element: here.element,
            below_empty_key: here.empty_keys > 0,
            path: (start, self.paths.len()),
            number: OnceCell::new(),
        });
    }
}

impl Here {
    fn deeper(self) -> Result<Self, Undecided> {
        if self.depth == DEEPEST {
            return Err(Undecided::Event(format!("it is nested deeper than {DEEPEST} levels")));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl Places {
    /// The place of one more array with this path in the element `parent`, which is at `outer`.
    fn next(&mut self, parent: usize, outer: Place, path: &str) -> Place {
        let before = self.arrays.entry((parent, path.to_owned())).or_default();
        let count = self.of.len();
        let place = *self.of.entry((outer, path.to_owned(), *before)).or_insert(count + 1);
        *before += 1;
        place
    }
}

#[inline]
fn text(token: &str, has_escapes: bool) -> Result<Cow<'_, str>, Undecided> {
    match has_escapes {
        false => Ok(Cow::Borrowed(token)),
        true => unescaped(token).ok_or_else(|| Undecided::Event(HALF_A_PAIR.to_owned())),
    }
}
