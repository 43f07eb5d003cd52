#![no_main]
//! `cargo +nightly fuzz run mutated_records`; what it does stands in `tests/bed/fuzz`.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bed::fuzz::run("mutated_records", bytes));
