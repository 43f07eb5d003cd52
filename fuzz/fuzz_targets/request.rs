//! `cargo +nightly fuzz run request`; what it does stands in `tests/bed/fuzz`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bed::fuzz::run("request", bytes));
