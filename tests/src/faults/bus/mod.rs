//! What can go wrong between the bus and the dispatcher.
