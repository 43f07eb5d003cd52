//! A running DynamoDB Local.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::ExitStatus;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::java::Java;
use super::release::Release;
use crate::leash::Leashed;

/// It is ready after 1 to 2 seconds; a busy machine may take much longer.
const READY_WITHIN: Duration = Duration::from_secs(90);

/// How long one attempt to reach it may take.
const ATTEMPT: Duration = Duration::from_secs(1);

/// The interval between checks whether it is ready.
const PAUSE: Duration = Duration::from_millis(50);

/// A fresh, empty server, stopped when this is dropped and when this process ends.
///
/// Each pair of access key and region has separate tables.
pub struct Server {
    process: Leashed,
    address: SocketAddr,
}

impl Server {
    /// Starts the fetched release on `port` (0 means a free one) and waits until it answers.
    ///
    /// # Errors
    /// When it was not fetched, Java is missing or too old, or it does not answer in time.
    pub fn start(port: u16) -> Result<Self> {
        let release = Release::find()?.context(
            "DynamoDB Local is not there: run `cargo xtask dynamodb-local --fetch-only` once",
        )?;
        Java::require()?;
        let address = free_address(port)?;
        let mut server = Self { process: launch(&release, address.port())?, address };
        server.wait_until_ready()?;
        Ok(server)
    }

    /// The endpoint, such as `http://127.0.0.1:8000`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits until the server ends by itself, for example after Ctrl-C.
    pub(super) fn wait(self) -> Result<ExitStatus> {
        self.process.wait()
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let deadline = Instant::now() + READY_WITHIN;
        while !answers(self.address) {
            if let Some(status) = self.process.ended()? {
                bail!("DynamoDB Local ended with {status} before it was ready");
            }
            ensure!(
                Instant::now() < deadline,
                "DynamoDB Local is not ready after {READY_WITHIN:?}"
            );
            thread::sleep(PAUSE);
        }
        Ok(())
    }
}

/// Checks that nothing listens on the address; Java reports that only in a stack trace.
fn free_address(port: u16) -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .with_context(|| format!("cannot listen on port {port}"))?;
    Ok(listener.local_addr()?)
}

fn launch(release: &Release, port: u16) -> Result<Leashed> {
    let native = format!("-Djava.library.path={}", release.native_libraries().display());
    let scratch = format!("-Djava.io.tmpdir={}", release.scratch()?.display());
    let jar = release.jar().display().to_string();
    let port = port.to_string();
    let options = ["-inMemory", "-disableTelemetry", "-port", &port];
    Leashed::start(["java", &native, &scratch, "-jar", &jar].into_iter().chain(options))
}

/// Whether an HTTP server answers; a server with an open port may still be starting.
fn answers(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<usize> {
        let mut stream = TcpStream::connect_timeout(&address, ATTEMPT)?;
        stream.set_read_timeout(Some(ATTEMPT))?;
        stream.write_all(b"GET / HTTP/1.0\r\n\r\n")?;
        stream.read(&mut [0; 16])
    };
    ask().is_ok_and(|length| length > 0)
}
