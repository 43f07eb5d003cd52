//! How the gateway converts bookings, recorded for other gateways: the infrastructure's mapping
//! template must start the same executions.

use axum::body::Body;
use http::Request;
use serde_json::{Map, Value, json};
use testing::assert_generated;

use super::fakes::{Bed, booking};

const OPERATOR: &str = "operator";
const CUSTOMER: &str = "c-0b5d";
const REQUEST_ID: &str = "7f9d2b1c-6f0e-4c57-9a63-0d6f6d0f7a11";
/// Stands in the record for a generated trip id.
const FRESH: &str = "a-fresh-id";
const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const X_RAY: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0";

/// A booking as a client sends it.
struct Case {
    name: String,
    caller: &'static str,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Case {
    fn new(name: &str) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        let body = booking("trip-1").to_string();
        Self { name: name.to_owned(), caller: CUSTOMER, headers, body }
    }

    fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    fn with_body(self, change: impl FnOnce(&mut Value)) -> Self {
        let mut body = booking("trip-1");
        change(&mut body);
        Self { body: body.to_string(), ..self }
    }

    /// The case, with the execution that the gateway started for it.
    async fn recorded(self) -> Value {
        let bed = Bed::new();
        let answer = bed.send(self.request()).await;
        assert_eq!(answer.status, 202, "{}: {}", self.name, answer.body);
        let start = bed.starts().remove(0);
        let mut execution = match self.names_its_trip() {
            true => json!({"name": start.name, "input": start.input}),
            false => json!({"name": FRESH, "input": start.input.replace(&start.name, FRESH)}),
        };
        assert_ne!(start.name, REQUEST_ID);
        if let Some(header) = start.trace_header {
            execution["traceHeader"] = json!(header);
        }
        let headers: Map<_, _> =
            self.headers.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        json!({
            "name": self.name,
            "request_id": REQUEST_ID,
            "claims": self.claims(),
            "headers": headers,
            "body": self.body,
            "start_execution": execution,
        })
    }

    fn names_its_trip(&self) -> bool {
        serde_json::from_str::<Value>(&self.body).unwrap()["trip_id"].is_string()
    }

    fn request(&self) -> Request<Body> {
        let token = match self.caller {
            OPERATOR => "Bearer dev-operator".to_owned(),
            customer => format!("Bearer dev-customer-{customer}"),
        };
        let request = Request::post("/trips").header("host", "localhost");
        let request = request.header("authorization", token).header("x-request-id", REQUEST_ID);
        let headers = self.headers.iter();
        let request = headers.fold(request, |request, (name, value)| request.header(*name, value));
        request.body(Body::from(self.body.clone())).unwrap()
    }

    fn claims(&self) -> Value {
        match self.caller {
            OPERATOR => json!({"sub": OPERATOR, "cognito:groups": "operators"}),
            customer => json!({ "sub": customer }),
        }
    }
}

fn cases() -> Vec<Case> {
    [callers(), texts(), amounts(), spellings(), traces()].into_iter().flatten().collect()
}

fn callers() -> Vec<Case> {
    vec![
        Case::new("a customer books"),
        Case { caller: OPERATOR, ..Case::new("an operator books") },
        Case::new("a trip without an id is given one").with_body(|body| {
            body.as_object_mut().unwrap().remove("trip_id");
        }),
        Case::new("an id of null is none").with_body(|body| body["trip_id"] = Value::Null),
        Case::new("sandbox instructions are passed on").with_body(|body| {
            body["sandbox"] = json!({"hotel": "timeout_after_effect", "flight": "slow:2"});
        }),
        Case::new("sandbox instructions for every step").with_body(|body| {
            body["sandbox"] = json!({
                "payment_refund": "error", "hotel_cancel": "slow", "flight_cancel": "timeout:999",
                "payment": "declined", "hotel": "unavailable", "flight": "declined:1",
            });
        }),
        Case::new("a sandbox of null").with_body(|body| body["sandbox"] = Value::Null),
        Case::new("an empty sandbox").with_body(|body| body["sandbox"] = json!({})),
        Case::new("a sandbox of nulls").with_body(|body| {
            body["sandbox"] = json!({"flight": null, "payment_refund": null});
        }),
        Case { body: format!("{:#}", booking("trip-1")), ..Case::new("a body in many lines") },
    ]
}

/// Text that a template may get wrong, in the only field that accepts any text.
fn texts() -> Vec<Case> {
    let texts = [
        ("an apostrophe", "O'Hare Inn"),
        ("double quotes", "The \"Grand\""),
        ("backslashes", "back\\slash \\' \\n \\u0027"),
        ("a closing tag", "</script><!-- & -->"),
        ("an emoji", "館 🏨 e\u{301}"),
        ("line separators", "a\u{2028}b\u{2029}c"),
        ("a template's own signs", "$input.body #set($a = 1) ${util} $$.x {} ##"),
        ("what looks like members", "\",\"amount\":1,\"amount\":2 {\"a\":\\"),
        ("white space around", "\u{3000}\u{a0} \t Grand\u{a0}Hotel \u{85}\u{2003}"),
    ];
    let case = |(name, text): (&str, &str)| {
        Case::new(name).with_body(|body| body["hotel_details"]["hotel_name"] = json!(text))
    };
    let mut cases: Vec<_> = texts.into_iter().map(case).collect();
    let escaped = booking("trip-1").to_string().replace("Grand Hotel", "Gr\\u00e4nd\\/H\\u006ftel");
    cases.push(Case { body: escaped, ..Case::new("text that is escaped without need") });
    cases
}

fn amounts() -> Vec<Case> {
    let priced = |name: &str, prices: [Value; 3]| {
        Case::new(name).with_body(|body| {
            let [flight, hotel, total] = prices;
            body["flight_details"]["price_amount"] = flight;
            body["hotel_details"]["price_amount"] = hotel;
            body["amount"] = total;
        })
    };
    vec![
        priced("amounts as strings", [json!("50000"), json!("30000"), json!("80000")]),
        priced(
            "amounts with zeros at either end",
            [json!("050000.0"), json!("30000.0000000000"), json!("0080000")],
        ),
        priced("a price of nothing", [json!("0.00"), json!(80000), json!(80000)]),
        priced("a price of zero", [json!(-0.0), json!("80000"), json!("80000")]),
        priced("whole numbers as floats", [json!(50000.0), json!(30000.0), json!(80000.0)]),
        priced("large floats", [json!(12_345_678.0), json!(1e14), json!(100_000_012_345_678.0)]),
        priced(
            "floats of 15 digits",
            [json!(999_999_999_999_998.0), json!(1.0), json!(999_999_999_999_999.0)],
        ),
        Case {
            body: booking("trip-1")
                .to_string()
                .replace("50000", "5e4")
                .replace("30000", "3.0E+4")
                .replace("80000", "80000.00"),
            ..Case::new("numbers with exponents")
        },
        priced(
            "amounts as integers of 15 digits",
            [
                json!(900_000_000_000_000_i64),
                json!(99_999_999_999_999_i64),
                json!(999_999_999_999_999_i64),
            ],
        ),
    ]
}

/// The same booking, as different libraries write it.
fn spellings() -> Vec<Case> {
    let timed = |name: &str, departs: &str, arrives: &str| {
        Case::new(name).with_body(|body| {
            body["flight_details"]["departure_time"] = json!(departs);
            body["flight_details"]["arrival_time"] = json!(arrives);
        })
    };
    let numbered = |name: &str, number: &str| {
        Case::new(name).with_body(|body| body["flight_details"]["flight_number"] = json!(number))
    };
    let turned = booking("trip-1").as_object().unwrap().clone().into_iter().rev();
    let turned = Value::Object(turned.collect()).to_string();
    vec![
        Case { body: turned, ..Case::new("members in another order") },
        Case {
            body: format!("\r\n {} \n", booking("trip-1")),
            ..Case::new("white space around the body")
        },
        timed("times of JavaScript", "2026-03-01T10:00:00.000Z", "2026-03-01T14:00:00.000Z"),
        timed("times of Ruby", "2026-03-01 10:00:00 +0900", "2026-03-01 14:00:00 -0930"),
        timed("times of PostgreSQL", "2026-03-01 10:00:00+00", "2026-03-01 14:00:00-03"),
        timed("times of .NET", "2026-03-01T10:00:00.0000000", "2026-03-01T14:00:00.0000000"),
        timed("times to the minute", "2026-03-01T10:00+09:00", "2026-03-01 14:00-00:00"),
        numbered("a flight number with a blank", "nh 001"),
        numbered("a flight number with a letter", "ba015d"),
        numbered("a flight number with inner zeros", "U2 1001"),
    ]
}

fn traces() -> Vec<Case> {
    let headers = [
        ("a traceparent", vec![("traceparent", PARENT)]),
        (
            "a traceparent that is not sampled",
            vec![("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")],
        ),
        ("an X-Ray header", vec![("x-amzn-trace-id", X_RAY)]),
        (
            "an X-Ray header of a root alone",
            vec![("x-amzn-trace-id", "Root=1-5759e988-bd862e3fe1be46a994272793")],
        ),
        (
            "a traceparent wins over an X-Ray header",
            vec![("traceparent", PARENT), ("x-amzn-trace-id", X_RAY)],
        ),
        (
            "a malformed traceparent gives way to an X-Ray header",
            vec![("traceparent", "00-0-0-01"), ("x-amzn-trace-id", X_RAY)],
        ),
        (
            "a traceparent of another version",
            vec![("traceparent", "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")],
        ),
        (
            "a traceparent of zeros",
            vec![("traceparent", "00-00000000000000000000000000000000-00f067aa0ba902b7-01")],
        ),
        (
            "a traceparent in upper case",
            vec![("traceparent", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01")],
        ),
        ("a malformed X-Ray header", vec![("x-amzn-trace-id", "Root=1-5759e988;Sampled=1")]),
        (
            "an X-Ray header with text of the client's",
            vec![("x-amzn-trace-id", "Root=1-5759e988-bd862e3fe1be46a994272793;Name=O'Hare")],
        ),
    ];
    let case = |(name, headers): (&str, Vec<(&'static str, &str)>)| {
        headers
            .into_iter()
            .fold(Case::new(name), |case, (name, value)| case.with_header(name, value))
    };
    headers.into_iter().map(case).collect()
}

#[tokio::test]
async fn the_generated_cases_are_up_to_date() {
    let mut recorded = Vec::new();
    for case in cases() {
        recorded.push(case.recorded().await);
    }
    assert_generated(
        "infra/generated/gateway-cases.json",
        &Value::Array(recorded),
        "cargo test -p gateway --lib",
    );
}
