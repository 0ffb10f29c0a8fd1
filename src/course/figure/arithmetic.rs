//! Figures that are worked out from others.

use crate::course::value::Value;
use crate::units::{Money, RoundingMode, SimSpan};
use std::collections::BTreeMap;

/// Figures that stand before.
pub(super) struct Known<'a>(pub &'a BTreeMap<String, Value>);

impl Known<'_> {
    fn get(&self, name: &str) -> Result<&Value, String> {
        self.0.get(name).ok_or_else(|| format!("there is no figure \"{name}\" before it"))
    }

    pub(super) fn two(
        &self,
        a: &str,
        b: &str,
        of: impl Fn(&Value, &Value) -> Option<Value>,
    ) -> Result<Value, String> {
        let (a, b) = (self.get(a)?, self.get(b)?);
        of(a, b).ok_or_else(|| format!("{} and {} have no such figure", a.kind(), b.kind()))
    }

    pub(super) fn sum(&self, names: &[String]) -> Result<Value, String> {
        let (first, rest) = names.split_first().ok_or("the sum of nothing")?;
        rest.iter().try_fold(self.get(first)?.clone(), |sum, name| {
            let other = self.get(name)?;
            sum.plus(other).ok_or_else(|| format!("{} and {} have no sum", sum.kind(), other.kind()))
        })
    }

    pub(super) fn parts(&self, name: &str, parts: &str) -> Result<Value, String> {
        let (numerator, denominator) = parts.split_once('/').unwrap_or((parts, "1"));
        let read = |text: &str| text.trim().parse::<i64>().ok();
        let (Some(numerator), Some(denominator)) = (read(numerator), read(denominator)) else {
            return Err(format!("\"{parts}\" is no number of parts: write it as in \"21/22\""));
        };
        let figure = self.get(name)?;
        let taken = if denominator > 0 { figure.times(numerator, denominator) } else { None };
        taken.ok_or_else(|| format!("{} has no {parts} parts", figure.kind()))
    }
}

pub(super) fn hourly(price: &Value, span: &Value) -> Option<Value> {
    let (Value::Money(price), Value::Span(span)) = (price, span) else { return None };
    let product = price.as_pico().checked_mul(i128::from(span.as_ms()))?;
    let hour = i128::from(SimSpan::HOUR.as_ms());
    Some(Value::Money(Money::from_ratio(product, hour, RoundingMode::HalfUp)))
}

pub(super) fn lasts(amount: &Value, price: &Value) -> Option<Value> {
    let (Value::Money(amount), Value::Money(price)) = (amount, price) else { return None };
    let product = amount.as_pico().checked_mul(i128::from(SimSpan::HOUR.as_ms()))?;
    let ms = product.checked_div(price.as_pico())?;
    Some(Value::Span(SimSpan::from_ms(i64::try_from(ms).ok()?)))
}
