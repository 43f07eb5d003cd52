//! Turns a folder of pages into HTML: the written file holds the name, the first sentence and the
//! page for each file of the folder.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, html};

/// The pages of `docs/{name}`, into the file `{name}_pages.rs` of `folder`.
pub(super) fn write(folder: &Path, name: &str) -> Result<(), Box<dyn Error>> {
    let source = format!("../docs/{name}");
    println!("cargo::rerun-if-changed={source}");
    let files = fs::read_dir(source)?.map(|entry| Ok(entry?.path()));
    let mut files: Vec<PathBuf> = files.collect::<Result<_, std::io::Error>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "md"));
    files.sort();
    let pages = files.iter().map(|file| page(file, name)).collect::<Result<Vec<_>, _>>()?;
    Ok(fs::write(folder.join(format!("{name}_pages.rs")), format!("&{pages:?}"))?)
}

fn page(file: &Path, folder: &str) -> Result<[String; 3], Box<dyn Error>> {
    let text = fs::read_to_string(file)?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let sentence = text.lines().nth(1).ok_or_else(|| format!("{name}.md has no first sentence"))?;
    Ok([name, sentence.to_owned(), to_html(&text, folder)])
}

fn to_html(markdown: &str, folder: &str) -> String {
    let mut written = String::new();
    let events = Parser::new_ext(markdown, Options::ENABLE_TABLES);
    html::push_html(&mut written, events.map(|event| served(event, folder)));
    written
}

/// A link to another file of the folder leads to its page, relative to the API's base.
fn served<'a>(event: Event<'a>, folder: &str) -> Event<'a> {
    let Event::Start(Tag::Link { link_type, dest_url, title, id }) = event else { return event };
    let name = dest_url.strip_suffix(".md").filter(|name| !name.contains('/'));
    let dest_url =
        name.map_or(dest_url.clone(), |name| CowStr::from(format!("docs/{folder}/{name}")));
    Event::Start(Tag::Link { link_type, dest_url, title, id })
}
