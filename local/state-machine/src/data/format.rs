//! The intrinsic function `States.Format`, the only one the product's files use.

use serde_json::Value;

use super::reference::Reference;
use super::scope::Scope;
use crate::interpret::Failure;

/// A text with `{}` placeholders, and the values for them.
#[derive(Debug, Clone)]
pub(super) struct Format {
    /// The text before, between and after the placeholders: one more than there are arguments.
    pieces: Vec<String>,
    arguments: Vec<Reference>,
}

impl Format {
    /// Reads `States.Format('text {}', $.path, …)`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let inner = text.strip_prefix("States.Format(").and_then(|rest| rest.strip_suffix(')'));
        let inner = inner.ok_or_else(|| format!("the intrinsic '{text}' is not supported"))?;
        let (pieces, rest) = template(inner.trim_start())?;
        let arguments = arguments(rest)?;
        match pieces.len() == arguments.len() + 1 {
            true => Ok(Self { pieces, arguments }),
            false => Err(format!(
                "'{text}' has {} placeholders and {} arguments",
                pieces.len() - 1,
                arguments.len()
            )),
        }
    }

    pub(super) fn fill(&self, scope: &Scope<'_>) -> Result<Value, Failure> {
        let mut filled = String::new();
        let mut arguments = self.arguments.iter();
        for piece in &self.pieces {
            filled.push_str(piece);
            if let Some(argument) = arguments.next() {
                filled.push_str(&printed(argument.find(scope)?)?);
            }
        }
        Ok(Value::String(filled))
    }
}

/// Splits the quoted template at its placeholders; also returns the text after the closing quote.
fn template(text: &str) -> Result<(Vec<String>, &str), String> {
    let quoted =
        text.strip_prefix('\'').ok_or("States.Format starts with a text in single quotes")?;
    let mut pieces = vec![];
    let mut piece = String::new();
    let mut letters = quoted.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\'' => {
                pieces.push(piece);
                return Ok((pieces, &quoted[at + 1..]));
            }
            '\\' => piece.push(escaped(letters.next())?),
            '{' if quoted[at..].starts_with("{}") => {
                letters.next();
                pieces.push(std::mem::take(&mut piece));
            }
            '{' | '}' => {
                return Err(
                    "a brace that is not a placeholder is written with a backslash".to_owned()
                );
            }
            other => piece.push(other),
        }
    }
    Err("the text of States.Format has no closing quote".to_owned())
}

fn escaped(letter: Option<(usize, char)>) -> Result<char, String> {
    match letter {
        Some((_, letter @ ('\'' | '\\' | '{' | '}'))) => Ok(letter),
        _ => Err("only a quote, a backslash or a brace can follow a backslash".to_owned()),
    }
}

fn arguments(rest: &str) -> Result<Vec<Reference>, String> {
    let rest = rest.trim();
    if rest.is_empty() {
        return Ok(vec![]);
    }
    let listed = rest.strip_prefix(',').ok_or("a comma follows the text of States.Format")?;
    listed.split(',').map(|argument| Reference::parse(argument.trim())).collect()
}

fn printed(value: &Value) -> Result<String, Failure> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Array(_) | Value::Object(_) => {
            Err(Failure::intrinsic("States.Format takes no object and no array."))
        }
        scalar => Ok(scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Format;
    use crate::data::Scope;

    fn filled(text: &str) -> Result<String, String> {
        let data = json!({"a": "x", "n": 7, "list": [1]});
        let context = json!({"Execution": {"Name": "trip-1"}});
        let scope = Scope { data: &data, context: &context };
        let value = Format::parse(text)?.fill(&scope).map_err(|failure| failure.error)?;
        Ok(value.as_str().unwrap().to_owned())
    }

    #[test]
    fn placeholders_are_filled_in_order() {
        let cases = [
            ("States.Format('{}@{}', $$.Execution.Name, $.n)", "trip-1@7"),
            ("States.Format('plain')", "plain"),
            (r"States.Format('it\'s \{{}\} \\ {}', $.a, $.a)", r"it's {x} \ x"),
            ("States.Format('{}', $.a)", "x"),
        ];
        for (text, expected) in cases {
            assert_eq!(filled(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_plain_format_is_refused() {
        let cases = [
            "States.UUID()",
            "States.Format('{}')",
            "States.Format('x', $.a)",
            "States.Format('{', $.a)",
            "States.Format('{}', 'literal')",
            "States.Format('{}', States.Format('x'))",
            "States.Format('{} $.a)",
            "States.Format($.a)",
            "States.Format('{}' $.a)",
            r"States.Format('\n')",
        ];
        for text in cases {
            assert!(Format::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_missing_or_composite_argument_fails_the_state() {
        assert_eq!(filled("States.Format('{}', $.none)"), Err("States.Runtime".to_owned()));
        assert_eq!(
            filled("States.Format('{}', $.list)"),
            Err("States.IntrinsicFailure".to_owned())
        );
    }
}
