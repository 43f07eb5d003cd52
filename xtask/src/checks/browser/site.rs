//! A site with one page, whose script reports what it could do.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use anyhow::Result;
use serde_json::Value;

/// The page; the script finds the system's URLs at the placeholder.
const PAGE: &str = include_str!("page.html");
const URLS: &str = "__URLS__";
/// How long the browser may take for a request.
const PATIENCE: Duration = Duration::from_secs(2);

/// A site that listens, and answers a request only when asked to.
pub(super) struct Site {
    listener: TcpListener,
    origin: String,
}

impl Site {
    pub(super) fn open() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let origin = format!("http://{}", listener.local_addr()?);
        Ok(Self { listener, origin })
    }

    /// The site's origin, as browsers send it.
    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    /// Answers one request, if there is one. Returns the page's report.
    pub(super) fn serve(&self, urls: &Value) -> Result<Option<Value>> {
        match self.listener.accept() {
            Ok((stream, _)) => answer(stream, urls),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

fn answer(mut stream: TcpStream, urls: &Value) -> Result<Option<Value>> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let Some((line, body)) = request(&stream)? else { return Ok(None) };
    let page = if line.starts_with("GET / ") { PAGE } else { "" };
    let page = page.replace(URLS, &urls.to_string());
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\nconnection: close";
    write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{page}", page.len())?;
    Ok(if line.starts_with("POST /report ") { Some(serde_json::from_slice(&body)?) } else { None })
}

/// The request's first line and its body; nothing for a connection that was opened without a
/// request.
fn request(stream: &TcpStream) -> Result<Option<(String, Vec<u8>)>> {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    if reader.read_line(&mut first).unwrap_or(0) == 0 {
        return Ok(None);
    }
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some((first, body)))
}
