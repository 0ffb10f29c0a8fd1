//! Services: how many replicas of what, how long they take to start, on which disk.

use super::accounts::account_named;
use super::lifecycle::{self, MOST_GIB, SERVICE_FIELDS};
use super::plans::{self, MOST_REPLICAS, PlanDecl};
use crate::account::AccountId;
use crate::scenario::context::{Context, Declared};
use crate::scenario::diagnostics::Span;
use crate::scenario::document::{Node, Variant};
use crate::scenario::lifecycle::{Failures, Requests};
use crate::scenario::model::ServiceId;
use crate::scenario::syntax::Shape;
use crate::scenario::values::{
    Bounds, Field, instant, integer, items, name, number, optional, or, positive_span, required, span,
};
use crate::units::{SimSpan, SimTime};
use crate::world::DurationModel;

/// A service as written.
#[derive(Clone, Debug)]
pub(crate) struct ServiceDecl {
    /// Replicas to keep running.
    pub(crate) replicas: u32,
    /// From acquisition to Running.
    pub(crate) start_up: DurationModel,
    /// Size of the disk, if given.
    pub(crate) disk_gib: Field<u32>,
    /// When it is created, if given.
    pub(crate) create_at: Field<SimTime>,
    /// A plan of its own.
    pub(crate) plan: Field<PlanDecl>,
    /// The account that pays, if given.
    pub(crate) account: Field<AccountId>,
    /// Names of the services it calls, as written.
    pub(crate) calls: Field<Vec<(String, Span)>>,
    /// The services it calls.
    pub(crate) called: Vec<ServiceId>,
    /// When it has active requests.
    pub(crate) active_requests: Vec<Requests>,
    /// What goes wrong in its containers.
    pub(crate) failures: Failures,
}

/// Reads `services`.
pub(crate) fn services(node: &Node, ctx: &mut Context) -> Declared<ServiceDecl> {
    let mut found = Declared::default();
    let mut complete = true;
    let all = items(node, "services", ctx, |item, ctx| {
        let Some((service_name, at, decl)) = service(item, ctx) else {
            complete = false;
            return None;
        };
        found.declare("service", service_name, at, decl, &mut ctx.out);
        Some(())
    });
    found.complete = complete && all.is_some();
    lifecycle::resolve_calls(&mut found, ctx);
    found
}

fn service(node: &Node, ctx: &mut Context) -> Option<(String, Span, ServiceDecl)> {
    let own = ["name", "replicas", "start_up", "disk_gib", "create_at", "plan", "account"];
    let known: Vec<&str> = own.into_iter().chain(SERVICE_FIELDS).collect();
    let fields = node.fields("a service", &known, &mut ctx.out)?;
    let service_name = required(&fields, "name", "\"chat\"", ctx, name);
    let replicas = or(&fields, "replicas", 1, ctx, |node, ctx| integer(node, 1, MOST_REPLICAS, ctx));
    let start_up = or(&fields, "start_up", DurationModel::Fixed(SimSpan::ZERO), ctx, duration);
    let disk_gib = optional(&fields, "disk_gib", ctx, |node, ctx| integer(node, 0, MOST_GIB, ctx));
    let create_at = optional(&fields, "create_at", ctx, |node, ctx| {
        let at = instant(node, ctx)?;
        if at < SimTime::ZERO {
            ctx.out.error(node.span(), format!("{} is before the start of the scenario", node.place()));
            return None;
        }
        if ctx.horizon.is_some_and(|horizon| at >= SimTime::ZERO + horizon) {
            ctx.out.warning(
                node.span(),
                format!("{} is not before the horizon: the service is never created", node.place()),
            );
        }
        Some(at)
    });
    let plan = optional(&fields, "plan", ctx, plans::plan);
    let account = optional(&fields, "account", ctx, account_named);
    let at = fields.get("name").map_or(node.span(), Node::span);
    let calls = optional(&fields, "calls", ctx, lifecycle::calls);
    let active_requests = or(&fields, "active_requests", Vec::new(), ctx, lifecycle::active_requests);
    let failures = lifecycle::failures(&fields, ctx);
    let decl = ServiceDecl {
        replicas,
        start_up,
        disk_gib,
        create_at,
        plan,
        account,
        calls,
        called: Vec::new(),
        active_requests,
        failures,
    };
    Some((service_name?, at, decl))
}

/// The kinds of duration.
#[derive(Clone, Copy, Debug)]
enum Duration {
    Fixed,
    Uniform,
    Exponential,
    LogNormal,
    Sequence,
    Never,
}

/// Their names.
const DURATIONS: [(&str, Duration); 6] = [
    ("Fixed", Duration::Fixed),
    ("Uniform", Duration::Uniform),
    ("Exponential", Duration::Exponential),
    ("LogNormal", Duration::LogNormal),
    ("Sequence", Duration::Sequence),
    ("Never", Duration::Never),
];

/// A length of time with or without luck.
pub(crate) fn duration(node: &Node, ctx: &mut Context) -> Option<DurationModel> {
    if matches!(node.shape(), Shape::Text | Shape::Number) {
        return span(node, ctx).map(DurationModel::Fixed);
    }
    let (kind, variant) = node.variant("duration", &DURATIONS, &mut ctx.out)?;
    match kind {
        Duration::Fixed => {
            let value = variant.single("Fixed(\"90s\")", &mut ctx.out)?;
            span(&value, ctx).map(DurationModel::Fixed)
        }
        Duration::Uniform => uniform(&variant, ctx),
        Duration::Exponential => {
            let fields = variant.fields(&["mean"], &mut ctx.out)?;
            required(&fields, "mean", "\"90s\"", ctx, positive_span).map(DurationModel::Exponential)
        }
        Duration::LogNormal => {
            let fields = variant.fields(&["median", "sigma"], &mut ctx.out)?;
            let median = required(&fields, "median", "\"90s\"", ctx, positive_span);
            let sigma = required(&fields, "sigma", "\"0.5\"", ctx, |node, ctx| {
                let sigma = number(node, Bounds::NotNegative, ctx)?;
                // Beyond this the mean is e^50 medians: a slip of the pen, and beyond the range of time.
                if sigma > 10.0 {
                    ctx.out.error(node.span(), format!("{} must be at most 10", node.place()));
                    return None;
                }
                Some(sigma)
            });
            Some(DurationModel::LogNormal { median: median?, sigma: sigma? })
        }
        Duration::Sequence => {
            let list = variant.single("Sequence([\"0s\", \"3m\"])", &mut ctx.out)?;
            items(&list, "durations", ctx, span).map(DurationModel::Sequence)
        }
        Duration::Never => variant.bare(&mut ctx.out).map(|()| DurationModel::Never),
    }
}

fn uniform(variant: &Variant, ctx: &mut Context) -> Option<DurationModel> {
    let fields = variant.fields(&["min", "max"], &mut ctx.out)?;
    let least = required(&fields, "min", "\"60s\"", ctx, span);
    let most = required(&fields, "max", "\"120s\"", ctx, span);
    let (least, most) = (least?, most?);
    if least > most {
        let node = fields.get("min")?;
        ctx.out.error(node.span(), format!("{}: min {least} is above max {most}", node.place()));
        return None;
    }
    Some(DurationModel::Uniform(least, most))
}
