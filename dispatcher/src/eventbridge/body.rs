//! The body of a `PutEvents` request.

use domain::Timestamp;
use domain::event::SOURCE;
use store::outbox::PendingEvent;

/// What an entry has beside its envelope, about.
const AROUND: usize = 200;

/// The entries of the events, in order.
pub(super) fn of(bus: &str, events: &[&PendingEvent<'_>]) -> Vec<u8> {
    let bytes = |event: &&PendingEvent<'_>| event.detail.as_json().len() + AROUND;
    let mut body = String::with_capacity(events.iter().map(bytes).sum());
    // Quoted and escaped once for all entries.
    let (bus, source) = (quoted(bus), quoted(SOURCE));
    for event in events {
        body.push_str(if body.is_empty() { r#"{"Entries":["# } else { "," });
        push_entry(&mut body, &bus, &source, event);
    }
    body.push_str("]}");
    body.into_bytes()
}

fn push_entry(body: &mut String, bus: &str, source: &str, event: &PendingEvent<'_>) {
    let parts = [
        r#"{"EventBusName":"#,
        bus,
        r#","Source":"#,
        source,
        r#","DetailType":"#,
        &quoted(&event.event_type),
        r#","Resources":[],"Time":"#,
        &seconds(event.occurred_at),
        r#","Detail":"#,
        event.detail.as_json(),
    ];
    parts.into_iter().for_each(|part| body.push_str(part));
    if let Some(header) = &event.trace_header {
        body.push_str(r#","TraceHeader":"#);
        body.push_str(&quoted(header));
    }
    body.push('}');
}

/// The seconds since 1970, with a fraction only if there is one.
fn seconds(moment: Timestamp) -> String {
    let millis = moment.as_millis();
    match (millis.div_euclid(1000), millis.rem_euclid(1000)) {
        (seconds, 0) => seconds.to_string(),
        (seconds, millis) => format!("{seconds}.{millis:03}"),
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
