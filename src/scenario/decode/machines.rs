//! The rules machines are rented by: fields that replace those of a provider, or the defaults.

use crate::billing::{MeterRounding, Metering};
use crate::catalog::{Acquire, BillingStart, Eviction, MachineRules, ProtectedPrice, Release, Replacement};
use crate::scenario::context::Context;
use crate::scenario::document::{Fields, Node};
use crate::scenario::syntax::Shape;
use crate::scenario::values::{boolean, integer, interval, or, positive_span, span, word};
use crate::units::SimSpan;

/// The fields, as settings and providers write them.
pub(crate) const RULE_FIELDS: [&str; 16] = [
    "standard_metering",
    "spot_metering",
    "disk_metering",
    "protected_price",
    "protection_period",
    "acquire_when",
    "release_when",
    "notice",
    "check_interval",
    "billing_start",
    "offers_protection",
    "takes_bids",
    "replacement",
    "free_if_reclaimed_within",
    "eviction",
    "free_disk_gib",
];

/// The longest a provider waits or keeps something free.
const LONGEST_FREE: SimSpan = SimSpan::from_days(31);

/// Rules with what is written replaced.
pub(crate) fn rules(fields: &Fields, base: MachineRules, ctx: &mut Context) -> MachineRules {
    let mut rules = metering_rules(fields, base, ctx);
    spot_rules(fields, &mut rules, ctx);
    rules
}

fn metering_rules(fields: &Fields, base: MachineRules, ctx: &mut Context) -> MachineRules {
    let mut of = |field: &str, default: Metering| {
        or(fields, field, default, ctx, |node, ctx| metering(node, default, ctx))
    };
    MachineRules {
        standard_metering: of("standard_metering", base.standard_metering),
        spot_metering: of("spot_metering", base.spot_metering),
        disk_metering: of("disk_metering", base.disk_metering),
        ..base
    }
}

fn spot_rules(fields: &Fields, rules: &mut MachineRules, ctx: &mut Context) {
    let price_words = [("Locked", ProtectedPrice::Locked), ("RealTime", ProtectedPrice::RealTime)];
    let acquire_words =
        [("BidAtLeastMarket", Acquire::BidAtLeastMarket), ("BidAboveMarket", Acquire::BidAboveMarket)];
    let release_words =
        [("MarketAboveBid", Release::MarketAboveBid), ("MarketAtLeastBid", Release::MarketAtLeastBid)];
    let start_words = [("Running", BillingStart::Running), ("Provisioned", BillingStart::Provisioned)];
    let replacement_words = [("AtRelease", Replacement::AtRelease), ("AtNotice", Replacement::AtNotice)];
    let eviction_words = [("Delete", Eviction::Delete), ("Deallocate", Eviction::Deallocate)];
    let zero_or_more = |node: &Node, ctx: &mut Context| interval(node, true, ctx);
    let base = *rules;
    *rules = MachineRules {
        offers_protection: or(fields, "offers_protection", base.offers_protection, ctx, boolean),
        protection_period: or(fields, "protection_period", base.protection_period, ctx, zero_or_more),
        protected_price: or(fields, "protected_price", base.protected_price, ctx, |node, ctx| {
            word(node, "protected price", &price_words, ctx)
        }),
        takes_bids: or(fields, "takes_bids", base.takes_bids, ctx, boolean),
        acquire_when: or(fields, "acquire_when", base.acquire_when, ctx, |node, ctx| {
            word(node, "condition", &acquire_words, ctx)
        }),
        release_when: or(fields, "release_when", base.release_when, ctx, |node, ctx| {
            word(node, "condition", &release_words, ctx)
        }),
        notice: or(fields, "notice", base.notice, ctx, zero_or_more),
        replacement: or(fields, "replacement", base.replacement, ctx, |node, ctx| {
            word(node, "time of replacement", &replacement_words, ctx)
        }),
        check_interval: or(fields, "check_interval", base.check_interval, ctx, zero_or_more),
        billing_start: or(fields, "billing_start", base.billing_start, ctx, |node, ctx| {
            word(node, "start of billing", &start_words, ctx)
        }),
        free_if_reclaimed_within: or(
            fields,
            "free_if_reclaimed_within",
            base.free_if_reclaimed_within,
            ctx,
            |node, ctx| at_most(node, LONGEST_FREE, ctx),
        ),
        eviction: or(fields, "eviction", base.eviction, ctx, |node, ctx| {
            word(node, "eviction", &eviction_words, ctx)
        }),
        free_disk_gib: or(fields, "free_disk_gib", base.free_disk_gib, ctx, |node, ctx| {
            integer(node, 0, 1_000_000, ctx)
        }),
        ..base
    };
}

fn at_most(node: &Node, most: SimSpan, ctx: &mut Context) -> Option<SimSpan> {
    let found = span(node, ctx)?;
    if found <= most {
        return Some(found);
    }
    ctx.out.error(node.span(), format!("{} must be at most {most}", node.place()));
    None
}

/// How time is metered; what is not written is as in `default`.
pub(crate) fn metering(node: &Node, default: Metering, ctx: &mut Context) -> Option<Metering> {
    let fields = node.fields("metering", &["granularity", "rounding", "least"], &mut ctx.out)?;
    let granularity = or(&fields, "granularity", default.granularity, ctx, granule);
    let rounding_words = [("Ceil", MeterRounding::Ceil), ("Exact", MeterRounding::Exact)];
    let rounding = or(&fields, "rounding", default.rounding, ctx, |node, ctx| {
        word(node, "rounding", &rounding_words, ctx)
    });
    let least = or(&fields, "least", default.least, ctx, |node, ctx| at_most(node, SimSpan::DAY, ctx));
    Some(Metering { granularity, rounding, least })
}

fn granule(node: &Node, ctx: &mut Context) -> Option<SimSpan> {
    if matches!(node.shape(), Shape::Text | Shape::Number) {
        return positive_span(node, ctx);
    }
    let words = [("Second", SimSpan::SECOND), ("Minute", SimSpan::MINUTE), ("Hour", SimSpan::HOUR)];
    word(node, "granularity", &words, ctx)
}
