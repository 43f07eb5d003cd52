//! What can go wrong in a saga.

mod bounds;
mod cancelling;
mod compensation;
mod crash;
mod given_up;
mod machines;
mod ownership;
mod payment;
mod races;
mod redrive;
mod retries;
mod starting;
mod states;
mod steps;
mod tombstone;
mod unknown;
mod visible;
