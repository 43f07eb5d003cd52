//! Text from outside, made fit to be kept and shown: on one line, and no longer than necessary.

/// At most `longest` characters of `text`, all made [`visible`].
#[must_use]
pub fn one_line(text: &str, longest: usize) -> String {
    let start: String = text.chars().take(longest).collect();
    // An escape is longer than the character that it replaces.
    visible(&start).chars().take(longest).collect()
}

/// `text` on one readable line. Characters that would end the line, control a terminal, reorder the
/// text or hide in it become escapes: a line feed becomes `\n`, an ESC `\u{1b}`.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if is_unseen(character) {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    line
}

/// Whether a character changes the text around it without being visible: control characters, the
/// two separators that some readers take for the end of a line, and Unicode's format characters
/// (category Cf). Exceptions are the format characters that are drawn, such as the Arabic sign of a
/// year, and the two that scripts need to join letters or keep them apart (U+200C, U+200D).
#[must_use]
pub fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// Shows a newtype of a `String` as its text, and reads it back from a `String` as `$read` does.
macro_rules! text_value {
    ($name:ident, $error:ident, read by $read:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::$read(&text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}
pub(crate) use text_value;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_would_break_out_of_its_line_is_escaped() {
        assert_eq!(one_line("full\r\n\u{1b}[31mred\0", 100), r"full\r\n\u{1b}[31mred\u{0}");
        assert_eq!(one_line("a\u{2028}b\u{85}c", 100), r"a\u{2028}b\u{85}c");
    }

    #[test]
    fn text_that_turns_its_order_around_or_hides_in_it_is_escaped() {
        assert_eq!(
            visible("gnp\u{202e}exe.\u{2066}a\u{2069}"),
            r"gnp\u{202e}exe.\u{2066}a\u{2069}"
        );
        assert_eq!(visible("Gr\u{200b}and\u{feff}\u{ad}"), r"Gr\u{200b}and\u{feff}\u{ad}");
        assert_eq!(visible("\u{9b}31m\u{2029}\u{e0041}"), r"\u{9b}31m\u{2029}\u{e0041}");
    }

    #[test]
    fn other_text_stays_as_it_was_written() {
        let text = "Hôtel d'E\u{301}té 🏨\u{fe0f} \"満室\u{3000}あり\" C:\\rooms";
        assert_eq!(one_line(text, 100), text);
    }

    #[test]
    fn long_text_is_cut_between_characters_also_where_it_is_escaped() {
        assert_eq!(one_line(&"満".repeat(1_000), 300).chars().count(), 300);
        assert_eq!(one_line(&"\u{1b}".repeat(1_000), 300).chars().count(), 300);
    }
}
