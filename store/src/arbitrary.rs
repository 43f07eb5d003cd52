//! Arbitrary trips for property tests: every value that the domain accepts, with any Unicode in its
//! texts.

use domain::details::{FlightNumber, HotelName};
use domain::member::{
    FlightReservation, HotelBooking, PaymentStatus, PaymentTransaction, ReservationStatus,
};
use domain::money::{parse_amount, parse_currency};
use domain::time::parse_date;
use domain::{
    Asked, CustomerId, ErrorCode, Failure, FieldError, FlightDetails, HotelDetails, Money, SagaId,
    TicketTime, Timestamp, TripDetails, TripId, TripState, TripStatus,
};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

pub(crate) fn trip_id() -> impl Strategy<Value = TripId> {
    "[A-Za-z0-9_-]{1,64}".prop_map(|text| TripId::parse(&text).unwrap())
}

pub(crate) fn trip_state() -> impl Strategy<Value = TripState> {
    (trip_id(), owner(), progress(), asked(), times(), option::of(failure())).prop_flat_map(
        |(id, owner, progress, asked, times, failure)| {
            let (customer_id, saga_id) = owner;
            let (status, version, last_sequence) = progress;
            let [created_at, status_changed_at, updated_at] = times;
            members(&id).prop_map(move |(flight, hotel, payment)| TripState {
                id: id.clone(),
                customer_id: customer_id.clone(),
                saga_id: saga_id.clone(),
                status,
                version,
                last_sequence,
                asked: asked.clone(),
                flight,
                hotel,
                payment,
                failure: failure.clone(),
                created_at,
                updated_at,
                status_changed_at,
            })
        },
    )
}

fn owner() -> impl Strategy<Value = (CustomerId, SagaId)> {
    ("[A-Za-z0-9_.:@|-]{1,128}", "[!-~]{1,160}").prop_map(|(customer, saga)| {
        (CustomerId::parse(&customer).unwrap(), SagaId::parse(&saga).unwrap())
    })
}

fn progress() -> impl Strategy<Value = (TripStatus, u64, u64)> {
    (select(TripStatus::ALL), 1_u64.., any::<u64>())
}

fn times() -> impl Strategy<Value = [Timestamp; 3]> {
    let millis = || 0..4_102_444_800_000_i64;
    [millis(), millis(), millis()].prop_map(|mut times| {
        times.sort_unstable();
        times.map(Timestamp::from_millis)
    })
}

type Members = (Option<FlightReservation>, Option<HotelBooking>, Option<PaymentTransaction>);

fn members(trip: &TripId) -> impl Strategy<Value = Members> + use<> {
    let reservation = || option::of((select(ReservationStatus::ALL), option::of(any::<String>())));
    let payment = option::of((select(PaymentStatus::ALL), option::of(any::<String>())));
    let ids = (
        FlightReservation::id_in(trip),
        HotelBooking::id_in(trip),
        PaymentTransaction::id_in(trip),
    );
    (reservation(), reservation(), payment).prop_map(move |(flight, hotel, payment)| {
        let (flight_id, hotel_id, payment_id) = ids.clone();
        (
            flight.map(|(status, reference)| FlightReservation {
                id: flight_id,
                status,
                reference,
            }),
            hotel.map(|(status, reference)| HotelBooking { id: hotel_id, status, reference }),
            payment.map(|(status, reference)| PaymentTransaction {
                id: payment_id,
                status,
                reference,
            }),
        )
    })
}

fn failure() -> impl Strategy<Value = Failure> {
    let field =
        any::<[String; 3]>().prop_map(|[field, code, detail]| FieldError { field, code, detail });
    (select(ErrorCode::ALL), any::<String>(), prop::collection::vec(field, 0..4))
        .prop_map(|(code, detail, errors)| Failure { code, detail, errors })
}

fn asked() -> impl Strategy<Value = Asked> {
    let departure = option::of(flight().prop_map(|(_, departure, _)| departure));
    prop_oneof![details().prop_map(Asked::Trip), departure.prop_map(Asked::Refused)]
}

fn details() -> impl Strategy<Value = TripDetails> {
    (flight(), hotel_name(), prices()).prop_map(|((number, departure, arrival), name, prices)| {
        let (flight, hotel) = prices;
        let total = Money::new(flight.value() + hotel.value(), flight.currency()).unwrap();
        let flight = FlightDetails { number, departure, arrival, price: flight };
        let check_in = departure.date();
        let check_out = check_in.tomorrow().unwrap();
        let hotel = HotelDetails { name, check_in, check_out, price: hotel };
        TripDetails::new(flight, hotel, total).unwrap()
    })
}

fn flight() -> impl Strategy<Value = (FlightNumber, TicketTime, TicketTime)> {
    // Includes numbers that earlier releases accepted.
    let number = "[A-Z0-9]{2}[0-9]{1,4}|[A-Z][A-Z0-9][1-9][0-9]{0,3}[A-Z]?"
        .prop_map(|text| FlightNumber::try_from(text).unwrap());
    let offset = "[+-](0[0-9]|1[0-3]):[0-5][0-9]";
    (number, (1950..2150, 1..=12, 1..=28), (0..24, 0..60, 0..60), option::of([offset, offset]))
        .prop_map(|(number, (year, month, day), (hour, minute, second), offsets)| {
            let [departs, arrives] = offsets.unwrap_or_default();
            let time = |year: i32, offset| {
                let date = format!("{year:04}-{month:02}-{day:02}");
                parse_date(&date).unwrap();
                let text = format!("{date}T{hour:02}:{minute:02}:{second:02}{offset}");
                TicketTime::parse(&text).unwrap()
            };
            // A year apart, so that no offset can reverse the order.
            (number, time(year, departs), time(year + 1, arrives))
        })
}

fn hotel_name() -> impl Strategy<Value = HotelName> {
    "\\PC{1,40}".prop_filter_map("not blank", |text| HotelName::parse(&text).ok())
}

/// Two prices of one currency.
fn prices() -> impl Strategy<Value = (Money, Money)> {
    let price = || 0..=999_999_999_999_u64;
    (select(vec![("JPY", 0), ("USD", 2), ("BGN", 2), ("KWD", 3)]), price(), price()).prop_map(
        |((currency, decimals), flight, hotel)| {
            let money = |minor: u64| {
                let unit = 10_u64.pow(decimals);
                let text = format!("{}.{:03}", minor / unit, minor % unit * 1_000 / unit);
                Money::new(parse_amount(&text).unwrap(), parse_currency(currency).unwrap()).unwrap()
            };
            (money(flight), money(hotel))
        },
    )
}
