//! Settings of the ambiguities, the disk, and what downtime is worth.

use super::lifecycle;
use super::machines::{self, RULE_FIELDS, metering};
use super::providers::provider_of;
use super::terms;
use crate::scenario::context::Context;
use crate::scenario::deployment::DeploymentSettings;
use crate::scenario::document::Node;
use crate::scenario::model::{DowntimePrice, NotebookDelete, PeriodRounding, Settings, WorkflowStop};
use crate::scenario::values::{
    Field, boolean, factor_ppb, integer, money, optional, or, price_or_zero, span, word,
};
use crate::serving::CallPrice;
use crate::units::{RoundingMode, UnitPrice};

/// no protection is about a tenth cheaper.
pub(crate) const UNPROTECTED_FACTOR_PPB: i64 = 900_000_000;

/// Fields beside those of the rules of machines.
const OWN_FIELDS: [&str; 11] = [
    "provider",
    "line_decimals",
    "line_rounding",
    "delete_time",
    "unprotected_factor",
    "deployments",
    "services",
    "resource_metering",
    "resource_periods",
    "workflow_stop_ends_billing",
    "notebook_delete_needs_stop",
];

/// Every setting of a scenario.
#[derive(Clone, Debug)]
pub(crate) struct SettingsDecl {
    /// Of rented machines.
    pub(crate) settings: Settings,
    /// The provider the rules of machines are from; empty if none is named.
    pub(crate) provider: String,
    /// From protected to unprotected prices.
    pub(crate) unprotected_factor_ppb: i64,
    /// Of deployments.
    pub(crate) deployments: DeploymentSettings,
}

impl Default for SettingsDecl {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            provider: String::new(),
            unprotected_factor_ppb: UNPROTECTED_FACTOR_PPB,
            deployments: DeploymentSettings::default(),
        }
    }
}

/// Reads `settings`.
pub(crate) fn settings(node: &Node, ctx: &mut Context) -> Option<SettingsDecl> {
    let known: Vec<&str> = RULE_FIELDS.into_iter().chain(OWN_FIELDS).collect();
    let fields = node.fields("`settings`", &known, &mut ctx.out)?;
    let default = Settings::default();
    let provider = provider_of(&fields, ctx);
    let rounding_words = [
        ("HalfUp", RoundingMode::HalfUp),
        ("HalfEven", RoundingMode::HalfEven),
        ("Down", RoundingMode::Down),
    ];
    let base = provider.as_ref().map_or(default.machines, |profile| profile.rules);
    let found = Settings {
        machines: machines::rules(&fields, base, ctx),
        line_decimals: or(&fields, "line_decimals", default.line_decimals, ctx, |node, ctx| {
            integer(node, 0, 12, ctx)
        }),
        line_rounding: or(&fields, "line_rounding", default.line_rounding, ctx, |node, ctx| {
            word(node, "rounding", &rounding_words, ctx)
        }),
        delete_time: or(&fields, "delete_time", default.delete_time, ctx, span),
        services: or(&fields, "services", default.services, ctx, lifecycle::settings),
        resource_metering: or(&fields, "resource_metering", default.resource_metering, ctx, |node, ctx| {
            metering(node, default.resource_metering, ctx)
        }),
        resource_periods: or(&fields, "resource_periods", default.resource_periods, ctx, |node, ctx| {
            let words = [("ProRata", PeriodRounding::ProRata), ("Whole", PeriodRounding::Whole)];
            word(node, "way to count days and months", &words, ctx)
        }),
        workflow_stop: if or(&fields, "workflow_stop_ends_billing", false, ctx, boolean) {
            WorkflowStop::EndsBilling
        } else {
            WorkflowStop::BillsOn
        },
        notebook_delete: if or(&fields, "notebook_delete_needs_stop", true, ctx, boolean) {
            NotebookDelete::StopFirst
        } else {
            NotebookDelete::StopsToo
        },
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
    let provider = provider.map(|profile| profile.name).unwrap_or_default();
    Some(SettingsDecl { settings: found, provider, unprotected_factor_ppb: factor, deployments })
}

/// The disk as written.
#[derive(Clone, Debug)]
pub(crate) struct DiskDecl {
    /// Price per GiB-hour above the free size.
    pub(crate) price: Field<UnitPrice>,
    /// Free size of every instance, if it is given; else its market's rules say.
    pub(crate) free_gib: Field<u32>,
    /// Largest size.
    pub(crate) max_gib: u32,
}

impl Default for DiskDecl {
    /// E3 and E22.
    fn default() -> Self {
        Self { price: Field::Absent, free_gib: Field::Absent, max_gib: 2_000 }
    }
}

/// Reads `disk`.
pub(crate) fn disk(node: &Node, ctx: &mut Context) -> Option<DiskDecl> {
    let fields = node.fields("`disk`", &["price", "free_gib", "max_gib"], &mut ctx.out)?;
    let default = DiskDecl::default();
    let size = |node: &Node, ctx: &mut Context| integer(node, 0, 1_000_000, ctx);
    let price = optional(&fields, "price", ctx, price_or_zero);
    let free_gib = optional(&fields, "free_gib", ctx, size);
    let free = free_gib.good().copied().unwrap_or_default();
    let max_gib = or(&fields, "max_gib", default.max_gib.max(free), ctx, size);
    if free > max_gib {
        let at = fields.get("free_gib").map_or(node.span(), Node::span);
        ctx.out.error(at, format!("`disk`: free_gib {free} is above max_gib {max_gib}"));
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
