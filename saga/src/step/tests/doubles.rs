//! Trips in memory and a supplier that counts its calls.

use std::collections::VecDeque;
use std::future::pending;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::command::{Released, SupplierAnswer};
use domain::{Change, Clock, Command, Failure, Outcome, Plan, Trip, TripId, TripStatus};
use store::{CommitError, StoreError};
use testing::FixedClock;

use crate::step::Step;
use crate::supplier::{Pending, SupplierError};
use crate::trips::Trips;

/// The fault of one commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// No fault.
    Success,
    /// Another writer was first.
    LostRace,
    /// The commit is written, but the reply is lost.
    ReplyLost,
    /// The commit is not written, and nobody can tell.
    RequestLost,
    /// The commit is throttled.
    Throttled,
}

#[derive(Default)]
struct Memory {
    trip: Mutex<Option<Trip>>,
    faults: Mutex<VecDeque<Fault>>,
    /// What another writer commits directly before the next commit.
    rival: Mutex<Option<Box<Change>>>,
    loads: AtomicU32,
}

impl Memory {
    fn write(&self, change: &Change) -> Result<(), CommitError> {
        let mut trip = self.trip.lock().unwrap();
        if *trip != change.before {
            return Err(CommitError::LostRace);
        }
        *trip = Some(change.trip.clone());
        Ok(())
    }
}

impl Trips for Arc<Memory> {
    async fn load(&self, _id: &TripId) -> Result<Option<Trip>, StoreError> {
        self.loads.fetch_add(1, SeqCst);
        Ok(self.trip.lock().unwrap().clone())
    }

    async fn commit(&self, change: &Change) -> Result<(), CommitError> {
        if let Some(rival) = self.rival.lock().unwrap().take() {
            self.write(&rival)?;
        }
        let fault = self.faults.lock().unwrap().pop_front().unwrap_or(Fault::Success);
        let (operation, source) = ("committing", Arc::new(std::io::Error::other("fault")));
        let unknown = StoreError::Unavailable { operation, source: source.clone() };
        match fault {
            Fault::Success => self.write(change),
            Fault::LostRace => Err(CommitError::LostRace),
            Fault::RequestLost => Err(CommitError::OutcomeUnknown(unknown)),
            Fault::ReplyLost => {
                self.write(change)?;
                Err(CommitError::OutcomeUnknown(unknown))
            }
            Fault::Throttled => Err(StoreError::Throttled { operation, source }.into()),
        }
    }
}

fn clock() -> FixedClock {
    FixedClock::at_millis(1_767_225_600_000)
}

/// One trip, and the steps that work on it.
pub(super) struct World(Arc<Memory>);

impl World {
    pub(super) fn empty() -> Self {
        Self(Arc::default())
    }

    /// The trip is written, and no supplier was called yet.
    pub(super) async fn opened() -> Self {
        let world = Self::empty();
        world.reserve(&super::reserve_flight(), &Supplier::failing()).await.unwrap_err();
        world
    }

    pub(super) async fn with_flight() -> Self {
        let world = Self::empty();
        world.reserve(&super::reserve_flight(), &Supplier::accepting()).await.unwrap();
        world
    }

    pub(super) async fn with_hotel() -> Self {
        let world = Self::with_flight().await;
        world.reserve(&super::reserve_hotel(), &Supplier::accepting()).await.unwrap();
        world
    }

    pub(super) fn step(&self) -> Step<impl Trips> {
        let supplier_timeout = Duration::from_secs(5);
        Step { trips: self.0.clone(), clock: Arc::new(clock()), supplier_timeout }
    }

    pub(super) async fn reserve<C: Command<Answer = SupplierAnswer> + Sync>(
        &self,
        command: &C,
        supplier: &Supplier,
    ) -> Result<Outcome, Failure> {
        self.step().reserve(command, || supplier.reserve(), || supplier.release()).await
    }

    /// Same as `reserve`, but `meanwhile` happens between the supplier's answer and the commit.
    pub(super) async fn reserve_while<C: Command<Answer = SupplierAnswer> + Sync>(
        &self,
        command: &C,
        supplier: &Supplier,
        meanwhile: impl AsyncFnOnce(),
    ) -> Result<Outcome, Failure> {
        let gate = &tokio::sync::Notify::new();
        let reserve = || -> Pending<'_, SupplierAnswer> {
            Box::pin(async move {
                let answer = supplier.reserve().await;
                gate.notified().await;
                answer
            })
        };
        let step = self.step();
        let reserving = step.reserve(command, reserve, || supplier.release());
        let meanwhile = async {
            meanwhile().await;
            gate.notify_one();
        };
        tokio::join!(reserving, meanwhile).0
    }

    pub(super) async fn undo<C: Command<Answer = Released> + Sync>(
        &self,
        command: &C,
        supplier: &Supplier,
    ) -> Result<Outcome, Failure> {
        self.step().undo(command, || supplier.release()).await
    }

    /// The faults of the next commits; later commits succeed.
    pub(super) fn fail_next(&self, faults: impl IntoIterator<Item = Fault>) {
        self.0.faults.lock().unwrap().extend(faults);
    }

    /// Another writer's first commit is made directly before the next one.
    pub(super) fn beat_next_commit(&self, command: &impl Command) {
        let Ok(Plan::First(change)) = command.plan(None, clock().now()) else {
            panic!("the command writes first")
        };
        *self.0.rival.lock().unwrap() = Some(change);
    }

    /// How often the trip was loaded.
    pub(super) fn loads(&self) -> u32 {
        self.0.loads.load(SeqCst)
    }

    pub(super) fn has_no_faults_left(&self) -> bool {
        self.0.faults.lock().unwrap().is_empty()
    }

    pub(super) fn status(&self) -> Option<TripStatus> {
        self.0.trip.lock().unwrap().as_ref().map(|trip| trip.state().status)
    }

    pub(super) fn version(&self) -> u64 {
        self.0.trip.lock().unwrap().as_ref().map_or(0, |trip| trip.state().version)
    }
}

/// How a supplier handles every call.
#[derive(Clone, Copy)]
enum Manner {
    Accepts,
    Refuses,
    Fails,
    IsSilent,
}

/// A supplier of anything, which counts its effects.
pub(super) struct Supplier {
    manner: Manner,
    reserved: AtomicU32,
    released: AtomicU32,
    fail_next_release: AtomicBool,
}

impl Supplier {
    pub(super) fn accepting() -> Self {
        Self::of(Manner::Accepts)
    }

    pub(super) fn refusing() -> Self {
        Self::of(Manner::Refuses)
    }

    pub(super) fn failing() -> Self {
        Self::of(Manner::Fails)
    }

    pub(super) fn silent() -> Self {
        Self::of(Manner::IsSilent)
    }

    fn of(manner: Manner) -> Self {
        Self {
            manner,
            reserved: AtomicU32::default(),
            released: AtomicU32::default(),
            fail_next_release: AtomicBool::default(),
        }
    }

    pub(super) fn fail_next_release(&self) {
        self.fail_next_release.store(true, SeqCst);
    }

    /// How often it was asked to reserve, and answered.
    pub(super) fn reserved(&self) -> u32 {
        self.reserved.load(SeqCst)
    }

    /// How often it released.
    pub(super) fn released(&self) -> u32 {
        self.released.load(SeqCst)
    }

    fn reserve(&self) -> Pending<'_, SupplierAnswer> {
        Box::pin(async {
            self.behave().await?;
            self.reserved.fetch_add(1, SeqCst);
            Ok(match self.manner {
                Manner::Refuses => SupplierAnswer::Refused { detail: "full".to_owned() },
                _ => SupplierAnswer::Accepted { reference: "REF-1".to_owned() },
            })
        })
    }

    fn release(&self) -> Pending<'_, Released> {
        Box::pin(async {
            self.behave().await?;
            if self.fail_next_release.swap(false, SeqCst) {
                return Err(SupplierError::Unavailable("refused to release".into()));
            }
            self.released.fetch_add(1, SeqCst);
            Ok(Released { held: self.reserved() > 0 })
        })
    }

    async fn behave(&self) -> Result<(), SupplierError> {
        match self.manner {
            Manner::Accepts | Manner::Refuses => Ok(()),
            Manner::Fails => Err(SupplierError::Unavailable("broken".into())),
            Manner::IsSilent => pending().await,
        }
    }
}
