//! The library that decides whether events match, behind a boundary that catches its panics: a
//! panic over one rule must not affect another.

use std::panic::{AssertUnwindSafe, catch_unwind};

use quamina::Quamina;

/// A library that matches events with patterns in the language of EventBridge.
pub trait Library: Send + Sync {
    /// Compiles patterns, each JSON; an event must match at least one of them.
    ///
    /// # Errors
    /// The reason why the patterns cannot be compiled.
    fn compile(&self, patterns: &[String]) -> Result<Box<dyn Compiled>, String>;
}

/// The patterns that a [`Library`] has compiled.
pub trait Compiled: Send + Sync {
    /// Whether an event, which is JSON, matches.
    ///
    /// # Errors
    /// The reason why that cannot be decided.
    fn matches(&self, event: &str) -> Result<bool, String>;
}

/// `quamina`, with all patterns under one id.
#[derive(Clone, Copy, Debug, Default)]
pub struct QuaminaLibrary;

impl Library for QuaminaLibrary {
    fn compile(&self, patterns: &[String]) -> Result<Box<dyn Compiled>, String> {
        let mut quamina = Quamina::new();
        for pattern in patterns {
            quamina.add_pattern((), pattern).map_err(|error| error.to_string())?;
        }
        Ok(Box::new(quamina))
    }
}

impl Compiled for Quamina<()> {
    fn matches(&self, event: &str) -> Result<bool, String> {
        self.has_matches(event.as_bytes()).map_err(|error| error.to_string())
    }
}

/// The library's result; a panic becomes an error.
pub(crate) fn guarded<T>(call: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    // What a panic leaves behind is either dropped, or used again only behind this boundary.
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|panic| Err(told(&*panic)))
}

fn told(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("the matcher panicked: {}", text.unwrap_or("it did not say why"))
}
