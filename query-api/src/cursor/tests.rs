//! A cursor continues where it was sealed, and nothing else does; no input causes a panic.

use proptest::prelude::*;
use rstest::rstest;

use super::*;

const OLD: &str = "old:YSBzZWNyZXQgb2YgdGVzdCBiZWRzLCAzMiBieXRlcy4=";
const NEW: &str = "new:YW5vdGhlciBzZWNyZXQsIGFsc28gb2YgMzIgYnl0ZXM=";
const SCOPE: &str = r#"{"caller":"alice"}"#;

fn keys(text: &str) -> CursorKeys {
    text.parse().unwrap()
}

fn now() -> Timestamp {
    "2026-01-15T12:00:00Z".parse().unwrap()
}

fn later(seconds: u64) -> Timestamp {
    Timestamp::from_millis(now().as_millis() + i64::try_from(seconds).unwrap() * 1_000)
}

fn position(after: &str) -> Position {
    Position { began: "2026-01-15".parse().unwrap(), after: after.to_owned() }
}

fn sealed() -> String {
    keys(OLD).seal(&position("2026-03-01T10:00#trip-1"), SCOPE, now())
}

fn open(cursor: &str) -> Result<Position, CursorError> {
    keys(OLD).open(cursor, SCOPE, now())
}

#[test]
fn a_cursor_goes_on_where_it_was_sealed() {
    let cursor = sealed();
    assert_eq!(open(&cursor), Ok(position("2026-03-01T10:00#trip-1")));
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    assert!(cursor.chars().all(is_plain), "it stands in a URL as it is: {cursor}");
}

#[test]
fn the_longest_position_fits() {
    let longest = format!("2026-03-01T10:00#{}", "t".repeat(64));
    let id = "k".repeat(16);
    let keys = keys(&OLD.replace("old", &id));
    let cursor = keys.seal(&position(&longest), SCOPE, now());
    assert_eq!(keys.open(&cursor, SCOPE, now()), Ok(position(&longest)));
}

#[test]
fn a_cursor_with_any_character_changed_left_out_or_added_is_refused() {
    let cursor = sealed();
    for at in 0..cursor.len() {
        let (before, after) = (&cursor[..at], &cursor[at + 1..]);
        for other in ["A", "B", "_", "9", ".", "=", "é", ""] {
            let altered = format!("{before}{other}{after}");
            assert!(altered == cursor || open(&altered).is_err(), "{altered}");
        }
        assert!(open(&cursor[..at]).is_err(), "cut at {at}");
        assert!(open(&cursor[at + 1..]).is_err(), "begun after {at}");
    }
    assert!(open(&format!("{cursor}A")).is_err());
}

#[test]
fn a_cursor_is_good_for_its_own_scope_only() {
    let other = keys(OLD).open(&sealed(), r#"{"caller":"bob"}"#, now());
    assert_eq!(other, Err(CursorError::OtherSearch));
}

#[test]
fn what_moves_from_the_scope_into_the_cursor_does_not_fit_either() {
    let cursor = keys(OLD).seal(&position("k"), "a.b", now());
    let (signed, tag) = cursor.rsplit_once('.').unwrap();
    assert!(keys(OLD).open(&format!("{signed}.a.{tag}"), "b", now()).is_err());
}

#[rstest]
#[case(0, true)]
#[case(LIFETIME.as_secs() - 1, true)]
#[case(LIFETIME.as_secs(), false)]
#[case(LIFETIME.as_secs() * 400, false)]
fn a_cursor_is_good_for_a_day(#[case] seconds: u64, #[case] good: bool) {
    let opened = keys(OLD).open(&sealed(), SCOPE, later(seconds));
    assert_eq!(opened.err(), (!good).then_some(CursorError::Expired));
}

#[test]
fn a_new_key_signs_while_the_old_one_still_verifies() {
    let rotated = keys(&format!("{NEW}, {OLD}"));
    assert!(rotated.open(&sealed(), SCOPE, now()).is_ok());
    let cursor = rotated.seal(&position("k"), SCOPE, now());
    assert!(cursor.starts_with("1.new."));
    assert!(keys(NEW).open(&cursor, SCOPE, now()).is_ok());
    assert_eq!(keys(NEW).open(&sealed(), SCOPE, now()), Err(CursorError::Unreadable));
}

#[test]
fn another_key_under_the_same_id_does_not_verify() {
    let impostor = keys(&NEW.replace("new", "old"));
    assert_eq!(impostor.open(&sealed(), SCOPE, now()), Err(CursorError::OtherSearch));
}

#[test]
fn another_version_is_not_read() {
    let cursor = format!("2{}", &sealed()[1..]);
    assert_eq!(open(&cursor), Err(CursorError::Unreadable));
}

#[test]
fn a_megabyte_is_refused_by_its_length() {
    let huge = format!("1.old.{}.{}", "A".repeat(1 << 20), "A".repeat(43));
    assert_eq!(open(&huge), Err(CursorError::Unreadable));
}

#[rstest]
#[case("")]
#[case("k1")]
#[case(":")]
#[case("k1:")]
#[case("k1:c2hvcnQ=")]
#[case("k1:bm90IGJhc2U2NCwgc2luY2UgaXQgaGFzICMgaW4gaXQ#")]
#[case("a b:YSBzZWNyZXQgb2YgdGVzdCBiZWRzLCAzMiBieXRlcy4=")]
#[case("an-id-of-17-chars:YSBzZWNyZXQgb2YgdGVzdCBiZWRzLCAzMiBieXRlcy4=")]
#[case("k1:YSBzZWNyZXQgb2YgdGVzdCBiZWRzLCAzMiBieXRlcy4=,")]
#[case(
    "k1:YSBzZWNyZXQgb2YgdGVzdCBiZWRzLCAzMiBieXRlcy4=,k1:YW5vdGhlciBzZWNyZXQsIGFsc28gb2YgMzIgYnl0ZXM="
)]
fn keys_are_named_apart_and_long_enough(#[case] text: &str) {
    assert_eq!(text.parse::<CursorKeys>().unwrap_err(), CursorKeysFormat);
}

#[test]
fn keys_are_never_shown() {
    let shown = format!("{:?}", keys(&format!("{NEW},{OLD}")));
    assert!(shown.contains("old") && shown.contains("new"), "{shown}");
    assert!(
        !shown.contains("secret") && !shown.contains("YSBz") && !shown.contains("97"),
        "{shown}"
    );
}

proptest! {
    #[test]
    fn a_position_reads_back_whatever_it_is(after in any::<String>(), scope in any::<String>()) {
        // No text of ours is this long, and texts that are too long are refused.
        prop_assume!(after.len() <= 81 && after.chars().all(|c| !c.is_control() && c != '"' && c != '\\'));
        let cursor = keys(OLD).seal(&position(&after), &scope, now());
        prop_assert_eq!(keys(OLD).open(&cursor, &scope, now()), Ok(position(&after)));
    }

    #[test]
    fn no_text_opens_and_none_panics(text in any::<String>()) {
        prop_assert!(open(&text).is_err());
    }

    #[test]
    fn no_bytes_in_the_form_of_a_cursor_open(claims in any::<Vec<u8>>(), tag in any::<[u8; 32]>()) {
        let cursor = format!("1.old.{}.{}", BASE64.encode(&claims), BASE64.encode(tag));
        prop_assert!(open(&cursor).is_err());
    }

    /// Even claims with the right tag may be nonsense, if a key leaked or a version was reused.
    #[test]
    fn no_signed_nonsense_panics(claims in any::<Vec<u8>>()) {
        let signed = format!("1.old.{}", BASE64.encode(&claims));
        let keys = keys(OLD);
        let tag = keys.signing().sign(&message(&signed, SCOPE));
        let cursor = format!("{signed}.{}", BASE64.encode(tag));
        prop_assert!(open(&cursor).is_err());
    }
}
