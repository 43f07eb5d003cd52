//! The archive of one function. The same binary gives the same bytes, so a deployment of unchanged
//! code changes nothing.

use std::io::{Cursor, Write};

use anyhow::Result;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// The file that the runtime `provided.al2023` starts. Source: "Building a custom runtime" in the
/// Lambda developer guide.
const BOOTSTRAP: &str = "bootstrap";

/// An archive with the binary as its only file, executable by everybody, and with a fixed time.
pub(super) fn of_bootstrap(binary: &[u8]) -> Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o755);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file(BOOTSTRAP, options)?;
    archive.write_all(binary)?;
    Ok(archive.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use zip::ZipArchive;

    use super::*;

    #[test]
    fn the_binary_comes_back_as_an_executable_bootstrap() {
        let binary = b"\x7fELF and so on".repeat(1_000);
        let mut archive = ZipArchive::new(Cursor::new(of_bootstrap(&binary).unwrap())).unwrap();
        assert_eq!(archive.len(), 1);
        let mut file = archive.by_name(BOOTSTRAP).unwrap();
        assert_eq!(file.unix_mode().map(|mode| mode & 0o777), Some(0o755));
        let mut unpacked = Vec::new();
        file.read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, binary);
    }

    #[test]
    fn the_same_binary_gives_the_same_bytes() {
        let binary = b"the same".repeat(10_000);
        assert_eq!(of_bootstrap(&binary).unwrap(), of_bootstrap(&binary).unwrap());
    }
}
