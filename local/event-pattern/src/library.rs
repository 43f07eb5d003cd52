//! The library that decides whether events match, behind a border that none of its panics crosses:
//! one rule's bad luck must not become another's.

use std::panic::{AssertUnwindSafe, catch_unwind};

use quamina::Quamina;

/// A library that matches events with patterns in the language of EventBridge.
pub trait Library: Send + Sync {
    /// Compiles patterns, each JSON, of which an event has to match one.
    ///
    /// # Errors
    /// The reason why it cannot.
    fn compile(&self, patterns: &[String]) -> Result<Box<dyn Compiled>, String>;
}

/// What a [`Library`] has compiled.
pub trait Compiled: Send + Sync {
    /// Whether an event, which is JSON, matches.
    ///
    /// # Errors
    /// The reason why that cannot be told.
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

/// What the library answers; where it panics, that it did.
pub(crate) fn guarded<T>(call: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    // What a panic leaves behind is either dropped or asked behind this border again.
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|panic| Err(told(&*panic)))
}

fn told(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("the matcher panicked: {}", text.unwrap_or("it did not say why"))
}
