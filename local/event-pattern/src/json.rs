//! A pattern's JSON as a tree: keys in their order, each as often as it occurs, and numbers as they
//! are written.

use serde_json::value::RawValue;

use crate::invalid::{InvalidPattern, refused, unsupported};
use crate::tokens::{HALF_A_PAIR, Token, Tokens, inner, unescaped};

/// The deepest nesting of a pattern, in objects and arrays. `serde_json` reads no deeper.
const DEEPEST: usize = 127;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Json {
    Object(Vec<(String, Json)>),
    Array(Vec<Json>),
    Text(String),
    Number(String),
    /// `true`, `false` or `null`.
    Word(String),
}

impl Json {
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidPattern> {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
        // No value at all gives the error that `serde_json` has for it.
        let value = values.next().unwrap_or_else(|| serde_json::from_str(text));
        let value = value.map_err(|error| refused(error.to_string()))?;
        if !text.get(values.byte_offset()..).unwrap_or_default().trim_start().is_empty() {
            return Err(unsupported("text after the end of the pattern"));
        }
        let mut tokens = Tokens::of(value.get());
        match tokens.next() {
            Some(first) => Self::from(first, &mut tokens, DEEPEST).map_err(Odd::into_refusal),
            None => Err(refused("Filter is not an object")),
        }
    }

    /// The value that begins with the token `first`; `depth` more levels may follow.
    fn from(first: Token<'_>, tokens: &mut Tokens<'_>, depth: usize) -> Result<Self, Odd> {
        match first {
            Token::OpenObject => Self::object(tokens, deeper(depth)?),
            Token::OpenArray => Self::array(tokens, deeper(depth)?),
            Token::Text(token, _) => text(token).map(Self::Text),
            Token::Literal(token) if token.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                Ok(Self::Word(token.to_owned()))
            }
            Token::Literal(token) => Ok(Self::Number(token.to_owned())),
            Token::CloseObject | Token::CloseArray => Err(Odd::new("a bracket without its pair")),
        }
    }

    fn object(tokens: &mut Tokens<'_>, depth: usize) -> Result<Self, Odd> {
        let mut fields = Vec::new();
        while let Some(Token::Text(key, _)) = tokens.next() {
            let Some(first) = tokens.next() else { break };
            let key = text(key)?;
            let value = Self::from(first, tokens, depth).map_err(|odd| odd.under(&key))?;
            fields.push((key, value));
        }
        Ok(Self::Object(fields))
    }

    fn array(tokens: &mut Tokens<'_>, depth: usize) -> Result<Self, Odd> {
        let mut values = Vec::new();
        while let Some(first) = tokens.next().filter(|token| *token != Token::CloseArray) {
            values.push(Self::from(first, tokens, depth)?);
        }
        Ok(Self::Array(values))
    }

    /// The text, if it is one.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What EventBridge's messages show of a value: the token with which it begins.
    pub(crate) fn shown(&self) -> &str {
        match self {
            Self::Object(_) => "{",
            Self::Array(_) => "[",
            Self::Text(text) | Self::Number(text) | Self::Word(text) => text,
        }
    }
}

/// What cannot be in a pattern here, and the keys that lead to it, from the last to the first.
struct Odd {
    what: String,
    keys: Vec<String>,
}

impl Odd {
    fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), keys: Vec::new() }
    }

    fn under(mut self, key: &str) -> Self {
        self.keys.push(key.to_owned());
        self
    }

    fn into_refusal(mut self) -> InvalidPattern {
        self.keys.reverse();
        let path = self.keys.join(".");
        unsupported(if path.is_empty() { self.what } else { format!("{} (at {path})", self.what) })
    }
}

fn text(token: &str) -> Result<String, Odd> {
    let text = unescaped(token).ok_or_else(|| Odd::new(HALF_A_PAIR))?;
    Ok(inner(&text).to_owned())
}

fn deeper(depth: usize) -> Result<usize, Odd> {
    let too_deep = || Odd::new(format!("nesting deeper than {DEEPEST} levels"));
    depth.checked_sub(1).ok_or_else(too_deep)
}
