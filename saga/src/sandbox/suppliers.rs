//! The three ports, implemented with the books.

use std::future::pending;
use std::time::Duration;

use domain::command::{Released, SupplierAnswer};
use domain::request::{SandboxStep, Trouble};
use domain::{FlightDetails, HotelDetails, Money};
use store::sandbox::{Ledger, LedgerRow, LedgerState, Supplier};

use super::behaviour;
use crate::supplier::{
    Call, FlightSupplier, HotelSupplier, PaymentProvider, Pending, SupplierError,
};

/// Suppliers of nothing, for demonstrations and tests.
#[derive(Clone, Debug)]
pub struct SandboxSuppliers {
    ledger: Ledger,
    slow: Duration,
}

/// What distinguishes the three suppliers.
struct Desk {
    supplier: Supplier,
    reserve: SandboxStep,
    release: SandboxStep,
    refusal: &'static str,
}

const AIRLINE: Desk = Desk {
    supplier: Supplier::Flight,
    reserve: SandboxStep::Flight,
    release: SandboxStep::FlightCancel,
    refusal: "the airline has no seat left on this flight",
};

const HOTEL: Desk = Desk {
    supplier: Supplier::Hotel,
    reserve: SandboxStep::Hotel,
    release: SandboxStep::HotelCancel,
    refusal: "the hotel has no room left for these nights",
};

const BANK: Desk = Desk {
    supplier: Supplier::Payment,
    reserve: SandboxStep::Payment,
    release: SandboxStep::PaymentRefund,
    refusal: "the payment provider declined the charge",
};

impl SandboxSuppliers {
    /// Suppliers that keep their books in `ledger`. A slow answer takes `slow`.
    #[must_use]
    pub fn new(ledger: Ledger, slow: Duration) -> Self {
        Self { ledger, slow }
    }

    async fn reserve(&self, desk: &Desk, call: &Call) -> Result<SupplierAnswer, SupplierError> {
        let row = self.ask(desk, desk.reserve, call).await?;
        self.misbehave(&row, desk.reserve, call).await?;
        behaviour::answer(&row, desk.refusal)
            .ok_or_else(|| failed("nothing was done under the key"))
    }

    async fn release(&self, desk: &Desk, call: &Call) -> Result<Released, SupplierError> {
        let row = self.ask(desk, desk.release, call).await?;
        let row = self.land_late_effect(row).await?;
        self.misbehave(&row, desk.release, call).await?;
        Ok(behaviour::released_answer(&row))
    }

    async fn ask(
        &self,
        desk: &Desk,
        step: SandboxStep,
        call: &Call,
    ) -> Result<LedgerRow, SupplierError> {
        let opened = || LedgerRow::new(&call.key, call.trip_id.clone(), desk.supplier);
        let asked = |row: Option<LedgerRow>| {
            behaviour::asked(row.unwrap_or_else(opened), step, &call.sandbox)
        };
        self.ledger.update(&call.key, asked).await.map_err(failed)
    }

    /// Lets the postponed effect of a reservation land now, after the release is in the books.
    async fn land_late_effect(&self, row: LedgerRow) -> Result<LedgerRow, SupplierError> {
        if row.late.is_none() || row.state != LedgerState::Released {
            return Ok(row);
        }
        let landed = |now: Option<LedgerRow>| behaviour::landed(now.unwrap_or_else(|| row.clone()));
        self.ledger.update(&row.key, landed).await.map_err(failed)
    }

    /// Misbehaves as the request asks, after the books are written.
    async fn misbehave(
        &self,
        row: &LedgerRow,
        step: SandboxStep,
        call: &Call,
    ) -> Result<(), SupplierError> {
        match behaviour::trouble(row, step, &call.sandbox) {
            None | Some(Trouble::Refused) => Ok(()),
            Some(Trouble::Error) => Err(failed("the sandbox was asked to fail")),
            Some(Trouble::Slow) => {
                tokio::time::sleep(self.slow).await;
                Ok(())
            }
            // Never answers: the caller has a timeout.
            Some(Trouble::Timeout | Trouble::TimeoutAfterEffect | Trouble::LateEffect) => {
                pending().await
            }
        }
    }
}

fn failed(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> SupplierError {
    SupplierError::Unavailable(cause.into())
}

impl FlightSupplier for SandboxSuppliers {
    fn reserve<'a>(
        &'a self,
        call: &'a Call,
        _flight: &'a FlightDetails,
    ) -> Pending<'a, SupplierAnswer> {
        Box::pin(self.reserve(&AIRLINE, call))
    }

    fn release<'a>(&'a self, call: &'a Call) -> Pending<'a, Released> {
        Box::pin(self.release(&AIRLINE, call))
    }
}

impl HotelSupplier for SandboxSuppliers {
    fn reserve<'a>(
        &'a self,
        call: &'a Call,
        _stay: &'a HotelDetails,
    ) -> Pending<'a, SupplierAnswer> {
        Box::pin(self.reserve(&HOTEL, call))
    }

    fn release<'a>(&'a self, call: &'a Call) -> Pending<'a, Released> {
        Box::pin(self.release(&HOTEL, call))
    }
}

impl PaymentProvider for SandboxSuppliers {
    fn capture<'a>(&'a self, call: &'a Call, _amount: Money) -> Pending<'a, SupplierAnswer> {
        Box::pin(self.reserve(&BANK, call))
    }

    fn void_or_refund<'a>(&'a self, call: &'a Call) -> Pending<'a, Released> {
        Box::pin(self.release(&BANK, call))
    }
}
