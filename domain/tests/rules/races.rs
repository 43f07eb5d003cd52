//! After any repeats, reordering, races, losses and crashes, a trip at rest holds all or nothing,
//! and nobody is charged twice.

use domain::command::Reason;
use domain::{Claim, ErrorCode, TripStatus};
use proptest::collection::vec;
use proptest::prelude::*;

use super::support::{claim, claim_of, unknown};
use super::world::Member::{Flight, Hotel, Payment};
use super::world::Step::{self, Reserve, Undo};
use super::world::{Attempt, Member, StepEnd, World};

/// More turns than any caller needs to finish undisturbed.
const MOST_TURNS: usize = 1_000;

/// What happens to an attempt at its turn.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Acts,
    /// It stops here for good; its caller sees an unknown outcome.
    Crashes,
    /// Its caller gives it up, but it continues.
    IsGivenUp,
}

/// A caller that works through steps: the booking, a compensation chain, or a lone stray command.
struct Caller {
    claim: Claim,
    reason: Reason,
    step: Option<Step>,
    attempt: Option<Attempt>,
    failures: u8,
    refuses: Option<Member>,
}

impl Caller {
    fn new(claim: Claim, reason: Reason, first: Step, refuses: Option<Member>) -> Self {
        Self { claim, reason, step: Some(first), attempt: None, failures: 0, refuses }
    }

    fn turn(&mut self, world: &mut World, fate: Fate, strays: &mut Vec<Attempt>) {
        let Some(step) = self.step.filter(|_| self.may_begin(world)) else { return };
        let attempt = self.attempt.get_or_insert_with(|| {
            let refuses = self.refuses.is_some_and(|member| step == Reserve(member));
            Attempt::new(step, self.claim.clone(), self.reason.clone(), refuses)
        });
        let ended = match fate {
            Fate::Acts => attempt.act(world),
            Fate::Crashes => Some(Err(ErrorCode::OutcomeUnknown)),
            Fate::IsGivenUp => {
                strays.push(attempt.clone());
                Some(Err(ErrorCode::OutcomeUnknown))
            }
        };
        if let Some(ended) = ended {
            self.attempt = None;
            self.step = self.next(step, ended);
        }
    }

    /// Execution names keep two sagas from *starting* one trip; a second one can only meet it
    /// later.
    fn may_begin(&self, world: &World) -> bool {
        self.claim == claim() || world.trip.is_some()
    }

    fn next(&mut self, step: Step, ended: StepEnd) -> Option<Step> {
        let transient = |code: ErrorCode| code == ErrorCode::OutcomeUnknown || code.is_transient();
        match ended {
            // Compensations are tried until they succeed, reservations three times.
            Err(code) if transient(code) && (is_undo(step) || self.failures < 2) => {
                self.failures += 1;
                Some(step)
            }
            ended => {
                self.failures = 0;
                after(step, ended)
            }
        }
    }
}

fn is_undo(step: Step) -> bool {
    matches!(step, Undo(_))
}

/// The booking's table of transitions; the compensation chain is its second half.
fn after(step: Step, ended: StepEnd) -> Option<Step> {
    match (step, ended) {
        (Reserve(Flight), Ok(())) => Some(Reserve(Hotel)),
        (Reserve(Hotel), Ok(())) => Some(Reserve(Payment)),
        (Reserve(Payment), Ok(())) => None,
        (Reserve(Flight), Err(code)) if code.is_refusal() => None,
        (Reserve(Hotel), Err(code)) if code.is_refusal() => Some(Undo(Flight)),
        (Reserve(Payment), Err(code)) if code.is_refusal() => Some(Undo(Hotel)),
        (Reserve(member), Err(_)) => Some(Undo(member)),
        (Undo(Payment), Ok(())) => Some(Undo(Hotel)),
        (Undo(Hotel), Ok(())) => Some(Undo(Flight)),
        (Undo(Flight), Ok(())) | (Undo(_), Err(_)) => None,
    }
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![8 => Just(Fate::Acts), 1 => Just(Fate::Crashes), 1 => Just(Fate::IsGivenUp)]
}

fn any_step() -> impl Strategy<Value = Step> {
    let member = || prop::sample::select(vec![Flight, Hotel, Payment]);
    prop_oneof![member().prop_map(Reserve), member().prop_map(Undo)]
}

/// The callers that may meet on one trip.
fn callers(refuses: Option<Member>) -> Vec<Caller> {
    let other = claim_of("trip-0001@2026-04-01T00:00:00Z", "customer-2");
    vec![
        Caller::new(claim(), unknown(), Reserve(Flight), refuses),
        Caller::new(claim(), Reason::Operator, Undo(Payment), None),
        Caller::new(claim(), Reason::Cancellation, Undo(Payment), None),
        Caller::new(other, unknown(), Reserve(Flight), None),
    ]
}

/// Lets everything that is still running finish undisturbed.
fn settle(world: &mut World, callers: &mut [Caller], strays: &mut Vec<Attempt>) {
    for caller in callers {
        let mut turns = 0..MOST_TURNS;
        while let Some(step) = caller.step {
            assert!(turns.next().is_some(), "a saga never gets past {step:?}");
            caller.turn(world, Fate::Acts, strays);
        }
    }
    for stray in strays {
        while stray.act(world).is_none() {}
    }
}

/// What an operator does about a trip that is still in flight.
fn rescue(world: &mut World) {
    let reason = match world.trip.as_ref().map(|trip| trip.state().status) {
        Some(TripStatus::Cancelling) => Reason::Cancellation,
        _ => Reason::Operator,
    };
    let Some(trip) = &world.trip else { return };
    let claim = Claim {
        trip_id: trip.state().id.clone(),
        customer_id: trip.state().customer_id.clone(),
        saga_id: trip.state().saga_id.clone(),
    };
    let mut chain = [Caller::new(claim, reason, Undo(Payment), None)];
    settle(world, &mut chain, &mut Vec::new());
}

fn check_all_or_nothing(world: &World) -> Result<(), TestCaseError> {
    let holds = [Flight, Hotel, Payment].map(|member| world.holds(member));
    let Some(trip) = &world.trip else {
        prop_assert_eq!(holds, [false; 3], "something is held for a trip that does not exist");
        return Ok(());
    };
    prop_assert!(trip.state().status.is_terminal(), "the trip is stuck in {}", trip.state().status);
    let recorded = [trip.holds_flight(), trip.holds_hotel(), trip.holds_payment()];
    let confirmed = trip.state().status == TripStatus::Confirmed;
    prop_assert_eq!(
        recorded,
        [confirmed; 3],
        "{} trip records {:?}",
        trip.state().status,
        recorded
    );
    prop_assert_eq!(
        holds,
        recorded,
        "the suppliers hold something else for a {} trip",
        trip.state().status
    );
    prop_assert!(world.captures <= 1, "the customer was charged {} times", world.captures);
    Ok(())
}

fn check_events(world: &World) -> Result<(), TestCaseError> {
    let sequences: Vec<u64> = world.events.iter().map(|event| event.sequence).collect();
    let gapless: Vec<u64> = (1..=sequences.len() as u64).collect();
    prop_assert_eq!(sequences, gapless);
    let types: Vec<&str> = world.events.iter().map(|event| event.fact.event_type()).collect();
    let index = |name: &str| types.iter().position(|event| *event == name);
    for (cancelled, reserved) in
        [("flight.cancelled.v1", "flight.reserved.v1"), ("hotel.cancelled.v1", "hotel.reserved.v1")]
    {
        prop_assert!(index(cancelled).is_none() || index(reserved) < index(cancelled));
    }
    let both = index("trip.confirmed.v1").is_some() && index("trip.failed.v1").is_some();
    prop_assert!(!both, "a confirmed trip was said to have failed");
    for name in &types {
        prop_assert_eq!(types.iter().filter(|other| *other == name).count(), 1, "{} twice", name);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

    #[test]
    fn racing_sagas_leave_a_trip_that_holds_all_or_nothing(
        schedule in vec((0_usize..6, fate()), 0..60),
        refuses in prop::option::of(prop::sample::select(vec![Flight, Hotel, Payment])),
    ) {
        let (mut world, mut callers, mut strays) = (World::default(), callers(refuses), Vec::new());
        for (turn, fate) in schedule {
            match callers.get_mut(turn) {
                Some(caller) => caller.turn(&mut world, fate, &mut strays),
                None if strays.is_empty() => {}
                None => {
                    let stray = turn % strays.len();
                    if strays[stray].act(&mut world).is_some() {
                        strays.swap_remove(stray);
                    }
                }
            }
        }
        settle(&mut world, &mut callers, &mut strays);
        rescue(&mut world);
        check_all_or_nothing(&world)?;
        check_events(&world)?;
    }

    #[test]
    fn commands_in_any_order_never_end_a_trip_that_holds_something(
        steps in vec((any_step(), any::<bool>(), 0_u8..3), 0..25),
    ) {
        let mut world = World::default();
        for (step, refuses, reason) in steps {
            let reason = [unknown(), Reason::Operator, Reason::Cancellation][usize::from(reason)].clone();
            let mut attempt = Attempt::new(step, claim(), reason, refuses);
            while attempt.act(&mut world).is_none() {}
            let Some(trip) = &world.trip else { continue };
            let ended = matches!(trip.state().status, TripStatus::Failed | TripStatus::Cancelled);
            prop_assert!(!ended || !trip.holds_anything(), "a {} trip holds something", trip.state().status);
            let all = trip.holds_flight() && trip.holds_hotel() && trip.holds_payment();
            prop_assert!(trip.state().status != TripStatus::Confirmed || all, "a confirmed trip lacks something");
        }
        prop_assert!(world.captures <= 1);
        check_events(&world)?;
    }
}
