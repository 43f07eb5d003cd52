//! Checks for clients that cannot be compiled here: exactly one type for each schema of the
//! contract, none without members, and amounts that are texts.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::{Clients, DOCUMENT};

/// How a language writes its types.
struct Language {
    /// The folder of the types, one file each, relative to the target folder.
    folder: &'static str,
    /// The text before a member, or before values.
    members: &'static [&'static str],
    /// The members that are amounts of a booking, by their type.
    amounts: [(&'static str, &'static str); 3],
}

const KOTLIN: Language = Language {
    folder: "kotlin/src/main/kotlin/org/openapitools/client/models",
    members: &["@SerializedName("],
    amounts: [
        ("BookingRequest", "val amount: kotlin.String"),
        ("FlightDetails", "val priceAmount: kotlin.String"),
        ("HotelDetails", "val priceAmount: kotlin.String"),
    ],
};

const CSHARP: Language = Language {
    folder: "csharp/src/Org.OpenAPITools/Model",
    members: &["[JsonPropertyName(", "public enum "],
    amounts: [
        ("BookingRequest", "public string Amount { get; set; }"),
        ("FlightDetails", "public string PriceAmount { get; set; }"),
        ("HotelDetails", "public string PriceAmount { get; set; }"),
    ],
};

impl Clients {
    pub(super) fn check_types(&self) -> Result<()> {
        let document: Value = serde_json::from_slice(&fs::read(self.root.join(DOCUMENT))?)?;
        let schemas = document["components"]["schemas"].as_object().context("no schemas")?;
        let named: BTreeSet<_> = schemas.keys().map(String::as_str).collect();
        for language in [KOTLIN, CSHARP] {
            check(&language, &types(&self.target.join(language.folder))?, &named)?;
            println!("{}: a type for each of {} schemas", language.folder, named.len());
        }
        Ok(())
    }
}

/// The types' code, by name.
fn types(folder: &Path) -> Result<BTreeMap<String, String>> {
    let files = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let read = |path: &Path| -> Result<(String, String)> {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok((name, fs::read_to_string(path)?))
    };
    files.map(|file| read(&file?.path())).collect()
}

fn check(
    language: &Language,
    types: &BTreeMap<String, String>,
    named: &BTreeSet<&str>,
) -> Result<()> {
    let made: BTreeSet<_> = types.keys().map(String::as_str).collect();
    let other: Vec<_> = made.symmetric_difference(named).collect();
    ensure!(other.is_empty(), "{}: types and schemas differ in {other:?}", language.folder);
    let has_members = |code: &str| language.members.iter().any(|mark| code.contains(mark));
    let empty = types.iter().filter(|(_, code)| !has_members(code)).map(|(name, _)| name);
    let empty: Vec<_> = empty.collect();
    ensure!(empty.is_empty(), "{}: {empty:?} have no members", language.folder);
    for (name, member) in language.amounts {
        let has_it = types.get(name).is_some_and(|code| code.contains(member));
        ensure!(has_it, "{}: {name} has no `{member}`", language.folder);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generated() -> BTreeMap<String, String> {
        let types = KOTLIN.amounts.map(|(name, member)| {
            (
                name.to_owned(),
                format!("data class {name} (\n@SerializedName(name = \"x\")\n{member},\n)"),
            )
        });
        types.into()
    }

    fn named() -> BTreeSet<&'static str> {
        KOTLIN.amounts.iter().map(|(name, _)| *name).collect()
    }

    #[test]
    fn types_that_say_what_the_contract_says_are_in_order() {
        check(&KOTLIN, &generated(), &named()).unwrap();
    }

    /// The error when the generated types include this one, added or replaced.
    fn error_with(name: &str, generated_type: &str) -> String {
        let mut types = generated();
        types.insert(name.to_owned(), generated_type.to_owned());
        check(&KOTLIN, &types, &named()).unwrap_err().to_string()
    }

    #[test]
    fn a_type_that_the_contract_does_not_name_is_found() {
        let error = error_with("FlightDetailsPriceAmount", "@SerializedName(");
        assert!(error.ends_with("differ in [\"FlightDetailsPriceAmount\"]"), "{error}");
    }

    #[test]
    fn a_type_without_members_is_found() {
        let error = error_with("BookingRequest", "class BookingRequest (\n)");
        assert!(error.ends_with("[\"BookingRequest\"] have no members"), "{error}");
    }

    #[test]
    fn an_amount_that_is_not_a_text_is_found() {
        let amount =
            "data class HotelDetails (\n@SerializedName(name = \"x\")\nval priceAmount: Amount,\n)";
        let error = error_with("HotelDetails", amount);
        assert!(error.contains("HotelDetails has no"), "{error}");
    }
}
