//! The trace that an invocation belongs to, so that events carry it on.

use lambda_runtime::Context;
use store::Trace;

/// The trace of an invocation, from Lambda's X-Ray header.
pub(crate) fn of(context: &Context) -> Trace {
    let trace_header = context.xray_trace_id.clone();
    let traceparent = trace_header.as_deref().and_then(traceparent);
    Trace { trace_header, traceparent }
}

/// The W3C form of an X-Ray header such as
/// `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`.
fn traceparent(header: &str) -> Option<String> {
    let field = |name: &str| {
        let fields = header.split(';').filter_map(|field| field.trim().split_once('='));
        fields.filter(|(key, _)| *key == name).map(|(_, value)| value).next()
    };
    let (time, random) = field("Root")?.strip_prefix("1-")?.split_once('-')?;
    let parent = hex(field("Parent")?, 16)?;
    let sampled = u8::from(field("Sampled") == Some("1"));
    Some(format!("00-{}{}-{parent}-{sampled:02}", hex(time, 8)?, hex(random, 24)?))
}

fn hex(text: &str, length: usize) -> Option<&str> {
    let fits = text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    fits.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const ROOT: &str = "Root=1-5759e988-bd862e3fe1be46a994272793";

    #[rstest]
    #[case(";Parent=53995c3f42cd8ad8;Sampled=1", "-53995c3f42cd8ad8-01")]
    #[case("; Parent=53995c3f42cd8ad8; Sampled=0; Lineage=a:0", "-53995c3f42cd8ad8-00")]
    fn an_x_ray_header_has_a_w3c_form(#[case] rest: &str, #[case] end: &str) {
        let mut context = Context::default();
        context.xray_trace_id = Some(format!("{ROOT}{rest}"));
        let trace = of(&context);
        assert_eq!(trace.trace_header, context.xray_trace_id);
        let expected = format!("00-5759e988bd862e3fe1be46a994272793{end}");
        assert_eq!(trace.traceparent, Some(expected));
    }

    #[rstest]
    #[case("")]
    #[case("Root=1-5759e988-bd862e3fe1be46a994272793")]
    #[case("Root=2-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8")]
    #[case("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8a\u{e9}")]
    fn anything_else_has_none(#[case] header: &str) {
        assert_eq!(traceparent(header), None);
    }
}
