//! What the tenant does with a resource, as written.

use super::ResourceDecl;
use super::kinds::MOST_GB;
use crate::scenario::context::{Context, Declared};
use crate::scenario::diagnostics::Span;
use crate::scenario::document::{Fields, Node};
use crate::scenario::model::TimedResourceAction;
use crate::scenario::resource::{ResourceAction, ResourceId, ResourceKind};
use crate::scenario::values::{reference, required, whole};
use crate::units::SimTime;

/// An action on a resource, and where its time stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ResourceActionDecl {
    /// The action.
    pub(crate) action: TimedResourceAction,
    /// Where its time stands.
    pub(crate) span: Span,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Create,
    Start,
    Stop,
    Delete,
    Store,
}

const KINDS: [(&str, Kind); 5] = [
    ("Create", Kind::Create),
    ("Start", Kind::Start),
    ("Stop", Kind::Stop),
    ("Delete", Kind::Delete),
    ("Store", Kind::Store),
];

/// Reads an action on a resource, whose time is read.
pub(crate) fn action(
    fields: &Fields,
    resources: &Declared<ResourceDecl>,
    (at, span): (Option<SimTime>, Span),
    ctx: &mut Context,
) -> Option<ResourceActionDecl> {
    for other in ["service", "deployment"] {
        if let Some(node) = fields.get(other) {
            let message = format!("an action is on a resource or on a {other}, not on both");
            ctx.out.error(node.span(), message).help("remove one of them");
        }
    }
    let node = fields.get("resource")?;
    let resource = reference(node, "resource", resources, &mut ctx.out);
    let kind = required(fields, "do", "Stop", ctx, kind);
    let (resource, kind) = (resource?, kind?);
    keeps_data(fields, kind, &resources.items[resource].kind, ctx)?;
    Some(ResourceActionDecl {
        action: TimedResourceAction { at: at?, resource: ResourceId(resource), kind },
        span,
    })
}

/// Only OBS keeps a number of GB that changes.
fn keeps_data(fields: &Fields, action: ResourceAction, kind: &ResourceKind, ctx: &mut Context) -> Option<()> {
    match (action, kind) {
        (ResourceAction::Store(_), ResourceKind::Obs(_))
        | (
            ResourceAction::Create | ResourceAction::Start | ResourceAction::Stop | ResourceAction::Delete,
            _,
        ) => Some(()),
        (ResourceAction::Store(_), _) => {
            let node = fields.get("do")?;
            let message = format!("{}: a {} keeps no data that changes", node.place(), kind.tag().words());
            ctx.out.error(node.span(), message).help("Store is for Obs");
            None
        }
    }
}

fn kind(node: &Node, ctx: &mut Context) -> Option<ResourceAction> {
    let (kind, variant) = node.variant("action", &KINDS, &mut ctx.out)?;
    let simple = match kind {
        Kind::Create => ResourceAction::Create,
        Kind::Start => ResourceAction::Start,
        Kind::Stop => ResourceAction::Stop,
        Kind::Delete => ResourceAction::Delete,
        Kind::Store => {
            let gb = variant.single("Store(20)", &mut ctx.out)?;
            return whole(&gb, 0, MOST_GB, ctx).map(ResourceAction::Store);
        }
    };
    variant.bare(&mut ctx.out).map(|()| simple)
}
