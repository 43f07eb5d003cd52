//! A search's range of departure keys, and the months that it spans.

use super::{Order, SearchQuery};
use crate::keys::{self, Month};

/// A closed range of departure keys that is not empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) low: String,
    pub(super) high: String,
    first: Month,
    last: Month,
    order: Order,
}

impl Window {
    /// The part of the query's range that is still to be read; `None` if nothing is left.
    pub(super) fn of(query: &SearchQuery) -> Option<Self> {
        let SearchQuery { from, to, order, after, .. } = query;
        let mut window = Self {
            low: keys::departure_floor(*from),
            high: keys::departure_ceiling(*to),
            first: Month::of(from.date()),
            last: Month::of(to.date()),
            order: *order,
        };
        if let Some(after) = after {
            window.go_on(after);
        }
        (window.low <= window.high).then_some(window)
    }

    fn go_on(&mut self, after: &str) {
        let month = keys::month_of(after);
        match self.order {
            Order::Ascending => {
                self.low = keys::just_after(after).max(std::mem::take(&mut self.low));
                self.first = month.map_or(self.first, |month| month.max(self.first));
            }
            Order::Descending => {
                self.high = keys::just_before(after).min(std::mem::take(&mut self.high));
                self.last = month.map_or(self.last, |month| month.min(self.last));
            }
        }
    }

    /// The months from the window's first to its last, in the query's order.
    pub(super) fn months(&self) -> Box<dyn Iterator<Item = Month> + Send> {
        let months = self.first.to(self.last);
        match self.order {
            Order::Ascending => Box::new(months),
            Order::Descending => Box::new(months.rev()),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn query(from: &str, to: &str, order: Order, after: Option<&str>) -> SearchQuery {
        let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
        let after = after.map(str::to_owned);
        SearchQuery { statuses: vec![], customer_id: None, from, to, order, limit: 25, after }
    }

    fn months(query: &SearchQuery) -> Vec<String> {
        Window::of(query)
            .map(|window| window.months().map(|month| month.to_string()).collect())
            .unwrap_or_default()
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
        assert_eq!(Window::of(&query), None);
    }

    #[test]
    fn seconds_of_an_end_change_nothing() {
        let window = |from, to| Window::of(&query(from, to, Order::Ascending, None)).unwrap();
        let seconds = window("2026-01-01T00:00:01", "2026-01-01T00:00:59");
        assert_eq!(seconds, window("2026-01-01T00:00", "2026-01-01T00:00"));
    }
}
