//! A refusal of the API: RFC 9457 problem details.

use std::fmt;

use domain::FieldError;
use domain::text::visible;
use serde::Deserialize;

/// The status of a caller that is not signed in.
const UNAUTHORIZED: u16 = 401;

/// Why the API refused. The code is text, since a newer system may have more codes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    pub code: String,
    /// What happened, in words.
    pub detail: String,
    /// The broken rules by field.
    #[serde(default)]
    pub errors: Vec<FieldError>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl Problem {
    /// The broken rules, one per line, and where to read more.
    pub(super) fn advice(&self) -> Vec<String> {
        let mut advice = match self.errors.as_slice() {
            // The detail already says it.
            [one] if self.detail.contains(&one.detail) => Vec::new(),
            errors => field_lines(errors),
        };
        if self.status == UNAUTHORIZED {
            advice.push("sign in with --token, or with TRIP_TOKEN in the environment".to_owned());
        }
        advice.push(format!("{0} ({1}): see docs/errors/{0}.md", self.code, self.status));
        advice
    }
}

/// Each field and its rule, in two columns.
pub(crate) fn field_lines(errors: &[FieldError]) -> Vec<String> {
    let width = errors.iter().map(|error| visible(&error.field).chars().count()).max().unwrap_or(0);
    let line = |error: &FieldError| {
        format!("{:width$}  {}", visible(&error.field), visible(&error.detail))
    };
    errors.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(status: u16, errors: &[(&str, &str)]) -> Problem {
        let error = |(field, detail): &(&str, &str)| FieldError {
            field: (*field).to_owned(),
            code: "rule".to_owned(),
            detail: (*detail).to_owned(),
        };
        Problem {
            status,
            code: "Code".to_owned(),
            detail: "amount is required".to_owned(),
            errors: errors.iter().map(error).collect(),
        }
    }

    #[test]
    fn one_broken_rule_is_told_once() {
        let problem = problem(400, &[("amount", "is required")]);
        assert_eq!(problem.advice(), ["Code (400): see docs/errors/Code.md"]);
    }

    #[test]
    fn who_is_not_signed_in_is_told_how() {
        assert!(problem(401, &[]).advice().concat().contains("--token"));
    }

    #[test]
    fn a_problem_advises_each_field_and_names_its_page() {
        let problem: Problem = serde_json::from_str(
            r#"{"type": "/docs/errors/InvalidRequest", "title": "Invalid request",
                "status": 400, "code": "InvalidRequest", "detail": "the request breaks 2 rules",
                "errors": [
                    {"field": "amount", "code": "required", "detail": "is required"},
                    {"field": "flight_details", "code": "type", "detail": "must be an object"}]}"#,
        )
        .unwrap();
        assert_eq!(problem.to_string(), "the request breaks 2 rules");
        assert_eq!(
            problem.advice(),
            [
                "amount          is required",
                "flight_details  must be an object",
                "InvalidRequest (400): see docs/errors/InvalidRequest.md",
            ]
        );
    }
}
