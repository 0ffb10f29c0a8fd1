//! Scripted actions of the tenant.

use super::plans::{self, MOST_REPLICAS, PlanDecl};
use super::services::ServiceDecl;
use crate::scenario::context::{Context, Declared};
use crate::scenario::diagnostics::Span;
use crate::scenario::document::{Fields, Node};
use crate::scenario::model::{Action, ActionKind, ServiceId};
use crate::scenario::syntax::Shape;
use crate::scenario::values::{instant, integer, reference, required};
use crate::units::SimTime;

/// An action, where it stands, and the plan it brings.
#[derive(Clone, Debug)]
pub(crate) struct ActionDecl {
    /// The action.
    pub(crate) action: Action,
    /// Where its time stands.
    pub(crate) span: Span,
    /// The plan of an `Update`.
    pub(crate) plan: Option<PlanDecl>,
}

/// Reads `actions`.
pub(crate) fn actions(
    node: &Node,
    services: &Declared<ServiceDecl>,
    ctx: &mut Context,
) -> Option<Vec<ActionDecl>> {
    let nodes = node.list("actions", &mut ctx.out)?;
    Some(nodes.iter().filter_map(|item| action(item, services, ctx)).collect())
}

fn action(node: &Node, services: &Declared<ServiceDecl>, ctx: &mut Context) -> Option<ActionDecl> {
    let fields = node.fields("an action", &["at", "service", "do"], &mut ctx.out)?;
    let at = required(&fields, "at", "\"2h30m\"", ctx, |node, ctx| {
        let at = instant(node, ctx)?;
        if at < SimTime::ZERO {
            ctx.out.error(node.span(), format!("{} is before the start of the scenario", node.place()));
            return None;
        }
        Some(at)
    });
    let service = service(&fields, services, ctx);
    let done = required(&fields, "do", "Stop", ctx, kind);
    let span = fields.get("at").map_or(node.span(), Node::span);
    let (kind, plan) = done?;
    Some(ActionDecl { action: Action { at: at?, service: ServiceId(service?), kind }, span, plan })
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

fn kind(node: &Node, ctx: &mut Context) -> Option<(ActionKind, Option<PlanDecl>)> {
    let (kind, variant) = node.variant("action", &KINDS, &mut ctx.out)?;
    let simple = match kind {
        Kind::Create => ActionKind::Create,
        Kind::Stop => ActionKind::Stop,
        Kind::Start => ActionKind::Start,
        Kind::Delete => ActionKind::Delete,
        Kind::Scale => {
            let count = variant.single("Scale(3)", &mut ctx.out)?;
            return integer(&count, 1, MOST_REPLICAS, ctx)
                .map(|replicas| (ActionKind::Scale(replicas), None));
        }
        Kind::Update => {
            // Both Update((types: …)) and Update(types: …) are natural.
            let body = if variant.body.shape() == Shape::Struct {
                variant.body.clone()
            } else {
                variant.single("Update((types: [(type: \"A\")]))", &mut ctx.out)?
            };
            let decl = plans::plan(&body, ctx)?;
            return Some((ActionKind::Update(decl.plan.clone()), Some(decl)));
        }
    };
    variant.bare(&mut ctx.out)?;
    Some((simple, None))
}
