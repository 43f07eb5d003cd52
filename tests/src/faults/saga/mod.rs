//! What can go wrong in a saga.
