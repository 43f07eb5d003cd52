//! Amounts are decimals from the first byte to the last: none passes through a float.

use domain::request::BookingRequest;
use proptest::prelude::*;
use rstest::rstest;

/// The total that is read from a body with `flight`, `hotel` and `total` as its amounts, verbatim.
fn kept(flight: &str, hotel: &str, total: &str) -> Result<String, Vec<(String, String)>> {
    let body = format!(
        r#"{{"flight_details": {{"flight_number": "NH001", "departure_time": "2026-03-01T10:00:00",
            "arrival_time": "2026-03-01T14:00:00", "price_amount": {flight}, "price_currency": "BHD"}},
            "hotel_details": {{"hotel_name": "Grand Hotel", "check_in_date": "2026-03-01",
            "check_out_date": "2026-03-03", "price_amount": {hotel}, "price_currency": "BHD"}},
            "amount": {total}, "currency": "BHD"}}"#
    );
    let details = BookingRequest::read(&body).and_then(|request| request.details());
    details
        .map(|details| details.total().value().to_string())
        .map_err(|errors| errors.into_iter().map(|error| (error.field, error.code)).collect())
}

#[rstest]
#[case("\"0.10\"", "\"0.20\"", "\"0.30\"", "0.3")]
#[case("\"19.99\"", "\"0.01\"", "20", "20")]
#[case("\"19.99\"", "\"19.99\"", "\"39.98\"", "39.98")]
#[case("900719925474099", "\"3.001\"", "\"900719925474102.001\"", "900719925474102.001")]
#[case("\"499999999999999.999\"", "5e14", "\"999999999999999.999\"", "999999999999999.999")]
#[case("100.0", "1.5e2", "\"250.000000\"", "250")]
fn sums_are_exact(
    #[case] flight: &str,
    #[case] hotel: &str,
    #[case] total: &str,
    #[case] kept_as: &str,
) {
    assert_eq!(kept(flight, hotel, total), Ok(kept_as.to_owned()));
}

#[rstest]
#[case("0.10")]
#[case("100.00000000000000000001")]
#[case("999999999999999.01")]
#[case("9007199254740993")]
#[case("\"12345678901234567890123456789012345678\"")]
#[case("12345678901234567890123456789012345678")]
fn a_number_that_a_float_would_bend_is_refused(#[case] amount: &str) {
    let refused = kept(amount, "1", "101").unwrap_err();
    assert_eq!(refused, [("flight_details.price_amount".to_owned(), "format".to_owned())]);
}

/// Thousandths, as a decimal text.
fn text(thousandths: u64) -> String {
    format!("\"{}.{:03}\"", thousandths / 1_000, thousandths % 1_000)
}

proptest! {
    #[test]
    fn any_two_prices_have_one_sum(flight in 1..400_000_000_000_000_000_u64, hotel in 1..400_000_000_000_000_000_u64) {
        let total = text(flight + hotel);
        let exact = total.trim_matches('"').trim_end_matches('0').trim_end_matches('.');
        prop_assert_eq!(kept(&text(flight), &text(hotel), &total), Ok(exact.to_owned()));
        let off = kept(&text(flight), &text(hotel), &text(flight + hotel + 1));
        prop_assert_eq!(off, Err(vec![("amount".to_owned(), "sum_of_prices".to_owned())]));
    }
}
