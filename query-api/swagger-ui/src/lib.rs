//! Swagger UI's files, within the program that links this: the pages of an API's contract, which
//! load nothing from other servers.
//!
//! A function on Lambda has them beside it in its archive, where they cost no start; see
//! `query_api::SwaggerUi`.

use std::io::Read;

use flate2::read::DeflateDecoder;

/// The folder in which a function's archive has them, beside the program.
pub const FOLDER: &str = "swagger-ui";

/// By name, deflated.
static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/swagger_files.rs"));

/// The names of the files.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _)| *name)
}

/// The file of that name.
#[must_use]
pub fn file(name: &str) -> Option<Vec<u8>> {
    let (_, deflated) = FILES.iter().find(|(known, _)| *known == name)?;
    let mut bytes = Vec::new();
    DeflateDecoder::new(*deflated).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_there_and_no_other() {
        assert!(names().count() > 0);
        assert!(names().all(|name| file(name).is_some_and(|bytes| !bytes.is_empty())));
        assert_eq!(file("elsewhere.js"), None);
    }
}
