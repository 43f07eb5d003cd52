//! Turns the error codes' pages into HTML: `error_pages.rs` holds the code, its first sentence and
//! its page for each file in `docs/errors`.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{Options, Parser, html};

const FOLDER: &str = "../docs/errors";

pub(super) fn write(folder: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={FOLDER}");
    let files = fs::read_dir(FOLDER)?.map(|entry| Ok(entry?.path()));
    let mut files: Vec<PathBuf> = files.collect::<Result<_, std::io::Error>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "md"));
    files.sort();
    let pages = files.iter().map(|file| page(file)).collect::<Result<Vec<_>, _>>()?;
    Ok(fs::write(folder.join("error_pages.rs"), format!("&{pages:?}"))?)
}

fn page(file: &Path) -> Result<[String; 3], Box<dyn Error>> {
    let text = fs::read_to_string(file)?;
    let code = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let sentence = text.lines().nth(1).ok_or_else(|| format!("{code}.md has no first sentence"))?;
    Ok([code, sentence.to_owned(), to_html(&text)])
}

fn to_html(markdown: &str) -> String {
    let mut written = String::new();
    html::push_html(&mut written, Parser::new_ext(markdown, Options::ENABLE_TABLES));
    written
}
