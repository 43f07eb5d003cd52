//! Text from outside, made fit to be kept and shown: on one line, and no longer than it has to be.

/// At most `longest` characters of `text`. What would end the line or steer a terminal is written
/// as an escape: a line feed as `\n`, an ESC as `\u{1b}`.
#[must_use]
pub fn one_line(text: &str, longest: usize) -> String {
    let mut line = String::new();
    for character in text.chars().take(longest) {
        if breaks_out(character) {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    // An escape is longer than what it stands for.
    line.chars().take(longest).collect()
}

/// Control characters, and the two separators that some readers take for the end of a line.
fn breaks_out(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_would_break_out_of_its_line_is_escaped() {
        assert_eq!(one_line("full\r\n\u{1b}[31mred\0", 100), r"full\r\n\u{1b}[31mred\u{0}");
        assert_eq!(one_line("a\u{2028}b\u{85}c", 100), r"a\u{2028}b\u{85}c");
    }

    #[test]
    fn other_text_stays_as_it_was_written() {
        let text = "Hôtel d'Été 🏨 \"満室\" C:\\rooms";
        assert_eq!(one_line(text, 100), text);
    }

    #[test]
    fn long_text_is_cut_between_characters_also_where_it_is_escaped() {
        assert_eq!(one_line(&"満".repeat(1_000), 300).chars().count(), 300);
        assert_eq!(one_line(&"\u{1b}".repeat(1_000), 300).chars().count(), 300);
    }
}
