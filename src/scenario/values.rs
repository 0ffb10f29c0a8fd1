//! Single values: durations, instants, prices, numbers, names. Each decoder records what is wrong and gives nothing.

use super::asked::Asked;
use super::context::{Context, Declared};
use super::diagnostics::{Diagnostics, Span};
use super::document::{Fields, Node};
use super::suggest;
use crate::units::{Money, SimSpan, SimTime, UnitPrice, parse_scaled};

/// Longer durations are a slip of the pen, and sums of them would leave the range of time.
pub(crate) const LONGEST_SPAN: SimSpan = SimSpan::from_days(36_525);
/// Dearer prices are a slip of the pen, and products of them would leave the range of prices.
pub(crate) const HIGHEST_PRICE: UnitPrice = UnitPrice::from_nano(1_000_000_000_000_000);
/// Together with the highest price this stays within the range of prices, one derivation included.
pub(crate) const LARGEST_FACTOR_PPB: i64 = 100_000_000_000;
/// The same of amounts.
pub(crate) const HIGHEST_AMOUNT: Money = Money::from_pico(1_000_000_000_000_000_000_000);
/// Times a two-state process may change in a run at most, on average.
const MOST_CHANGES: i64 = 2_000_000;
/// Decimals of a number that is no price (a speed, a probability, a factor).
const NUMBER_SCALE: u32 = 15;

/// A field that may be absent, and whose mistakes are already recorded.
#[derive(Clone, Debug)]
pub(crate) enum Field<T> {
    /// Not written.
    Absent,
    /// Written, but wrong; nothing more should be said of it.
    Bad,
    /// Written and right.
    Good(T, Span),
}

impl<T> Field<T> {
    /// True if it is written, rightly or wrongly.
    pub(crate) fn is_given(&self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// The value, if it is written and right.
    pub(crate) fn good(&self) -> Option<&T> {
        match self {
            Self::Good(value, _) => Some(value),
            Self::Absent | Self::Bad => None,
        }
    }

    /// Where it is written.
    pub(crate) fn span(&self) -> Option<Span> {
        match self {
            Self::Good(_, span) => Some(*span),
            Self::Absent | Self::Bad => None,
        }
    }
}

/// A field that may be absent; one that seems to be misspelt is given, but wrong.
pub(crate) fn optional<'a, T>(
    fields: &Fields<'a>,
    name: &str,
    ctx: &mut Context,
    decode: impl FnOnce(&Node<'a>, &mut Context) -> Option<T>,
) -> Field<T> {
    match fields.get(name) {
        None if fields.is_misspelt(name) => Field::Bad,
        None => Field::Absent,
        Some(node) => decode(node, ctx).map_or(Field::Bad, |value| Field::Good(value, node.span())),
    }
}

/// A field with a default; the default also stands in for a wrong value, whose mistake is recorded.
pub(crate) fn or<'a, T>(
    fields: &Fields<'a>,
    name: &str,
    default: T,
    ctx: &mut Context,
    decode: impl FnOnce(&Node<'a>, &mut Context) -> Option<T>,
) -> T {
    fields.get(name).and_then(|node| decode(node, ctx)).unwrap_or(default)
}

/// A field that must be there.
pub(crate) fn required<'a, T>(
    fields: &Fields<'a>,
    name: &str,
    example: &str,
    ctx: &mut Context,
    decode: impl FnOnce(&Node<'a>, &mut Context) -> Option<T>,
) -> Option<T> {
    let node = fields.required(name, example, &mut ctx.out)?;
    decode(node, ctx)
}

/// Every item of a list that must not be empty.
pub(crate) fn items<'a, T>(
    node: &Node<'a>,
    what: &str,
    ctx: &mut Context,
    mut decode: impl FnMut(&Node<'a>, &mut Context) -> Option<T>,
) -> Option<Vec<T>> {
    let nodes = node.list(what, &mut ctx.out)?;
    if nodes.is_empty() {
        ctx.out.error(node.span(), format!("{} is empty", node.place())).help("list at least one");
        return None;
    }
    // The right ones are kept, so that checks that come later see as much as there is.
    Some(nodes.iter().filter_map(|item| decode(item, ctx)).collect())
}

/// A length of time, 0 or longer.
pub(crate) fn span(node: &Node, ctx: &mut Context) -> Option<SimSpan> {
    ctx.out.ask(node.span(), || Asked::Duration);
    let text = node.scalar("a duration as text, as in \"1h30m\"", &mut ctx.out)?;
    match text.parse::<SimSpan>() {
        Ok(span) if span > LONGEST_SPAN => {
            let item = ctx.out.error(node.span(), format!("{}: this is too long", node.place()));
            item.help("the longest duration is 100 years, \"36525d\"");
            None
        }
        Ok(span) if node.string_content().is_some() => Some(span),
        Ok(_) => node.expected("a duration as text with a unit, as in \"1h30m\"", &mut ctx.out).and(None),
        Err(error) => {
            let item = ctx.out.error(node.span(), format!("{}: not a duration", node.place()));
            item.label(error.to_string());
            None
        }
    }
}

/// A length of time longer than nothing.
pub(crate) fn positive_span(node: &Node, ctx: &mut Context) -> Option<SimSpan> {
    let span = span(node, ctx)?;
    if !span.is_positive() {
        ctx.out.error(node.span(), format!("{} must be longer than 0", node.place()));
        return None;
    }
    Some(span)
}

/// A length of time of at least a second, or none where `zero` is allowed: what happens again and again must not
/// happen every millisecond.
pub(crate) fn interval(node: &Node, zero: bool, ctx: &mut Context) -> Option<SimSpan> {
    let found = span(node, ctx)?;
    if found < SimSpan::SECOND && !(zero && found == SimSpan::ZERO) {
        let or_zero = if zero { "0s or " } else { "" };
        ctx.out.error(node.span(), format!("{} must be {or_zero}at least 1s", node.place()));
        return None;
    }
    Some(found)
}

/// Mean times in two states that take turns: at least a second each, and not too many turns in a run.
pub(crate) fn turns(
    fields: &Fields,
    names: (&str, &str),
    examples: (&str, &str),
    ctx: &mut Context,
) -> Option<(SimSpan, SimSpan)> {
    let first = required(fields, names.0, examples.0, ctx, |node, ctx| interval(node, false, ctx));
    let second = required(fields, names.1, examples.1, ctx, |node, ctx| interval(node, false, ctx));
    let (first, second) = (first?, second?);
    if let (Some(horizon), Some(node)) = (ctx.horizon, fields.get(names.0))
        && horizon.started_granules(first + second) > MOST_CHANGES / 2
    {
        let item = ctx.out.error(node.span(), format!("{}: it would change too often", node.place()));
        item.label(format!("more than {MOST_CHANGES} times in {horizon}")).help("choose longer times");
        return None;
    }
    Some((first, second))
}

/// An instant: a duration after the start, or a civil time with an offset.
pub(crate) fn instant(node: &Node, ctx: &mut Context) -> Option<SimTime> {
    ctx.out.ask(node.span(), || Asked::Instant);
    let what = "a time as text, as in \"2h30m\" after the start or \"2026-06-10T10:00:00+08:00\"";
    let text = node.scalar(what, &mut ctx.out)?;
    // A date has a dash after its year; no duration has one.
    if text.contains('-') && text.len() > 6 {
        return match crate::units::calendar::parse_unix_ms(&text) {
            Some(unix_ms) => {
                let start = ctx.calendar.as_ref()?.start_unix_ms();
                unix_ms.checked_sub(start).map(SimTime::from_ms)
            }
            None => bad_civil_time(node, &text, ctx),
        };
    }
    span(node, ctx).map(|after| SimTime::ZERO + after)
}

/// Records a text that is no date with an offset.
pub(crate) fn bad_civil_time<T>(node: &Node, text: &str, ctx: &mut Context) -> Option<T> {
    let item = ctx.out.error(node.span(), format!("{}: not a time with an offset", node.place()));
    let label = if crate::units::calendar::parse_unix_ms(&format!("{text}Z")).is_some() {
        "the offset is missing"
    } else {
        "not a date and time"
    };
    item.label(label).help("write it as in \"2026-06-10T10:00:00+08:00\", or with Z for UTC");
    None
}

/// A price that is more than nothing.
pub(crate) fn price(node: &Node, ctx: &mut Context) -> Option<UnitPrice> {
    let price = price_or_zero(node, ctx)?;
    if price == UnitPrice::ZERO {
        let item = ctx.out.error(node.span(), format!("{}: a price must be above 0", node.place()));
        item.help("write the price per hour, as in \"0.42\"");
        return None;
    }
    Some(price)
}

/// A price that may be nothing.
pub(crate) fn price_or_zero(node: &Node, ctx: &mut Context) -> Option<UnitPrice> {
    ctx.out.ask(node.span(), || Asked::Price(&[]));
    let text = node.scalar("a price as text or number, as in \"0.42\"", &mut ctx.out)?;
    match UnitPrice::parse(&text) {
        Ok(price) if price < UnitPrice::ZERO => {
            let item = ctx.out.error(node.span(), format!("{}: a price must not be negative", node.place()));
            item.help("write the price per hour, as in \"0.42\"");
            None
        }
        Ok(price) if price <= HIGHEST_PRICE => Some(price),
        Ok(_) => bad_decimal(node, "price", "prices are at most a million an hour", ctx),
        Err(error) => bad_decimal(node, "price", &error.to_string(), ctx),
    }
}

/// An amount of money, 0 or more.
pub(crate) fn money(node: &Node, ctx: &mut Context) -> Option<Money> {
    ctx.out.ask(node.span(), || Asked::Amount);
    let text = node.scalar("an amount as text or number, as in \"0.20\"", &mut ctx.out)?;
    match Money::parse(&text) {
        Ok(amount) if amount < Money::ZERO => {
            ctx.out.error(node.span(), format!("{}: an amount must not be negative", node.place()));
            None
        }
        Ok(amount) if amount <= HIGHEST_AMOUNT => Some(amount),
        Ok(_) => bad_decimal(node, "amount", "amounts are at most a thousand million", ctx),
        Err(error) => bad_decimal(node, "amount", &error.to_string(), ctx),
    }
}

fn bad_decimal<T>(node: &Node, what: &str, why: &str, ctx: &mut Context) -> Option<T> {
    let article = if what.starts_with('a') { "an" } else { "a" };
    ctx.out.error(node.span(), format!("{}: not {article} {what}", node.place())).label(why);
    None
}

/// Which numbers are right for a parameter.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bounds {
    /// (0, 1]
    Share,
    /// [0, 1]
    Probability,
    /// 0 or more
    NotNegative,
}

/// A decimal number that is no price, within bounds.
pub(crate) fn number(node: &Node, bounds: Bounds, ctx: &mut Context) -> Option<f64> {
    ctx.out.ask(node.span(), || Asked::Number);
    let text = node.scalar("a number, as in \"0.03\"", &mut ctx.out)?;
    let scaled = match parse_scaled(&text, NUMBER_SCALE) {
        Ok(scaled) => scaled,
        Err(error) => return bad_decimal(node, "number", &error.to_string(), ctx),
    };
    let one = 10_i128.pow(NUMBER_SCALE);
    let (fits, must) = match bounds {
        Bounds::Share => (scaled > 0 && scaled <= one, "above 0 and at most 1"),
        Bounds::Probability => ((0..=one).contains(&scaled), "between 0 and 1"),
        // A million is beyond anything sensible and far from where floats lose digits.
        Bounds::NotNegative => ((0..=1_000_000 * one).contains(&scaled), "0 or more, and at most a million"),
    };
    if !fits {
        ctx.out.error(node.span(), format!("{} must be {must}", node.place()));
        return None;
    }
    // The decimal text is known to be plain digits; the nearest float to it is the standard library's business.
    text.replace('_', "").trim().parse().ok()
}

/// A positive factor in units of 10⁻⁹, as a number or a percentage.
pub(crate) fn factor_ppb(node: &Node, ctx: &mut Context) -> Option<i64> {
    ctx.out.ask(node.span(), || Asked::Factor);
    let text = node.scalar("a factor, as in \"0.9\"", &mut ctx.out)?;
    match share_ppb(&text) {
        Ok(ppb) if ppb > 0 && ppb <= LARGEST_FACTOR_PPB => Some(ppb),
        Ok(_) => {
            ctx.out.error(node.span(), format!("{} must be above 0 and at most 100", node.place()));
            None
        }
        Err(why) => bad_decimal(node, "factor", &why, ctx),
    }
}

/// `10%` and `0.1` as 100,000,000.
pub(crate) fn share_ppb(text: &str) -> Result<i64, String> {
    let (digits, scale) = text.trim().strip_suffix('%').map_or((text, 9), |percent| (percent, 7));
    let ppb = parse_scaled(digits, scale).map_err(|error| error.to_string())?;
    i64::try_from(ppb).map_err(|_| format!("\"{text}\" is too large"))
}

/// A whole number within bounds.
pub(crate) fn integer(node: &Node, least: u32, most: u32, ctx: &mut Context) -> Option<u32> {
    whole(node, u64::from(least), u64::from(most), ctx).and_then(|number| u32::try_from(number).ok())
}

/// A whole number within bounds that may be wide.
pub(crate) fn whole(node: &Node, least: u64, most: u64, ctx: &mut Context) -> Option<u64> {
    ctx.out.ask(node.span(), || Asked::Whole(least, most));
    let text = match node.shape() {
        super::syntax::Shape::Number => node.written().replace('_', ""),
        _ => return node.expected(&format!("a whole number from {least} to {most}"), &mut ctx.out).and(None),
    };
    match text.parse::<i128>() {
        Ok(number) if (i128::from(least)..=i128::from(most)).contains(&number) => u64::try_from(number).ok(),
        Ok(_) => {
            ctx.out.error(node.span(), format!("{} must be from {least} to {most}", node.place()));
            None
        }
        Err(_) => node.expected(&format!("a whole number from {least} to {most}"), &mut ctx.out).and(None),
    }
}

/// `true` or `false`.
pub(crate) fn boolean(node: &Node, ctx: &mut Context) -> Option<bool> {
    ctx.out.ask(node.span(), || Asked::Truth);
    match node.written() {
        "true" => Some(true),
        "false" => Some(false),
        _ => node.expected("true or false", &mut ctx.out).and(None),
    }
}

/// Any text, without blanks around it.
pub(crate) fn text(node: &Node, ctx: &mut Context) -> Option<String> {
    ctx.out.ask(node.span(), || Asked::Text);
    let Some(content) = node.string_content() else {
        return node.expected("a text in quotes", &mut ctx.out).and(None);
    };
    Some(content.trim().to_owned())
}

/// A text that names something.
pub(crate) fn name(node: &Node, ctx: &mut Context) -> Option<String> {
    let content = text(node, ctx)?;
    if content.is_empty() || content.contains(['/', '\n', '\r', '\t']) {
        let item = ctx.out.error(node.span(), format!("{}: not a name", node.place()));
        item.help("a name is a text of at least one character, without / and line breaks");
        return None;
    }
    Some(content)
}

/// One word of a list of words, each with its meaning.
pub(crate) fn word<T: Copy>(node: &Node, what: &str, words: &[(&str, T)], ctx: &mut Context) -> Option<T> {
    let (meaning, variant) = node.variant(what, words, &mut ctx.out)?;
    variant.bare(&mut ctx.out).map(|()| meaning)
}

/// The index of a name among the declared ones of a kind.
pub(crate) fn reference<T>(
    node: &Node,
    kind: &str,
    known: &Declared<T>,
    out: &mut Diagnostics,
) -> Option<usize> {
    out.ask(node.span(), || Asked::NameOf(known.names.clone()));
    let Some(written) = node.string_content() else {
        return node.expected(&format!("the name of a {kind} in quotes"), out).and(None);
    };
    let found = known.names.iter().position(|candidate| candidate == written.trim());
    // A declaration whose own name is wrong may be the one that is meant.
    if found.is_none() && known.complete {
        let item = out.error(node.span(), format!("{}: there is no {kind} \"{written}\"", node.place()));
        item.label(format!("unknown {kind}"));
        let names: Vec<&str> = known.names.iter().map(String::as_str).collect();
        suggest::name(item, &written, &names, &format!("the {} are", suggest::plural(kind)));
    }
    found
}
