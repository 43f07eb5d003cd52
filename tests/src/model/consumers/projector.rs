//! The projector behind its mapping: `projector/src/intake.rs`, `projector/src/projection.rs` and
//! `store/src/view/put.rs`.
//!
//! A trip's root is one item, so its records come in order, and in one batch at a time. Rows of two
//! trips have nothing to do with each other, so a batch writes them one after the other here.

use domain::Trip;

use super::super::kept::Kept;
use super::super::scenario::Streams;
use super::super::world::{World, sort};

/// The stream of the trips' roots, the batches under way, and the view.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(in super::super) struct Projector {
    /// By trip.
    pub(in super::super) roots: Vec<Root>,
    pub(in super::super) batches: Vec<Batch>,
    /// Writes of functions that nobody waits for any more; in an order that tells nothing.
    pub(in super::super) strays: Vec<Write>,
}

/// One trip's records, and its row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(in super::super) struct Root {
    /// What the records hold, in order.
    pub(in super::super) images: Vec<Kept<Trip>>,
    /// How many of them are past the checkpoint.
    pub(in super::super) read: usize,
    /// The state that the row in the view is the summary of.
    pub(in super::super) row: Option<Kept<Trip>>,
    /// The highest version that was ever put.
    pub(in super::super) highest: u64,
}

/// One invocation of the projector.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in super::super) struct Batch {
    records: Vec<ImageAt>,
    /// What is still to be written.
    writes: Vec<Write>,
    /// The place from which on everything comes again.
    undone: Option<usize>,
}

/// A record by its trip and its place among the trip's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in super::super) struct ImageAt {
    trip: usize,
    place: usize,
}

/// A row to be written: the highest version of its trip in a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in super::super) struct Write {
    pub(in super::super) at: ImageAt,
    /// The place in the batch of the trip's first record.
    first: usize,
}

/// A step of the projector, of its mapping or of the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Project {
    Take(Vec<ImageAt>),
    /// Writes the batch's next row; that this fails is a trouble.
    Write {
        batch: usize,
        fails: bool,
    },
    /// Answers; that the checkpoint is lost is a trouble.
    Finish {
        batch: usize,
        repeats: bool,
    },
    /// The function is given up and its records come again, but it may go on: a trouble.
    GiveUp {
        batch: usize,
    },
    /// A write of a function that was given up lands, or never will.
    Land {
        stray: usize,
    },
    Lose {
        stray: usize,
    },
    /// A trip's records are replayed from the first: a trouble.
    Replay {
        trip: usize,
    },
}

impl Projector {
    pub(in super::super) fn of(trips: usize) -> Self {
        Self { roots: vec![Root::default(); trips], ..Self::default() }
    }

    /// The stream holds a record of the trip's latest commit, if somebody reads it.
    pub(in super::super) fn follow(&mut self, trip: usize, committed: Option<&Kept<Trip>>) {
        if let (Some(root), Some(committed)) = (self.roots.get_mut(trip), committed)
            && root.images.last() != Some(committed)
        {
            root.images.push(committed.clone());
        }
    }

    /// Everything so far was read and written.
    pub(in super::super) fn catch_up(&mut self, trip: usize) {
        if let Some(root) = self.roots.get_mut(trip) {
            root.images.drain(..root.images.len().saturating_sub(1));
            root.read = root.images.len();
            root.row = root.images.last().cloned();
            root.highest = root.row.as_ref().map_or(0, |row| row.state().version);
        }
    }

    pub(in super::super) fn steps(
        world: &World,
        streams: Streams,
        found: &mut impl FnMut(Project),
    ) {
        let (projector, troubles) = (&world.projector, world.troubles > 0);
        if projector.batches.len() < streams.factor {
            projector.takes(streams.batch).into_iter().map(Project::Take).for_each(&mut *found);
        }
        for (batch, under_way) in projector.batches.iter().enumerate() {
            under_way.steps(batch, troubles, found);
        }
        for stray in 0..projector.strays.len() {
            found(Project::Land { stray });
            found(Project::Lose { stray });
        }
        if troubles {
            let read = |trip: &usize| projector.is_free(*trip) && projector.roots[*trip].read > 0;
            let trips = (0..projector.roots.len()).filter(read);
            trips.map(|trip| Project::Replay { trip }).for_each(found);
        }
    }

    /// Whether no batch under way holds records of the trip.
    fn is_free(&self, trip: usize) -> bool {
        let records = self.batches.iter().flat_map(|batch| &batch.records);
        !records.into_iter().any(|record| record.trip == trip)
    }

    /// Whether a function that was given up is about to write a row that the view is past.
    pub(in super::super) fn has_old_write(&self) -> bool {
        self.strays.iter().any(|Write { at, .. }| {
            let root = &self.roots[at.trip];
            root.images[at.place].state().version < root.highest
        })
    }

    /// What a batch may hold: up to so many records, each trip's in order.
    fn takes(&self, longest: usize) -> Vec<Vec<ImageAt>> {
        let mut takes: Vec<Vec<ImageAt>> = vec![Vec::new()];
        let mut begun = 0;
        while begun < takes.len() {
            let batch = takes[begun].clone();
            begun += 1;
            let more = (0..self.roots.len()).filter(|_| batch.len() < longest);
            let more = more.filter_map(|trip| self.next(&batch, trip));
            takes.extend(more.map(|next| [batch.as_slice(), &[next]].concat()));
        }
        takes.split_off(1)
    }

    /// The record of a trip that follows those in a batch.
    fn next(&self, batch: &[ImageAt], trip: usize) -> Option<ImageAt> {
        let root = &self.roots[trip];
        let place = root.read + batch.iter().filter(|record| record.trip == trip).count();
        (self.is_free(trip) && place < root.images.len()).then_some(ImageAt { trip, place })
    }

    /// `SearchView::put_newer`: unless the view holds this version or a newer one.
    fn put_newer(&mut self, at: ImageAt) {
        let root = &mut self.roots[at.trip];
        let image = root.images[at.place].clone();
        root.highest = root.highest.max(image.state().version);
        if root.row.as_ref().is_none_or(|row| row.state().version < image.state().version) {
            root.row = Some(image);
        }
    }

    fn finish(&mut self, batch: usize, repeats: bool) {
        let Batch { records, undone, .. } = self.batches.remove(batch);
        let done = if repeats { 0 } else { undone.unwrap_or(records.len()) };
        for record in &records[..done] {
            self.roots[record.trip].read += 1;
        }
    }

    fn give_up(&mut self, batch: usize) {
        let given_up = self.batches.remove(batch);
        self.strays.extend(given_up.writes);
        sort(&mut self.strays);
    }
}

impl Batch {
    fn new(records: Vec<ImageAt>) -> Self {
        let mut writes: Vec<Write> = Vec::new();
        for (first, at) in records.iter().copied().enumerate() {
            match writes.iter_mut().find(|write| write.at.trip == at.trip) {
                Some(write) => write.at = at,
                None => writes.push(Write { at, first }),
            }
        }
        Self { records, writes, undone: None }
    }

    fn steps(&self, batch: usize, troubles: bool, found: &mut impl FnMut(Project)) {
        let is_written = self.writes.is_empty();
        found(match is_written {
            true => Project::Finish { batch, repeats: false },
            false => Project::Write { batch, fails: false },
        });
        if troubles {
            let badly = match is_written {
                true => vec![Project::Finish { batch, repeats: true }],
                false => vec![Project::Write { batch, fails: true }, Project::GiveUp { batch }],
            };
            badly.into_iter().for_each(found);
        }
    }
}

impl Project {
    pub(in super::super) fn is_trouble(&self) -> bool {
        match self {
            Self::Take(_) | Self::Land { .. } | Self::Lose { .. } => false,
            Self::Write { fails, .. } => *fails,
            Self::Finish { repeats, .. } => *repeats,
            Self::GiveUp { .. } | Self::Replay { .. } => true,
        }
    }

    pub(in super::super) fn apply(self, projector: &mut Projector) {
        match self {
            Self::Take(records) => projector.batches.push(Batch::new(records)),
            Self::Write { batch, fails } => {
                let under_way = &mut projector.batches[batch];
                let write = under_way.writes.remove(0);
                if fails {
                    let undone = under_way.undone.map_or(write.first, |at| at.min(write.first));
                    under_way.undone = Some(undone);
                } else {
                    projector.put_newer(write.at);
                }
            }
            Self::Finish { batch, repeats } => projector.finish(batch, repeats),
            Self::GiveUp { batch } => projector.give_up(batch),
            Self::Land { stray } => {
                let write = projector.strays.remove(stray);
                projector.put_newer(write.at);
            }
            Self::Lose { stray } => drop(projector.strays.remove(stray)),
            Self::Replay { trip } => projector.roots[trip].read = 0,
        }
        sort(&mut projector.batches);
    }
}
