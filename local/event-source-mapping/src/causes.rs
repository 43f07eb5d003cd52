//! An error with everything that caused it, in one line.

use std::error::Error;

pub(crate) fn with_causes(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line = format!("{line}: {error}");
        cause = error.source();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PositionError;

    #[test]
    fn an_error_is_told_with_its_causes() {
        let error = PositionError::new(PositionError::new("disk full"));
        let store = "the store of positions failed";
        assert_eq!(with_causes(&error), format!("{store}: {store}: disk full"));
    }
}
