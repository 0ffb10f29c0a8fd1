//! Scripted actions of the tenant.

use super::accounts::{self, AccountActionDecl};
use super::deployments::{self, actions::DeploymentActionDecl};
use super::lifecycle::{self, ChangeDecl};
use super::resources::ResourceDecl;
use super::resources::actions::{self as on_resources, ResourceActionDecl};
use super::services::ServiceDecl;
use crate::scenario::context::{Context, Declared};
use crate::scenario::diagnostics::Span;
use crate::scenario::document::{Fields, Node};
use crate::scenario::model::{Action, ActionKind, ServiceId};
use crate::scenario::values::{instant, name, reference, required};
use crate::units::SimTime;

/// An action, where it stands, and what it changes.
#[derive(Clone, Debug)]
pub(crate) struct ActionDecl {
    /// The action.
    pub(crate) action: Action,
    /// Where its time stands.
    pub(crate) span: Span,
    /// What an `Update` brings.
    pub(crate) change: Option<ChangeDecl>,
}

/// Everything the tenant does.
#[derive(Clone, Debug, Default)]
pub(crate) struct ActionsDecl {
    /// With services on rented machines.
    pub(crate) services: Vec<ActionDecl>,
    /// With deployments.
    pub(crate) deployments: Vec<DeploymentActionDecl>,
    /// With accounts.
    pub(crate) accounts: Vec<AccountActionDecl>,
    /// With resources.
    pub(crate) resources: Vec<ResourceActionDecl>,
}

const FIELDS: [&str; 6] = ["at", "service", "deployment", "account", "resource", "do"];

/// Reads `actions`.
pub(crate) fn actions(
    node: &Node,
    services: &Declared<ServiceDecl>,
    resources: &Declared<ResourceDecl>,
    ctx: &mut Context,
) -> Option<ActionsDecl> {
    let mut found = ActionsDecl::default();
    for item in node.list("actions", &mut ctx.out)? {
        let fields = item.fields("an action", &FIELDS, &mut ctx.out);
        let Some(fields) = fields else { continue };
        if fields.get("resource").is_some() {
            let time = time_of(&item, &fields, ctx);
            found.resources.extend(on_resources::action(&fields, resources, time, ctx));
        } else if is_on_account(&fields) {
            found.accounts.extend(on_account(&item, &fields, ctx));
        } else if fields.get("deployment").is_some() {
            found.deployments.extend(on_deployment(&item, &fields, ctx));
        } else {
            found.services.extend(on_service(&item, &fields, services, ctx));
        }
    }
    Some(found)
}

/// An action names the account, or does what is done with accounts only.
fn is_on_account(fields: &Fields) -> bool {
    let elsewhere = fields.get("service").is_some() || fields.get("deployment").is_some();
    let by_name = |node: &Node| accounts::actions::is_on_account(node, &KINDS.map(|(known, _)| known));
    fields.get("account").is_some() || (!elsewhere && fields.get("do").is_some_and(by_name))
}

fn on_account(node: &Node, fields: &Fields, ctx: &mut Context) -> Option<AccountActionDecl> {
    for other in ["service", "deployment"] {
        if let Some(node) = fields.get(other) {
            let message = format!("an action is on an account or on a {other}, not on both");
            ctx.out.error(node.span(), message).help("remove one of them");
        }
    }
    let time = time_of(node, fields, ctx);
    accounts::actions::action(node, fields, time, ctx)
}

/// When, and where that stands.
fn time_of(node: &Node, fields: &Fields, ctx: &mut Context) -> (Option<SimTime>, Span) {
    let at = required(fields, "at", "\"2h30m\"", ctx, |node, ctx| {
        let at = instant(node, ctx)?;
        if at < SimTime::ZERO {
            ctx.out.error(node.span(), format!("{} is before the start of the scenario", node.place()));
            return None;
        }
        Some(at)
    });
    (at, fields.get("at").map_or(node.span(), Node::span))
}

fn on_service(
    node: &Node,
    fields: &Fields,
    services: &Declared<ServiceDecl>,
    ctx: &mut Context,
) -> Option<ActionDecl> {
    let (at, span) = time_of(node, fields, ctx);
    let service = service(fields, services, ctx);
    let (kind, change) = required(fields, "do", "Stop", ctx, |node, ctx| kind_of(node, services, ctx))?;
    Some(ActionDecl { action: Action { at: at?, service: ServiceId(service?), kind }, span, change })
}

fn on_deployment(node: &Node, fields: &Fields, ctx: &mut Context) -> Option<DeploymentActionDecl> {
    let (at, span) = time_of(node, fields, ctx);
    let named = |node: &Node, ctx: &mut Context| Some((name(node, ctx)?, node.span()));
    let deployment = required(fields, "deployment", "\"ptu\"", ctx, named);
    if let Some(node) = fields.get("service") {
        let item = ctx.out.error(node.span(), "an action is on a service or on a deployment, not on both");
        item.help("remove one of them");
    }
    let action = required(fields, "do", "Delete", ctx, deployments::actions::action);
    let do_span = fields.get("do").map_or(span, Node::span);
    Some(DeploymentActionDecl { at: at?, span, do_span, deployment: deployment?, action: action? })
}

fn service(fields: &Fields, services: &Declared<ServiceDecl>, ctx: &mut Context) -> Option<usize> {
    if let Some(node) = fields.get("service") {
        return reference(node, "service", services, &mut ctx.out);
    }
    if services.items.len() == 1 && services.complete {
        return Some(0);
    }
    if services.complete {
        let owner = &fields.owner;
        let item = ctx.out.error(owner.span(), format!("{}: the field `service` is missing", owner.place()));
        item.help(format!(
            "there are {} services; say which, as in service: \"{}\"",
            services.items.len(),
            services.names.first().map_or("chat", String::as_str)
        ));
    }
    None
}

/// The kinds of action.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Create,
    Stop,
    Start,
    Delete,
    Scale,
    Update,
}

/// Their names.
const KINDS: [(&str, Kind); 6] = [
    ("Create", Kind::Create),
    ("Stop", Kind::Stop),
    ("Start", Kind::Start),
    ("Delete", Kind::Delete),
    ("Scale", Kind::Scale),
    ("Update", Kind::Update),
];

fn kind_of(
    node: &Node,
    services: &Declared<ServiceDecl>,
    ctx: &mut Context,
) -> Option<(ActionKind, Option<ChangeDecl>)> {
    let (kind, variant) = node.variant("action", &KINDS, &mut ctx.out)?;
    let simple = match kind {
        Kind::Create => ActionKind::Create,
        Kind::Stop => ActionKind::Stop,
        Kind::Start => ActionKind::Start,
        Kind::Delete => {
            return lifecycle::deletion(&variant, ctx).map(|deletion| (ActionKind::Delete(deletion), None));
        }
        Kind::Scale => {
            let count = variant.single("Scale(3)", &mut ctx.out)?;
            return lifecycle::replica_count(&count, ctx).map(|replicas| (ActionKind::Scale(replicas), None));
        }
        Kind::Update => {
            let decl = lifecycle::update(&variant, services, ctx)?;
            return Some((ActionKind::Update(Box::new(decl.change.clone())), Some(decl)));
        }
    };
    variant.bare(&mut ctx.out)?;
    Some((simple, None))
}
