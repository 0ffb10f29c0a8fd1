//! Rates, shares and factors: plain decimals or percentages.

use crate::scenario::context::Context;
use crate::scenario::document::Node;
use crate::scenario::values::Bounds;
use crate::units::parse_scaled;

/// Decimals a number may have.
const DECIMALS: u32 = 15;

/// A number or a percentage that `fits`; `must` completes the sentence "it must be …".
pub(super) fn ratio(
    node: &Node,
    must: &str,
    fits: impl FnOnce(f64) -> bool,
    ctx: &mut Context,
) -> Option<f64> {
    let text = node.scalar("a number or a percentage, as in 0.2 or \"20%\"", &mut ctx.out)?;
    let (digits, percent) =
        text.trim().strip_suffix('%').map_or((text.trim(), false), |digits| (digits, true));
    if let Err(error) = parse_scaled(digits, DECIMALS) {
        ctx.out.error(node.span(), format!("{}: not a number", node.place())).label(error.to_string());
        return None;
    }
    // The text is known to be plain digits; the nearest float to it is the standard library's business.
    let number: f64 = digits.replace('_', "").trim().parse().ok()?;
    let number = if percent { number / 100.0 } else { number };
    if !fits(number) {
        ctx.out.error(node.span(), format!("{} must be {must}", node.place()));
        return None;
    }
    // A zero with a sign is a zero.
    Some(number + 0.0)
}

/// A share of calls or tokens, none and all included.
pub(super) fn share(node: &Node, ctx: &mut Context) -> Option<f64> {
    ratio(node, "between 0 and 1, or 0% and 100%", |share| (0.0..=1.0).contains(&share), ctx)
}

/// A factor of an intensity, 0 for silence.
pub(super) fn factor(node: &Node, ctx: &mut Context) -> Option<f64> {
    let most = 1_000_000.0;
    ratio(node, "0 or more, and at most a million", |factor| (0.0..=most).contains(&factor), ctx)
}

/// A number as [`crate::scenario::values::number`] reads it, above 0.
pub(super) fn positive(node: &Node, ctx: &mut Context) -> Option<f64> {
    let number = crate::scenario::values::number(node, Bounds::NotNegative, ctx)?;
    if number <= 0.0 {
        ctx.out.error(node.span(), format!("{} must be above 0", node.place()));
        return None;
    }
    Some(number)
}
