//! What must not be kept, published or logged, and what must not get out of its line.

mod canaries;
mod direct;
mod hostile;
mod stores;
