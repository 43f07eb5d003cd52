//! Suppliers that give a test's answer, whatever they are asked.

use std::sync::Arc;

use domain::command::{Released, SupplierAnswer};
use domain::{FlightDetails, HotelDetails, Money};
use saga::supplier::{
    Call, FlightSupplier, HotelSupplier, PaymentProvider, Pending, SupplierError, Suppliers,
};

/// What a supplier says to a reservation. It releases whatever it is asked to.
#[derive(Clone, Debug)]
pub(super) enum Says {
    /// It holds what was asked for, under this reference.
    Yes(String),
    /// It refuses in these words.
    No(String),
    /// It fails with this error.
    Fails(String),
}

/// The same supplier for flight, hotel and payment.
pub(super) fn saying(says: Says) -> Suppliers {
    let supplier = Arc::new(says);
    Suppliers::new(supplier.clone(), supplier.clone(), supplier)
}

impl Says {
    fn answer(&self) -> Pending<'_, SupplierAnswer> {
        let answer = match self.clone() {
            Self::Yes(reference) => Ok(SupplierAnswer::Accepted { reference }),
            Self::No(detail) => Ok(SupplierAnswer::Refused { detail }),
            Self::Fails(error) => Err(SupplierError::Unavailable(error.into())),
        };
        Box::pin(async { answer })
    }
}

fn released<'a>() -> Pending<'a, Released> {
    Box::pin(async { Ok(Released { held: true }) })
}

impl FlightSupplier for Says {
    fn reserve<'a>(&'a self, _: &'a Call, _: &'a FlightDetails) -> Pending<'a, SupplierAnswer> {
        self.answer()
    }

    fn release<'a>(&'a self, _: &'a Call) -> Pending<'a, Released> {
        released()
    }
}

impl HotelSupplier for Says {
    fn reserve<'a>(&'a self, _: &'a Call, _: &'a HotelDetails) -> Pending<'a, SupplierAnswer> {
        self.answer()
    }

    fn release<'a>(&'a self, _: &'a Call) -> Pending<'a, Released> {
        released()
    }
}

impl PaymentProvider for Says {
    fn capture<'a>(&'a self, _: &'a Call, _: Money) -> Pending<'a, SupplierAnswer> {
        self.answer()
    }

    fn void_or_refund<'a>(&'a self, _: &'a Call) -> Pending<'a, Released> {
        released()
    }
}
