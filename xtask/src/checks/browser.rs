//! A real browser: on the pages of the console and of its sign-in; and on pages of other sites, for
//! what their scripts can read from a running system, and do to it.

mod console;
mod sign_in;
mod site;

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::{Duration, Instant};
use std::{fs, thread};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use self::site::Site;
use super::report::Outcome;
use super::system::System;
use crate::leash::Leashed;
use crate::{command, npm, workspace};

pub(super) use self::console::PACKAGES as CONSOLE;
pub(super) use self::sign_in::PACKAGES as SIGN_IN;

/// The folder of the browser's and the system's output, in the target directory.
const FOLDER: &str = "browser";
/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// The options that keep the browser from requests other than the page's own.
const FLAGS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
];
/// A port that browsers block for every page, like the engine's own port.
const BLOCKED: u16 = 6666;

/// The result of each of a page's calls: the status that it could read, or `nothing`.
type Seen = BTreeMap<String, String>;

/// Looks at the console and at its sign-in, and then runs the script of a page of another site.
pub(super) fn run() -> Result<Outcome> {
    let Some(chromium) = chromium() else {
        return Ok(Outcome::Skipped("Chromium is not installed".into()));
    };
    for folder in [CONSOLE, SIGN_IN] {
        npm::install(&workspace::root()?.join(folder))?;
    }
    console::run(chromium, FOLDER)?;
    sign_in::run(chromium)?;
    other_sites(chromium)?;
    Ok(Outcome::Passed)
}

/// Runs the script on a page of a site that is not named, and then on one of a named site.
fn other_sites(chromium: &str) -> Result<()> {
    let (stranger, named) = (Site::open()?, Site::open()?);
    let system = System::start(FOLDER, &["--cors-origin", named.origin()])?;
    let mut urls = system.urls.clone();
    let blocked = TcpListener::bind((Ipv4Addr::new(127, 0, 0, 66), BLOCKED))?;
    urls["blocked"] = json!(format!("http://{}", blocked.local_addr()?));

    let seen = visit(chromium, &stranger, &urls)?;
    let read: Vec<_> = seen.iter().filter(|(_, seen)| *seen != "nothing").collect();
    ensure!(read.is_empty(), "a page of a site that was not named could read {read:?}");

    let seen = visit(chromium, &named, &urls)?;
    for (call, seen) in &seen {
        let expected = match call.as_str() {
            "api health" | "api search" => "200",
            "api booking" => "202",
            _ => "nothing",
        };
        ensure!(seen == expected, "{call}, by a page of the site that was named: it read {seen}");
    }
    ensure!(is_untouched(&blocked)?, "a page connected to a port that browsers block");
    let tables = tables(&urls)?;
    ensure!(tables.contains("TripSagaTable"), "a page deleted a table; there are {tables}");
    println!("{} calls of each page: none reached a table, an execution or the bus", seen.len());
    Ok(())
}

/// The browser, if there is one.
pub(super) fn chromium() -> Option<&'static str> {
    let names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
    names.into_iter().find(|name| command::works(name, "--version"))
}

/// Opens the site's page, and waits for its report.
fn visit(chromium: &str, site: &Site, urls: &Value) -> Result<Seen> {
    let folder = workspace::target_dir()?.join(FOLDER);
    // A browser that was stopped may write to its profile for a while, so each has its own.
    let profile = tempfile::tempdir()?;
    let user_data = format!("--user-data-dir={}", profile.path().display());
    let flags = FLAGS.into_iter().chain([&*user_data, site.origin()]);
    let printed = fs::File::create(folder.join("chromium.txt"))?;
    // The browser's warnings go where its other output goes.
    let program = ["sh", "-c", r#"exec "$0" "$@" 2>&1"#, chromium].into_iter().chain(flags);
    let mut browser = Leashed::start_into(program, printed)?;
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Some(seen) = site.serve(urls)? {
            return Ok(serde_json::from_value(seen)?);
        }
        if let Some(status) = browser.ended()? {
            bail!("{chromium} ended with {status} before its page had reported");
        }
        thread::sleep(Duration::from_millis(10));
    }
    bail!("no report of the page within {} s", PATIENCE.as_secs())
}

fn is_untouched(listener: &TcpListener) -> Result<bool> {
    listener.set_nonblocking(true)?;
    Ok(matches!(listener.accept(), Err(error) if error.kind() == ErrorKind::WouldBlock))
}

/// The result of an AWS client's call to the tables.
fn tables(urls: &Value) -> Result<String> {
    let address = urls["dynamodb"].as_str().and_then(|url| url.strip_prefix("http://"));
    let address = address.context("`trip up` did not say where its tables are")?;
    let mut stream = TcpStream::connect(address)?;
    let credential = "AWS4-HMAC-SHA256 Credential=local/20260301/us-east-1/dynamodb/aws4_request";
    let head = format!(
        "POST / HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: 2\r\n\
         content-type: application/x-amz-json-1.0\r\nx-amz-target: DynamoDB_20120810.ListTables\r\n\
         x-amz-date: 20260301T000000Z\r\n\
         authorization: {credential}, SignedHeaders=host;x-amz-date, Signature=0\r\n\r\n{{}}"
    );
    stream.write_all(head.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
