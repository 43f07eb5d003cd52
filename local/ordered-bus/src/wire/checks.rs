//! The model's constraints on what a call says.

use std::ops::RangeInclusive;

use crate::refusal::Refusal;

/// How many a page holds when nobody says.
const PAGE: usize = 100;

/// The name of a bus or a subscriber: 1 to 256 letters, digits, `.`, `-` and `_`, the first one a
/// letter or a digit.
pub(crate) fn name(name: &str) -> Result<(), Refusal> {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    let fits = (1..=256).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(is_inner);
    let rule = "Name: 1 to 256 letters, digits, '.', '-' and '_', beginning with a letter or digit";
    require(fits, rule)
}

/// A description: at most 512 characters, none of them a control character.
pub(crate) fn description(text: Option<&str>) -> Result<(), Refusal> {
    let fits = |text: &str| text.chars().count() <= 512 && !text.chars().any(char::is_control);
    require(text.is_none_or(fits), "Description: at most 512 characters, no control characters")
}

/// A number within bounds, if there is one.
pub(crate) fn within(
    member: &str,
    value: Option<u32>,
    bounds: RangeInclusive<u32>,
) -> Result<(), Refusal> {
    let fits = value.is_none_or(|value| bounds.contains(&value));
    require(fits, &format!("{member}: from {} to {}", bounds.start(), bounds.end()))
}

/// The page size of a list.
pub(crate) fn page(most: Option<u32>) -> Result<usize, Refusal> {
    within("MaxResults", most, 1..=100)?;
    Ok(most.map_or(PAGE, |most| most as usize))
}

/// A call that breaks the rule is refused with it.
pub(crate) fn require(fits: bool, rule: &str) -> Result<(), Refusal> {
    if fits { Ok(()) } else { Err(Refusal::invalid(rule)) }
}
