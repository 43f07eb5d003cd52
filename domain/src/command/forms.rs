//! The two forms of a step's command: one that books a member, and one that undoes it.

/// Declares a command that books one member of a trip.
macro_rules! booking {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name {
            /// Who speaks.
            pub claim: $crate::Claim,
            /// The whole trip that is asked for.
            pub details: $crate::TripDetails,
        }

        impl $crate::command::Claimed for $name {
            fn claim(&self) -> &$crate::Claim {
                &self.claim
            }

            fn asked(&self) -> $crate::Asked {
                $crate::Asked::Trip(self.details.clone())
            }
        }
    };
}

/// Declares a command that undoes one member of a trip.
macro_rules! undo {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name {
            /// Who speaks.
            pub claim: $crate::Claim,
            /// For whom.
            pub reason: $crate::command::Reason,
            /// What the booking asked for, as far as the compensation knows.
            pub asked: $crate::Asked,
        }

        impl $crate::command::Claimed for $name {
            fn claim(&self) -> &$crate::Claim {
                &self.claim
            }

            fn asked(&self) -> $crate::Asked {
                self.asked.clone()
            }
        }
    };
}

pub(super) use {booking, undo};
