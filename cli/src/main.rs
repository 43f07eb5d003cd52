//! The `trip` command.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A booking takes a sixth less of the processors than with glibc's.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    cli::main(std::env::args_os())
}
