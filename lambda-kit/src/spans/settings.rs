//! OpenTelemetry's own variables, as far as this product supports them.
//!
//! Source: "OpenTelemetry Environment Variable Specification" and "OpenTelemetry Protocol
//! Exporter".

use http::Uri;
use opentelemetry::{Key, KeyValue};
use opentelemetry_sdk::Resource;
use percent_encoding::percent_decode_str;

use crate::config::{Config, name};

/// The path for traces, below an endpoint for all signals.
const TRACES: &str = "v1/traces";
/// The service's name if no setting gives one.
const SERVICE: &str = "trip-saga";

const DEPLOYMENT: Key = Key::from_static_str("deployment.environment.name");
const FUNCTION: Key = Key::from_static_str("faas.name");
const SERVICE_NAME: Key = Key::from_static_str("service.name");

/// What a step's span is below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum States {
    /// The span that Datadog makes of the state that called it.
    Drawn,
    /// The span in the X-Ray header, since nobody makes spans of states.
    NotDrawn,
}

/// The propagator that stands for Datadog's spans of states.
const DATADOG: &str = "datadog";

/// Where spans are sent, and which service they belong to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Settings {
    pub(super) endpoint: String,
    pub(super) resource: Resource,
    pub(super) states: States,
}

/// Why spans cannot be exported. Never shows the value, which may hold a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpansError {
    /// The endpoint is not an `http` or `https` URL.
    #[error("{0} is not an http or https URL")]
    Endpoint(&'static str),
    /// The attributes are not pairs separated by commas.
    #[error("{} is not a list of key=value", name::OTEL_RESOURCE_ATTRIBUTES)]
    Attributes,
    /// The exporter cannot be created.
    #[error("the exporter cannot be made: {0}")]
    Exporter(String),
}

impl Settings {
    /// `None` if no endpoint is set, or the SDK is disabled.
    pub(super) fn from_config(config: &Config) -> Result<Option<Self>, SpansError> {
        let disabled = config.get_or(name::OTEL_SDK_DISABLED, "").eq_ignore_ascii_case("true");
        match endpoint(config)? {
            Some(endpoint) if !disabled => {
                Ok(Some(Self { endpoint, resource: resource(config)?, states: states(config) }))
            }
            _ => Ok(None),
        }
    }
}

/// The endpoint for traces is used unchanged; the path for traces is appended to the endpoint for
/// all signals.
fn endpoint(config: &Config) -> Result<Option<String>, SpansError> {
    if let Some(url) = config.get(name::OTEL_TRACES_ENDPOINT) {
        return checked(name::OTEL_TRACES_ENDPOINT, url.to_owned()).map(Some);
    }
    let Some(base) = config.get(name::OTEL_ENDPOINT) else { return Ok(None) };
    let url = format!("{}/{TRACES}", base.trim_end_matches('/'));
    checked(name::OTEL_ENDPOINT, url).map(Some)
}

fn checked(name: &'static str, url: String) -> Result<String, SpansError> {
    let uri: Option<Uri> = url.parse().ok();
    let scheme = uri.as_ref().and_then(Uri::scheme_str);
    match scheme {
        Some("http" | "https") => Ok(url),
        _ => Err(SpansError::Endpoint(name)),
    }
}

fn states(config: &Config) -> States {
    let mut propagators = config.get_or(name::OTEL_PROPAGATORS, "").split(',').map(str::trim);
    if propagators.any(|one| one == DATADOG) { States::Drawn } else { States::NotDrawn }
}

/// Explicit settings override what is known about the function.
fn resource(config: &Config) -> Result<Resource, SpansError> {
    let function = config.get(name::AWS_LAMBDA_FUNCTION_NAME);
    let stage = config.get(name::STAGE).map(|stage| KeyValue::new(DEPLOYMENT, stage.to_owned()));
    let known = function.map(|function| KeyValue::new(FUNCTION, function.to_owned()));
    let service = KeyValue::new(SERVICE_NAME, function.unwrap_or(SERVICE).to_owned());
    let named = config.get(name::OTEL_SERVICE_NAME).map(str::to_owned);
    let all = [Some(service), known, stage].into_iter().flatten();
    let all = all.chain(attributes(config.get_or(name::OTEL_RESOURCE_ATTRIBUTES, ""))?);
    let all = all.chain(named.map(|service| KeyValue::new(SERVICE_NAME, service)));
    Ok(Resource::builder_empty().with_attributes(all).build())
}

/// Reads `key=value,key=value`; reserved characters of such a list are percent-encoded.
fn attributes(list: &str) -> Result<Vec<KeyValue>, SpansError> {
    let pairs = list.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    pairs.map(|pair| attribute(pair).ok_or(SpansError::Attributes)).collect()
}

fn attribute(pair: &str) -> Option<KeyValue> {
    let (key, value) = pair.split_once('=')?;
    let key = decoded(key).filter(|key| !key.is_empty())?;
    Some(KeyValue::new(key, decoded(value)?))
}

fn decoded(text: &str) -> Option<String> {
    Some(percent_decode_str(text.trim()).decode_utf8().ok()?.into_owned())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn settings(pairs: &[(&str, &str)]) -> Result<Option<Settings>, SpansError> {
        Settings::from_config(&Config::from_map(pairs.iter().copied()))
    }

    fn text(pairs: &[(&str, &str)], key: &Key) -> Option<String> {
        let at = [(name::OTEL_ENDPOINT, "http://localhost:4318")];
        let settings = settings(&[&at, pairs].concat()).unwrap().unwrap();
        settings.resource.get(key).map(|value| value.to_string())
    }

    #[rstest]
    #[case(&[])]
    #[case(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "")])]
    #[case(&[("OTEL_SERVICE_NAME", "trips"), ("OTEL_RESOURCE_ATTRIBUTES", "broken")])]
    #[case(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318"), ("OTEL_SDK_DISABLED", "True")])]
    fn nothing_is_exported_unless_it_is_asked_for(#[case] pairs: &[(&str, &str)]) {
        assert_eq!(settings(pairs), Ok(None));
    }

    #[rstest]
    #[case(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "http://localhost:4318",
        "http://localhost:4318/v1/traces"
    )]
    #[case(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "https://c.example/otlp/",
        "https://c.example/otlp/v1/traces"
    )]
    #[case(
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "http://localhost:4318/x",
        "http://localhost:4318/x"
    )]
    fn the_endpoint_is_completed_by_the_signals_path(
        #[case] name: &str,
        #[case] url: &str,
        #[case] expected: &str,
    ) {
        assert_eq!(settings(&[(name, url)]).unwrap().unwrap().endpoint, expected);
    }

    #[rstest]
    #[case("", States::NotDrawn)]
    #[case("tracecontext,xray", States::NotDrawn)]
    #[case("datadog", States::Drawn)]
    #[case("tracecontext, datadog", States::Drawn)]
    fn states_are_drawn_where_datadogs_propagator_is_named(
        #[case] propagators: &str,
        #[case] states: States,
    ) {
        let pairs = [(name::OTEL_ENDPOINT, "http://c"), (name::OTEL_PROPAGATORS, propagators)];
        assert_eq!(settings(&pairs).unwrap().unwrap().states, states);
    }

    #[rstest]
    #[case("localhost:4318")]
    #[case("ftp://localhost")]
    #[case("http://")]
    #[case("not a url")]
    fn an_endpoint_that_is_not_a_url_is_an_error_that_does_not_show_it(#[case] url: &str) {
        let error = settings(&[("OTEL_EXPORTER_OTLP_ENDPOINT", url)]).unwrap_err().to_string();
        assert_eq!(error, "OTEL_EXPORTER_OTLP_ENDPOINT is not an http or https URL");
    }

    #[test]
    fn the_service_is_named_by_hand_or_after_the_function() {
        let function = ("AWS_LAMBDA_FUNCTION_NAME", "dispatcher");
        let attributes = ("OTEL_RESOURCE_ATTRIBUTES", "service.name=listed, team=a%2Cb");
        let by_hand = ("OTEL_SERVICE_NAME", "trips");
        let service = |pairs: &[(&str, &str)]| text(pairs, &SERVICE_NAME).unwrap();
        assert_eq!(service(&[]), "trip-saga");
        assert_eq!(service(&[function]), "dispatcher");
        assert_eq!(service(&[function, attributes]), "listed");
        assert_eq!(service(&[function, attributes, by_hand]), "trips");
        assert_eq!(text(&[attributes], &Key::new("team")).unwrap(), "a,b");
        assert_eq!(text(&[("STAGE", "prod")], &DEPLOYMENT).unwrap(), "prod");
    }

    #[rstest]
    #[case("team")]
    #[case("=a")]
    #[case("team=%ff")]
    fn attributes_that_are_not_pairs_are_an_error(#[case] list: &str) {
        let pairs = [(name::OTEL_ENDPOINT, "http://c"), (name::OTEL_RESOURCE_ATTRIBUTES, list)];
        assert_eq!(settings(&pairs), Err(SpansError::Attributes));
    }
}
