//! Prepares the pages under `/docs` to be compiled in.

mod pages;

use std::env;
use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    println!("cargo::rerun-if-changed=build");
    pages::write(&folder, "errors")?;
    pages::write(&folder, "runbooks")
}
