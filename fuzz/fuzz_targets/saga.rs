#![no_main]
//! `cargo +nightly fuzz run saga`; what it does stands in `tests/bed/fuzz`.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bed::fuzz::run("saga", bytes));
