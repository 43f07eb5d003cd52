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
            Some(first) => Self::from(first, &mut tokens, DEEPEST),
            None => Err(refused("Filter is not an object")),
        }
    }

    /// The value that begins with the token `first`; `depth` more levels may follow.
    fn from(
        first: Token<'_>,
        tokens: &mut Tokens<'_>,
        depth: usize,
    ) -> Result<Self, InvalidPattern> {
        match first {
            Token::OpenObject => Self::object(tokens, deeper(depth)?),
            Token::OpenArray => Self::array(tokens, deeper(depth)?),
            Token::Text(token, _) => text(token).map(Self::Text),
            Token::Literal(token) if token.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                Ok(Self::Word(token.to_owned()))
            }
            Token::Literal(token) => Ok(Self::Number(token.to_owned())),
            Token::CloseObject | Token::CloseArray => Err(refused("a bracket without its pair")),
        }
    }

    fn object(tokens: &mut Tokens<'_>, depth: usize) -> Result<Self, InvalidPattern> {
        let mut fields = Vec::new();
        while let Some(Token::Text(key, _)) = tokens.next() {
            let Some(first) = tokens.next() else { break };
            fields.push((text(key)?, Self::from(first, tokens, depth)?));
        }
        Ok(Self::Object(fields))
    }

    fn array(tokens: &mut Tokens<'_>, depth: usize) -> Result<Self, InvalidPattern> {
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

fn text(token: &str) -> Result<String, InvalidPattern> {
    let text = unescaped(token).ok_or_else(|| unsupported(HALF_A_PAIR))?;
    Ok(inner(&text).to_owned())
}

fn deeper(depth: usize) -> Result<usize, InvalidPattern> {
    depth.checked_sub(1).ok_or_else(|| unsupported(format!("nesting deeper than {DEEPEST} levels")))
}
