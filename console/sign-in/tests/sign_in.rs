//! Signs in as a browser does, at a provider that is served here with keys and tokens of its own.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, also in the functions it calls")]

mod sign_in {
    mod bed;
    mod browser;
    mod draft;
    mod flow;
    mod issuer;
    mod keys;
    mod sessions;
    mod tokens;
    mod trouble;
    mod way_out;
}
