//! What a search must find: the same question, answered by a filter over a list.

use domain::{TripState, TripStatus};

use super::trips::asked_for;

/// A question, and the parameters that ask it.
#[derive(Clone, Debug)]
pub(super) struct Question {
    pub(super) customer: Option<&'static str>,
    pub(super) statuses: Vec<TripStatus>,
    /// The earliest departure to the minute.
    pub(super) from: &'static str,
    /// The latest departure to the minute, included.
    pub(super) to: &'static str,
    pub(super) descending: bool,
    pub(super) limit: usize,
}

impl Question {
    pub(super) fn parameters(&self) -> String {
        let order = if self.descending { "desc" } else { "asc" };
        let fixed = format!("from={}&to={}&order={order}&limit={}", self.from, self.to, self.limit);
        let customer = self.customer.map(|customer| format!("&customer_id={customer}"));
        let statuses = self.statuses.iter().map(|status| format!("&status={status}"));
        fixed + &customer.unwrap_or_default() + &statuses.collect::<String>()
    }

    /// The ids to find, in order, and whether there are more.
    pub(super) fn answer<'a>(&self, trips: &'a [TripState]) -> (Vec<&'a str>, bool) {
        let mut found = self.whole_answer(trips);
        let more = found.len() > self.limit;
        found.truncate(self.limit);
        (found, more)
    }

    /// The ids on all pages, in order.
    pub(super) fn whole_answer<'a>(&self, trips: &'a [TripState]) -> Vec<&'a str> {
        let mut found: Vec<_> = trips.iter().filter(|trip| self.fits(trip)).collect();
        found.sort_by_key(|trip| (departure(trip), trip.id.clone()));
        if self.descending {
            found.reverse();
        }
        found.into_iter().map(|trip| trip.id.as_str()).collect()
    }

    fn fits(&self, trip: &TripState) -> bool {
        let departure = departure(trip);
        self.customer.is_none_or(|customer| trip.customer_id.as_str() == customer)
            && (self.statuses.is_empty() || self.statuses.contains(&trip.status))
            && self.from <= departure.as_str()
            && departure.as_str() <= self.to
    }
}

fn departure(trip: &TripState) -> String {
    trip.details().unwrap().flight().departure.to_minute()
}

/// Trips of three customers in all statuses, over five months and a turn of the year; some depart
/// in the same minute.
pub(super) fn trips() -> Vec<TripState> {
    (0..90).map(trip).collect()
}

fn trip(n: usize) -> TripState {
    let (customer, status) = (["1", "2", "3"][n % 3], TripStatus::ALL[n / 3 % 6]);
    let (year, month) = [(2025, 11), (2025, 12), (2026, 1), (2026, 2), (2026, 3)][n * 3 % 5];
    let (day, hour, second) = (1 + n * 11 % 14, n % 2 * 12, n % 60);
    let departure = format!("{year}-{month:02}-{day:02}T{hour:02}:00:{second:02}");
    asked_for(&format!("trip-{n}"), customer, status, &departure)
}
