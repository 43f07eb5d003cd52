//! Query parameters, read strictly: one answer reports everything that is wrong with them.

use std::collections::BTreeMap;
use std::fmt::Display;

use domain::FieldError;

/// The most errors that one answer lists.
const MAX_ERRORS: usize = 50;
/// The longest parameter name that an error repeats, in characters.
const MAX_NAME: usize = 64;

/// The parameters of one request, and what is wrong with them so far.
pub(crate) struct Parameters {
    given: BTreeMap<String, Vec<String>>,
    errors: Vec<FieldError>,
}

impl Parameters {
    /// The parameters of a route that accepts those in `known`; any other parameter is an error.
    pub(crate) fn new(pairs: Vec<(String, String)>, known: &[&str]) -> Self {
        let mut given = BTreeMap::<_, Vec<_>>::new();
        for (name, value) in pairs {
            given.entry(name).or_default().push(value);
        }
        let mut parameters = Self { given, errors: Vec::new() };
        parameters.refuse_unknown(known);
        parameters
    }

    fn refuse_unknown(&mut self, known: &[&str]) {
        let is_unknown = |name: &&String| !known.contains(&name.as_str());
        let unknown: Vec<_> = self.given.keys().filter(is_unknown).cloned().collect();
        for name in unknown {
            self.report(&name, "unknown_parameter", unknown_detail(known));
        }
    }

    /// The value of an optional parameter that may be given once.
    pub(crate) fn one<T, E: Display>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let parsed = match self.given.get(name)?.as_slice() {
            [value] => parse(value).map_err(|error| ("format", error.to_string())),
            _ => Err(("repeated", "must be given once".to_owned())),
        };
        parsed.map_err(|(code, detail)| self.report(name, code, detail)).ok()
    }

    /// The values of a parameter that may be repeated, and may hold several values separated by
    /// commas.
    pub(crate) fn many<T, E: Display>(
        &mut self,
        name: &str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Vec<T> {
        let given = self.given.get(name).into_iter().flatten();
        let parsed: Result<_, E> = given.flat_map(|list| list.split(',')).map(parse).collect();
        parsed.unwrap_or_else(|error| {
            self.report(name, "format", error);
            Vec::new()
        })
    }

    /// Whether the parameter was given, valid or not.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.given.contains_key(name)
    }

    /// Records that the parameter breaks a rule.
    pub(crate) fn report(&mut self, name: &str, code: &str, detail: impl Display) {
        if self.errors.len() < MAX_ERRORS {
            let field = name.chars().take(MAX_NAME).collect();
            self.errors.push(FieldError {
                field,
                code: code.to_owned(),
                detail: detail.to_string(),
            });
        }
    }

    /// What was read, if nothing is wrong. Any part that could not be read has already been
    /// reported.
    pub(crate) fn finish<T>(self, read: Option<T>) -> Result<T, Vec<FieldError>> {
        match read {
            Some(read) if self.errors.is_empty() => Ok(read),
            _ => Err(self.errors),
        }
    }
}

fn unknown_detail(known: &[&str]) -> String {
    match known {
        [] => "is not known here; this route takes no parameters".to_owned(),
        known => format!("is not known here; known are {}", known.join(", ")),
    }
}
