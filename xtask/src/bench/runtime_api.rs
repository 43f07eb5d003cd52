//! Lambda's Runtime API for one process of a function, and AWS's services behind it, over plain
//! HTTP on loopback: enough to invoke a function some times and to look at its process.
//!
//! Source: "Using the Lambda runtime API for custom runtimes" in the AWS Lambda developer guide.

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{fs, thread};

use anyhow::{Context, Result, bail};

use super::builds::Build;

/// What the functions need to start, and worth nothing anywhere else.
const CURSOR_KEYS: &str = "bench:YSBzZWNyZXQgb2YgdGVzdCBiZWRzLCAzMiBieXRlcy4=";
const MACHINE: &str = "arn:aws:states:us-east-1:000000000000:stateMachine:trip-compensation";

/// What a process of a function has used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Used {
    pub(super) resident_mb: f64,
    pub(super) peak_mb: f64,
    pub(super) cpu_ms: f64,
}

/// A process of a function that waits for invocations. It is killed when this is dropped.
pub(super) struct Instance {
    child: Child,
    runtime: TcpListener,
}

/// A request, as far as it is read.
struct Request {
    line: String,
    target: String,
    body: Vec<u8>,
}

impl Instance {
    /// Starts the function, with `wrapped` in front of its command line.
    pub(super) fn start(build: &Build, function: &str, wrapped: &[&str]) -> Result<Self> {
        let runtime = TcpListener::bind("127.0.0.1:0")?;
        let aws = aws()?;
        let program = build.program(function);
        let mut command = match wrapped {
            [] => Command::new(program),
            [first, rest @ ..] => {
                let mut command = Command::new(first);
                command.args(rest).arg(program);
                command
            }
        };
        command.env_clear().stdout(Stdio::null()).stderr(Stdio::null());
        let endpoint = format!("http://{aws}");
        for service in ["DYNAMODB", "EVENTBRIDGE", "SFN"] {
            command.env(format!("AWS_ENDPOINT_URL_{service}"), &endpoint);
        }
        command.envs([
            ("PATH", "/usr/bin:/bin"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
            ("AWS_LAMBDA_FUNCTION_NAME", function),
            ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", "bench"),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "bench"),
            ("AWS_LAMBDA_RUNTIME_API", &runtime.local_addr()?.to_string()),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            ("_HANDLER", "flight.reserve"),
            ("STAGE", "dev"),
            ("SANDBOX_TABLE", "SandboxTable"),
            ("CURSOR_KEYS", CURSOR_KEYS),
            ("COMPENSATION_STATE_MACHINE_ARN", MACHINE),
            // Records of the past are not late.
            ("SWEEP_GRACE_SECONDS", "1000000000"),
        ]);
        let child = command.spawn().with_context(|| format!("cannot start {function}"))?;
        Ok(Self { child, runtime })
    }

    /// What the process has used when it asks for its first invocation.
    pub(super) fn started(&mut self) -> Result<Used> {
        let request = Request::read(&mut BufReader::new(self.accept()?))?;
        request.context("the function ended its connection")?;
        used(self.child.id())
    }

    /// What the process has used when it asks again after `count` invocations with that event.
    pub(super) fn after(&mut self, count: usize, event: &str) -> Result<Used> {
        let mut left = count;
        loop {
            let mut connection = BufReader::new(self.accept()?);
            while let Some(request) = Request::read(&mut connection)? {
                let is_next = request.line.starts_with("GET") && request.line.contains("/next");
                if is_next && left == 0 {
                    return used(self.child.id());
                }
                if request.line.contains("/error") {
                    bail!("the function failed: {}", String::from_utf8_lossy(&request.body));
                }
                let answer = if is_next { invocation(event) } else { accepted() };
                connection.get_mut().write_all(answer.as_bytes())?;
                left -= usize::from(is_next);
            }
        }
    }
}

impl Instance {
    /// The function's next connection. A function that has ended makes none.
    fn accept(&mut self) -> Result<TcpStream> {
        self.runtime.set_nonblocking(true)?;
        loop {
            match self.runtime.accept() {
                Ok((connection, _)) => {
                    connection.set_nonblocking(false)?;
                    return Ok(connection);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the function ended with {status}");
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Request {
    /// The next request of a connection; `None` at its end.
    fn read(connection: &mut impl BufRead) -> Result<Option<Self>> {
        let mut request = Self { line: String::new(), target: String::new(), body: Vec::new() };
        if connection.read_line(&mut request.line)? == 0 {
            return Ok(None);
        }
        let mut length = 0;
        loop {
            let mut header = String::new();
            connection.read_line(&mut header)?;
            let Some((name, value)) = header.trim_end().split_once(": ") else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse()?,
                "x-amz-target" => value.clone_into(&mut request.target),
                _ => {}
            }
        }
        request.body.resize(length, 0);
        connection.read_exact(&mut request.body)?;
        Ok(Some(request))
    }
}

fn invocation(event: &str) -> String {
    // In the year 2100.
    let headers = "lambda-runtime-aws-request-id: bench\r\nlambda-runtime-deadline-ms: 4102444800000\r\n\
        lambda-runtime-invoked-function-arn: arn:aws:lambda:us-east-1:000000000000:function:bench\r\n";
    answer("200 OK", headers, event)
}

fn accepted() -> String {
    answer("202 Accepted", "", "{}")
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\n{headers}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Serves AWS on a port, until this process ends.
fn aws() -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            thread::spawn(move || serve(connection));
        }
    });
    Ok(address)
}

fn serve(connection: TcpStream) -> Result<()> {
    let mut connection = BufReader::new(connection);
    while let Some(request) = Request::read(&mut connection)? {
        let text = String::from_utf8_lossy(&request.body);
        let body = match request.target.as_str() {
            "AWSEvents.PutEvents" => {
                let entries = vec![r#"{"EventId":"1"}"#; text.matches(r#""DetailType":"#).count()];
                format!(r#"{{"FailedEntryCount":0,"Entries":[{}]}}"#, entries.join(","))
            }
            "DynamoDB_20120810.BatchExecuteStatement" => {
                let answers = vec![r#"{"TableName":"t"}"#; text.matches(r#""Statement":"#).count()];
                format!(r#"{{"Responses":[{}]}}"#, answers.join(","))
            }
            _ => "{}".to_owned(),
        };
        connection.get_mut().write_all(answer("200 OK", "", &body).as_bytes())?;
    }
    Ok(())
}

/// Source: the manual's page `proc`, of `/proc/PID/status` and `/proc/PID/schedstat`.
fn used(process: u32) -> Result<Used> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let megabytes = |name: &str| -> Result<f64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kilobytes = line.and_then(|line| line.split_whitespace().next());
        Ok(kilobytes.context("no such line")?.parse::<f64>()? * 1_024.0 / 1e6)
    };
    let time = fs::read_to_string(format!("/proc/{process}/schedstat"))?;
    let nanoseconds: f64 = time.split(' ').next().unwrap_or_default().parse()?;
    Ok(Used {
        resident_mb: megabytes("VmRSS:")?,
        peak_mb: megabytes("VmHWM:")?,
        cpu_ms: nanoseconds / 1e6,
    })
}
