//! The archive of one function. The same binary gives the same bytes, so a deployment of unchanged
//! code changes nothing.

use std::io::{Cursor, Write};

use anyhow::Result;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// The file that the runtime `provided.al2023` starts. Source: "Building a custom runtime" in the
/// Lambda developer guide.
const BOOTSTRAP: &str = "bootstrap";

/// A file of an archive: its path there, and its content.
pub(super) type File = (String, Vec<u8>);

/// An archive with the binary, executable by everybody, and the files that it reads, all with a
/// fixed time.
pub(super) fn of_bootstrap(binary: &[u8], beside: &[File]) -> Result<Vec<u8>> {
    let file = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file(BOOTSTRAP, file.unix_permissions(0o755))?;
    archive.write_all(binary)?;
    for (path, content) in beside {
        archive.start_file(path, file)?;
        archive.write_all(content)?;
    }
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
        let mut archive =
            ZipArchive::new(Cursor::new(of_bootstrap(&binary, &[]).unwrap())).unwrap();
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
        assert_eq!(of_bootstrap(&binary, &[]).unwrap(), of_bootstrap(&binary, &[]).unwrap());
    }

    #[test]
    fn files_beside_the_binary_are_for_reading() {
        let beside = [("folder/page.html".to_owned(), b"<html>".to_vec())];
        let archive = of_bootstrap(b"\x7fELF", &beside).unwrap();
        let mut archive = ZipArchive::new(Cursor::new(archive)).unwrap();
        let mut file = archive.by_name("folder/page.html").unwrap();
        assert_eq!(file.unix_mode().map(|mode| mode & 0o777), Some(0o644));
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        assert_eq!(text, "<html>");
    }
}
