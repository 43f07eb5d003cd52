//! Reads `ResultPath`, the place for a result.

use super::fields::Fields;
use crate::data::Path;

/// A path; `$` if the field is absent. `null`, which would drop the result, is not supported.
pub(super) fn read(fields: &mut Fields<'_>) -> Option<Path> {
    let Some(value) = fields.take("ResultPath") else {
        return Some(Path::default());
    };
    match value.as_str().map_or_else(|| Err("expected a path".to_owned()), Path::parse) {
        Ok(path) => Some(path),
        Err(why) => fields.refuse("ResultPath", why),
    }
}
