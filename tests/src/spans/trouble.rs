//! A collector that is away, slow or not wanted: the functions answer as ever.

use std::net::TcpListener;

use bed::{Bed, Booking, Sandbox};
use rstest::rstest;

use super::collector::{Collector, nobody, silent};
use super::{SAGA, flight_reserve, settings, task};

/// The warnings in the log.
fn warnings(function: &Sandbox) -> Vec<String> {
    let mut lines = function.logs();
    lines.retain(|line| line.contains(r#""level":"WARN""#));
    lines
}

#[rstest]
#[case::away(nobody())]
#[case::silent(silent())]
#[tokio::test]
async fn without_a_collector_steps_answer_and_the_process_says_so_once(
    #[case] collector: (Option<TcpListener>, String),
) {
    let bed = Bed::new().await;
    let function = flight_reserve(&bed, &collector.1);
    for trip in ["trip-1", "trip-2"] {
        let answer = function.invoke(&task(&Booking::new(trip))).await.unwrap();
        assert_eq!(answer["member_status"], "RESERVED");
    }
    let said = warnings(&function);
    assert_eq!((said.len(), function.starts()), (1, 1), "{said:?}");
    assert!(said[0].contains("spans were not exported"), "{said:?}");
    let lost = function.logs().iter().filter(|line| line.contains(r#""SpansLost""#)).count();
    assert_eq!(lost, 2, "each invocation counts what it lost");
}

#[tokio::test]
async fn a_process_that_is_to_export_nothing_sends_and_logs_nothing_of_spans() {
    let (bed, collector) = (Bed::new().await, Collector::start().await);
    let mut disabled = settings(&bed, &collector.url);
    disabled.insert("OTEL_SDK_DISABLED".to_owned(), "true".to_owned());
    for settings in [disabled, bed.settings()] {
        let function = Sandbox::new(SAGA, "flight.reserve", &settings);
        function.invoke(&task(&Booking::new("trip-1"))).await.unwrap();
        let logs = function.logs().join("\n");
        assert!(logs.contains("step answered"), "{logs}");
        for absent in ["trace_id", "span_id", "SpansLost", "WARN", r#""name":"invocation""#] {
            assert!(!logs.contains(absent), "{absent}: {logs}");
        }
    }
    assert!(collector.bodies().is_empty());
}

#[tokio::test]
async fn a_setting_that_cannot_be_used_is_told_once_and_stops_nothing() {
    let bed = Bed::new().await;
    let function = flight_reserve(&bed, "secret.example:4318");
    for trip in ["trip-1", "trip-2"] {
        function.invoke(&task(&Booking::new(trip))).await.unwrap();
    }
    let said = warnings(&function);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].contains("OTEL_EXPORTER_OTLP_ENDPOINT is not an http or https URL"),
        "{said:?}"
    );
    assert!(!said[0].contains("secret"), "{said:?}");
}
