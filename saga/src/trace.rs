//! The trace of an invocation, which events carry on.

use lambda_kit::spans;
use lambda_kit::trace::TraceContext;
use lambda_runtime::Context;
use store::Trace;

/// The trace of an invocation. Lambda's X-Ray header is kept unchanged, since AWS writes more into
/// it than the trace: the bus needs that to detect a loop. Without one, as on one machine, it is
/// the invocation's own span, if that is recorded.
pub(crate) fn of(context: &Context) -> Trace {
    let own = || spans::current().map(|trace| trace.to_string());
    let trace_header = context.xray_trace_id.clone().or_else(own);
    let trace = trace_header.as_deref().and_then(TraceContext::from_x_ray);
    Trace { trace_header, traceparent: trace.and_then(|trace| trace.traceparent()) }
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
        assert_eq!(trace.trace_header.as_deref(), Some(header));
        assert_eq!(trace.traceparent.as_deref(), traceparent);
    }
}
