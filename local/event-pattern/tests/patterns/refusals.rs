//! What the checker refuses: what EventBridge refuses, with its messages, and what is valid there
//! but cannot be matched here.

use event_pattern::{InvalidPattern, Pattern};

fn refusal(pattern: &str) -> InvalidPattern {
    match Pattern::parse(pattern) {
        Err(refusal) => refusal,
        Ok(_) => panic!("{pattern} was accepted"),
    }
}

#[test]
fn what_eventbridge_refuses_is_refused_with_the_reason_and_the_place() {
    for (pattern, reason) in [
        ("", "EOF while parsing"),
        ("this is not JSON", "expected ident"),
        (r#"["source"]"#, "Filter is not an object"),
        (r#""source""#, "Filter is not an object"),
        ("{}", "Empty objects are not allowed"),
        (r#"{"detail": {}}"#, "Empty objects are not allowed (at detail)"),
        (r#"{"source": []}"#, "Empty arrays are not allowed (at source)"),
        (r#"{"source": "a"}"#, r#""source" must be an object or an array"#),
        (r#"{"detail": {"n": 42}}"#, r#""n" must be an object or an array (at detail)"#),
        (r#"{"source": null}"#, r#""source" must be an object or an array"#),
        (r#"{"source": [["a"]]}"#, "Match value must be String, number, true, false, or null"),
        (r#"{"source": [{}]}"#, "Match expression name not found"),
        (r#"{"source": [{"prefix": "a", "suffix": "b"}]}"#, "Only one key allowed"),
        (r#"{"source": [{"PREFIX": "a"}]}"#, "Unrecognized match type PREFIX (at source)"),
        (r#"{"source": [{"regexp": "a"}]}"#, "Unrecognized match type regexp"),
        (r#"{"source": [{"regex": "a"}]}"#, "Unrecognized match type regex"),
        (r#"{"source": [{"shellstyle": "a*"}]}"#, "Unrecognized match type shellstyle"),
        (r#"{"source": [{"exactly": 1}]}"#, "exact match match pattern must be a string"),
        (r#"{"source": [{"prefix": 1}]}"#, "prefix match pattern must be a string"),
        (r#"{"source": [{"prefix": ["a"]}]}"#, "prefix match pattern must be a string"),
        (r#"{"source": [{"prefix": {"suffix": "a"}}]}"#, "Unsupported prefix pattern: suffix"),
        (r#"{"source": [{"suffix": null}]}"#, "suffix match pattern must be a string"),
        (r#"{"source": [{"equals-ignore-case": ["a"]}]}"#, "equals-ignore-case match pattern"),
        (r#"{"source": [{"wildcard": 1}]}"#, "wildcard match pattern must be a string"),
        (r#"{"source": [{"wildcard": "a:**:b"}]}"#, "Consecutive wildcard characters at pos 3"),
        (r#"{"source": [{"wildcard": "a\\b"}]}"#, "Invalid escape character at pos 2"),
        (r#"{"source": [{"wildcard": "ab\\"}]}"#, "Invalid escape character at pos 3"),
        (
            r#"{"source": [{"exists": "true"}]}"#,
            "exists match pattern must be either true or false",
        ),
        (r#"{"n": [{"numeric": 1}]}"#, "Value of numeric must be an array"),
        (r#"{"n": [{"numeric": []}]}"#, "Invalid member in numeric match"),
        (r#"{"n": [{"numeric": [1, 2]}]}"#, "Invalid member in numeric match: 1"),
        (r#"{"n": [{"numeric": ["!=", 2]}]}"#, "Unrecognized numeric range operator: !="),
        (r#"{"n": [{"numeric": ["=", "2"]}]}"#, "Value of equals must be numeric"),
        (r#"{"n": [{"numeric": [">"]}]}"#, "Value of > must be numeric"),
        (r#"{"n": [{"numeric": [">", 0, "<"]}]}"#, "Value of < must be numeric"),
        (r#"{"n": [{"numeric": [">", 0, ">", 0]}]}"#, "Bad numeric range operator: >"),
        (r#"{"n": [{"numeric": [">", 0, 5]}]}"#, "Bad value in numeric range: 5"),
        (r#"{"n": [{"numeric": ["<", 0, ">", 5]}]}"#, "Too many elements"),
        (r#"{"n": [{"numeric": [">", 0, "<", 5, 6]}]}"#, "Too many terms"),
        (r#"{"n": [{"numeric": [">", 5, "<", 5]}]}"#, "Bottom must be less than top"),
        (r#"{"n": [{"numeric": [">", 9007199254740993]}]}"#, "Cannot compare number : 90071992"),
        (r#"{"n": [{"numeric": ["=", 1e400]}]}"#, "Cannot compare number : 1e400 (at n)"),
        (r#"{"n": [{"numeric": ["=", 1], "x": 1}]}"#, "Too many elements in numeric expression"),
        (r#"{"n": [{"numeric": [">", [1]]}]}"#, "Value of > must be numeric"),
        (r#"{"n": [{"numeric": [[">", 1]]}]}"#, "Invalid member in numeric match: ["),
        (r#"{"source": [{"prefix": 1, "suffix": "b"}]}"#, "prefix match pattern must be a string"),
        (r#"{"source": [{"prefix": "a", "prefix": "a"}]}"#, "Only one key allowed"),
        (r#"{"source": [{"prefix": {}}]}"#, "Prefix expression name not found"),
        (r#"{"source": [{"suffix": {}}]}"#, "Suffix expression name not found"),
        (r#"{"ip": [{"cidr": ["10.0.0.0/8"]}]}"#, "prefix match pattern must be a string"),
        (r#"{"ip": [{"cidr": "10.0.0.0"}]}"#, "Malformed CIDR, one '/' required"),
        (r#"{"ip": [{"cidr": "10.0.0.0/x"}]}"#, "Malformed CIDR, mask bits must be an integer"),
        (r#"{"ip": [{"cidr": "10.0.0.0/-1"}]}"#, "mask bits must not be negative"),
        (r#"{"ip": [{"cidr": "10.0.0.0/32"}]}"#, "IPv4 mask bits must be < 32"),
        (r#"{"ip": [{"cidr": "xx.11.xx/8"}]}"#, "Nonstandard IP address: xx.11.xx"),
        (r#"{"ip": [{"cidr": "2001:db8::/128"}]}"#, "IPv6 mask bits must be < 128"),
        (r#"{"a": [{"anything-but": []}]}"#, "mixed type is not supported"),
        (r#"{"a": [{"anything-but": ["x", 1]}]}"#, "mixed type is not supported"),
        (r#"{"a": [{"anything-but": [null]}]}"#, "Inside anything but list"),
        (r#"{"a": [{"anything-but": null}]}"#, "Value of anything-but must be an array or single"),
        (r#"{"a": [{"anything-but": 1e400}]}"#, "Cannot compare number : 1e400"),
        (r#"{"a": [{"anything-but": "x", "y": 1}]}"#, "Too many elements"),
        (r#"{"a": [{"anything-but": {}}]}"#, "Anything-But expression name not found"),
        (
            r#"{"a": [{"anything-but": {"numeric": 1}}]}"#,
            "Unsupported anything-but pattern: numeric",
        ),
        (
            r#"{"a": [{"anything-but": {"prefix": 1}}]}"#,
            "prefix/suffix match pattern must be a string",
        ),
        (r#"{"a": [{"anything-but": {"suffix": ["b", 1]}}]}"#, "prefix/suffix match pattern"),
        (r#"{"a": [{"anything-but": {"prefix": ""}}]}"#, "Null prefix/suffix not allowed"),
        (r#"{"a": [{"anything-but": {"wildcard": "**"}}]}"#, "Consecutive wildcard characters"),
        (r#"{"a": [{"anything-but": {"equals-ignore-case": 1}}]}"#, "Inside anything-but/equals"),
        (
            r#"{"a": [{"anything-but": {"prefix": {"suffix": "b"}}}]}"#,
            "Value of anything-but must be",
        ),
        (r#"{"$or": {"a": [1]}}"#, "It must be an Array followed with $or"),
        (r#"{"$or": [{"a": [1]}]}"#, "at least 2 Objects in $or"),
        (r#"{"$or": [{"a": [1]}, "b"]}"#, "Only JSON object is allowed in array of $or"),
        (r#"{"$or": [{"a": [1]}, {}]}"#, "Empty objects are not allowed"),
        (r#"{"$or": [{"a": [1]}, {"prefix": [1]}]}"#, "prefix is Ruler reserved fieldName"),
    ] {
        let refusal = refusal(pattern);
        assert!(matches!(refusal, InvalidPattern::Refused(_)), "{pattern}: {refusal:?}");
        let message = refusal.to_string();
        assert!(message.starts_with("Event pattern is not valid. Reason: "), "{message}");
        assert!(message.contains(reason), "{pattern}: {message}");
    }
}

/// The table in the crate's documentation has the reasons.
#[test]
fn what_nobody_would_want_is_refused_by_name() {
    let deep = format!("{}[1]{}", r#"{"a":"#.repeat(127), "}".repeat(127));
    for (pattern, form) in [
        (r#"{"source": ["a"]} and more"#, "text after the end of the pattern"),
        (r#"{"a": [{"cidr": "0.0.0.0/0"}]}"#, "cidr of all addresses (at a)"),
        (r#"{"a": [{"cidr": "::/0"}]}"#, "cidr of all addresses (at a)"),
        (r#"{"a": [{"equals-ignore-case": "x🛫"}]}"#, "equals-ignore-case with the character 🛫"),
        (
            r#"{"a": [{"anything-but": {"prefix": []}}]}"#,
            "anything-but with an empty list of prefix",
        ),
        (r#"{"a": {"b": [1, "\ud83d"]}}"#, "half of a surrogate pair in a text (at a.b)"),
        (deep.as_str(), "nesting deeper than 127 levels (at a.a.a."),
    ] {
        let refusal = refusal(pattern);
        assert!(matches!(refusal, InvalidPattern::Unsupported(_)), "{pattern}: {refusal:?}");
        let message = refusal.to_string();
        assert!(message.contains(form), "{pattern}: {message}");
        assert!(message.ends_with("valid on EventBridge, not supported by the local bus"));
    }
}

#[test]
fn up_to_a_thousand_combinations_of_or_are_accepted() {
    assert!(Pattern::parse(&product_of_choices(&[10, 10, 10])).is_ok());
    let refusal = refusal(&product_of_choices(&[7, 11, 13]));
    assert!(refusal.to_string().contains("more than 1000 combinations of $or"), "{refusal}");
}

#[test]
fn a_pattern_has_at_most_4096_characters_and_256_fields() {
    let pattern = |length: usize| format!(r#"{{"a":["{}"]}}"#, "é".repeat(length - 10));
    assert!(Pattern::parse(&pattern(4096)).is_ok());
    assert!(refusal(&pattern(4097)).to_string().contains("4097 characters, and 4096 are the most"));
    let fields = |count: usize| {
        let fields: Vec<String> = (0..count).map(|n| format!(r#""{n}":[1]"#)).collect();
        format!("{{{}}}", fields.join(","))
    };
    assert!(Pattern::parse(&fields(256)).is_ok());
    assert!(refusal(&fields(257)).to_string().contains("more than 256 fields"));
}

/// A pattern with one `$or` of each size, under its own keys.
fn product_of_choices(sizes: &[usize]) -> String {
    let choice = |size: usize| {
        let branches: Vec<String> = (0..size).map(|n| format!(r#"{{"k":[{n}]}}"#)).collect();
        format!(r#"{{"$or":[{}]}}"#, branches.join(","))
    };
    let fields: Vec<String> =
        sizes.iter().enumerate().map(|(n, &size)| format!(r#""f{n}":{}"#, choice(size))).collect();
    format!("{{{}}}", fields.join(","))
}
