//! The trace of an invocation, which events carry on.

use std::borrow::Cow;

use lambda_kit::spans;
use lambda_kit::trace::{self, TraceContext};
use lambda_runtime::Context;
use store::Trace;

/// The trace of an invocation: its own span, if that is in the trace of Lambda's X-Ray header, or
/// there is no header; else the header. A header in which AWS has written more than the trace is
/// kept unchanged: the bus needs that to detect a loop.
pub(crate) fn of(context: &Context) -> Trace {
    continued(context.xray_trace_id.clone(), spans::current())
}

/// The X-Ray header of a trace: what an execution that is started within it gets.
pub(crate) fn header(trace: &Trace) -> Option<String> {
    let header = trace::header(trace.traceparent.as_deref(), trace.trace_header.as_deref());
    header.map(Cow::into_owned)
}

fn continued(header: Option<String>, own: Option<TraceContext>) -> Trace {
    let sent = header.as_deref().and_then(TraceContext::from_x_ray);
    let is_plain = |sent: &TraceContext| header.as_deref() == Some(&*sent.to_string());
    let own = own.filter(|own| match (&sent, &header) {
        (Some(sent), _) => is_plain(sent) && own.is_in_the_trace_of(sent),
        (None, header) => header.is_none(),
    });
    let header = own.as_ref().map(ToString::to_string).or(header);
    let traceparent = own.or(sent).and_then(|trace| trace.traceparent());
    let beyond = header.as_deref().and_then(|it| trace::beyond(it, traceparent.as_deref()));
    Trace { trace_header: beyond.map(str::to_owned), traceparent }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const HEADER: &str =
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:0";

    #[rstest]
    #[case::whole(HEADER, Some("00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01"))]
    #[case::without_a_span("Root=1-5759e988-bd862e3fe1be46a994272793", None)]
    #[case::none_of_x_rays("free text", None)]
    fn the_header_is_kept_and_its_w3c_form_added(
        #[case] header: &str,
        #[case] traceparent: Option<&str>,
    ) {
        let mut context = Context::default();
        context.xray_trace_id = Some(header.to_owned());
        let trace = of(&context);
        assert_eq!(super::header(&trace).as_deref(), Some(header));
        assert_eq!(trace.traceparent.as_deref(), traceparent);
    }

    const SENT: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    const BELOW: &str = "00-5759e988bd862e3fe1be46a994272793-00f067aa0ba902b7-01";
    const ELSEWHERE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[rstest]
    #[case::in_the_headers_trace(Some(SENT), BELOW, true)]
    #[case::without_a_header(None, BELOW, true)]
    #[case::in_a_trace_of_datadogs(Some(SENT), ELSEWHERE, false)]
    #[case::beside_what_aws_has_written(Some(HEADER), BELOW, false)]
    #[case::beside_what_nobody_can_read(Some("free text"), BELOW, false)]
    fn the_own_span_goes_on_where_the_header_says_no_more(
        #[case] header: Option<&str>,
        #[case] span: &str,
        #[case] goes_on: bool,
    ) {
        let own = TraceContext::from_traceparent(span);
        let trace = continued(header.map(str::to_owned), own);
        assert_eq!(trace.traceparent.as_deref() == Some(span), goes_on);
        let sent = super::header(&trace);
        assert_eq!(sent == own.map(|own| own.to_string()), goes_on);
        assert!(goes_on || sent.as_deref() == header);
    }
}
