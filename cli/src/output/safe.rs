//! The last check of printed text: it must not control the terminal or change the order of the
//! text, except with this program's own colours.

use domain::text::is_unseen;

/// The start of a colour code.
const ESCAPE: char = '\u{1b}';

/// Text for a person. Lines, tabs and colours stay.
pub(super) fn for_a_person(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let color = color_at(rest);
        let (part, length) = match character {
            '\n' | '\t' => (character.to_string(), character.len_utf8()),
            _ if color > 0 => (rest[..color].to_owned(), color),
            _ if is_unseen(character) => {
                (character.escape_default().to_string(), character.len_utf8())
            }
            _ => (character.to_string(), character.len_utf8()),
        };
        safe.push_str(&part);
        rest = &rest[length..];
    }
    safe
}

/// The same JSON, with these characters as JSON escapes.
pub(super) fn for_a_program(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for character in json.chars() {
        if is_unseen(character) && !character.is_ascii_whitespace() {
            let units = character.encode_utf16(&mut [0; 2]).to_vec();
            safe.extend(units.iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            safe.push(character);
        }
    }
    safe
}

/// The length of the colour code at the start of `text`: `ESC [ 3 1 m`.
fn color_at(text: &str) -> usize {
    let Some(parameters) = text.strip_prefix(ESCAPE).and_then(|rest| rest.strip_prefix('[')) else {
        return 0;
    };
    let end =
        parameters.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(parameters.len());
    let is_color = parameters[end..].starts_with('m');
    if is_color { text.len() - parameters.len() + end + 1 } else { 0 }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_person_sees_lines_and_colours_and_no_other_control() {
        let kept = "a\tb\n\u{1b}[31;1mred\u{1b}[0m \u{1b}[mplain";
        assert_eq!(for_a_person(kept), kept);
        let text = "\u{1b}[2Jx\u{1b}]0;title\u{7}\u{202e}y\u{2028}z\u{9b}31m\u{200b}\r\u{1b}";
        let safe = r"\u{1b}[2Jx\u{1b}]0;title\u{7}\u{202e}y\u{2028}z\u{9b}31m\u{200b}\r\u{1b}";
        assert_eq!(for_a_person(text), safe);
    }

    #[test]
    fn a_program_reads_the_same_json() {
        let value =
            json!({"name": "a\u{202e}b\u{2029}c\u{e0041}\u{7f}", "other": "é 満\u{3000}室"});
        let safe = for_a_program(&value.to_string());
        assert!(!safe.chars().any(is_unseen) && safe.contains("満"), "{safe}");
        assert_eq!(serde_json::from_str::<Value>(&safe).unwrap(), value);
    }
}
