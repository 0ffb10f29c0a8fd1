//! Round ticks and numbers as people write them.

/// Ticks of a linear axis.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::report) struct Ticks {
    /// The distance between ticks.
    pub(in crate::report) step: f64,
    /// Decimals their labels need.
    pub(in crate::report) decimals: usize,
}

impl Ticks {
    /// A step of 1, 2, 2.5 or 5 times a power of ten that cuts `span` into at most `most` parts.
    pub(in crate::report) fn for_span(span: f64, most: usize) -> Self {
        let least = span / most as f64;
        let exponent = exponent(least);
        let power = power_of_ten(exponent);
        let (factor, digits) = [(1.0, 0), (2.0, 0), (2.5, 1), (5.0, 0), (10.0, -1)]
            .into_iter()
            .find(|(factor, _)| factor * power >= least * (1.0 - 1e-9))
            .unwrap_or((10.0, -1));
        Self { step: factor * power, decimals: (digits - exponent).max(0) as usize }
    }

    /// The multiples of the step from `low` to `high`, both included.
    pub(in crate::report) fn between(&self, low: f64, high: f64) -> Vec<f64> {
        let first = (low / self.step - 1e-6).ceil() as i64;
        let last = (high / self.step + 1e-6).floor() as i64;
        (first..=last).map(|index| index as f64 * self.step).collect()
    }
}

/// A linear map from values to points.
#[derive(Clone, Copy, Debug)]
pub(in crate::report) struct Scale {
    pub(in crate::report) low: f64,
    pub(in crate::report) high: f64,
    /// Where `low` falls.
    pub(in crate::report) from: f64,
    /// Where `high` falls.
    pub(in crate::report) to: f64,
}

impl Scale {
    pub(in crate::report) fn at(&self, value: f64) -> f64 {
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }
}

/// The decimal exponent of a positive number. Through its digits, since logarithms may differ between machines.
pub(in crate::report) fn exponent(value: f64) -> i32 {
    format!("{value:e}").split('e').nth(1).and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn power_of_ten(exponent: i32) -> f64 {
    format!("1e{exponent}").parse().unwrap_or(1.0)
}

/// Decimals for amounts up to `magnitude` of which differences of a thousandth of `span` matter: cents for everyday
/// amounts, none for large ones, more for the price of a token.
pub(in crate::report) fn money_decimals(magnitude: f64, span: f64) -> usize {
    let finest = if span > 0.0 { span } else { magnitude };
    let wanted = if finest > 0.0 { (2 - exponent(finest)).clamp(0, 10) as usize } else { 2 };
    if magnitude >= 10_000.0 { wanted.min(2) } else { wanted.max(2) }
}

/// A number with thousands separators and a true minus sign.
pub(in crate::report) fn grouped(value: f64, decimals: usize) -> String {
    let digits = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let mut text = String::new();
    if value < 0.0 && digits.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) {
        text.push('−');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    text
}
