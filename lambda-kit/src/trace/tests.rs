//! Traces written and read back, and texts that are not traces.

use http::HeaderValue;
use proptest::prelude::*;
use rstest::rstest;

use super::*;

const PARENT: &str = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01";
const ROOT: &str = "Root=1-5759e988-bd862e3fe1be46a994272793";
const HEADER: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

fn request(headers: &[(HeaderName, &str)]) -> Option<String> {
    let pairs = headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_str(value)));
    let mut all = HeaderMap::new();
    for (name, value) in pairs {
        all.append(name, value.unwrap());
    }
    TraceContext::of_request(&all).map(|trace| trace.to_string())
}

prop_compose! {
    fn any_trace()(
        trace_id in any::<NonZeroU128>(),
        parent_id in any::<NonZeroU64>(),
        sampled in any::<bool>(),
    ) -> TraceContext {
        TraceContext { trace_id, parent_id: Some(parent_id), sampled: Some(sampled) }
    }
}

proptest! {
    #[test]
    fn a_trace_reads_back_from_both_forms(trace in any_trace()) {
        let parent = trace.traceparent().unwrap();
        prop_assert_eq!(TraceContext::from_traceparent(&parent), Some(trace));
        prop_assert_eq!(TraceContext::from_x_ray(&trace.to_string()), Some(trace));
    }

    #[test]
    fn a_trace_goes_from_one_form_to_the_other_and_back(trace in any_trace()) {
        let inside = TraceContext::from_x_ray(&trace.to_string()).unwrap();
        let outside = TraceContext::from_traceparent(&inside.traceparent().unwrap()).unwrap();
        prop_assert_eq!(outside, trace);
    }

    /// Whatever stands behind the trace, and whether the header begins with it.
    #[test]
    fn a_header_is_made_of_its_parts_again(
        trace in any_trace(),
        rest in "(;[a-zA-Z0-9:=]{1,20})?",
        whole in proptest::option::of("[a-zA-Z0-9:=][a-zA-Z0-9:=;]{0,40}"),
    ) {
        let traceparent = trace.traceparent();
        let sent = whole.unwrap_or_else(|| format!("{trace}{rest}"));
        let parts = (traceparent.as_deref(), beyond(&sent, traceparent.as_deref()));
        for made in [super::header(parts.0, parts.1), super::header(None, beyond(&sent, None))] {
            prop_assert_eq!(made, Some(Cow::from(&*sent)));
        }
    }

    #[test]
    fn any_text_is_a_trace_or_none(text in "\\PC{0,80}") {
        let _ = (TraceContext::from_traceparent(&text), TraceContext::from_x_ray(&text));
    }
}

#[test]
fn the_two_forms_of_one_trace() {
    let trace = TraceContext::from_traceparent(PARENT).unwrap();
    assert_eq!(trace.to_string(), HEADER);
    assert_eq!(TraceContext::from_x_ray(HEADER).unwrap().traceparent().as_deref(), Some(PARENT));
}

#[rstest]
#[case::another_version("01-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01")]
#[case::more_than_version_00_has("00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01-a")]
#[case::no_trace("00-00000000000000000000000000000000-53995c3f42cd8ad8-01")]
#[case::no_span("00-5759e988bd862e3fe1be46a994272793-0000000000000000-01")]
#[case::upper_case("00-5759E988BD862E3FE1BE46A994272793-53995c3f42cd8ad8-01")]
#[case::a_short_id("00-5759e988bd862e3fe1be46a99427279-53995c3f42cd8ad8-01")]
#[case::no_hex("00-5759e988bd862e3fe1be46a99427279g-53995c3f42cd8ad8-01")]
#[case::a_sign("00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-+1")]
#[case::free_text("4111 1111 1111 1111")]
#[case::nothing("")]
fn what_is_not_a_traceparent(#[case] text: &str) {
    assert_eq!(TraceContext::from_traceparent(text), None);
    assert_eq!(request(&[(TRACEPARENT, text)]), None);
    assert_eq!(request(&[(TRACEPARENT, text), (X_RAY, ROOT)]).as_deref(), Some(ROOT));
}

#[test]
fn flags_of_other_meanings_are_dropped() {
    let trace = TraceContext::from_traceparent(&PARENT.replace("-01", "-fe")).unwrap();
    assert_eq!(trace.traceparent(), Some(PARENT.replace("-01", "-00")));
}

#[rstest]
#[case::spaced("Root=1-5759e988-bd862e3fe1be46a994272793; Parent=53995c3f42cd8ad8; Sampled=1")]
#[case::turned("Sampled=1;Parent=53995c3f42cd8ad8;Root=1-5759e988-bd862e3fe1be46a994272793")]
#[case::with_more(
    "Self=1-0;Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:0"
)]
fn awss_own_headers_are_read_however_they_are_written_and_a_clients_are_not(#[case] header: &str) {
    let trace = TraceContext::from_x_ray(header).unwrap();
    assert_eq!(trace.to_string(), HEADER);
    assert_eq!(request(&[(X_RAY, header)]), None);
}

#[rstest]
#[case("")]
#[case("Sampled=1")]
#[case("Root=2-5759e988-bd862e3fe1be46a994272793")]
#[case("Root=1-5759e988bd862e3fe1be46a994272793")]
#[case("Root=1-00000000-000000000000000000000000")]
#[case("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8a\u{e9}")]
#[case("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=0000000000000000")]
fn what_is_not_a_header_of_x_ray(#[case] header: &str) {
    assert_eq!(TraceContext::from_x_ray(header), None);
}

#[test]
fn a_root_alone_is_passed_on_and_has_no_traceparent() {
    assert_eq!(request(&[(X_RAY, ROOT)]).as_deref(), Some(ROOT));
    assert_eq!(TraceContext::from_x_ray(ROOT).unwrap().traceparent(), None);
    let undecided = format!("{ROOT};Sampled=?");
    assert_eq!(TraceContext::from_x_ray(&undecided).unwrap().to_string(), ROOT);
}

#[test]
fn a_traceparent_wins_and_two_of_them_are_none() {
    let other = PARENT.replace("5759", "aaaa");
    let taken = request(&[(X_RAY, HEADER), (TRACEPARENT, &other)]);
    assert_eq!(taken, Some(HEADER.replace("5759", "aaaa")));
    let taken = request(&[(TRACEPARENT, PARENT), (TRACEPARENT, &other), (X_RAY, ROOT)]);
    assert_eq!(taken.as_deref(), Some(ROOT));
}
