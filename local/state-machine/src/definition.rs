//! A state machine as read from its file: checked once at load, then only followed.

mod load;
mod model;
mod problems;
mod states;

pub(crate) use model::{Catcher, Fail, Next, Retrier, State, Task};
pub(crate) use problems::Problems;
pub use problems::{LoadError, LoadErrors};
pub use states::Definition;
