//! The write side on DynamoDB Local: each operation by its task's JSON, from payload to answer.

mod booking;
mod cancellation;
mod compensation;
mod refusal;
mod sandbox;
mod step_functions;
mod units;
mod world;
