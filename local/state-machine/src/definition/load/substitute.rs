//! Definition substitutions: `${Name}` inside strings, as CloudFormation replaces them at
//! deployment.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::definition::Problems;

/// Replaces every `${Name}` in the strings of `value`; field names are left alone.
pub(super) fn apply(
    value: &mut Value,
    at: &str,
    substitutions: &BTreeMap<String, String>,
    problems: &mut Problems,
) {
    match value {
        Value::String(text) => match replaced(text, substitutions) {
            Ok(new) => *text = new,
            Err(why) => problems.add(at, why),
        },
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                apply(item, &format!("{at}[{index}]"), substitutions, problems);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                let here = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                apply(field, &here, substitutions, problems);
            }
        }
        _ => {}
    }
}

fn replaced(text: &str, substitutions: &BTreeMap<String, String>) -> Result<String, String> {
    let mut new = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, following) =
            after.split_once('}').ok_or("a substitution has no closing brace")?;
        let value = substitutions
            .get(name)
            .ok_or_else(|| format!("no value for the substitution ${{{name}}}"))?;
        new.push_str(before);
        new.push_str(value);
        rest = following;
    }
    new.push_str(rest);
    Ok(new)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::replaced;

    #[test]
    fn every_placeholder_is_replaced_once() {
        let values =
            BTreeMap::from([("A".to_owned(), "${B}".to_owned()), ("B".to_owned(), "b".to_owned())]);
        let cases = [
            ("plain $.x", Some("plain $.x")),
            ("${A}-${B}", Some("${B}-b")),
            ("${C}", None),
            ("${A", None),
        ];
        for (text, expected) in cases {
            assert_eq!(replaced(text, &values).ok().as_deref(), expected, "{text}");
        }
    }
}
