//! A thousand trips whose airline fails within a minute: whether every compensation gets its turn,
//! however few functions may run at once.
//!
//! A simulation of events in time, since no test can wait for so long. The retry rules are those of
//! the state machines' files, as the interpreter reads them (`saga/decisions.json`); the functions'
//! time limits are the runtime's. What is supposed of Lambda, the suppliers and their latencies is
//! in [`world`]. Not modelled: cold starts, other functions that use up the account's quota, and
//! Step Functions' own limits.

mod failures;
mod rules;
mod run;
mod world;
