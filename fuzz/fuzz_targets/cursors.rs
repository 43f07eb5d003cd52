//! `cargo +nightly fuzz run cursors`; what it does stands in `tests/bed/fuzz`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bed::fuzz::run("cursors", bytes));
