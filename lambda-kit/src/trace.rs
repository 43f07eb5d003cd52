//! The trace of a request, in its two forms: W3C's `traceparent` among clients and consumers, and
//! X-Ray's `X-Amzn-Trace-Id` between the AWS services.

use std::borrow::Cow;
use std::fmt::{self, Write};
use std::num::{NonZeroU64, NonZeroU128};

use http::{HeaderMap, HeaderName};

/// W3C's header. Source: "Trace Context", W3C recommendation, version 00.
pub const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
/// X-Ray's header. Source: "Tracing header" in the X-Ray developer guide.
pub const X_RAY: HeaderName = HeaderName::from_static("x-amzn-trace-id");

/// What ends a field of X-Ray's header.
const FIELD_END: char = ';';
/// X-Ray writes a trace's id as the time at which it began and a random number of so many bits.
const RANDOM_BITS: u32 = 96;
/// The bytes of X-Ray's header with what AWS writes behind the trace, mostly.
const HEADER: usize = 128;

/// A place in a trace: which trace, after which span, and whether it is recorded.
///
/// ```
/// use lambda_kit::trace::TraceContext;
///
/// let sent = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01";
/// let trace = TraceContext::from_traceparent(sent).unwrap();
/// let x_ray = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
/// assert_eq!(trace.to_string(), x_ray);
/// assert_eq!(trace.traceparent().as_deref(), Some(sent));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TraceContext {
    /// 32 hex digits in lower case, not all zero.
    trace_id: NonZeroU128,
    /// 16 such digits. X-Ray may omit it if a trace has no span yet.
    parent_id: Option<NonZeroU64>,
    /// Absent if X-Ray has not decided yet.
    sampled: Option<bool>,
}

impl TraceContext {
    /// The trace of a client's request: its `traceparent`, otherwise its `X-Amzn-Trace-Id`. A
    /// header counts only in the exact form that this type writes. Any other form is ignored: the
    /// header is kept with the trip's events, which must not hold a client's free text.
    #[must_use]
    pub fn of_request(headers: &HeaderMap) -> Option<Self> {
        let parent = the_only(headers, &TRACEPARENT).and_then(Self::from_traceparent);
        parent.or_else(|| {
            let header = the_only(headers, &X_RAY)?;
            Self::from_x_ray(header).filter(|trace| trace.to_string() == header)
        })
    }

    /// Reads `00-{32 hex}-{16 hex}-{2 hex}`. Of the flags, only "sampled" has a meaning.
    #[must_use]
    pub fn from_traceparent(text: &str) -> Option<Self> {
        let (trace_id, rest) = text.strip_prefix("00-")?.split_once('-')?;
        let (parent_id, flags) = rest.split_once('-')?;
        Some(Self {
            trace_id: NonZeroU128::new(hex(trace_id, 32)?)?,
            parent_id: Some(span(parent_id)?),
            sampled: Some(hex(flags, 2)? & 1 == 1),
        })
    }

    /// Reads `Root=1-{8 hex}-{24 hex};Parent={16 hex};Sampled={0 or 1}`, in any order, with any
    /// spacing, and with other fields in between, as AWS itself may write it.
    #[must_use]
    pub fn from_x_ray(text: &str) -> Option<Self> {
        let (time, random) = field(text, "Root")?.strip_prefix("1-")?.split_once('-')?;
        let trace_id = NonZeroU128::new(hex(time, 8)? << RANDOM_BITS | hex(random, 24)?)?;
        let parent_id = match field(text, "Parent") {
            Some(parent) => Some(span(parent)?),
            None => None,
        };
        let sampled = field(text, "Sampled").and_then(|decision| match decision {
            "0" => Some(false),
            "1" => Some(true),
            _ => None,
        });
        Some(Self { trace_id, parent_id, sampled })
    }

    /// Whether both are places in one trace.
    #[must_use]
    pub fn is_in_the_trace_of(&self, other: &Self) -> bool {
        self.trace_id == other.trace_id
    }

    /// W3C's form; `None` if no span is known yet, which that form cannot express.
    #[must_use]
    pub fn traceparent(&self) -> Option<String> {
        let sampled = u8::from(self.sampled == Some(true));
        let parent = self.parent_id?;
        Some(format!("00-{:032x}-{parent:016x}-{sampled:02}", self.trace_id))
    }
}

/// X-Ray's form, which `StartExecution` and `PutEvents` accept.
impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.trace_id.get();
        let (time, random) = (id >> RANDOM_BITS, id & ((1 << RANDOM_BITS) - 1));
        write!(f, "Root=1-{time:08x}-{random:024x}")?;
        if let Some(parent) = self.parent_id {
            write!(f, ";Parent={parent:016x}")?;
        }
        match self.sampled {
            Some(sampled) => write!(f, ";Sampled={}", u8::from(sampled)),
            None => Ok(()),
        }
    }
}

/// What an X-Ray header says beyond a `traceparent`: what AWS has written behind the trace, such as
/// `;Lineage=1:a87bd80c:0`; the whole header, if it does not begin with that trace; `None`, if it
/// says no more. [`header`] makes the header of both again.
///
/// ```
/// use lambda_kit::trace::{beyond, header};
///
/// let sent = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01";
/// let x_ray =
///     "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:0";
/// assert_eq!(beyond(x_ray, Some(sent)), Some(";Lineage=a:0"));
/// assert_eq!(header(Some(sent), Some(";Lineage=a:0")).as_deref(), Some(x_ray));
/// ```
#[must_use]
pub fn beyond<'a>(header: &'a str, traceparent: Option<&str>) -> Option<&'a str> {
    let trace = traceparent.and_then(TraceContext::from_traceparent);
    let behind = trace.and_then(|trace| header.strip_prefix(&trace.to_string()));
    let is_behind = |rest: &&str| rest.is_empty() || rest.starts_with(FIELD_END);
    Some(behind.filter(is_behind).unwrap_or(header)).filter(|rest| !rest.is_empty())
}

/// The X-Ray header of a `traceparent` and of what the header says beyond it.
#[must_use]
pub fn header<'a>(traceparent: Option<&str>, beyond: Option<&'a str>) -> Option<Cow<'a, str>> {
    let trace = traceparent.and_then(TraceContext::from_traceparent);
    let rest = beyond.unwrap_or_default();
    match trace.filter(|_| rest.is_empty() || rest.starts_with(FIELD_END)) {
        None => beyond.map(Cow::Borrowed),
        Some(trace) => {
            let mut header = String::with_capacity(HEADER);
            write!(header, "{trace}{rest}").ok()?;
            Some(header.into())
        }
    }
}

/// The value of a header that is sent once; if it is sent several times, none can be trusted.
fn the_only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

fn field<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    let mut fields = header.split(FIELD_END).filter_map(|field| field.trim().split_once('='));
    fields.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// A span's id has 16 digits that are not all zero.
fn span(text: &str) -> Option<NonZeroU64> {
    NonZeroU64::new(hex(text, 16)?.try_into().ok()?)
}

/// So many hex digits in lower case.
fn hex(text: &str, length: usize) -> Option<u128> {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let is_hex = text.len() == length && text.bytes().all(is_digit);
    is_hex.then(|| u128::from_str_radix(text, 16).ok()).flatten()
}

#[cfg(test)]
mod tests;
