//! Settings of deployments: metering, terms, grace, refunds, what calls are worth.

use super::deployments::time_of_day;
use super::machines::metering;
use crate::billing::{DayCount, EarlyUntil, MonthRule, RenewFrom, RetentionAnchor, TermRules};
use crate::catalog::{Catalog, EarlyTermination};
use crate::scenario::context::Context;
use crate::scenario::deployment::DeploymentSettings;
use crate::scenario::document::{Fields, Node};
use crate::scenario::suggest;
use crate::scenario::values::{Bounds, boolean, factor_ppb, integer, items, name, number, or, span, word};
use crate::units::SimSpan;

const FIELDS: [&str; 24] = [
    "profile",
    "ptu_metering",
    "units_metering",
    "cut_off",
    "cut_off_inclusive",
    "expiry_time",
    "grace",
    "retention",
    "retention_anchor",
    "renew_from",
    "auto_renew_at",
    "ptu_early_termination",
    "month",
    "units_early_factor",
    "units_early_until",
    "day_count",
    "downgrade_factor",
    "units_term_starts",
    "ptu_term_starts",
    "bills_until",
    "resize_time",
    "delete_time",
    "restore_time",
    "payment_decimals",
];

/// Reads `settings.deployments`.
pub(crate) fn deployment_settings(node: &Node, ctx: &mut Context) -> Option<DeploymentSettings> {
    let fields = node.fields("`deployments` settings", &FIELDS, &mut ctx.out)?;
    let default = match fields.get("profile") {
        Some(node) => profile(node, ctx)?,
        None => DeploymentSettings::default(),
    };
    let starts = [("Running", true), ("Payment", false)];
    Some(DeploymentSettings {
        ptu_metering: or(&fields, "ptu_metering", default.ptu_metering, ctx, |node, ctx| {
            metering(node, default.ptu_metering, ctx)
        }),
        units_metering: or(&fields, "units_metering", default.units_metering, ctx, |node, ctx| {
            metering(node, default.units_metering, ctx)
        }),
        units_term_from_running: or(&fields, "units_term_starts", true, ctx, |node, ctx| {
            word(node, "start of a term", &starts, ctx)
        }),
        ptu_term_from_running: or(&fields, "ptu_term_starts", false, ctx, |node, ctx| {
            word(node, "start of a term", &starts, ctx)
        }),
        bills_until_confirmed: or(&fields, "bills_until", false, ctx, |node, ctx| {
            word(node, "end of billing", &[("Confirmed", true), ("Complete", false)], ctx)
        }),
        resize_time: or(&fields, "resize_time", default.resize_time, ctx, span),
        delete_time: or(&fields, "delete_time", default.delete_time, ctx, span),
        restore_time: or(&fields, "restore_time", default.restore_time, ctx, span),
        payment_decimals: or(&fields, "payment_decimals", default.payment_decimals, ctx, |node, ctx| {
            integer(node, 0, 12, ctx)
        }),
        terms: terms(&fields, default.terms, ctx),
        profile: default.profile,
    })
}

/// The defaults of a profile: how a provider sells provisioned throughput.
fn profile(node: &Node, ctx: &mut Context) -> Option<DeploymentSettings> {
    let written = name(node, ctx)?;
    let catalog = Catalog::embedded(Catalog::DEFAULT)?;
    let Some(profile) = catalog.profile(&written) else {
        let item = ctx.out.error(node.span(), format!("there is no profile \"{written}\""));
        let names: Vec<&str> = catalog.profiles.iter().map(|profile| profile.name.as_str()).collect();
        suggest::name(item, &written, &names, "the profiles are");
        return None;
    };
    let mut settings = DeploymentSettings { profile: written, ..DeploymentSettings::default() };
    settings.ptu_metering = profile.metering.unwrap_or(settings.ptu_metering);
    let terms = &mut settings.terms;
    terms.grace = profile.grace.unwrap_or(terms.grace);
    terms.retention = profile.retention.unwrap_or(terms.retention);
    terms.retention_anchor = profile.retention_anchor.unwrap_or(terms.retention_anchor);
    terms.ptu_early_factor_ppb = match profile.early_termination {
        Some(EarlyTermination::FactorPpb(factor)) => Some(factor),
        Some(EarlyTermination::Refused) | None => None,
    };
    Some(settings)
}

fn terms(fields: &Fields, default: TermRules, ctx: &mut Context) -> TermRules {
    let anchors = [("Stop", RetentionAnchor::Stop), ("Expiry", RetentionAnchor::Expiry)];
    let renewals = [("OldExpiry", RenewFrom::OldExpiry), ("Now", RenewFrom::Now)];
    let months = [("Calendar", MonthRule::Calendar), ("Fixed30Days", MonthRule::Fixed30Days)];
    let counts = [("Elapsed", DayCount::Elapsed), ("Calendar", DayCount::Calendar)];
    TermRules {
        cut_off: or(fields, "cut_off", default.cut_off, ctx, time_of_day),
        cut_off_inclusive: or(fields, "cut_off_inclusive", default.cut_off_inclusive, ctx, boolean),
        expiry_time: or(fields, "expiry_time", default.expiry_time, ctx, time_of_day),
        grace: or(fields, "grace", default.grace, ctx, span),
        retention: or(fields, "retention", default.retention, ctx, span),
        retention_anchor: or(fields, "retention_anchor", default.retention_anchor, ctx, |node, ctx| {
            word(node, "anchor", &anchors, ctx)
        }),
        renew_from: or(fields, "renew_from", default.renew_from, ctx, |node, ctx| {
            word(node, "start of a renewal", &renewals, ctx)
        }),
        auto_renew_at: or(fields, "auto_renew_at", default.auto_renew_at, ctx, times_of_day),
        ptu_early_factor_ppb: match fields.get("ptu_early_termination") {
            Some(node) => early_termination(node, ctx),
            None => default.ptu_early_factor_ppb,
        },
        month: or(fields, "month", default.month, ctx, |node, ctx| word(node, "month", &months, ctx)),
        units_early_factor_ppb: or(
            fields,
            "units_early_factor",
            default.units_early_factor_ppb,
            ctx,
            factor_ppb,
        ),
        units_early_until: or(fields, "units_early_until", default.units_early_until, ctx, early_until),
        day_count: or(fields, "day_count", default.day_count, ctx, |node, ctx| {
            word(node, "way to count days", &counts, ctx)
        }),
        downgrade_factor_ppb: or(fields, "downgrade_factor", default.downgrade_factor_ppb, ctx, factor_ppb),
    }
}

/// Times of day in order, since they are tried one after another.
fn times_of_day(node: &Node, ctx: &mut Context) -> Option<Vec<SimSpan>> {
    let mut found = items(node, "times of day", ctx, time_of_day)?;
    found.sort_unstable();
    Some(found)
}

/// `Refused` is nothing, and so is what is wrong, which is recorded.
fn early_termination(node: &Node, ctx: &mut Context) -> Option<i64> {
    let kinds = [("Refused", false), ("Factor", true)];
    let (allowed, variant) = node.variant("way to terminate early", &kinds, &mut ctx.out)?;
    if !allowed {
        variant.bare(&mut ctx.out)?;
        return None;
    }
    let factor = variant.single("Factor(1.2)", &mut ctx.out)?;
    number(&factor, Bounds::NotNegative, ctx)?;
    factor_ppb(&factor, ctx)
}

fn early_until(node: &Node, ctx: &mut Context) -> Option<EarlyUntil> {
    let kinds = [("FirstMonth", false), ("Days", true)];
    let (by_days, variant) = node.variant("boundary", &kinds, &mut ctx.out)?;
    if !by_days {
        return variant.bare(&mut ctx.out).map(|()| EarlyUntil::FirstMonth);
    }
    let days = variant.single("Days(30)", &mut ctx.out)?;
    integer(&days, 1, 3_650, ctx).map(EarlyUntil::Days)
}
