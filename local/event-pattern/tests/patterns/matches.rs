//! What each operator matches. A surprising result is EventBridge's own.

use event_pattern::{EventJson, Pattern};

fn matches(pattern: &str, event: &str) -> bool {
    Pattern::parse(pattern).unwrap().matches(&EventJson::parse(event).unwrap()).unwrap()
}

/// Checks a pattern for the field `a` against events with these values of `a`.
#[track_caller]
fn check(values: &str, matching: &[&str], others: &[&str]) {
    let pattern = format!(r#"{{"a":{values}}}"#);
    let event = |value: &&str| format!(r#"{{"a":{value},"z":0}}"#);
    for event in matching.iter().map(event) {
        assert!(matches(&pattern, &event), "{pattern} should match {event}");
    }
    for event in others.iter().map(event) {
        assert!(!matches(&pattern, &event), "{pattern} should not match {event}");
    }
}

#[test]
fn exact_values_match_by_value_and_type() {
    check(r#"["x"]"#, &[r#""x""#, r#"["w","x"]"#], &[r#""X""#, r#""xx""#, r#""""#, "[]", "null"]);
    check(r#"["x","y"]"#, &[r#""x""#, r#""y""#], &[r#""z""#]);
    check("[300]", &["300", "300.0", "3.0e2"], &["301", r#""300""#]);
    check("[true]", &["true"], &["false", r#""true""#, "1"]);
    check("[null]", &["null"], &[r#""null""#, "0", "[]", "{}"]);
    check(r#"[""]"#, &[r#""""#], &["null", r#"" ""#]);
    check(r#"["é\"\\旅"]"#, &[r#""é\"\\旅""#, r#""\u00e9\"\\\u65c5""#], &[r#""e""#]);
    check(r#"[{"exactly":"x"}]"#, &[r#""x""#], &[r#""xy""#]);
}

#[test]
fn prefix_and_suffix_match_only_texts() {
    check(r#"[{"prefix":"trip."}]"#, &[r#""trip.failed""#, r#""trip.""#], &[r#""strip.""#, "1"]);
    check(r#"[{"prefix":"1"}]"#, &[r#""12""#], &["12"]);
    check(r#"[{"prefix":""}]"#, &[r#""x""#, r#""""#], &["1", "null", "true"]);
    check(
        r#"[{"prefix":{"equals-ignore-case":"Ab"}}]"#,
        &[r#""aBc""#, r#""AB""#],
        &[r#""a""#, "1"],
    );
    check(
        r#"[{"suffix":{"equals-ignore-case":"Bc"}}]"#,
        &[r#""abC""#, r#""bc""#],
        &[r#""c""#, "1"],
    );
    check(r#"[{"suffix":".v1"}]"#, &[r#""a.v1""#, r#"".v1""#], &[r#"".v12""#, "1"]);
    check(r#"[{"suffix":"2"}]"#, &[r#""12""#], &["12"]);
}

#[test]
fn a_wildcard_matches_any_run_and_can_be_escaped() {
    check(r#"[{"wildcard":"*.v1"}]"#, &[r#""a.v1""#, r#"".v1""#], &[r#""a.v1x""#]);
    check(r#"[{"wildcard":"a*b*c"}]"#, &[r#""abc""#, r#""a--b-c""#], &[r#""acb""#, r#""abcd""#]);
    check(r#"[{"wildcard":"a\\*b"}]"#, &[r#""a*b""#], &[r#""axb""#]);
    check(r#"[{"wildcard":"a\\\\*"}]"#, &[r#""a\\x""#], &[r#""ax""#]);
    check(r#"[{"wildcard":"*"}]"#, &[r#""""#, r#""x""#], &["1", "null"]);
}

#[test]
fn equals_ignore_case_ignores_case_beyond_ascii() {
    check(r#"[{"equals-ignore-case":"Tokyo"}]"#, &[r#""TOKYO""#, r#""tokyo""#], &[r#""toky""#]);
    check(r#"[{"equals-ignore-case":"ÜBER"}]"#, &[r#""über""#], &[r#""uber""#]);
    check(r#"[{"equals-ignore-case":"straße"}]"#, &[r#""STRASSE""#], &[r#""strasse""#]);
}

#[test]
fn anything_but_matches_every_other_value_that_is_there() {
    check(r#"[{"anything-but":"x"}]"#, &[r#""y""#, "1", "null", r#"["x","y"]"#], &[r#""x""#, "[]"]);
    check(r#"[{"anything-but":["x","y"]}]"#, &[r#""z""#], &[r#""x""#, r#""y""#]);
    check(r#"[{"anything-but":1}]"#, &["2", r#""1""#, "null"], &["1", "1.0"]);
    check(r#"[{"anything-but":[1,2]}]"#, &["3"], &["1", "2"]);
    assert!(!matches(r#"{"a":[{"anything-but":"x"}]}"#, r#"{"b":"y"}"#));
    check(r#"[{"anything-but":{"prefix":"x"}}]"#, &[r#""y""#, "1"], &[r#""x""#, r#""xy""#]);
    check(
        r#"[{"anything-but":{"suffix":["x","y"]}}]"#,
        &[r#""z""#, "null"],
        &[r#""ax""#, r#""y""#],
    );
    check(r#"[{"anything-but":{"wildcard":"x*z"}}]"#, &[r#""xy""#, "1"], &[r#""xyz""#, r#""xz""#]);
    check(r#"[{"anything-but":{"equals-ignore-case":["x"]}}]"#, &[r#""y""#], &[r#""X""#, r#""x""#]);
}

#[test]
fn numeric_compares_numbers_and_only_numbers() {
    check(r#"[{"numeric":["=",5]}]"#, &["5", "5.0"], &["4", r#""5""#]);
    check(r#"[{"numeric":[">",5]}]"#, &["5.000001", "6"], &["5", "-6"]);
    check(r#"[{"numeric":[">=",-1.5]}]"#, &["-1.5", "0"], &["-1.6"]);
    check(r#"[{"numeric":["<",0]}]"#, &["-0.1"], &["0", "1", r#""""#, r#""-1""#, "null", "true"]);
    check(r#"[{"numeric":["<=",0]}]"#, &["0", "-1"], &["0.1"]);
    check(r#"[{"numeric":[">",0,"<=",5]}]"#, &["0.5", "5"], &["0", "5.1", "null", r#""3""#]);
    check(r#"[{"numeric":[">",0,"<",1.5]}]"#, &["4.9e-324", "1.4999999999999998"], &["0", "1.5"]);
    check(r#"[{"numeric":["<=",5000000000]}]"#, &["5000000000"], &["5000000001"]);
    check(r#"[{"numeric":[">",5e9,"<=",1e300]}]"#, &["5000000001", "1e300"], &["5e9", "1e301"]);
}

#[test]
fn a_number_equals_a_number_that_is_written_otherwise() {
    check(
        "[3e2]",
        &["300", "300.0", "3.00E+2", "30000e-2"],
        &["300.00000000000000001", r#""300""#],
    );
    check("[0]", &["-0", "0.0", "-0.0e5"], &["1e-400", "false"]);
    check("[-1.50]", &["-1.5", "-15e-1"], &["1.5"]);
    check("[2.5e-320]", &["2.5e-320", "25e-321"], &["0"]);
    check("[4.9e-324]", &["4.9e-324", "0.49E-323"], &["5e-324", "0"]);
}

/// Its text alone is compared, and it is neither less nor more than another.
#[test]
fn a_number_that_is_no_double_equals_only_itself() {
    for number in ["9007199254740993", "0.10000000000000000555", "1e400", "1e-400", "1e99999999999"]
    {
        check(&format!("[{number}]"), &[number], &["9007199254740992", "0.1", "0"]);
        check(r#"[{"numeric":[">",-1]}]"#, &["0"], &[number]);
        check(r#"[{"anything-but":0}]"#, &[number], &["0"]);
    }
}

#[test]
fn cidr_matches_the_addresses_of_a_network() {
    check(
        r#"[{"cidr":"10.0.0.0/24"}]"#,
        &[r#""10.0.0.0""#, r#""10.0.0.255""#],
        &[r#""10.0.1.0""#, r#""9.255.255.255""#, r#""x""#],
    );
    check(r#"[{"cidr":"172.16.0.0/12"}]"#, &[r#""172.31.255.255""#], &[r#""172.32.0.0""#]);
    check(
        r#"[{"cidr":"10.0.0.77/24"}]"#,
        &[r#""10.0.0.0""#, r#""10.0.0.255""#],
        &[r#""10.0.1.0""#],
    );
    check(
        r#"[{"cidr":"2001:DB8::/32"}]"#,
        &[r#""2001:db8::1""#, r#""2001:0db8:ffff:ffff:ffff:ffff:ffff:ffff""#],
        &[r#""2001:db9::""#, r#""2001:db8::1.2.3.4""#, r#""2001:db8""#],
    );
    check(r#"[{"cidr":"::ffff:a00:0/8"}]"#, &[r#""10.1.2.3""#], &[r#""11.0.0.0""#]);
}

#[test]
fn a_text_that_is_an_address_matches_every_spelling_of_it() {
    check(
        r#"["10.0.0.1"]"#,
        &[r#""10.0.0.1""#, r#""010.000.000.001""#, r#""::ffff:a00:1""#],
        &[r#""10.0.0.2""#, r#""10.0.0.1 ""#, r#""0000010.0.0.0001""#],
    );
    check(r#"["::1"]"#, &[r#""0:0:0:0:0:0:0:1""#, r#""::0001""#], &[r#""::2""#, r#"":1""#]);
    check(r#"[{"exactly":"10.0.0.1"}]"#, &[r#""10.0.0.1""#], &[r#""010.000.000.001""#]);
    check(r#"["10.0.0.256"]"#, &[r#""10.0.0.256""#], &[r#""010.0.0.256""#]);
}

/// The engine compares digits one by one, until they decide.
#[test]
fn an_address_matches_digits_that_begin_like_it() {
    check(r#"[{"cidr":"16.0.0.0/12"}]"#, &["1005", "100500000000000001"], &["100", "1.5", "2005"]);
    check(r#"[{"cidr":"16.0.0.0/12"},300]"#, &["300", "100500000000000001"], &["1005"]);
    check(r#"[{"cidr":"32.1.13.0/24"}]"#, &[r#""2001:d05::""#], &[r#""2001:c05::""#]);
}

#[test]
fn exists_asks_for_a_value_at_the_end_of_the_path() {
    check(r#"[{"exists":true}]"#, &["1", "null", r#""""#, "[0]"], &["[]", "{}", r#"{"b":1}"#]);
    check(r#"[{"exists":false}]"#, &["[]", "{}", r#"{"b":1}"#], &["1", "null"]);
    assert!(matches(r#"{"a":{"b":[{"exists":false}]}}"#, r#"{"c":1}"#));
    assert!(!matches(r#"{"a":{"b":[{"exists":true}]}}"#, r#"{"a":"b"}"#));
}

#[test]
fn forms_can_be_mixed_in_one_array() {
    check(
        r#"["x",{"prefix":"y"},{"numeric":[">",5]},{"cidr":"10.0.0.0/8"},null]"#,
        &[r#""x""#, r#""yes""#, "6", r#""10.1.2.3""#, "null"],
        &[r#""xy""#, "5", r#""11.1.2.3""#, "true"],
    );
    let absent_or_x = r#"{"a":[{"exists":false},"x"]}"#;
    assert!(matches(absent_or_x, r#"{"b":1}"#));
    assert!(matches(absent_or_x, r#"{"a":"x"}"#));
    assert!(!matches(absent_or_x, r#"{"a":"y"}"#));
    check(r#"[{"exists":true},{"prefix":"x"}]"#, &[r#""y""#, r#""x""#], &["[]"]);
}

#[test]
fn every_path_of_a_pattern_has_to_match() {
    let pattern =
        r#"{"source":["trip-saga"],"detail":{"type":[{"prefix":"trip."}],"data":{"n":[1]}}}"#;
    let event = |source: &str, kind: &str, n: u8| {
        format!(r#"{{"source":"{source}","detail":{{"type":"{kind}","data":{{"n":{n}}}}}}}"#)
    };
    assert!(matches(pattern, &event("trip-saga", "trip.failed.v1", 1)));
    assert!(!matches(pattern, &event("other", "trip.failed.v1", 1)));
    assert!(!matches(pattern, &event("trip-saga", "flight.reserved.v1", 1)));
    assert!(!matches(pattern, &event("trip-saga", "trip.failed.v1", 2)));
}

#[test]
fn paths_through_one_array_have_to_match_in_one_element() {
    let pattern = r#"{"legs":{"from":["HND"],"to":["CTS"]}}"#;
    assert!(matches(pattern, r#"{"legs":[{"from":"KIX","to":"HND"},{"from":"HND","to":"CTS"}]}"#));
    assert!(!matches(pattern, r#"{"legs":[{"from":"HND","to":"KIX"},{"from":"KIX","to":"CTS"}]}"#));
}

#[test]
fn a_field_that_asks_for_no_leaf_looks_where_the_fields_before_it_led() {
    let after = r#"{"a":{"b":[1],"c":[{"exists":false}]}}"#;
    assert!(matches(after, r#"{"a":[{"b":1},{"c":2}]}"#));
    assert!(!matches(after, r#"{"a":[{"b":1,"c":2},{"b":2}]}"#));
    let before = r#"{"a":{"b":[{"exists":false}],"c":[2]}}"#;
    assert!(!matches(before, r#"{"a":[{"b":1},{"c":2}]}"#));
    assert!(matches(before, r#"{"a":[{"d":1},{"c":2}]}"#));
}

/// `a-b` comes between `a` and `a.c`, since a hyphen comes before a dot.
#[test]
fn an_element_is_kept_in_mind_over_fields_of_other_arrays() {
    let pattern = r#"{"a":[1],"a-b":{"d":[3]},"a.c":[2]}"#;
    assert!(matches(pattern, r#"{"a":[[1,{"c":2}]],"a-b":[{"d":3}]}"#));
    assert!(!matches(pattern, r#"{"a":[[1],{"c":2}],"a-b":[{"d":3}]}"#));
}

#[test]
fn a_key_with_a_dot_is_a_path() {
    for pattern in [r#"{"a.b":[1]}"#, r#"{"a":{"b":[1]}}"#] {
        for event in [r#"{"a.b":1}"#, r#"{"a":{"b":1}}"#, r#"{"a.b":2,"a":[{"b":1}]}"#] {
            assert!(matches(pattern, event), "{pattern} should match {event}");
        }
    }
}

/// Only a key that the pattern names is read, and an empty one at its end does not count.
#[test]
fn an_empty_key_is_found_in_the_middle_of_a_path_only() {
    assert!(!matches(r#"{"a":{"":[1]}}"#, r#"{"a":{"":1}}"#));
    assert!(matches(r#"{"a":{"":[1]}}"#, r#"{"a.":1}"#));
    assert!(matches(r#"{"a":{"":{"b":[1]}}}"#, r#"{"a":{"":{"b":1}}}"#));
    assert!(matches(r#"{"":[1]}"#, r#"{"":1}"#));
}

#[test]
fn what_is_written_later_replaces_what_is_written_before() {
    for (pattern, event, expected) in [
        (r#"{"a":[1],"a":[2]}"#, r#"{"a":2}"#, true),
        (r#"{"a":[1],"a":[2]}"#, r#"{"a":1}"#, false),
        (r#"{"a":{"x":[1]},"a":{"y":[2]}}"#, r#"{"a":{"x":1,"y":2}}"#, true),
        (r#"{"a":{"x":[1]},"a":{"y":[2]}}"#, r#"{"a":{"y":2}}"#, false),
        (r#"{"a":[1],"$or":[{"a":[2]},{"b":[3]}]}"#, r#"{"a":2}"#, true),
        (r#"{"a":[1],"$or":[{"a":[2]},{"b":[3]}]}"#, r#"{"a":1,"b":4}"#, false),
        (r#"{"$or":[{"a":[2]},{"b":[3]}],"a":[1]}"#, r#"{"a":1}"#, true),
        (r#"{"$or":[{"a":[1]},{"a":[2]}],"$or":[{"b":[1]},{"b":[2]}]}"#, r#"{"a":2,"b":1}"#, true),
    ] {
        assert_eq!(matches(pattern, event), expected, "{pattern} on {event}");
    }
}

/// Each value of a repeated key counts, and elements of its arrays do not exclude each other.
#[test]
fn an_event_can_repeat_a_key() {
    assert!(matches(r#"{"a":[1]}"#, r#"{"a":1,"a":2}"#));
    assert!(matches(r#"{"a":{"b":[1],"c":[2]}}"#, r#"{"a":[{"b":1}],"a":[{"c":3},{"c":2}]}"#));
    assert!(!matches(r#"{"a":{"b":[1],"c":[2]}}"#, r#"{"a":[{"b":1},{"c":2}],"a":[]}"#));
}

#[test]
fn or_matches_when_one_branch_does_together_with_what_stands_beside_it() {
    let pattern = r#"{
        "source": ["trip-saga"],
        "$or": [
            {"detail-type": ["trip.failed.v1"]},
            {"detail": {"amount": [{"numeric": [">", 100]}], "$or": [{"c": ["JPY"]}, {"c": ["EUR"]}]}}
        ]
    }"#;
    for (event, expected) in [
        (r#"{"source":"trip-saga","detail-type":"trip.failed.v1","detail":{}}"#, true),
        (r#"{"source":"other","detail-type":"trip.failed.v1","detail":{}}"#, false),
        (r#"{"source":"trip-saga","detail-type":"x","detail":{"amount":101,"c":"JPY"}}"#, true),
        (r#"{"source":"trip-saga","detail-type":"x","detail":{"amount":101,"c":"EUR"}}"#, true),
        (r#"{"source":"trip-saga","detail-type":"x","detail":{"amount":101,"c":"USD"}}"#, false),
        (r#"{"source":"trip-saga","detail-type":"x","detail":{"amount":100,"c":"JPY"}}"#, false),
    ] {
        assert_eq!(matches(pattern, event), expected, "{event}");
    }
}
