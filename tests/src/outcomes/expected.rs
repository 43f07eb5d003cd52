//! The matrix: a step, its trouble, and how the trip ends.

/// One row.
pub(super) struct Expected {
    /// A key of the request's `sandbox` object.
    pub(super) step: &'static str,
    /// Its value there.
    pub(super) trouble: &'static str,
    /// Trip, flight, hotel and payment; `-` for a member that was never begun.
    statuses: &'static str,
    /// Why the trip failed; empty where it did not.
    failure: &'static str,
    /// The trip's events in order.
    events: &'static str,
    /// What the suppliers hold at the end.
    held: &'static str,
}

impl Expected {
    pub(super) fn trip_id(&self) -> String {
        format!("{}-{}", self.step, self.trouble)
    }

    /// The row as one line, to compare and to print.
    pub(super) fn picture(&self) -> String {
        picture(self.statuses, self.failure, self.events, self.held)
    }
}

pub(super) fn picture(statuses: &str, failure: &str, events: &str, held: &str) -> String {
    format!("{statuses} | {failure} | {events} | holds: {held}")
}

const fn row(
    step: &'static str,
    trouble: &'static str,
    statuses: &'static str,
    failure: &'static str,
    events: &'static str,
) -> Expected {
    let held = if failure.is_empty() { "flight hotel payment" } else { "nothing" };
    Expected { step, trouble, statuses, failure, events, held }
}

const BOOKED: &str = "CONFIRMED CONFIRMED CONFIRMED CAPTURED";
const BOOKED_EVENTS: &str =
    "flight.reserved.v1 hotel.reserved.v1 payment.captured.v1 trip.confirmed.v1";

// A flight whose outcome is unknown: nobody heard of a reservation, so the tombstone speaks alone.
const NO_FLIGHT: &str = "FAILED CANCELLED - -";
const NO_FLIGHT_EVENTS: &str = "trip.failed.v1";

const NO_HOTEL: &str = "FAILED CANCELLED CANCELLED -";
const NO_HOTEL_EVENTS: &str = "flight.reserved.v1 flight.cancelled.v1 trip.failed.v1";

const NO_PAYMENT: &str = "FAILED CANCELLED CANCELLED REFUNDED";
const NO_PAYMENT_EVENTS: &str =
    "flight.reserved.v1 hotel.reserved.v1 hotel.cancelled.v1 flight.cancelled.v1 trip.failed.v1";

// The provider had captured without our knowing, so its refund is news.
const REFUND_FOUND_EVENTS: &str = "flight.reserved.v1 hotel.reserved.v1 payment.refunded.v1 hotel.cancelled.v1 flight.cancelled.v1 trip.failed.v1";

/// Three steps, six troubles each.
pub(super) const MATRIX: [[Expected; 6]; 3] = [
    step(
        "flight",
        [
            "unavailable",
            "FAILED REJECTED - -",
            "FlightUnavailable",
            "flight.rejected.v1 trip.failed.v1",
        ],
        NO_FLIGHT,
        [NO_FLIGHT_EVENTS; 2],
    ),
    step(
        "hotel",
        [
            "unavailable",
            "FAILED CANCELLED REJECTED -",
            "HotelUnavailable",
            "flight.reserved.v1 hotel.rejected.v1 flight.cancelled.v1 trip.failed.v1",
        ],
        NO_HOTEL,
        [NO_HOTEL_EVENTS; 2],
    ),
    step(
        "payment",
        [
            "declined",
            "FAILED CANCELLED CANCELLED DECLINED",
            "PaymentDeclined",
            "flight.reserved.v1 hotel.reserved.v1 payment.declined.v1 hotel.cancelled.v1 flight.cancelled.v1 trip.failed.v1",
        ],
        NO_PAYMENT,
        [NO_PAYMENT_EVENTS, REFUND_FOUND_EVENTS],
    ),
];

/// A step that is refused for good, and one that is given up and undone: by its statuses, and by
/// its events, also where the supplier had done its work.
const fn step(
    name: &'static str,
    [refusal, refused, code, refused_events]: [&'static str; 4],
    undone: &'static str,
    [events, events_if_done]: [&'static str; 2],
) -> [Expected; 6] {
    [
        row(name, refusal, refused, code, refused_events),
        row(name, "timeout", undone, "SupplierTimeout", events),
        row(name, "timeout_after_effect", undone, "SupplierTimeout", events_if_done),
        row(name, "late_effect", undone, "SupplierTimeout", events),
        row(name, "error", undone, "SupplierUnavailable", events),
        row(name, "slow", BOOKED, "", BOOKED_EVENTS),
    ]
}
