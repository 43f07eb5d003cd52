//! Tells a way through the model in words: who does what, and what the trips and suppliers are
//! then.

use std::fmt::Write;

use domain::Trip;
use stateright::Path;

use super::attempt::Phase;
use super::execution::{Execution, Invocation};
use super::protocol::{Action, Protocol};
use super::sagas::SagaStep;
use super::world::World;

/// The way, a line a step; a line more where a step changes what anybody can see.
pub(super) fn tell(protocol: &Protocol, path: Path<World, Action>) -> String {
    let mut told = String::new();
    let mut shown = String::new();
    for (step, (world, action)) in path.into_vec().into_iter().enumerate() {
        let picture = picture(protocol, &world);
        if picture != shown {
            let _infallible = writeln!(told, "{picture}");
            shown = picture;
        }
        if let Some(action) = action {
            let _infallible =
                writeln!(told, "{:3}. {}", step + 1, action_in(protocol, &world, &action));
        }
    }
    told
}

fn action_in(protocol: &Protocol, world: &World, action: &Action) -> String {
    let role = |role: usize| role_name(protocol, role);
    let invocation = |role: usize| world.executions[role].invocation();
    let stray = |stray: usize| &world.strays[stray];
    match action {
        Action::Saga(SagaStep::Start { role: number }) => format!("{} starts", role(*number)),
        Action::Saga(SagaStep::Act { role, refused }) => match invocation(*role) {
            Some(invocation) => does(protocol, invocation, *refused),
            None => String::new(),
        },
        Action::Saga(SagaStep::GiveUp { role: number, retries }) => {
            let then = if *retries { "invokes it again" } else { "goes to its catcher" };
            let operation = invocation(*number).map(|it| it.operation.handler_name());
            format!("{} gives {} up and {then}", role(*number), operation.unwrap_or_default())
        }
        Action::Saga(SagaStep::Abort { role: number }) => format!("{} is aborted", role(*number)),
        Action::Saga(SagaStep::StrayActs { stray: number, refused }) => {
            format!("given up, {}", does(protocol, stray(*number), *refused))
        }
        Action::Saga(SagaStep::StrayDies { stray: number }) => {
            format!("given up, {} dies", stray(*number).operation)
        }
        Action::Dispatch(step) => format!("dispatcher: {step:?}"),
        Action::Sweep(step) => format!("sweeper: {step:?}"),
        Action::Order(step) => format!("before the ordered bus: {step:?}"),
        Action::Project(step) => format!("projector: {step:?}"),
    }
}

fn role_name(protocol: &Protocol, role: usize) -> String {
    let claim = &protocol.saga_of(role).claim;
    format!(
        "the {:?} execution of {}'s {}",
        protocol.kind_of(role),
        claim.customer_id,
        claim.saga_id
    )
}

fn does(protocol: &Protocol, invocation: &Invocation, refused: bool) -> String {
    let what = match &invocation.attempt.phase {
        Phase::Load => "loads the trip and plans",
        Phase::First(_) => "commits that the trip is opened or closed",
        Phase::Call(_) if refused => "calls the supplier, which refuses, and decides",
        Phase::Call(_) => "calls the supplier and decides",
        Phase::Commit(..) => "commits",
        Phase::Reload(_) => "loads the trip again and decides",
        Phase::Release(_) => "releases what it may hold",
    };
    format!("{} of {} {what}", invocation.operation, role_name(protocol, invocation.role))
}

fn picture(protocol: &Protocol, world: &World) -> String {
    let trips = world.partitions.iter().enumerate().map(|(number, partition)| {
        let trip = shown(partition.trip.as_deref());
        let events: Vec<_> = partition.event_types().collect();
        format!("        trip-{number}: {trip} {events:?}")
    });
    let sagas = protocol.scenario.sagas.iter().zip(&world.books);
    let books = sagas.map(|(saga, books)| format!("        {}: {books:?}", saga.claim.saga_id));
    let ended =
        world.executions.iter().enumerate().filter_map(|(role, execution)| match execution {
            Execution::Ended(end) => {
                Some(format!("        {} ended: {end:?}", role_name(protocol, role)))
            }
            Execution::NotStarted | Execution::Running { .. } => None,
        });
    let rows = world.projector.roots.iter().enumerate().map(|(number, root)| {
        format!("        view of trip-{number}: {}", shown(root.row.as_deref()))
    });
    trips.chain(books).chain(ended).chain(rows).collect::<Vec<_>>().join("\n")
}

/// What a run came to, for everybody but the suppliers.
pub(super) fn end(world: &World) -> String {
    let trips = world.partitions.iter().map(|partition| {
        let told = partition.outbox.iter().filter(|item| item.published.times > 0);
        let told: Vec<_> = told.map(|item| item.event.fact.event_type()).collect();
        format!("{} told {told:?}", shown(partition.trip.as_deref()))
    });
    let rows = world.projector.roots.iter().map(|root| shown(root.row.as_deref()));
    trips.chain(rows).collect::<Vec<_>>().join("; ")
}

fn shown(it: Option<&Trip>) -> String {
    it.map_or_else(|| "-".to_owned(), trip)
}

fn trip(trip: &Trip) -> String {
    let flight = trip.state().flight.as_ref().map_or("-", |flight| flight.status.as_str());
    let hotel = trip.state().hotel.as_ref().map_or("-", |hotel| hotel.status.as_str());
    let payment = trip.state().payment.as_ref().map_or("-", |payment| payment.status.as_str());
    format!(
        "v{} {} flight {flight}, hotel {hotel}, payment {payment}",
        trip.state().version,
        trip.state().status
    )
}
