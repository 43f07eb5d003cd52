//! The day: bookings a second rise from few to many, and stay there.

/// Seconds in a day.
pub const DAY: u32 = 86_400;
/// How long the rate rises.
const RISE: u32 = 7_200;
/// Bookings a second at the start and after the rise.
const FIRST: f64 = 10.0;
pub const MOST: f64 = 1_000.0;

/// Bookings a second in this second of the day.
pub fn rate(second: u32) -> f64 {
    let risen = f64::from(second.min(RISE)) / f64::from(RISE);
    FIRST + (MOST - FIRST) * risen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_rises_for_two_hours_and_stays() {
        assert_eq!([0, 3_600, 7_200, DAY].map(rate), [10.0, 505.0, 1_000.0, 1_000.0]);
    }
}
