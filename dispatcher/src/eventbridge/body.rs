//! The body of a `PutEvents` request.

use domain::Timestamp;
use domain::event::SOURCE;
use lambda_kit::trace;
use store::outbox::PendingEvent;

/// What an entry has beside its envelope, about.
const AROUND: usize = 200;

/// The entries of the events, in order; `mark` is named among the resources of each.
///
/// # Errors
/// If they cannot be written as JSON; nothing in them causes this.
pub(super) fn of(
    bus: &str,
    mark: Option<&str>,
    events: &[&PendingEvent<'_>],
) -> serde_json::Result<Vec<u8>> {
    let bytes = |event: &&PendingEvent<'_>| event.detail.as_json().len() + AROUND;
    let mut body = Vec::with_capacity(events.iter().map(bytes).sum());
    // Written once for all entries.
    let mut common = Vec::with_capacity(AROUND);
    common.extend_from_slice(br#"{"EventBusName":"#);
    serde_json::to_writer(&mut common, bus)?;
    common.extend_from_slice(br#","Source":"#);
    serde_json::to_writer(&mut common, SOURCE)?;
    common.extend_from_slice(br#","Resources":"#);
    serde_json::to_writer(&mut common, mark.as_slice())?;
    for event in events {
        body.extend_from_slice(if body.is_empty() { br#"{"Entries":["# } else { b"," });
        body.extend_from_slice(&common);
        push_entry(&mut body, event)?;
    }
    body.extend_from_slice(b"]}");
    Ok(body)
}

/// What is an entry's own, and its end.
fn push_entry(body: &mut Vec<u8>, event: &PendingEvent<'_>) -> serde_json::Result<()> {
    body.extend_from_slice(br#","DetailType":"#);
    serde_json::to_writer(&mut *body, &event.event_type)?;
    body.extend_from_slice(br#","Time":"#);
    push_seconds(body, event.occurred_at)?;
    body.extend_from_slice(br#","Detail":"#);
    body.extend_from_slice(event.detail.as_json().as_bytes());
    let header = trace::header(event.traceparent.as_deref(), event.trace_header.as_deref());
    if let Some(header) = header {
        body.extend_from_slice(br#","TraceHeader":"#);
        serde_json::to_writer(&mut *body, &header)?;
    }
    body.push(b'}');
    Ok(())
}

/// The seconds since 1970, with a fraction only if there is one.
fn push_seconds(body: &mut Vec<u8>, moment: Timestamp) -> serde_json::Result<()> {
    let millis = moment.as_millis();
    serde_json::to_writer(&mut *body, &millis.div_euclid(1000))?;
    if millis.rem_euclid(1000) != 0 {
        // As 1.007 has three digits of 1007.
        let at = body.len();
        serde_json::to_writer(&mut *body, &(1000 + millis.rem_euclid(1000)))?;
        body[at] = b'.';
    }
    Ok(())
}
