//! Texts with places for figures: `{total}`, `{waited:min}`.

use super::value::Value;
use crate::units::Calendar;
use std::collections::BTreeMap;

/// The text with its figures.
pub(super) fn fill(
    text: &str,
    figures: &BTreeMap<String, Value>,
    calendar: &Calendar,
) -> Result<String, String> {
    let (mut filled, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('{') {
        let (place, behind) = after.split_once('}').ok_or_else(|| format!("\"{{{after}\" lacks its }}"))?;
        let (name, form) = place.split_once(':').unwrap_or((place, ""));
        let value = figures.get(name).ok_or_else(|| {
            let names: Vec<&str> = figures.keys().map(String::as_str).collect();
            format!("{{{place}}} is no figure; there are {}", names.join(", "))
        })?;
        filled.push_str(before);
        filled.push_str(&value.show(calendar, form)?);
        rest = behind;
    }
    if rest.contains('}') {
        return Err(format!("a }} without its {{ in \"{text}\""));
    }
    Ok(filled + rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Money, SimSpan};

    #[test]
    fn places_are_filled_and_mistakes_are_named() {
        let calendar = Calendar::parse("2026-06-10T10:00:00+08:00").expect("a time");
        let figures: BTreeMap<String, Value> = [
            ("total".to_owned(), Value::Money(Money::parse("5.16").expect("an amount"))),
            ("waited".to_owned(), Value::Span(SimSpan::from_minutes(33))),
        ]
        .into();
        let filled = |text: &str| fill(text, &figures, &calendar);
        assert_eq!(
            filled("{waited:min} minutes are free, {total} is the bill.").as_deref(),
            Ok("33 minutes are free, 5.16 is the bill.")
        );
        assert_eq!(filled("{totl}"), Err("{totl} is no figure; there are total, waited".to_owned()));
        assert_eq!(filled("{total"), Err("\"{total\" lacks its }".to_owned()));
        assert_eq!(filled("{total:min}"), Err("an amount has no form \"min\"".to_owned()));
    }
}
