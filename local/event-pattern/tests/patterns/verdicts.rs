//! The verdicts of event-ruler, the engine behind EventBridge: none may differ without a word. See
//! `tests/data/README.md` for where they come from.

use std::collections::BTreeMap;

use event_pattern::{EventJson, InvalidPattern, Pattern};
use flate2::bufread::GzDecoder;
use serde::Deserialize;

static VERDICTS: &[u8] = include_bytes!("../data/verdicts.jsonl.gz");

/// What that engine takes and this crate refuses by name: text after the end of a pattern.
const REFUSED_BY_NAME: &[&str] = &[r#"{"a":[1]}{"b":[2]}"#];

#[derive(Deserialize)]
struct Case {
    class: String,
    pattern: String,
    event: String,
    verdict: String,
}

fn cases() -> Vec<Case> {
    let text = std::io::read_to_string(GzDecoder::new(VERDICTS)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn verdict(case: &Case) -> &'static str {
    match Pattern::parse(&case.pattern) {
        Err(InvalidPattern::Refused(_)) => "invalid",
        Err(InvalidPattern::Unsupported(_)) => "refused by name",
        Ok(pattern) => match pattern.matches(&EventJson::parse(&case.event).unwrap()).unwrap() {
            true => "match",
            false => "no match",
        },
    }
}

#[test]
fn every_verdict_is_that_of_event_ruler() {
    let mut counts = BTreeMap::<(String, &str), usize>::new();
    for case in cases() {
        let ours = verdict(&case);
        let expected = match REFUSED_BY_NAME.contains(&case.pattern.as_str()) {
            true => "refused by name",
            false => case.verdict.as_str(),
        };
        assert_eq!(ours, expected, "{}: {} on {}", case.class, case.pattern, case.event);
        *counts.entry((case.class, ours)).or_default() += 1;
    }
    println!("{counts:#?}");
    for class in ["scalar", "two-forms", "structure", "siblings", "or", "keys", "random"] {
        for verdict in ["match", "no match"] {
            assert!(counts[&(class.to_owned(), verdict)] > 30, "{class}: {counts:?}");
        }
    }
    for class in ["validity", "scalar", "duplicates"] {
        assert!(counts[&(class.to_owned(), "invalid")] > 50, "{class}: {counts:?}");
    }
}
