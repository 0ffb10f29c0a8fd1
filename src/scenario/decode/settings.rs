//! Settings of the ambiguities, the disk, and what downtime is worth.

use super::terms;
use crate::scenario::context::Context;
use crate::scenario::deployment::DeploymentSettings;
use crate::scenario::document::Node;
use crate::scenario::model::{
    Acquire, BillingStart, DowntimePrice, MeterRounding, Metering, ProtectedPrice, Release, Settings,
};
use crate::scenario::syntax::Shape;
use crate::scenario::values::{
    Field, factor_ppb, integer, interval, money, optional, or, positive_span, price_or_zero, span, word,
};
use crate::serving::CallPrice;
use crate::units::{RoundingMode, SimSpan, UnitPrice};

/// no protection is about a tenth cheaper.
pub(crate) const UNPROTECTED_FACTOR_PPB: i64 = 900_000_000;

const FIELDS: [&str; 15] = [
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
    "line_decimals",
    "line_rounding",
    "delete_time",
    "unprotected_factor",
    "deployments",
];

/// Every setting of a scenario.
#[derive(Clone, Debug)]
pub(crate) struct SettingsDecl {
    /// Of rented machines.
    pub(crate) settings: Settings,
    /// From protected to unprotected prices.
    pub(crate) unprotected_factor_ppb: i64,
    /// Of deployments.
    pub(crate) deployments: DeploymentSettings,
}

impl Default for SettingsDecl {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            unprotected_factor_ppb: UNPROTECTED_FACTOR_PPB,
            deployments: DeploymentSettings::default(),
        }
    }
}

/// Reads `settings`.
pub(crate) fn settings(node: &Node, ctx: &mut Context) -> Option<SettingsDecl> {
    let fields = node.fields("`settings`", &FIELDS, &mut ctx.out)?;
    let default = Settings::default();
    let price_words = [("Locked", ProtectedPrice::Locked), ("RealTime", ProtectedPrice::RealTime)];
    let acquire_words =
        [("BidAtLeastMarket", Acquire::BidAtLeastMarket), ("BidAboveMarket", Acquire::BidAboveMarket)];
    let release_words =
        [("MarketAboveBid", Release::MarketAboveBid), ("MarketAtLeastBid", Release::MarketAtLeastBid)];
    let start_words = [("Running", BillingStart::Running), ("Provisioned", BillingStart::Provisioned)];
    let rounding_words = [
        ("HalfUp", RoundingMode::HalfUp),
        ("HalfEven", RoundingMode::HalfEven),
        ("Down", RoundingMode::Down),
    ];
    let found = Settings {
        standard_metering: or(&fields, "standard_metering", default.standard_metering, ctx, |node, ctx| {
            metering(node, default.standard_metering, ctx)
        }),
        spot_metering: or(&fields, "spot_metering", default.spot_metering, ctx, |node, ctx| {
            metering(node, default.spot_metering, ctx)
        }),
        disk_metering: or(&fields, "disk_metering", default.disk_metering, ctx, |node, ctx| {
            metering(node, default.disk_metering, ctx)
        }),
        protected_price: or(&fields, "protected_price", default.protected_price, ctx, |node, ctx| {
            word(node, "protected price", &price_words, ctx)
        }),
        protection_period: or(&fields, "protection_period", default.protection_period, ctx, |node, ctx| {
            interval(node, true, ctx)
        }),
        acquire_when: or(&fields, "acquire_when", default.acquire_when, ctx, |node, ctx| {
            word(node, "condition", &acquire_words, ctx)
        }),
        release_when: or(&fields, "release_when", default.release_when, ctx, |node, ctx| {
            word(node, "condition", &release_words, ctx)
        }),
        notice: or(&fields, "notice", default.notice, ctx, |node, ctx| interval(node, true, ctx)),
        check_interval: or(&fields, "check_interval", default.check_interval, ctx, |node, ctx| {
            interval(node, true, ctx)
        }),
        billing_start: or(&fields, "billing_start", default.billing_start, ctx, |node, ctx| {
            word(node, "start of billing", &start_words, ctx)
        }),
        line_decimals: or(&fields, "line_decimals", default.line_decimals, ctx, |node, ctx| {
            integer(node, 0, 12, ctx)
        }),
        line_rounding: or(&fields, "line_rounding", default.line_rounding, ctx, |node, ctx| {
            word(node, "rounding", &rounding_words, ctx)
        }),
        delete_time: or(&fields, "delete_time", default.delete_time, ctx, span),
    };
    let factor = or(&fields, "unprotected_factor", UNPROTECTED_FACTOR_PPB, ctx, |node, ctx| {
        let ppb = factor_ppb(node, ctx)?;
        // E14: without protection it is cheaper; a tenth is far beyond the ten per cent that is usual.
        if !(100_000_000..1_000_000_000).contains(&ppb) {
            let item =
                ctx.out.error(node.span(), format!("{} must be at least 0.1 and below 1", node.place()));
            item.help("spot without protection is always cheaper than with it (E14)");
            return None;
        }
        Some(ppb)
    });
    let deployments =
        or(&fields, "deployments", DeploymentSettings::default(), ctx, terms::deployment_settings);
    Some(SettingsDecl { settings: found, unprotected_factor_ppb: factor, deployments })
}

pub(crate) fn metering(node: &Node, default: Metering, ctx: &mut Context) -> Option<Metering> {
    let fields = node.fields("metering", &["granularity", "rounding"], &mut ctx.out)?;
    let granularity = or(&fields, "granularity", default.granularity, ctx, granule);
    let rounding_words = [("Ceil", MeterRounding::Ceil), ("Exact", MeterRounding::Exact)];
    let rounding = or(&fields, "rounding", default.rounding, ctx, |node, ctx| {
        word(node, "rounding", &rounding_words, ctx)
    });
    Some(Metering { granularity, rounding })
}

fn granule(node: &Node, ctx: &mut Context) -> Option<SimSpan> {
    if matches!(node.shape(), Shape::Text | Shape::Number) {
        return positive_span(node, ctx);
    }
    let words = [("Second", SimSpan::SECOND), ("Minute", SimSpan::MINUTE), ("Hour", SimSpan::HOUR)];
    word(node, "granularity", &words, ctx)
}

/// The disk as written.
#[derive(Clone, Debug)]
pub(crate) struct DiskDecl {
    /// Price per GiB-hour above the free size.
    pub(crate) price: Field<UnitPrice>,
    /// Free size.
    pub(crate) free_gib: u32,
    /// Largest size.
    pub(crate) max_gib: u32,
}

impl Default for DiskDecl {
    /// E3 and E22.
    fn default() -> Self {
        Self { price: Field::Absent, free_gib: 30, max_gib: 2_000 }
    }
}

/// Reads `disk`.
pub(crate) fn disk(node: &Node, ctx: &mut Context) -> Option<DiskDecl> {
    let fields = node.fields("`disk`", &["price", "free_gib", "max_gib"], &mut ctx.out)?;
    let default = DiskDecl::default();
    let size = |node: &Node, ctx: &mut Context| integer(node, 0, 1_000_000, ctx);
    let price = optional(&fields, "price", ctx, price_or_zero);
    let free_gib = or(&fields, "free_gib", default.free_gib, ctx, size);
    let max_gib = or(&fields, "max_gib", default.max_gib.max(free_gib), ctx, size);
    if free_gib > max_gib {
        let at = fields.get("free_gib").map_or(node.span(), Node::span);
        ctx.out.error(at, format!("`disk`: free_gib {free_gib} is above max_gib {max_gib}"));
    }
    Some(DiskDecl { price, free_gib, max_gib })
}

/// Reads `downtime`.
pub(crate) fn downtime(node: &Node, ctx: &mut Context) -> Option<DowntimePrice> {
    let known = ["lost_hour", "reclaim", "refused_call", "slow_call", "slow_above"];
    let fields = node.fields("`downtime`", &known, &mut ctx.out)?;
    let lost_hour = optional(&fields, "lost_hour", ctx, price_or_zero);
    let mut amount = |field: &str| optional(&fields, field, ctx, money).good().copied();
    let (reclaim, refused, slow) = (amount("reclaim"), amount("refused_call"), amount("slow_call"));
    let slow_above = optional(&fields, "slow_above", ctx, span).good().copied();
    if let (Some(node), None) = (fields.get("slow_call"), slow_above) {
        let item = ctx.out.error(node.span(), "`downtime`: when is a call slow?");
        item.help("add slow_above: \"10s\"");
        return None;
    }
    let calls = CallPrice { refused, slow_above, slow };
    Some(DowntimePrice { lost_hour: lost_hour.good().copied(), reclaim, calls })
}
