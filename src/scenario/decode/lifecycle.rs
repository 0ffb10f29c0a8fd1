//! The lives of services as written: what an Update brings and how it is rolled out, how a Delete is asked for, crashes
//! and restarts, requests and references, and their settings.

use super::plans::{self, MOST_REPLICAS, PlanDecl};
use super::services::{ServiceDecl, duration};
use crate::scenario::context::{Context, Declared};
use crate::scenario::diagnostics::Span;
use crate::scenario::document::{Fields, Node, Variant};
use crate::scenario::lifecycle::{
    Change, DeleteBilling, Deletion, Failures, LifecycleSettings, Phased, Requests, Restart, Rollout,
    StartFails, Step,
};
use crate::scenario::model::ServiceId;
use crate::scenario::suggest;
use crate::scenario::syntax::Shape;
use crate::scenario::values::{
    Bounds, boolean, instant, integer, interval, name, number, optional, or, reference, required, share_ppb,
    span, word,
};
use crate::world::DurationModel;

/// Fields of a service that are read here.
pub(crate) const SERVICE_FIELDS: [&str; 5] =
    ["calls", "active_requests", "crashes", "start_fails", "restart"];
/// Disks beyond this are a slip of the pen; what is too large is another limit.
pub(crate) const MOST_GIB: u32 = 1_000_000;

/// Fields of an Update beside those of a plan.
const CHANGE_FIELDS: [&str; 5] = ["disk_gib", "image", "replicas", "calls", "rollout"];
const SETTINGS_FIELDS: [&str; 6] =
    ["drain_time", "delete_billing", "ticket_after", "billing_while_restarting", "scale_delay", "rollout"];

/// What an Update brings, and where it says so.
#[derive(Clone, Debug)]
pub(crate) struct ChangeDecl {
    /// What it brings; its plan, if any, has markets as declared.
    pub(crate) change: Change,
    /// The plan, with places.
    pub(crate) plan: Option<PlanDecl>,
    /// Where the size of the disk stands.
    pub(crate) disk_span: Option<Span>,
}

/// Reads an `Update`: `Update((types: …))` and `Update(types: …)` are both natural.
pub(crate) fn update(
    variant: &Variant,
    services: &Declared<ServiceDecl>,
    ctx: &mut Context,
) -> Option<ChangeDecl> {
    let body = if variant.body.shape() == Shape::Struct {
        variant.body.clone()
    } else {
        variant.single("Update((types: [(type: \"A\")]))", &mut ctx.out)?
    };
    let known: Vec<&str> = plans::PLAN_FIELDS.iter().copied().chain(CHANGE_FIELDS).collect();
    let fields = body.fields("an update", &known, &mut ctx.out)?;
    // What is misspelt is meant, and its mistake is recorded.
    let has = |field: &str| fields.get(field).is_some() || fields.is_misspelt(field);
    let brings_more = CHANGE_FIELDS.into_iter().any(has);
    let plans_something = plans::PLAN_FIELDS.into_iter().any(has);
    let touches_replicas = plans_something || has("disk_gib") || has("image");
    let plan = if plans_something || !brings_more {
        let or_else = ", or one of disk_gib, image, replicas, calls";
        Some(plans::plan_fields(&fields, or_else, ctx)?)
    } else {
        None
    };
    let disk = optional(&fields, "disk_gib", ctx, |node, ctx| integer(node, 0, MOST_GIB, ctx));
    let image = optional(&fields, "image", ctx, name);
    let replicas = optional(&fields, "replicas", ctx, replica_count);
    let calls = optional(&fields, "calls", ctx, |node, ctx| called(node, services, ctx));
    let rollout = optional(&fields, "rollout", ctx, rollout);
    let change = Change {
        plan: plan.as_ref().map(|decl| decl.plan.clone()),
        disk_gib: disk.good().copied(),
        image: image.good().cloned(),
        replicas: replicas.good().copied(),
        calls: calls.good().cloned(),
        rollout: rollout.good().copied(),
    };
    if let (Some(node), false) = (fields.get("rollout"), touches_replicas) {
        let item = ctx.out.error(node.span(), format!("{}: there is nothing to roll out", node.place()));
        item.help("add types, disk_gib or image, or remove the rollout");
    }
    Some(ChangeDecl { change, plan, disk_span: disk.span() })
}

/// A number of replicas. None at all is what Stop is for: a service keeps at least one.
pub(crate) fn replica_count(node: &Node, ctx: &mut Context) -> Option<u32> {
    if node.written() == "0" {
        let item = ctx.out.error(node.span(), format!("{} must be from 1 to {MOST_REPLICAS}", node.place()));
        item.help("a service without replicas is a stopped one: write do: Stop");
        return None;
    }
    integer(node, 1, MOST_REPLICAS, ctx)
}

/// Names of services, which are known by now.
fn called(node: &Node, services: &Declared<ServiceDecl>, ctx: &mut Context) -> Option<Vec<ServiceId>> {
    let nodes = node.list("names of services", &mut ctx.out)?;
    nodes.iter().map(|node| reference(node, "service", services, &mut ctx.out).map(ServiceId)).collect()
}

/// Names of services that may be declared later.
pub(crate) fn calls(node: &Node, ctx: &mut Context) -> Option<Vec<(String, Span)>> {
    let nodes = node.list("names of services", &mut ctx.out)?;
    nodes.iter().map(|node| name(node, ctx).map(|written| (written, node.span()))).collect()
}

/// The services that a service calls, now that all are known. Nobody calls itself: it could never be deleted.
pub(crate) fn resolve_calls(services: &mut Declared<ServiceDecl>, ctx: &mut Context) {
    let known: Vec<&str> = services.names.iter().map(String::as_str).collect();
    for (index, decl) in services.items.iter_mut().enumerate() {
        for (written, span) in decl.calls.good().into_iter().flatten() {
            match known.iter().position(|name| name == written) {
                Some(found) if found == index => {
                    let item = ctx.out.error(*span, format!("service \"{written}\" calls itself"));
                    item.help("remove it: whoever is called cannot be deleted (E10)");
                }
                Some(found) => decl.called.push(ServiceId(found)),
                None if services.complete => {
                    let item = ctx.out.error(*span, format!("there is no service \"{written}\""));
                    item.label("unknown service");
                    suggest::name(item, written, &known, "the services are");
                }
                None => {}
            }
        }
    }
}

/// Stretches of time with active requests.
pub(crate) fn active_requests(node: &Node, ctx: &mut Context) -> Option<Vec<Requests>> {
    let nodes = node.list("(from, to) pairs", &mut ctx.out)?;
    let mut found = Vec::new();
    for node in &nodes {
        let (from, to) = node.pair("a start and an end, as in (\"5h\", \"5h3m\")", &mut ctx.out)?;
        let (from, to) = (instant(&from, ctx)?, instant(&to, ctx)?);
        if from >= to {
            let item =
                ctx.out.error(node.span(), format!("{}: the requests end before they begin", node.place()));
            item.help("write the start first; requests last at least a moment");
            return None;
        }
        found.push((from, to));
    }
    Some(found)
}

/// Reads `Delete`, `Delete(permission: false)`, `Delete(stuck_for: "20m")`.
pub(crate) fn deletion(variant: &Variant, ctx: &mut Context) -> Option<Deletion> {
    if variant.is_bare() {
        return Some(Deletion::default());
    }
    let fields = variant.fields(&["permission", "stuck_for"], &mut ctx.out)?;
    let is_permitted = or(&fields, "permission", true, ctx, boolean);
    let stuck_for = optional(&fields, "stuck_for", ctx, |node, ctx| interval(node, false, ctx));
    if let (false, Some(node)) = (is_permitted, fields.get("stuck_for")) {
        let message = format!("{}: a deletion that is denied does not get stuck", node.place());
        ctx.out.error(node.span(), message).help("remove stuck_for, or permission: false");
    }
    Some(Deletion { is_permitted, stuck_for: stuck_for.good().copied() })
}

/// What goes wrong in the containers of a service.
pub(crate) fn failures(fields: &Fields, ctx: &mut Context) -> Failures {
    let crashes = or(fields, "crashes", DurationModel::Never, ctx, duration);
    let start_fails = or(fields, "start_fails", StartFails::Share(0.0), ctx, start_fails);
    let restart = or(fields, "restart", Restart::default(), ctx, restart);
    let found = Failures { crashes, start_fails, restart };
    if let (Some(node), false) = (fields.get("restart"), found.can_happen()) {
        let both_right = ["crashes", "start_fails"].iter().all(|field| fields.get(field).is_none());
        if both_right {
            let item = ctx.out.warning(node.span(), "nothing fails here, so nothing restarts");
            item.help("add crashes: Exponential(mean: \"48h\"), or start_fails: \"5%\"");
        }
    }
    found
}

fn start_fails(node: &Node, ctx: &mut Context) -> Option<StartFails> {
    if node.shape() == Shape::List {
        let nodes = node.list("true and false", &mut ctx.out)?;
        if nodes.is_empty() {
            let item = ctx.out.error(node.span(), format!("{} is empty", node.place()));
            item.help("list at least one, as in [true, false]: the first start-up fails, later ones do not");
            return None;
        }
        let list: Option<Vec<bool>> = nodes.iter().map(|node| boolean(node, ctx)).collect();
        return list.map(StartFails::Sequence);
    }
    let written = node.scalar("a share as in \"5%\", or a list as in [true, false]", &mut ctx.out)?;
    if !written.trim_end().ends_with('%') {
        return number(node, Bounds::Probability, ctx).map(StartFails::Share);
    }
    match share_ppb(&written) {
        Ok(ppb) if (0..=1_000_000_000).contains(&ppb) => Some(StartFails::Share(ppb as f64 / 1e9)),
        Ok(_) => {
            ctx.out.error(node.span(), format!("{} must be between 0% and 100%", node.place()));
            None
        }
        Err(why) => {
            ctx.out.error(node.span(), format!("{}: not a share", node.place())).label(why);
            None
        }
    }
}

/// The kinds of restart policy.
#[derive(Clone, Copy, Debug)]
enum Policy {
    Always,
    OnFailure,
    Never,
}

fn restart(node: &Node, ctx: &mut Context) -> Option<Restart> {
    let known = [("Always", Policy::Always), ("OnFailure", Policy::OnFailure), ("Never", Policy::Never)];
    let (policy, variant) = node.variant("restart policy", &known, &mut ctx.out)?;
    let default = Restart::default();
    match policy {
        Policy::Never => {
            variant.bare(&mut ctx.out)?;
            Some(Restart { most: Some(0), ..default })
        }
        Policy::Always if variant.is_bare() => Some(default),
        Policy::Always => {
            let fields = variant.fields(&["first", "cap", "reset_after"], &mut ctx.out)?;
            waits(&fields, None, ctx)
        }
        Policy::OnFailure => {
            let fields = variant.fields(&["most", "first", "cap", "reset_after"], &mut ctx.out)?;
            let most = required(&fields, "most", "5", ctx, |node, ctx| integer(node, 1, 1_000_000, ctx))?;
            waits(&fields, Some(most), ctx)
        }
    }
}

fn waits(fields: &Fields, most: Option<u32>, ctx: &mut Context) -> Option<Restart> {
    let default = Restart::default();
    let first = or(fields, "first", default.first, ctx, |node, ctx| interval(node, false, ctx));
    let cap = or(fields, "cap", default.cap.max(first), ctx, |node, ctx| interval(node, false, ctx));
    let reset_after = or(fields, "reset_after", default.reset_after, ctx, span);
    if cap < first {
        let node = fields.get("cap")?;
        let message = format!("{}: the longest wait is shorter than the first one, {first}", node.place());
        ctx.out.error(node.span(), message);
        return None;
    }
    Some(Restart { most, first, cap, reset_after })
}

/// Reads `AtOnce` or `Phased(step: "25%", step_time: "10m", surge: true)`.
fn rollout(node: &Node, ctx: &mut Context) -> Option<Rollout> {
    let (in_steps, variant) =
        node.variant("rollout", &[("AtOnce", false), ("Phased", true)], &mut ctx.out)?;
    if !in_steps {
        return variant.bare(&mut ctx.out).map(|()| Rollout::AtOnce);
    }
    let fields = variant.fields(&["step", "step_time", "surge"], &mut ctx.out)?;
    let step = required(&fields, "step", "\"25%\"", ctx, step);
    let step_time = required(&fields, "step_time", "\"10m\"", ctx, |node, ctx| interval(node, false, ctx));
    let surge = or(&fields, "surge", false, ctx, boolean);
    Some(Rollout::Phased(Phased { step: step?, step_time: step_time?, surge }))
}

fn step(node: &Node, ctx: &mut Context) -> Option<Step> {
    if node.shape() == Shape::Number {
        return integer(node, 1, MOST_REPLICAS, ctx).map(Step::Replicas);
    }
    let written = node.scalar("a share of the replicas as in \"25%\", or a number of them", &mut ctx.out)?;
    match share_ppb(&written) {
        Ok(ppb) if ppb > 0 && ppb <= 1_000_000_000 && written.trim_end().ends_with('%') => {
            Some(Step::SharePpb(ppb))
        }
        Ok(_) => {
            let message = format!("{}: a step is above 0% and at most 100%", node.place());
            ctx.out
                .error(node.span(), message)
                .help("write a share as in \"25%\", or a number of replicas as in 1");
            None
        }
        Err(why) => {
            ctx.out.error(node.span(), format!("{}: not a share", node.place())).label(why);
            None
        }
    }
}

/// Reads `services` of `settings`.
pub(crate) fn settings(node: &Node, ctx: &mut Context) -> Option<LifecycleSettings> {
    let fields = node.fields("`settings.services`", &SETTINGS_FIELDS, &mut ctx.out)?;
    let default = LifecycleSettings::default();
    let billing = [("Confirmed", DeleteBilling::Confirmed), ("Released", DeleteBilling::Released)];
    Some(LifecycleSettings {
        drain_time: or(&fields, "drain_time", default.drain_time, ctx, span),
        delete_billing: or(&fields, "delete_billing", default.delete_billing, ctx, |node, ctx| {
            word(node, "end of billing", &billing, ctx)
        }),
        ticket_after: or(&fields, "ticket_after", default.ticket_after, ctx, span),
        bills_while_restarting: or(
            &fields,
            "billing_while_restarting",
            default.bills_while_restarting,
            ctx,
            boolean,
        ),
        scale_delay: or(&fields, "scale_delay", default.scale_delay, ctx, span),
        rollout: or(&fields, "rollout", default.rollout, ctx, rollout),
    })
}
