//! From a log line to its span.

use bed::{Bed, Booking, eventually};
use serde_json::Value;

use super::collector::Collector;
use super::{TRACE, flight_reserve, task};

#[tokio::test]
async fn a_line_that_is_logged_within_an_invocation_names_its_span() {
    let (bed, collector) = (Bed::new().await, Collector::start().await);
    let function = flight_reserve(&bed, &collector.url);
    function.invoke(&task(&Booking::new("trip-1"))).await.unwrap();
    let line = eventually("the step's line", async || {
        function.logs().into_iter().find(|line| line.contains("step answered"))
    });
    let line: Value = serde_json::from_str(&line.await).unwrap();
    assert_eq!(line["trace_id"], TRACE);
    assert_eq!(line["span_id"], collector.the("flight.reserve").span_id());
    assert_eq!(line["dd.trace_id"], decimal(&TRACE[16..]));
    assert_eq!(line["dd.span_id"], decimal(line["span_id"].as_str().unwrap()));
    assert_eq!(line["trip_id"], "trip-1", "the line's own fields are where they were");
    assert_eq!(line["spans"].as_array().unwrap().len(), 1, "the runtime's own span alone: {line}");
}

fn decimal(hex: &str) -> String {
    u64::from_str_radix(hex, 16).unwrap().to_string()
}
