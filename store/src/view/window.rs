//! A search's range of departure keys, and the month buckets that it spans.

use std::ops::Range;

use super::row::MONTH;
use super::{Order, SearchQuery};
use crate::keys;

/// A closed range of departure keys that is not empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) low: String,
    pub(super) high: String,
    order: Order,
}

/// A text that is no `YYYY-MM-DDThh:mm`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no minute of departure in the form YYYY-MM-DDThh:mm")]
pub(super) struct MinuteFormat(String);

impl Window {
    /// What is left to read of the query's range; `None` where that is nothing.
    pub(super) fn of(query: &SearchQuery) -> Result<Option<Self>, MinuteFormat> {
        let mut low = keys::departure_floor(minute(&query.from)?);
        let mut high = keys::departure_ceiling(minute(&query.to)?);
        match (&query.after, query.order) {
            (None, _) => {}
            (Some(after), Order::Ascending) => low = low.max(keys::just_after(after)),
            (Some(after), Order::Descending) => high = high.min(keys::just_before(after)),
        }
        Ok((low <= high).then_some(Self { low, high, order: query.order }))
    }

    /// The months from the window's first to its last, in the query's order.
    pub(super) fn months(&self) -> Box<dyn Iterator<Item = String> + Send> {
        let months = (index(&self.low)..=index(&self.high)).map(name);
        match self.order {
            Order::Ascending => Box::new(months),
            Order::Descending => Box::new(months.rev()),
        }
    }
}

/// Checks the form; a day that does not exist does no harm to a range.
fn minute(text: &str) -> Result<&str, MinuteFormat> {
    const FORM: &[u8] = b"dddd-dd-ddTdd:dd";
    let fits = |(form, byte): (&u8, u8)| match form {
        b'd' => byte.is_ascii_digit(),
        other => byte == *other,
    };
    if text.len() == FORM.len() && FORM.iter().zip(text.bytes()).all(fits) {
        return Ok(text);
    }
    Err(MinuteFormat(text.to_owned()))
}

/// The month of a departure key, counted from the year 0.
fn index(key: &str) -> u32 {
    let number = |range: Range<usize>| key.get(range).and_then(|part| part.parse().ok());
    let (year, month): (u32, u32) = (number(0..4).unwrap_or(0), number(5..MONTH).unwrap_or(1));
    year * 12 + month.clamp(1, 12) - 1
}

fn name(index: u32) -> String {
    format!("{:04}-{:02}", index / 12, index % 12 + 1)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn query(from: &str, to: &str, order: Order, after: Option<&str>) -> SearchQuery {
        let (from, to, after) = (from.to_owned(), to.to_owned(), after.map(str::to_owned));
        SearchQuery { statuses: vec![], customer_id: None, from, to, order, limit: 25, after }
    }

    fn months(query: &SearchQuery) -> Vec<String> {
        Window::of(query).unwrap().map(|window| window.months().collect()).unwrap_or_default()
    }

    #[rstest]
    #[case(Order::Ascending, None, &["2025-11", "2025-12", "2026-01"])]
    #[case(Order::Descending, None, &["2026-01", "2025-12", "2025-11"])]
    #[case(Order::Ascending, Some("2025-12-31T23:59#t"), &["2025-12", "2026-01"])]
    #[case(Order::Descending, Some("2025-12-01T00:00#t"), &["2025-12", "2025-11"])]
    #[case(Order::Ascending, Some("2026-02-01T00:00#t"), &[])]
    #[case(Order::Descending, Some("2025-10-01T00:00#t"), &[])]
    fn months_run_in_order_from_the_cursor_on(
        #[case] order: Order,
        #[case] after: Option<&str>,
        #[case] expected: &[&str],
    ) {
        let query = query("2025-11-15T00:00", "2026-01-15T23:59", order, after);
        assert_eq!(months(&query), expected);
    }

    #[test]
    fn a_range_that_ends_before_it_begins_holds_nothing() {
        let query = query("2026-01-02T00:00", "2026-01-01T00:00", Order::Ascending, None);
        assert_eq!(Window::of(&query), Ok(None));
    }

    #[rstest]
    #[case("2026-01-01")]
    #[case("2026-01-01T00:00:00")]
    #[case("2026-01-01T00:0é")]
    fn another_form_of_time_is_refused(#[case] from: &str) {
        let query = query(from, "2026-01-01T00:00", Order::Ascending, None);
        assert_eq!(Window::of(&query), Err(MinuteFormat(from.to_owned())));
    }
}
