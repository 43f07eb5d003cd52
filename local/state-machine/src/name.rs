//! Step Functions' rule for the name of an execution.

/// The longest name, in characters.
const MAX: usize = 80;

/// The brackets, wildcards and special characters that a name may not hold.
const FORBIDDEN: &str = "<>{}[]?*\"#%\\^|~`$&,;:/";

/// Why a name is not valid, if it is not.
pub(crate) fn refusal(name: &str) -> Option<String> {
    if name.is_empty() || name.chars().count() > MAX {
        return Some(format!("a name has 1 to {MAX} characters"));
    }
    let bad = name.chars().find(|letter| is_forbidden(*letter))?;
    Some(format!("a name cannot hold {bad:?}"))
}

fn is_forbidden(letter: char) -> bool {
    let control = matches!(letter, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}'..='\u{ffff}' | '\u{10ffff}');
    control || letter.is_whitespace() || FORBIDDEN.contains(letter)
}

#[cfg(test)]
mod tests {
    use super::refusal;

    #[test]
    fn a_name_has_one_to_eighty_allowed_characters() {
        for good in ["t", "trip-0001", "Trip_1.2!(x)=+@'", &"x".repeat(80), &"é".repeat(80), "旅行"]
        {
            assert_eq!(refusal(good), None, "{good}");
        }
        let forbidden =
            "<>{}[]?*\"#%\\^|~`$&,;:/ \t\n\u{0}\u{7f}\u{85}\u{a0}\u{3000}\u{fffe}\u{10ffff}";
        for bad in forbidden.chars().map(|letter| format!("a{letter}b")) {
            assert!(refusal(&bad).is_some(), "{bad:?}");
        }
        assert!(refusal("").is_some());
        assert!(refusal(&"x".repeat(81)).is_some());
    }
}
