//! Conditions on figures: what makes an answer the right one.

use super::value::Value;
use crate::units::{Money, SimSpan};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Comparisons that all must hold: `later > sharp and total = 3628.80`.
///
/// A side is the name of a figure, or a value of the other side's kind: a whole number, an amount, a duration (`2h`), a
/// share (`50%`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Condition(Vec<Comparison>);

#[derive(Clone, PartialEq, Eq, Debug)]
struct Comparison {
    left: String,
    relation: Relation,
    right: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Relation {
    Less,
    AtMost,
    Equal,
    Different,
    AtLeast,
    More,
}

impl Relation {
    /// The longer ones first: `<=` begins with `<`.
    const WRITTEN: [(&'static str, Self); 6] = [
        ("<=", Self::AtMost),
        (">=", Self::AtLeast),
        ("!=", Self::Different),
        ("<", Self::Less),
        (">", Self::More),
        ("=", Self::Equal),
    ];

    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Less => order == Ordering::Less,
            Self::AtMost => order != Ordering::Greater,
            Self::Equal => order == Ordering::Equal,
            Self::Different => order != Ordering::Equal,
            Self::AtLeast => order != Ordering::Less,
            Self::More => order == Ordering::Greater,
        }
    }
}

impl Condition {
    /// Reads comparisons that are joined by `and`.
    ///
    /// # Errors
    /// What is no comparison.
    pub fn parse(text: &str) -> Result<Self, String> {
        text.split(" and ").map(comparison).collect::<Result<_, _>>().map(Self)
    }

    /// Whether all of it holds of these figures.
    ///
    /// # Errors
    /// A name that is no figure, or two sides that cannot be compared.
    pub fn holds(&self, figures: &BTreeMap<String, Value>) -> Result<bool, String> {
        let mut all = true;
        for Comparison { left, relation, right } in &self.0 {
            let (left, right) = sides(figures, left, right)?;
            let order = left
                .compare(&right)
                .ok_or_else(|| format!("{} cannot be compared with {}", left.kind(), right.kind()))?;
            all &= relation.holds(order);
        }
        Ok(all)
    }
}

fn comparison(text: &str) -> Result<Comparison, String> {
    let bad = || format!("\"{text}\" is no comparison: write it as in \"late > sharp\" or \"refused = 0\"");
    let found = Relation::WRITTEN.iter().find_map(|(sign, relation)| {
        let (left, right) = text.split_once(sign)?;
        Some((left.trim(), *relation, right.trim()))
    });
    match found {
        Some((left, relation, right)) if !left.is_empty() && !right.is_empty() => {
            Ok(Comparison { left: left.to_owned(), relation, right: right.to_owned() })
        }
        Some(_) | None => Err(bad()),
    }
}

fn sides(figures: &BTreeMap<String, Value>, left: &str, right: &str) -> Result<(Value, Value), String> {
    match (figures.get(left), figures.get(right)) {
        (Some(left), Some(right)) => Ok((left.clone(), right.clone())),
        (Some(left), None) => Ok((left.clone(), literal(left, right)?)),
        (None, Some(right)) => Ok((literal(right, left)?, right.clone())),
        (None, None) => Err(format!("neither \"{left}\" nor \"{right}\" is a figure of the lesson")),
    }
}

/// A value of the same kind as another one.
fn literal(like: &Value, text: &str) -> Result<Value, String> {
    let read = match like {
        Value::Money(_) => Money::parse(text).ok().map(Value::Money),
        Value::Span(_) => text.parse::<SimSpan>().ok().map(Value::Span),
        Value::Count(_) => text.parse().ok().map(Value::Count),
        Value::Share(_) => text
            .strip_suffix('%')
            .map_or_else(
                || text.parse().ok(),
                |percent| percent.trim().parse::<f64>().ok().map(|p| p / 100.0),
            )
            .map(Value::Share),
        Value::Text(_) => Some(Value::Text(text.to_owned())),
        Value::Instant(_) => None,
    };
    read.ok_or_else(|| format!("\"{text}\" is neither a figure of the lesson nor {}", like.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures() -> BTreeMap<String, Value> {
        let money = |text: &str| Value::Money(Money::parse(text).expect("an amount"));
        [
            ("sharp", money("3628.80")),
            ("later", money("3628.80")),
            ("refused", Value::Count(0)),
            ("lasted", Value::Span(SimSpan::from_hours(26))),
            ("used", Value::Share(0.4)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    #[test]
    fn a_condition_holds_if_all_of_it_does() {
        let holds = |text: &str| Condition::parse(text).and_then(|condition| condition.holds(&figures()));
        assert_eq!(holds("sharp = later and refused = 0"), Ok(true));
        assert_eq!(holds("sharp = later and refused >= 1"), Ok(false));
        assert_eq!(holds("1d < lasted"), Ok(true));
        assert_eq!(holds("used <= 40%"), Ok(true));
        assert_eq!(holds("sharp != 3628.80"), Ok(false));
    }

    #[test]
    fn what_cannot_be_compared_is_said() {
        let said = |text: &str| {
            Condition::parse(text).and_then(|condition| condition.holds(&figures())).expect_err("it is wrong")
        };
        assert_eq!(
            said("sharp"),
            "\"sharp\" is no comparison: write it as in \"late > sharp\" or \"refused = 0\""
        );
        assert_eq!(said("sharp < lasted"), "an amount cannot be compared with a length of time");
        assert_eq!(said("shrap < 3"), "neither \"shrap\" nor \"3\" is a figure of the lesson");
        assert_eq!(said("lasted < 3"), "\"3\" is neither a figure of the lesson nor a length of time");
    }
}
