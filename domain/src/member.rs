//! The members of a trip: flight reservation, hotel booking and payment.

use crate::TripId;

macro_rules! statuses {
    ($(#[$doc:meta])* $name:ident { $(#[doc = $meaning:literal] $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $(#[doc = $meaning] #[serde(rename = $text)] $variant,)* }

        impl $name {
            /// Every status there is.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The status as it is stored, published and shown.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// What the status says, in a sentence.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning.trim_ascii(),)* }
            }

            /// The status with that name, if there is one.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|status| status.as_str() == name)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use statuses;

statuses! {
    /// Where a flight reservation or a hotel booking stands.
    ReservationStatus {
        /// Held, and not yet paid for.
        Reserved = "RESERVED",
        /// Held and paid for.
        Confirmed = "CONFIRMED",
        /// Given back.
        Cancelled = "CANCELLED",
        /// Refused by the supplier; never held.
        Rejected = "REJECTED",
    }
}

statuses! {
    /// Where a payment stands.
    PaymentStatus {
        /// The customer was charged.
        Captured = "CAPTURED",
        /// The charge was undone, or can no longer happen.
        Refunded = "REFUNDED",
        /// Refused by the payment provider; never charged.
        Declined = "DECLINED",
    }
}

impl ReservationStatus {
    /// Whether the supplier holds something for the trip.
    #[must_use]
    pub const fn holds(self) -> bool {
        matches!(self, Self::Reserved | Self::Confirmed)
    }
}

impl PaymentStatus {
    /// Whether the customer is charged.
    #[must_use]
    pub const fn holds(self) -> bool {
        matches!(self, Self::Captured)
    }
}

macro_rules! member {
    ($(#[$doc:meta])* $name:ident, $status:ty, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name {
            /// Derived from the trip's id, so that a repeat finds its own item.
            pub id: String,
            /// Where it stands.
            pub status: $status,
            /// The supplier's own reference; absent if the supplier gave none.
            pub reference: Option<String>,
        }

        impl $name {
            /// The member's id within the given trip.
            #[must_use]
            pub fn id_in(trip: &TripId) -> String {
                format!(concat!($prefix, "-{}"), trip)
            }

            pub(crate) fn new(trip: &TripId, status: $status, reference: Option<String>) -> Self {
                Self { id: Self::id_in(trip), status, reference }
            }
        }
    };
}

member!(
    /// The seat of the trip.
    FlightReservation,
    ReservationStatus,
    "flight"
);
member!(
    /// The room of the trip.
    HotelBooking,
    ReservationStatus,
    "hotel"
);
member!(
    /// The charge for the trip.
    PaymentTransaction,
    PaymentStatus,
    "payment"
);
