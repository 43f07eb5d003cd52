//! `cargo +nightly fuzz run query_api`; what it does stands in `tests/bed/fuzz`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bed::fuzz::run("query_api", bytes));
