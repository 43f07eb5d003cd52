//! What each kind of filter matches, what is refused, and where the refusal points.

use serde_json::json;

use super::*;

/// Characters that JSON escapes, and one that it does not.
const ODD: &str = "a\"b\\c\n\u{1f6eb}";

fn record() -> Value {
    json!({
        "eventName": "INSERT",
        "dynamodb": {
            "Keys": {"PK": {"S": "TRIP#1"}, "SK": {"S": "OUTBOX#7"}},
            "NewImage": {
                "status": {"S": "pending"},
                "version": {"N": "7"},
                "note": {"S": ""},
                "gone": {"NULL": true},
                "odd": {"S": ODD},
                "legs": {"L": [{"S": "AMS"}, {"S": "LIS"}]},
            },
            "SizeBytes": 41,
        },
    })
}

fn matches(patterns: &[Value]) -> bool {
    let filters = Filters::compile(patterns).unwrap();
    filters.judge(&record()).unwrap().1
}

#[expect(clippy::needless_pass_by_value, reason = "the cases read better")]
fn image(name: &str, value: Value) -> Value {
    json!({"dynamodb": {"NewImage": {name: value}}})
}

#[test]
fn a_pattern_matches_as_on_lambda() {
    for (pattern, expected) in [
        (json!({"eventName": ["INSERT"]}), true),
        (json!({"eventName": ["MODIFY", "REMOVE"]}), false),
        (
            json!({"eventName": ["INSERT"], "dynamodb": {"Keys": {"SK": {"S": [{"prefix": "OUTBOX#"}]}}}}),
            true,
        ),
        (
            json!({"eventName": ["REMOVE"], "dynamodb": {"Keys": {"SK": {"S": [{"prefix": "OUTBOX#"}]}}}}),
            false,
        ),
        (json!({"dynamodb": {"Keys": {"SK": {"S": ["METADATA"]}}}}), false),
        (image("status", json!({"S": ["done", "pending"]})), true),
        (image("status", json!({"S": [{"suffix": "ing"}]})), true),
        (image("status", json!({"S": [{"equals-ignore-case": "PENDING"}]})), true),
        (image("status", json!({"S": [{"anything-but": ["pending"]}]})), false),
        (image("status", json!({"S": [{"anything-but": "done"}]})), true),
        (image("note", json!({"S": [""]})), true),
        (image("odd", json!({"S": [ODD]})), true),
        (image("odd", json!({"S": [{"prefix": "a\"b\\"}]})), true),
        (image("odd", json!({"S": [{"suffix": "\n\u{1f6eb}"}]})), true),
        (image("odd", json!({"S": [{"anything-but": [ODD]}]})), false),
        (image("gone", json!({"NULL": [true]})), true),
        (image("version", json!({"N": ["7"]})), true),
        (image("version", json!({"N": [7]})), false),
        (image("version", json!({"N": [{"numeric": [">", 5]}]})), false),
        (image("legs", json!({"L": {"S": ["LIS"]}})), true),
        (image("legs", json!({"L": {"S": ["OPO"]}})), false),
        (image("status", json!({"S": [{"exists": true}]})), true),
        (image("status", json!([{"exists": true}])), false),
        (image("missing", json!({"S": [{"exists": false}]})), true),
        (image("missing", json!({"S": [{"exists": true}]})), false),
        (json!({"dynamodb": {"SizeBytes": [{"numeric": [">", 40, "<=", 41]}]}}), true),
        (json!({"dynamodb": {"SizeBytes": [{"numeric": ["=", 40]}]}}), false),
        (json!({"dynamodb": {"SizeBytes": [{"numeric": ["<", 41]}]}}), false),
        (json!({"dynamodb": {"SizeBytes": [{"numeric": [">", 40, "<", 41]}]}}), false),
        (json!({"dynamodb": {"SizeBytes": [{"numeric": ["<", 42]}]}}), true),
        (json!({"dynamodb": {"OldImage": {"status": {"S": ["pending"]}}}}), false),
        (image("version", json!({"N": [{"numeric": ["<", 9]}]})), false),
        (image("missing", json!({"S": [{"exists": false}, "x"]})), true),
        (image("status", json!({"S": [{"exists": false}, "pending"]})), true),
        (image("missing", json!({"S": [{"anything-but": ["x"]}]})), false),
        (image("gone", json!({"NULL": [null]})), false),
        (json!({"userIdentity": {"type": [{"exists": false}]}}), true),
        (json!({"$or": [{"eventName": ["REMOVE"]}, {"dynamodb": {"SizeBytes": [41]}}]}), true),
        (json!({"$or": [{"eventName": ["REMOVE"]}, {"dynamodb": {"SizeBytes": [40]}}]}), false),
        (
            json!({"eventName": ["INSERT"], "dynamodb": {"$or": [{"SizeBytes": [40]}, {"Keys": {"PK": {"S": ["TRIP#1"]}}}]}}),
            true,
        ),
        (
            json!({"eventName": ["REMOVE"], "dynamodb": {"$or": [{"SizeBytes": [41]}, {"Keys": {"PK": {"S": ["TRIP#1"]}}}]}}),
            false,
        ),
    ] {
        assert_eq!(matches(std::slice::from_ref(&pattern)), expected, "{pattern}");
    }
}

#[test]
fn filters_are_alternatives_and_none_lets_everything_through() {
    let (insert, remove) = (json!({"eventName": ["INSERT"]}), json!({"eventName": ["REMOVE"]}));
    assert!(matches(&[remove.clone(), insert]));
    assert!(!matches(&[remove]));
    assert!(matches(&[]));
}

fn refusal(pattern: &Value) -> FilterError {
    let filters = [json!({"eventName": ["INSERT"]}), pattern.clone()];
    Filters::compile(&filters).err().unwrap_or_else(|| panic!("{pattern} was taken"))
}

#[test]
fn what_lambda_refuses_is_refused() {
    for (pattern, told) in [
        (json!("INSERT"), "not an object"),
        (json!([]), "not an object"),
        (json!({}), "Empty objects"),
        (json!({"dynamodb": {}}), "(at dynamodb)"),
        (json!({"eventName": "INSERT"}), "\"eventName\" must be"),
        (json!({"eventName": []}), "Empty arrays are not allowed (at eventName)"),
        (json!({"eventName": [["INSERT"]]}), "(at eventName)"),
        (json!({"eventName": ["INSERT", {}]}), "(at eventName)"),
        (json!({"eventName": [{"prefix": "I", "suffix": "T"}]}), "Only one key"),
        (json!({"eventName": [{"prefix": 1}]}), "must be a string"),
        (json!({"eventName": [{"regexp": "I.*"}]}), "regexp"),
        (json!({"eventName": [{"exists": "yes"}]}), "exists"),
        (json!({"eventName": [{"anything-but": []}]}), "anything but"),
        (json!({"eventName": [{"anything-but": ["a", 1]}]}), "anything but"),
        (json!({"dynamodb": {"SizeBytes": [{"numeric": [">"]}]}}), "(at dynamodb.SizeBytes)"),
        (json!({"dynamodb": {"SizeBytes": [{"numeric": [">", "5"]}]}}), "numeric"),
        (json!({"dynamodb": {"SizeBytes": [{"numeric": ["<", 9, ">", 1]}]}}), "numeric"),
        (json!({"$or": [{"eventName": ["INSERT"]}]}), "at least 2"),
    ] {
        match refusal(&pattern) {
            FilterError::Refused { filter: 1, reason } => {
                assert!(reason.contains(told), "{pattern}: {reason}");
            }
            other => panic!("{pattern}: {other:?}"),
        }
    }
}

#[test]
fn an_operator_that_only_eventbridge_has_is_refused_where_it_stands() {
    for (pattern, at, name) in [
        (json!({"eventName": [{"wildcard": "I*"}]}), "$.eventName[0]", "wildcard"),
        (json!({"eventName": ["A", {"exactly": "B"}]}), "$.eventName[1]", "exactly"),
        (
            image("ip", json!({"S": [{"cidr": "10.0.0.0/8"}]})),
            "$.dynamodb.NewImage.ip.S[0]",
            "cidr",
        ),
        (
            json!({"$or": [{"eventName": ["A"]}, {"eventName": [{"wildcard": "I*"}]}]}),
            "$.$or[1].eventName[0]",
            "wildcard",
        ),
        (
            json!({"eventName": [{"prefix": {"equals-ignore-case": "i"}}]}),
            "$.eventName[0]",
            "prefix with equals-ignore-case",
        ),
        (
            json!({"eventName": ["A", {"anything-but": {"suffix": ["I"]}}]}),
            "$.eventName[1]",
            "anything-but with suffix",
        ),
    ] {
        let (path, operator) = (at.to_owned(), name.to_owned());
        assert_eq!(refusal(&pattern), FilterError::Operator { filter: 1, path, operator });
    }
}

#[test]
fn what_could_not_be_matched_as_on_lambda_is_refused() {
    for (pattern, told) in [
        (json!({"dynamodb": {"NewImage": {"a.b": {"S": ["x"]}}}}), "the name \"a.b\""),
        (json!({"$or": [{"eventName": ["A"]}, {"": ["x"]}]}), "the name \"\""),
        (json!({"eventName": [{"equals-ignore-case": "\u{1f6eb}"}]}), "equals-ignore-case with"),
    ] {
        match refusal(&pattern) {
            FilterError::Unsupported { filter: 1, form } => assert!(form.contains(told), "{form}"),
            other => panic!("{pattern}: {other:?}"),
        }
    }
}

#[test]
fn a_filter_of_more_than_4096_characters_is_refused() {
    let filter = |length: usize| json!({"eventName": ["\u{e9}".repeat(length - 18)]});
    assert_eq!(filter(4096).to_string().chars().count(), 4096);
    assert!(Filters::compile(&[filter(4096)]).is_ok());
    let refusal = Filters::compile(&[filter(4097)]).err();
    assert_eq!(refusal, Some(FilterError::TooLong { filter: 0, characters: 4097 }));
}

#[test]
fn an_eleventh_filter_is_refused() {
    let filters = vec![json!({"eventName": ["INSERT"]}); 11];
    assert!(matches!(Filters::compile(&filters), Err(FilterError::TooMany(11))));
    assert!(Filters::compile(&filters[..10]).is_ok());
}
