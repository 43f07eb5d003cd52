//! A pass over both tables: the trips of the write table, then the rows of the view. Each table is
//! read in segments at the same time, page by page, so that memory holds a few pages of any table;
//! and a pass that was cut off goes on where it was.

use std::num::{NonZeroU16, NonZeroU32};
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures::future::try_join_all;
use futures::{Stream, TryStreamExt};
use projector::Read;
use serde::{Deserialize, Serialize};
use store::view::SearchRow;
use store::{Position, ScanPage, Segment, StoreError};

use crate::{Installation, Pace, Refusal};

/// Trips of one look: as many as one call reads by their keys.
const AT_ONCE: u32 = 100;

/// How a pass reads the tables.
#[derive(Clone, Copy, Debug)]
pub struct How {
    /// The parts of a table that are read at the same time; unless set, as many as suit the place.
    /// A pass that goes on keeps those that it began with.
    pub segments: Option<NonZeroU16>,
    /// The most trips and rows a second; as many as it can unless set.
    pub rate: Option<NonZeroU32>,
}

impl How {
    /// As fast as it goes.
    pub const USUAL: Self = Self { segments: None, rate: None };
}

/// What a pass adds up, page by page.
pub trait Found: Default {
    /// Adds what another page has brought.
    fn add(&mut self, more: Self);
}

/// How far a pass is, and what it has found so far. Written down, it lets another process go on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint<F> {
    /// What the pass does, to which table.
    pass: String,
    trips: Vec<Place>,
    rows: Vec<Place>,
    /// What was found so far.
    pub found: F,
}

/// How far a segment is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Place {
    Start,
    After(Position),
    End,
}

/// Which table is read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Side {
    Trips,
    Rows,
}

impl<F: Found> Checkpoint<F> {
    fn begin(pass: &str, segments: NonZeroU16) -> Self {
        let start = vec![Place::Start; segments.get().into()];
        Self { pass: pass.to_owned(), trips: start.clone(), rows: start, found: F::default() }
    }

    fn places(&mut self, side: Side) -> &mut Vec<Place> {
        match side {
            Side::Trips => &mut self.trips,
            Side::Rows => &mut self.rows,
        }
    }
}

impl Place {
    /// Where to read on; `None` at the end.
    fn from(self) -> Option<Option<Position>> {
        match self {
            Self::Start => Some(None),
            Self::After(position) => Some(Some(position)),
            Self::End => None,
        }
    }
}

/// Is told how far a pass is after each page; where it fails, the pass ends.
pub type Told<'a, F> = dyn Fn(&Checkpoint<F>) -> anyhow::Result<()> + Sync + 'a;

/// A pass that is under way.
pub(crate) struct Pass<'a, F> {
    at: &'a Installation,
    pace: Pace,
    at_once: usize,
    checkpoint: Mutex<Checkpoint<F>>,
    told: &'a Told<'a, F>,
}

impl<'a, F: Found> Pass<'a, F> {
    /// A pass called `pass`, which goes on `from` an earlier one.
    ///
    /// # Errors
    /// [`Refusal`] if the earlier one did something else.
    pub(crate) fn new(
        at: &'a Installation,
        pass: &str,
        how: How,
        from: Option<Checkpoint<F>>,
        told: &'a Told<'a, F>,
    ) -> Result<Self, Refusal> {
        let segments = how.segments.unwrap_or_else(|| at.place().segments());
        let checkpoint = from.unwrap_or_else(|| Checkpoint::begin(pass, segments));
        if checkpoint.pass != pass {
            let why = format!("the checkpoint is of {:?}, not of {pass:?}", checkpoint.pass);
            return Err(Refusal::new(why, []));
        }
        let at_once = how.rate.map_or(AT_ONCE, |rate| AT_ONCE.min(rate.get())) as usize;
        let (pace, checkpoint) = (Pace::of(how.rate), Mutex::new(checkpoint));
        Ok(Self { at, pace, at_once, checkpoint, told })
    }

    /// Reads what is left of one table. `open` begins to read a segment, `work` looks at some of
    /// what was read.
    pub(crate) async fn read<P, W>(
        &self,
        side: Side,
        open: impl Fn(Segment, Option<Position>) -> P,
        work: impl Fn(Vec<Read>) -> W,
    ) -> anyhow::Result<()>
    where
        P: Stream<Item = Result<ScanPage<SearchRow>, StoreError>>,
        W: Future<Output = anyhow::Result<F>>,
    {
        let places = self.lock().places(side).clone();
        let of = u16::try_from(places.len())?;
        let begun = (0..of).zip(places).filter_map(|(index, place)| {
            let pages = open(Segment { index, of }, place.from()?);
            Some(self.segment(side, index, pages, &work))
        });
        try_join_all(begun).await.map(drop)
    }

    async fn segment<W>(
        &self,
        side: Side,
        index: u16,
        pages: impl Stream<Item = Result<ScanPage<SearchRow>, StoreError>>,
        work: &impl Fn(Vec<Read>) -> W,
    ) -> anyhow::Result<()>
    where
        W: Future<Output = anyhow::Result<F>>,
    {
        let mut pages = pin!(pages.map_err(|error| self.at.place().unstored(error)));
        while let Some(ScanPage { items, next }) = pages.try_next().await? {
            let (mut found, mut items) = (F::default(), items.into_iter());
            loop {
                let some: Vec<_> = items.by_ref().take(self.at_once).collect();
                if some.is_empty() {
                    break;
                }
                for _ in &some {
                    self.pace.wait().await;
                }
                found.add(work(some).await?);
            }
            self.note(side, index, next.map_or(Place::End, Place::After), found)?;
        }
        Ok(())
    }

    /// A page counts when all of it is done.
    fn note(&self, side: Side, index: u16, place: Place, found: F) -> anyhow::Result<()> {
        let mut checkpoint = self.lock();
        checkpoint.places(side)[usize::from(index)] = place;
        checkpoint.found.add(found);
        (self.told)(&checkpoint)
    }

    /// What was found in all.
    pub(crate) fn end(self) -> F {
        self.checkpoint.into_inner().unwrap_or_else(PoisonError::into_inner).found
    }

    fn lock(&self) -> MutexGuard<'_, Checkpoint<F>> {
        self.checkpoint.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use store::view::SearchView;

    use super::*;
    use crate::rebuild::Powers;
    use crate::{rebuild, status, verify};

    #[derive(Default, Debug, PartialEq, Eq, Serialize, Deserialize)]
    struct Sum(u32);

    impl Found for Sum {
        fn add(&mut self, more: Self) {
            self.0 += more.0;
        }
    }

    /// A server runs them on any of its threads.
    #[test]
    fn passes_can_be_sent_to_another_thread() {
        fn sent<T: Send>(_: impl FnOnce(&'static Installation, &'static SearchView) -> T) {}
        sent(|at, view| verify::all(at, view, How::USUAL, None, &|_| Ok(())));
        sent(|at, view| rebuild::all(at, view, Powers::default(), How::USUAL, None, &|_| Ok(())));
        sent(|at, _| status::look(at));
    }

    #[test]
    fn a_checkpoint_is_read_as_it_was_written() {
        let mut checkpoint = Checkpoint::<Sum>::begin("verify T", NonZeroU16::new(2).unwrap());
        checkpoint.trips[1] = Place::End;
        let written = serde_json::to_string(&checkpoint).unwrap();
        assert_eq!(
            written,
            r#"{"pass":"verify T","trips":["start","end"],"rows":["start","start"],"found":0}"#
        );
        assert_eq!(serde_json::from_str::<Checkpoint<Sum>>(&written).unwrap(), checkpoint);
    }
}
