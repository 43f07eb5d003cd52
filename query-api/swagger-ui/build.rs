//! Takes the files that the page of the contract loads out of Swagger UI's archive, which has six
//! times as much: `swagger_files.rs` holds their names and deflated bytes.

use std::error::Error;
use std::fmt::Write;
use std::io::{self, Cursor};
use std::path::PathBuf;
use std::{env, fs};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use zip::ZipArchive;

const FILES: [&str; 7] = [
    "favicon-16x16.png",
    "favicon-32x32.png",
    "index.css",
    "index.html",
    "swagger-ui-bundle.js",
    "swagger-ui-standalone-preset.js",
    "swagger-ui.css",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let folder = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    let mut archive = ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED))?;
    let mut table = "&[\n".to_owned();
    for name in FILES {
        fs::write(folder.join(name), deflated(&mut archive, name)?)?;
        // Relative to the table: the folder of a build may be moved.
        writeln!(table, "({name:?}, include_bytes!({name:?})),")?;
    }
    Ok(fs::write(folder.join("swagger_files.rs"), table + "]")?)
}

fn deflated(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    name: &str,
) -> Result<Vec<u8>, Box<dyn Error>> {
    let end = format!("/dist/{name}");
    let at = archive.file_names_raw().position(|path| path.ends_with(end.as_bytes()));
    let mut file = archive.by_index(at.ok_or_else(|| format!("{name} is not in the archive"))?)?;
    let mut deflated = DeflateEncoder::new(Vec::new(), Compression::best());
    io::copy(&mut file, &mut deflated)?;
    Ok(deflated.finish()?)
}
