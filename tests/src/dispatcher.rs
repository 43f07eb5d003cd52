//! From a commit to the bus, on DynamoDB Local: real stream records, the real outbox, and a bus in
//! memory.

mod bus;
mod stream;
mod sweep;
mod world;
