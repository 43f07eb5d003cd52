//! The fault catalogue: every row of `docs/faults.md` is a test that carries its number.

mod bus;
mod commit;
mod input;
mod privacy;
mod process;
mod protocol;
mod saga;
mod stream;
mod suppliers;
mod view;

/// Says how many schedules a row was tried under; a row that says nothing was tried under one.
fn schedules(fault: u8, count: usize) {
    println!("fault {fault}: {count} schedules");
}
