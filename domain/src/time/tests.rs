//! Which texts are times, and what they print.

use rstest::rstest;

use super::*;

#[rstest]
#[case("2026-03-01T10:00:00", "2026-03-01T10:00:00", "2026-03-01T10:00")]
#[case("2013-03-01T05:15-05:00", "2013-03-01T05:15:00-05:00", "2013-03-01T05:15")]
#[case("2026-03-01T10:00:59Z", "2026-03-01T10:00:59+00:00", "2026-03-01T10:00")]
#[case("2026-03-01T10:00:00+05:45", "2026-03-01T10:00:00+05:45", "2026-03-01T10:00")]
#[case("2026-03-01T10:00:00.000Z", "2026-03-01T10:00:00+00:00", "2026-03-01T10:00")]
#[case("2026-03-01T10:00:00.0000000", "2026-03-01T10:00:00", "2026-03-01T10:00")]
#[case("2026-03-01T10:00:00.000000000-03:30", "2026-03-01T10:00:00-03:30", "2026-03-01T10:00")]
#[case("2026-03-01T10:00:00+0900", "2026-03-01T10:00:00+09:00", "2026-03-01T10:00")]
#[case("2026-03-01T10:00-0000", "2026-03-01T10:00:00+00:00", "2026-03-01T10:00")]
#[case("2026-03-01 10:00", "2026-03-01T10:00:00", "2026-03-01T10:00")]
#[case("2026-03-01 10:00:00+00", "2026-03-01T10:00:00+00:00", "2026-03-01T10:00")]
#[case("2026-03-01 10:00:00 -0930", "2026-03-01T10:00:00-09:30", "2026-03-01T10:00")]
fn a_ticket_time_prints_what_was_read(
    #[case] text: &str,
    #[case] printed: &str,
    #[case] minute: &str,
) {
    let time = TicketTime::parse(text).unwrap();
    assert_eq!(time.to_string(), printed);
    assert_eq!(time.to_minute(), minute);
    assert_eq!(TicketTime::parse(printed), Ok(time));
}

#[rstest]
#[case("")]
#[case("2026-03-01")]
#[case("2026-02-30T10:00:00")]
#[case("2026-03-01T24:00:00")]
#[case("2026-12-31T23:59:60")]
#[case("2026-03-01  10:00:00")]
#[case("2026-03-01T10:00:00 ")]
#[case("2026-03-01T10:00:00+9")]
#[case("2026-03-01T10:00:00+090")]
#[case("2026-03-01T10:00:00.")]
#[case("2026-03-01T10:00:00.0000000000")]
#[case("2026-03-01T10:00:00.001Z")]
#[case("2026-03-01T10:00.0")]
#[case("2026-03-01T10:00:00+15:00")]
#[case("2026-03-01T10:00:00+09:60")]
#[case("2026-03-01T10:00:00[Asia/Tokyo]")]
#[case("+12026-03-01T10:00:00")]
#[case("2026-03-01T10:00:00.5")]
#[case("٢٠٢٦-03-01T10:00:00")]
fn anything_else_is_not_a_ticket_time(#[case] text: &str) {
    assert_eq!(TicketTime::parse(text), Err(TimeFormat));
}

#[rstest]
#[case("2026-02-28", true)]
#[case("2024-02-29", true)]
#[case("2026-02-29", false)]
#[case("2026-2-9", false)]
#[case("2026-13-01", false)]
fn a_date_must_exist(#[case] text: &str, #[case] exists: bool) {
    assert_eq!(parse_date(text).is_ok(), exists);
}

#[test]
fn times_with_offsets_compare_as_instants_and_mixed_ones_not_at_all() {
    let time = |text| TicketTime::parse(text).unwrap();
    let (tokyo, london) = (time("2026-03-01T10:00+09:00"), time("2026-03-01T02:00Z"));
    assert_eq!(london.since(&tokyo), Some(SignedDuration::from_hours(1)));
    assert_eq!(tokyo.since(&time("2026-03-01T09:00")), None);
    let (last, first) = (time("9999-12-31T23:59Z"), time("0000-01-01T00:00Z"));
    assert!(first.since(&last) < last.since(&first));
}

#[test]
fn a_timestamp_keeps_three_decimals_and_round_trips() {
    let timestamp = Timestamp::from_millis(1_772_326_800_120);
    assert_eq!(timestamp.to_string(), "2026-03-01T01:00:00.120Z");
    assert_eq!(timestamp.to_string().parse::<Timestamp>().unwrap(), timestamp);
}
