//! The paths that EventBridge reads: `$`, members after dots, and places in arrays.

use std::str::FromStr;

use serde_json::value::RawValue;

use super::error::InputError;
use super::fields::fields;

/// A place in an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Member(String),
    Element(usize),
    /// Every element of an array, or every member of an object.
    Every,
}

impl FromStr for Path {
    type Err = InputError;

    /// Letters, digits, `_`, `-` and `/` in members; indices and `*`. The user guide lists these.
    fn from_str(text: &str) -> Result<Self, InputError> {
        let mut rest = text.strip_prefix('$').ok_or(InputError::Path)?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, after) = step(rest).ok_or(InputError::Path)?;
            steps.push(step);
            rest = after;
        }
        Ok(Self(steps))
    }
}

/// The first step, and what follows it.
fn step(text: &str) -> Option<(Step, &str)> {
    if let Some(inner) = text.strip_prefix('[') {
        let (index, rest) = inner.split_once(']')?;
        let is_number = !index.is_empty() && index.chars().all(|c| c.is_ascii_digit());
        return match index {
            "*" => Some((Step::Every, rest)),
            _ if is_number => Some((Step::Element(index.parse().ok()?), rest)),
            _ => None,
        };
    }
    let member = text.strip_prefix('.')?;
    let end = member.find(['.', '[']).unwrap_or(member.len());
    let (name, rest) = member.split_at(end);
    let is_name =
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-/".contains(c));
    match name {
        "*" => Some((Step::Every, rest)),
        _ if is_name => Some((Step::Member(name.to_owned()), rest)),
        _ => None,
    }
}

impl Path {
    /// The value there, as it is written; `None` where there is none. A path with `*` finds an
    /// array of all values, also of none.
    pub(crate) fn select(&self, event: &RawValue) -> Option<String> {
        let mut found = vec![event];
        for step in &self.0 {
            found = found.into_iter().flat_map(|value| step.from(value)).collect();
        }
        if !self.0.contains(&Step::Every) {
            return found.first().map(|value| value.get().to_owned());
        }
        let values: Vec<_> = found.iter().map(|value| value.get()).collect();
        Some(format!("[{}]", values.join(",")))
    }
}

impl Step {
    fn from<'a>(&self, value: &'a RawValue) -> Vec<&'a RawValue> {
        let elements = || serde_json::from_str::<Vec<&RawValue>>(value.get()).ok();
        match self {
            Self::Member(name) => {
                let fields = fields(value).unwrap_or_default();
                // Of a member that occurs twice, the last one counts.
                let field = fields.into_iter().rev().find(|(key, _)| key == name);
                field.map(|(_, value)| value).into_iter().collect()
            }
            Self::Element(index) => {
                elements().and_then(|all| all.get(*index).copied()).into_iter().collect()
            }
            Self::Every => {
                let members = || fields(value).map(|all| all.into_iter().map(|(_, v)| v).collect());
                elements().or_else(members).unwrap_or_default()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const EVENT: &str = r#"{"detail-type": "t", "detail": {"n": 1.10e400, "o": {"a": [1, {"b": "x"}]},
        "twice": 1, "twice": 2, "null": null, "a/b_c": "\u00e9", "": 5}}"#;

    #[rstest]
    #[case("$.detail-type", Some(r#""t""#))]
    #[case("$.detail.n", Some("1.10e400"))]
    #[case("$.detail.o.a[0]", Some("1"))]
    #[case("$.detail.o.a[1].b", Some(r#""x""#))]
    #[case("$.detail.o.a", Some(r#"[1, {"b": "x"}]"#))]
    #[case("$.detail.o.a[*].b", Some(r#"["x"]"#))]
    #[case("$.detail.o.*[0]", Some("[1]"))]
    #[case("$.detail.none[*]", Some("[]"))]
    #[case("$.detail.twice", Some("2"))]
    #[case("$.detail.null", Some("null"))]
    #[case("$.detail.a/b_c", Some(r#""\u00e9""#))]
    #[case("$.detail.none", None)]
    #[case("$.detail.o.a[2]", None)]
    #[case("$.detail.n.more", None)]
    #[case("$.detail[0]", None)]
    #[case("$.detail.o.a.b", None)]
    fn a_path_finds_the_value_as_it_is_written(#[case] path: &str, #[case] found: Option<&str>) {
        let event: &RawValue = serde_json::from_str(EVENT).unwrap();
        let path: Path = path.parse().unwrap();
        assert_eq!(path.select(event).as_deref(), found);
    }

    #[test]
    fn the_root_is_the_event() {
        let event: &RawValue = serde_json::from_str(EVENT).unwrap();
        assert_eq!("$".parse::<Path>().unwrap().select(event).unwrap(), EVENT);
    }

    #[rstest]
    #[case("")]
    #[case("detail")]
    #[case("$detail")]
    #[case("$.")]
    #[case("$..a")]
    #[case("$.a[")]
    #[case("$.a[]")]
    #[case("$.a[-1]")]
    #[case("$.a[0:1]")]
    #[case("$.a['b']")]
    #[case("$.a[?(@.b)]")]
    #[case("$.a b")]
    #[case("$.a[99999999999999999999999]")]
    fn other_paths_are_refused(#[case] path: &str) {
        assert_eq!(path.parse::<Path>(), Err(InputError::Path));
    }
}
