//! The sweeper: `dispatcher/src/sweeper.rs`. One sweep at a time, over what is pending when it
//! reads.

use super::super::world::World;
use super::{Call, events, mark};

/// A sweep under way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in super::super) struct Sweep(Call);

/// A step of the sweeper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum SweepStep {
    /// Reads the pending events, in order of trip and sequence; their grace period is over.
    Read,
    /// The bus takes the events; that it leaves one is a trouble.
    Publish { left: Option<usize> },
    /// Marks what was published, unless it dies before, which is a trouble.
    Finish { marks: bool },
}

impl Sweep {
    pub(in super::super) fn steps(world: &World, found: &mut impl FnMut(SweepStep)) {
        let troubles = world.troubles > 0;
        match &world.sweep {
            None if events(&world.partitions).any(|(_, item)| item.is_pending) => {
                found(SweepStep::Read);
            }
            None => {}
            Some(Self(call)) if call.is_made() => {
                found(SweepStep::Finish { marks: true });
                if troubles {
                    found(SweepStep::Finish { marks: false });
                }
            }
            Some(Self(call)) => {
                call.answers(troubles).for_each(|left| found(SweepStep::Publish { left }));
            }
        }
    }
}

impl SweepStep {
    pub(in super::super) fn is_trouble(self) -> bool {
        match self {
            Self::Read => false,
            Self::Publish { left } => left.is_some(),
            Self::Finish { marks } => !marks,
        }
    }

    pub(in super::super) fn apply(self, world: &mut World) {
        let partitions = &mut world.partitions;
        match (self, &mut world.sweep) {
            (Self::Publish { left }, Some(Sweep(call))) => call.make(partitions, left, true),
            (Self::Finish { marks }, Some(Sweep(call))) => {
                if marks {
                    mark(partitions, &call.taken());
                }
                world.sweep = None;
            }
            _ => {
                let pending = events(partitions).filter(|(_, item)| item.is_pending);
                world.sweep = Some(Sweep(Call::of(pending.map(|(at, _)| at).collect())));
            }
        }
    }
}
