//! A stream that is read again from its oldest record, however it is delivered, comes to the same
//! view and the same events.

mod captures;
mod cast;
mod crashes;
mod lane;
mod live;
mod mortal;
mod ordered;
mod seeds;
mod story;
mod tally;
