//! What must hold for any bytes: each target takes some, and panics where the product would, or
//! where an answer breaks its own rules. The tests feed them at random; `cargo fuzz` searches.

mod database;
mod functions;
mod mutated;
mod mutation;
mod values;

pub use self::mutation::mutate;

/// A name and what is done with the bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Every target. A test holds that each has its file in `fuzz/fuzz_targets`.
pub const TARGETS: &[Target] = &[
    ("cursors", mutated::cursor),
    ("dispatcher", functions::dispatcher),
    ("mutated_records", mutated::records),
    ("mutated_requests", mutated::request),
    ("mutated_tasks", mutated::task),
    ("projector", functions::projector),
    ("query_api", functions::query_api),
    ("request", values::request),
    ("saga", functions::saga),
    ("texts", values::texts),
];

/// Runs the target of this name.
///
/// # Panics
/// Where the product does, and when there is no such target.
pub fn run(name: &str, bytes: &[u8]) {
    let (_, target) = TARGETS.iter().find(|target| target.0 == name).expect("a target");
    target(bytes);
}
