//! When lines are issued and months settled, and what is done to list prices: discounts, tax, another currency.

use super::each;
use crate::account::{Discount, IssueRules, Peak, Reporting, Settlement};
use crate::ledger::Product;
use crate::scenario::context::Context;
use crate::scenario::decode::deployments::time_of_day;
use crate::scenario::decode::services::duration;
use crate::scenario::document::{Fields, Node};
use crate::scenario::loader::currency;
use crate::scenario::values::{HIGHEST_PRICE, integer, name, optional, or, required, share_ppb, word};
use crate::units::{Money, RoundingMode, SimSpan, UnitPrice, parse_scaled};
use crate::world::DurationModel;
use std::ops::RangeInclusive;

/// One in units of 10⁻⁹.
const ONE_PPB: i64 = 1_000_000_000;
/// 4.00 CNY for a thousand searches.
pub(crate) const WEB_SEARCH_CNY: Money = Money::from_pico(4_000_000_000);
/// A thousand searches cost at most a million, in units of 10⁻⁹.
const DEAREST_SEARCHES_NANO: i128 = 1_000_000_000_000_000;

/// Names of products.
pub(super) const PRODUCTS: [(&str, Product); 12] = [
    ("Inference", Product::Inference),
    ("Deployment", Product::Deployment),
    ("Batch", Product::Batch),
    ("Training", Product::Training),
    ("KnowledgeBase", Product::KnowledgeBase),
    ("WebSearch", Product::WebSearch),
    ("Machines", Product::Machines),
    ("Notifications", Product::Notifications),
    ("Plans", Product::Plans),
    ("Other", Product::Other),
    ("Development", Product::Development),
    ("Storage", Product::Storage),
];

/// The name of a product.
pub(super) fn product(node: &Node, ctx: &mut Context) -> Option<Product> {
    word(node, "product", &PRODUCTS, ctx)
}

/// The price of a thousand searches, as that of one.
pub(crate) fn web_search(node: &Node, ctx: &mut Context) -> Option<Money> {
    let written =
        node.scalar("the price of a thousand searches as text or number, as in \"4.00\"", &mut ctx.out)?;
    // A thousandth of 10⁻⁹ is 10⁻¹²: nothing is rounded.
    match parse_scaled(&written, 9) {
        Ok(nano) if (0..=DEAREST_SEARCHES_NANO).contains(&nano) => Some(Money::from_pico(nano)),
        Ok(_) => {
            let item = ctx.out.error(node.span(), format!("{}: not a price", node.place()));
            item.help("write the price of a thousand searches, as in \"4.00\"; at most a million");
            None
        }
        Err(error) => {
            ctx.out.error(node.span(), format!("{}: not a price", node.place())).label(error.to_string());
            None
        }
    }
}

/// When lines are issued.
pub(super) fn issue(node: &Node, ctx: &mut Context) -> Option<IssueRules> {
    let fields = node.fields("`issue`", &["delay", "peaks"], &mut ctx.out)?;
    let default = IssueRules::default();
    let delay = or(&fields, "delay", default.delay, ctx, issue_delay);
    let peaks = or(&fields, "peaks", Vec::new(), ctx, |node, ctx| each(node, "peaks", ctx, peak));
    Some(IssueRules { delay, peaks })
}

fn peak(node: &Node, ctx: &mut Context) -> Option<Peak> {
    let fields = node.fields("a peak", &["from", "to", "delay"], &mut ctx.out)?;
    let from = required(&fields, "from", "\"10:00\"", ctx, time_of_day);
    let to = required(&fields, "to", "\"12:00\"", ctx, |node, ctx| {
        // The end of the day is no time of it, but the end of a peak.
        if node.string_content().is_some_and(|text| text.trim() == "24:00") {
            return Some(SimSpan::DAY);
        }
        time_of_day(node, ctx)
    });
    let delay = required(&fields, "delay", "\"45m\"", ctx, issue_delay);
    let (from, to) = (from?, to?);
    if from >= to {
        let (begins, ends) = (fields.get("from")?.span(), fields.get("to")?);
        let item = ctx.out.error(ends.span(), format!("{}: a peak must end after it begins", ends.place()));
        item.related(begins, "it begins here");
        item.help("write a peak over midnight as two, the first of them with to: \"24:00\"");
        return None;
    }
    Some(Peak { from, to, delay: delay? })
}

/// From the usage minute to the line: a line cannot be issued before its minute is over.
fn issue_delay(node: &Node, ctx: &mut Context) -> Option<DurationModel> {
    let delay = duration(node, ctx)?;
    let least = match &delay {
        DurationModel::Fixed(delay) | DurationModel::Uniform(delay, _) => *delay,
        DurationModel::Sequence(delays) => delays.iter().copied().min().unwrap_or(SimSpan::ZERO),
        DurationModel::Exponential(_) | DurationModel::LogNormal { .. } => {
            ctx.out.note(node.span(), format!("{}: drawn delays below 1m count as 1m", node.place()));
            return Some(delay);
        }
        DurationModel::Never => {
            let item = ctx.out.error(node.span(), format!("{}: every line is issued", node.place()));
            item.help("write a delay, as in \"5m\"");
            return None;
        }
    };
    if least < SimSpan::MINUTE {
        let item = ctx.out.error(node.span(), format!("{} must be at least 1m", node.place()));
        item.label(format!("it may be {least}"));
        item.help("it counts from the beginning of the usage minute, which must be over");
        return None;
    }
    Some(delay)
}

/// When months are settled.
pub(super) fn settlement(node: &Node, ctx: &mut Context) -> Option<Settlement> {
    let known = ["day", "time", "decimals", "rounding", "reserve"];
    let fields = node.fields("`settlement`", &known, &mut ctx.out)?;
    let default = Settlement::default();
    let rounding_words = [
        ("HalfUp", RoundingMode::HalfUp),
        ("HalfEven", RoundingMode::HalfEven),
        ("Down", RoundingMode::Down),
    ];
    Some(Settlement {
        day: or(&fields, "day", default.day, ctx, |node, ctx| integer(node, 1, 28, ctx)),
        time: or(&fields, "time", default.time, ctx, time_of_day),
        decimals: or(&fields, "decimals", default.decimals, ctx, |node, ctx| integer(node, 0, 12, ctx)),
        rounding: or(&fields, "rounding", default.rounding, ctx, |node, ctx| {
            word(node, "rounding", &rounding_words, ctx)
        }),
        reserve_ppb: or(&fields, "reserve", default.reserve_ppb, ctx, reserve),
    })
}

fn reserve(node: &Node, ctx: &mut Context) -> Option<i64> {
    let bounds = (ONE_PPB..=10 * ONE_PPB, "from 1 to 10");
    factor_within(node, bounds, "1 reserves what a line comes to, 2 twice as much", ctx)
}

/// What is paid of a list price: a factor above 0 and at most 1.
pub(super) fn paid_share(node: &Node, ctx: &mut Context) -> Option<i64> {
    let bounds = (1..=ONE_PPB, "above 0 and at most 1");
    factor_within(node, bounds, "it is what is paid: \"0.9\" is a discount of 10 %", ctx)
}

/// A factor or share within bounds, which are also given in words, in units of 10⁻⁹.
pub(super) fn factor_within(
    node: &Node,
    (bounds, must): (RangeInclusive<i64>, &str),
    help: &str,
    ctx: &mut Context,
) -> Option<i64> {
    let written = node.scalar("a factor, as in \"0.9\" or \"90%\"", &mut ctx.out)?;
    match share_ppb(&written) {
        Ok(ppb) if bounds.contains(&ppb) => Some(ppb),
        Ok(_) => {
            ctx.out.error(node.span(), format!("{} must be {must}", node.place())).help(help);
            None
        }
        Err(why) => {
            ctx.out.error(node.span(), format!("{}: not a factor", node.place())).label(why);
            None
        }
    }
}

/// Negotiated discounts.
pub(super) fn discounts(node: &Node, ctx: &mut Context) -> Option<Vec<Discount>> {
    each(node, "discounts", ctx, |item, ctx| {
        let fields = item.fields("a discount", &["product", "item", "factor"], &mut ctx.out)?;
        let of_product = optional(&fields, "product", ctx, product);
        let of_item = optional(&fields, "item", ctx, name);
        let factor = required(&fields, "factor", "\"0.9\"", ctx, paid_share);
        if !of_product.is_given() && !of_item.is_given() {
            let finding = ctx.out.error(item.span(), format!("{}: a discount on what?", item.place()));
            finding.help("add product: Inference, or item: \"qwen3-max-2025-09-23\", or both");
            return None;
        }
        Some(Discount {
            product: of_product.good().copied(),
            item: of_item.good().cloned(),
            factor_ppb: factor?,
        })
    })
}

/// Tax, as a share.
pub(super) fn tax(node: &Node, ctx: &mut Context) -> Option<i64> {
    factor_within(node, (0..=ONE_PPB, "from 0% to 100%"), "write six per cent as \"6%\"", ctx)
}

/// Another currency, and what one unit of the scenario's is worth in it.
pub(super) fn reporting(node: &Node, ctx: &mut Context) -> Option<Reporting> {
    let fields = node.fields("`reporting`", &["currency", "rate"], &mut ctx.out)?;
    let other = required(&fields, "currency", "\"USD\"", ctx, currency);
    let rate = required(&fields, "rate", "\"0.14\"", ctx, rate);
    let other = other?;
    if ctx.data.currency.as_ref() == Some(&other) {
        say_same_currency(&fields, &other, ctx);
        return None;
    }
    Some(Reporting { currency: other, rate: rate? })
}

fn say_same_currency(fields: &Fields, code: &str, ctx: &mut Context) {
    let Some(node) = fields.get("currency") else { return };
    let item = ctx.out.error(node.span(), format!("{}: the scenario is in {code} already", node.place()));
    item.help("name another currency, or remove `reporting`");
}

fn rate(node: &Node, ctx: &mut Context) -> Option<UnitPrice> {
    let written = node.scalar("a rate as text or number, as in \"0.14\"", &mut ctx.out)?;
    match UnitPrice::parse(&written) {
        Ok(rate) if UnitPrice::ZERO < rate && rate <= HIGHEST_PRICE => Some(rate),
        Ok(_) => {
            let item = ctx.out.error(node.span(), format!("{}: not a rate", node.place()));
            item.help(
                "write what one unit of the scenario's currency is worth, above 0 and at most a million",
            );
            None
        }
        Err(error) => {
            ctx.out.error(node.span(), format!("{}: not a rate", node.place())).label(error.to_string());
            None
        }
    }
}
