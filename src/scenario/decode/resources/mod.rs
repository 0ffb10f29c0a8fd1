//! Resources: what else is paid for beside services and deployments. What refers to other parts of the file is left to
//! [`resolve`](crate::scenario::resolve).

pub(crate) mod actions;
mod kinds;
mod messages;

use super::accounts::account_named;
use crate::account::AccountId;
use crate::scenario::context::{Context, Declared};
use crate::scenario::diagnostics::Span;
use crate::scenario::document::{Fields, Node};
use crate::scenario::resource::{ResourceKind, ResourceTag};
use crate::scenario::values::{Field, instant, items, name, optional, required};
use crate::units::SimTime;

/// A name of something elsewhere in the file, and where it stands.
pub(crate) type Named = (String, Span);

/// A resource as written.
#[derive(Clone, Debug)]
pub(crate) struct ResourceDecl {
    /// What it is; notifications do not know their services yet.
    pub(crate) kind: ResourceKind,
    /// When it is created, if given.
    pub(crate) create_at: Field<SimTime>,
    /// When it is deleted, if given.
    pub(crate) until: Field<SimTime>,
    /// Strategies it belongs to; all if not given.
    pub(crate) strategies: Field<Vec<Named>>,
    /// The account that pays, if given.
    pub(crate) account: Field<AccountId>,
    /// The pool it runs on, if given.
    pub(crate) pool: Field<Named>,
    /// Services whose changes of status are told.
    pub(crate) on_services: Vec<Named>,
}

const KINDS: [(&str, ResourceTag); 11] = [
    ("Workflow", ResourceTag::Workflow),
    ("Notebook", ResourceTag::Notebook),
    ("TrainingJob", ResourceTag::TrainingJob),
    ("RealTimeService", ResourceTag::RealTimeService),
    ("BatchService", ResourceTag::BatchService),
    ("Evs", ResourceTag::Evs),
    ("Obs", ResourceTag::Obs),
    ("Pool", ResourceTag::Pool),
    ("Dedicated", ResourceTag::Dedicated),
    ("Notifications", ResourceTag::Notifications),
    ("Other", ResourceTag::Other),
];

/// Fields of every kind.
const COMMON: [&str; 6] = ["name", "create_at", "from", "until", "strategies", "account"];

impl ResourceTag {
    /// Its own fields.
    const fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Workflow => &["nodes", "price", "pool"],
            Self::Notebook => &["price", "evs", "pool"],
            Self::TrainingJob | Self::BatchService => &["price", "runs_for", "pool"],
            Self::RealTimeService => &["price", "replicas", "pool"],
            Self::Evs | Self::Obs => &["gb", "price"],
            Self::Pool => &["price", "term", "auto_renew"],
            Self::Dedicated => &["machines", "price"],
            Self::Notifications => &["way", "enabled", "price", "traffic", "events", "on_services"],
            Self::Other => &["price", "gb"],
        }
    }
}

/// Reads `resources`.
pub(crate) fn resources(node: &Node, ctx: &mut Context) -> Declared<ResourceDecl> {
    let mut found = Declared::default();
    let Some(nodes) = node.list("resources", &mut ctx.out) else {
        found.complete = false;
        return found;
    };
    for item in nodes {
        match resource(&item, ctx) {
            Some((resource_name, at, decl)) => {
                found.declare("resource", resource_name, at, decl, &mut ctx.out);
            }
            None => found.complete = false,
        }
    }
    found
}

fn resource(node: &Node, ctx: &mut Context) -> Option<(String, Span, ResourceDecl)> {
    let (kind, variant) = node.variant("kind of resource", &KINDS, &mut ctx.out)?;
    let known: Vec<&str> = COMMON.iter().chain(kind.fields()).copied().collect();
    let fields = variant.fields(&known, &mut ctx.out)?;
    let resource_name = required(&fields, "name", "\"nb\"", ctx, name);
    let create_at = create_at(&fields, ctx);
    let until = optional(&fields, "until", ctx, |node, ctx| until(node, &create_at, ctx));
    let strategies = optional(&fields, "strategies", ctx, |node, ctx| items(node, "strategies", ctx, named));
    let account = optional(&fields, "account", ctx, account_named);
    let pool = optional(&fields, "pool", ctx, named);
    let (resource_kind, on_services) = match kind {
        ResourceTag::Workflow => (kinds::workflow(&fields, ctx), Vec::new()),
        ResourceTag::Notebook => (kinds::notebook(&fields, ctx), Vec::new()),
        ResourceTag::TrainingJob => (kinds::job(&fields, ctx).map(ResourceKind::TrainingJob), Vec::new()),
        ResourceTag::BatchService => (kinds::job(&fields, ctx).map(ResourceKind::BatchService), Vec::new()),
        ResourceTag::RealTimeService => (kinds::real_time(&fields, ctx), Vec::new()),
        ResourceTag::Evs => (kinds::storage(&fields, 1, ctx).map(ResourceKind::Evs), Vec::new()),
        ResourceTag::Obs => (kinds::storage(&fields, 0, ctx).map(ResourceKind::Obs), Vec::new()),
        ResourceTag::Pool => (kinds::pool(&fields, ctx), Vec::new()),
        ResourceTag::Dedicated => (kinds::dedicated(&fields, ctx), Vec::new()),
        ResourceTag::Notifications => messages::notifications(&fields, ctx),
        ResourceTag::Other => (kinds::other(&fields, ctx), Vec::new()),
    };
    let at = fields.get("name").map_or(node.span(), Node::span);
    let decl =
        ResourceDecl { kind: resource_kind?, create_at, until, strategies, account, pool, on_services };
    Some((resource_name?, at, decl))
}

/// A name of something elsewhere in the file.
fn named(node: &Node, ctx: &mut Context) -> Option<Named> {
    Some((name(node, ctx)?, node.span()))
}

/// `create_at`, or `from`, which reads better where nothing is created.
fn create_at(fields: &Fields, ctx: &mut Context) -> Field<SimTime> {
    if let (Some(first), Some(second)) = (fields.get("create_at"), fields.get("from")) {
        let item = ctx.out.error(second.span(), "`from` and `create_at` mean the same");
        item.label("again here").related(first.span(), "first here").help("keep one of them");
        return Field::Bad;
    }
    let field = if fields.get("from").is_some() { "from" } else { "create_at" };
    optional(fields, field, ctx, |node, ctx| {
        let at = instant(node, ctx)?;
        if at < SimTime::ZERO {
            ctx.out.error(node.span(), format!("{} is before the start of the scenario", node.place()));
            return None;
        }
        if ctx.horizon.is_some_and(|horizon| at >= SimTime::ZERO + horizon) {
            let message =
                format!("{} is not before the horizon: the resource is never created", node.place());
            ctx.out.warning(node.span(), message);
        }
        Some(at)
    })
}

fn until(node: &Node, create_at: &Field<SimTime>, ctx: &mut Context) -> Option<SimTime> {
    let until = instant(node, ctx)?;
    let from = create_at.good().copied().unwrap_or(SimTime::ZERO);
    if until <= from {
        let item = ctx.out.error(node.span(), format!("{}: it must end after it begins", node.place()));
        match create_at.span() {
            Some(begins) => item.related(begins, "it begins here"),
            None => item.label("it begins at the start of the scenario"),
        };
        return None;
    }
    Some(until)
}
