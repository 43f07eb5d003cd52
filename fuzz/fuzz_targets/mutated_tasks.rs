//! `cargo +nightly fuzz run mutated_tasks`; what it does stands in `tests/bed/fuzz`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bed::fuzz::run("mutated_tasks", bytes));
