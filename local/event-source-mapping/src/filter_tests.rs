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
    filters.matches(record().to_string().as_bytes()).unwrap()
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
        (json!({"dynamodb": {"OldImage": {"status": {"S": ["pending"]}}}}), false),
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

#[test]
fn what_lambda_or_the_matcher_cannot_take_is_refused_where_it_stands() {
    for (pattern, path) in [
        (json!("INSERT"), "$"),
        (json!([]), "$"),
        (json!({}), "$"),
        (json!({"dynamodb": {}}), "$.dynamodb"),
        (json!({"eventName": "INSERT"}), "$.eventName"),
        (json!({"eventName": []}), "$.eventName"),
        (json!({"eventName": [["INSERT"]]}), "$.eventName[0]"),
        (json!({"eventName": ["INSERT", {}]}), "$.eventName[1]"),
        (json!({"eventName": [{"prefix": "I", "suffix": "T"}]}), "$.eventName[0]"),
        (json!({"eventName": [{"prefix": 1}]}), "$.eventName[0]"),
        (json!({"eventName": [{"prefix": {"equals-ignore-case": "i"}}]}), "$.eventName[0]"),
        (json!({"eventName": [{"anything-but": {"prefix": "I"}}]}), "$.eventName[0]"),
        (json!({"eventName": [{"wildcard": "I*"}]}), "$.eventName[0]"),
        (json!({"eventName": [{"cidr": "10.0.0.0/8"}]}), "$.eventName[0]"),
        (json!({"eventName": [{"regexp": "I.*"}]}), "$.eventName[0]"),
        (json!({"eventName": [{"shellstyle": "I*"}]}), "$.eventName[0]"),
        (json!({"$or": [{"eventName": ["INSERT"]}]}), "$.$or"),
        (json!({"dynamodb": {"NewImage": {"a.b": {"S": ["x"]}}}}), "$.dynamodb.NewImage.a.b"),
    ] {
        match Filters::compile(&[json!({"eventName": ["INSERT"]}), pattern.clone()]) {
            Err(FilterError::Pattern { filter, path: at, .. }) => {
                assert_eq!((filter, at.as_str()), (1, path), "{pattern}");
            }
            other => panic!("{pattern}: {:?}", other.err()),
        }
    }
}

#[test]
fn a_range_is_one_comparison_or_two_bounds() {
    let range = |range: Value| json!({"dynamodb": {"SizeBytes": [{"numeric": range}]}});
    for refused in [
        json!([]),
        json!([">"]),
        json!([">", "5"]),
        json!(["!", 5]),
        json!(5),
        json!([">", 1, ">", 2]),
        json!(["<", 9, ">", 1]),
        json!([">", 9, "<", 1]),
        json!(["=", 1, "<", 9]),
        json!([">", 1, "<", 9, "<", 8]),
    ] {
        let outcome = Filters::compile(&[range(refused.clone())]);
        assert!(matches!(outcome, Err(FilterError::Pattern { .. })), "{refused}");
    }
}

#[test]
fn a_wrong_operand_is_refused() {
    for operator in [
        json!({"exists": "yes"}),
        json!({"anything-but": []}),
        json!({"anything-but": ["a", 1]}),
        json!({"anything-but": null}),
    ] {
        let outcome = Filters::compile(&[json!({"eventName": [operator]})]);
        assert!(matches!(outcome, Err(FilterError::Operand { filter: 0, .. })), "{operator}");
    }
}

#[test]
fn an_eleventh_filter_is_refused() {
    let filters = vec![json!({"eventName": ["INSERT"]}); 11];
    assert!(matches!(Filters::compile(&filters), Err(FilterError::TooMany(11))));
    assert!(Filters::compile(&filters[..10]).is_ok());
}
