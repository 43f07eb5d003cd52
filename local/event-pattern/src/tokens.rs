//! The tokens of a text that is known to be valid JSON, as they are written. `serde_json` checks
//! such a text before; it would also lose how a number is written, and keys that occur twice.

use std::borrow::Cow;

use memchr::memchr2;

/// Why a token has no [text](unescaped).
pub(crate) const HALF_A_PAIR: &str = "half of a surrogate pair in a text";

/// One token. Commas and colons are left out: in an object, keys and values alternate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    OpenObject,
    CloseObject,
    OpenArray,
    CloseArray,
    /// A text with its quotes and escapes, and whether there are any escapes.
    Text(&'a str, bool),
    /// A number, `true`, `false` or `null`.
    Literal(&'a str),
}

/// The tokens of a text.
pub(crate) struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The text from `start` up to the present place.
    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn pass(&mut self, is_wanted: impl Fn(u8) -> bool) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|&byte| !is_wanted(byte)).unwrap_or(rest.len());
    }

    /// Goes on past the next value, whatever is in it.
    pub(crate) fn pass_value(&mut self) {
        self.pass(is_between);
        let mut depth = 0_usize;
        while let Some(byte) = self.text.as_bytes().get(self.at) {
            match byte {
                b'"' => {
                    self.at += 1;
                    self.pass_text();
                }
                b'{' | b'[' => {
                    self.at += 1;
                    depth += 1;
                    continue;
                }
                b'}' | b']' if depth > 0 => {
                    self.at += 1;
                    depth -= 1;
                }
                _ if depth > 0 => {
                    self.at += 1;
                    continue;
                }
                _ => self.pass(|byte| !matches!(byte, b',' | b']' | b'}')),
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// Goes on past the quote that ends a text; says whether anything is escaped in it.
    fn pass_text(&mut self) -> bool {
        let mut has_escapes = false;
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            self.at += memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
            if self.text.as_bytes().get(self.at) != Some(&b'\\') {
                self.at += 1;
                return has_escapes;
            }
            has_escapes = true;
            self.at += 2;
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        self.pass(is_between);
        let start = self.at;
        let first = *self.text.as_bytes().get(start)?;
        self.at += 1;
        Some(match first {
            b'{' => Token::OpenObject,
            b'}' => Token::CloseObject,
            b'[' => Token::OpenArray,
            b']' => Token::CloseArray,
            b'"' => {
                let has_escapes = self.pass_text();
                Token::Text(self.since(start), has_escapes)
            }
            _ => {
                self.pass(
                    |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'z' | b'E' | b'+' | b'-' | b'.'),
                );
                Token::Literal(self.since(start))
            }
        })
    }
}

fn is_between(byte: u8) -> bool {
    matches!(byte, b',' | b':' | b' ' | b'\t' | b'\n' | b'\r')
}

/// The text that a token stands for, still in quotes but without escapes. None when it escapes half
/// of a surrogate pair, which is no character.
pub(crate) fn unescaped(token: &str) -> Option<Cow<'_, str>> {
    if !token.contains('\\') {
        return Some(Cow::Borrowed(token));
    }
    let text: String = serde_json::from_str(token).ok()?;
    Some(Cow::Owned(format!("\"{text}\"")))
}

/// What stands between the quotes of a text.
pub(crate) fn inner(quoted: &str) -> &str {
    quoted.get(1..quoted.len() - 1).unwrap_or_default()
}

/// The same JSON without white space between its tokens, so that it takes one line.
pub(crate) fn compact(text: &str) -> Cow<'_, str> {
    let is_space = |byte: u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    let mut bytes = text.bytes();
    // White space inside a text costs a copy, no more.
    if !bytes.any(is_space) {
        return Cow::Borrowed(text);
    }
    let mut compact = String::with_capacity(text.len());
    let mut tokens = Tokens { text, at: 0 };
    while let Some(&byte) = text.as_bytes().get(tokens.at) {
        let start = tokens.at;
        tokens.at += 1;
        match byte {
            b'"' => drop(tokens.pass_text()),
            _ if is_space(byte) => continue,
            _ => tokens.pass(|byte| byte != b'"' && !is_space(byte)),
        }
        compact.push_str(tokens.since(start));
    }
    Cow::Owned(compact)
}
