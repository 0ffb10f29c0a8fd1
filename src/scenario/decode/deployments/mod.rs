//! Deployments of a strategy: provisioned throughput, model units, tokens, public models, own services.

pub(crate) mod actions;
mod public;
mod ptu;
mod units;

pub(crate) use ptu::{OverflowDecl, PtuDecl, RatesDecl};
pub(crate) use public::{LimitsDecl, PublicDecl, TierDecl, per_million, public_models};
pub(crate) use units::{UnitsDecl, replica_slots};

use super::accounts::account_named;
use super::services::duration;
use crate::account::AccountId;
use crate::scenario::context::Context;
use crate::scenario::deployment::PaidBy;
use crate::scenario::diagnostics::Span;
use crate::scenario::document::{Fields, Node, Variant};
use crate::scenario::values::{
    Field, boolean, instant, integer, items, name, optional, or, positive_span, required, span, text,
};
use crate::serving::{Latency, RateLimits};
use crate::units::{SimSpan, SimTime};
use crate::world::DurationModel;

/// A deployment as written.
#[derive(Clone, Debug)]
pub(crate) struct DeploymentDecl {
    /// Its name; that of the model or service where none is given.
    pub(crate) name: String,
    /// Where the name, or the deployment, stands.
    pub(crate) span: Span,
    /// Model code and where it stands; none for own services.
    pub(crate) model: Option<(String, Span)>,
    /// What every kind may have.
    pub(crate) common: CommonDecl,
    /// What it is.
    pub(crate) kind: KindDecl,
}

/// What every kind of deployment may have.
#[derive(Clone, Debug)]
pub(crate) struct CommonDecl {
    /// When it is created, if given.
    pub(crate) create_at: Field<SimTime>,
    /// Time in Pending.
    pub(crate) pending: SimSpan,
    /// Time in Deploying.
    pub(crate) deploy_time: DurationModel,
    /// Deploying fails.
    pub(crate) deploy_fails: bool,
    /// Region it is to be deployed in.
    pub(crate) region: Option<String>,
    /// Workspace it is to be deployed in.
    pub(crate) workspace: String,
    /// The workspace has the deployment privilege (D13).
    pub(crate) workspace_privilege: bool,
    /// The account has `ModelDeploy-FullAccess` (D13).
    pub(crate) module_permission: bool,
    /// Limits of its own (D11).
    pub(crate) limits: RateLimits,
    /// Longest input.
    pub(crate) max_context_tokens: Option<u32>,
    /// How long serving takes.
    pub(crate) latency: Option<Latency>,
    /// The account that pays, if given; an own service is paid by the service's.
    pub(crate) account: Field<AccountId>,
}

/// What a deployment is, as written.
#[derive(Clone, Debug)]
pub(crate) enum KindDecl {
    /// Provisioned throughput.
    Ptu(Box<PtuDecl>),
    /// Model units.
    Units(Box<UnitsDecl>),
    /// Billed by tokens.
    Tokens(TokensDecl),
    /// Pay-as-you-go of a public model.
    Public,
    /// A service on rented machines.
    Service {
        /// Its name.
        service: String,
        /// Where the name stands.
        span: Span,
        /// Longest wait.
        max_wait: Option<SimSpan>,
    },
}

/// A token deployment as written.
#[derive(Clone, Debug)]
pub(crate) struct TokensDecl {
    /// Base model and where it stands.
    pub(crate) base: (String, Span),
    /// Replicas at first.
    pub(crate) replicas: u32,
    /// From request to approval.
    pub(crate) approval_delay: SimSpan,
    /// Months unused.
    pub(crate) idle_release_months: Option<u32>,
    /// Trained with thinking.
    pub(crate) trained_thinking: Option<bool>,
    /// A call that thinks otherwise is refused, or served with a warning.
    pub(crate) mismatch_is_refused: bool,
}

/// The kinds of deployment.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Ptu,
    Units,
    Tokens,
    Public,
    Service,
}

const KINDS: [(&str, Kind); 5] = [
    ("Ptu", Kind::Ptu),
    ("ModelUnits", Kind::Units),
    ("Tokens", Kind::Tokens),
    ("Public", Kind::Public),
    ("Service", Kind::Service),
];
/// More tokens in one call or one minute are a slip of the pen.
pub(super) const MOST_TOKENS: u32 = 4_000_000_000;
/// Fields of what is deployed.
const DEPLOYED: [&str; 14] = [
    "name",
    "model",
    "create_at",
    "pending",
    "deploy_time",
    "deploy_fails",
    "region",
    "workspace",
    "workspace_privilege",
    "module_permission",
    "rpm",
    "tpm",
    "latency",
    "account",
];

/// Reads `deployments`.
pub(crate) fn deployments(node: &Node, ctx: &mut Context) -> Option<Vec<DeploymentDecl>> {
    let found = items(node, "deployments", ctx, deployment)?;
    for (index, decl) in found.iter().enumerate() {
        if let Some(first) = found[..index].iter().find(|first| first.name == decl.name) {
            let item = ctx.out.error(decl.span, format!("there are two deployments named \"{}\"", decl.name));
            item.label("again here").related(first.span, "first here").help("give each its own name");
        }
    }
    Some(found)
}

fn deployment(node: &Node, ctx: &mut Context) -> Option<DeploymentDecl> {
    let (kind, variant) = node.variant("kind of deployment", &KINDS, &mut ctx.out)?;
    let fields_of = |own: &[&'static str]| [&DEPLOYED[..], own].concat();
    match kind {
        Kind::Ptu => {
            let fields = variant.fields(&fields_of(&ptu::FIELDS), &mut ctx.out)?;
            let decl = ptu::ptu(&fields, ctx);
            finish(node, &fields, "PTU", KindDecl::Ptu(Box::new(decl?)), ctx)
        }
        Kind::Units => {
            let fields = variant.fields(&fields_of(&units::FIELDS), &mut ctx.out)?;
            let decl = units::units(&fields, ctx);
            finish(node, &fields, "model units", KindDecl::Units(Box::new(decl?)), ctx)
        }
        Kind::Tokens => {
            let own = [
                "base",
                "replicas",
                "approval_delay",
                "idle_release_months",
                "trained_thinking",
                "mismatch",
                "max_context",
            ];
            let fields = variant.fields(&fields_of(&own), &mut ctx.out)?;
            let decl = tokens(&fields, ctx);
            finish(node, &fields, "tokens", KindDecl::Tokens(decl?), ctx)
        }
        Kind::Public => {
            let fields = variant.fields(&["name", "model"], &mut ctx.out)?;
            finish(node, &fields, "public", KindDecl::Public, ctx)
        }
        Kind::Service => own_service(node, &variant, ctx),
    }
}

/// What every kind has in common.
fn finish(
    node: &Node,
    fields: &Fields,
    what: &str,
    kind: KindDecl,
    ctx: &mut Context,
) -> Option<DeploymentDecl> {
    let model = match &kind {
        // A fine-tuned model's code may be made up; its base names the prices.
        KindDecl::Tokens(tokens) => match fields.get("model") {
            Some(node) => (name(node, ctx)?, node.span()),
            None => tokens.base.clone(),
        },
        KindDecl::Ptu(_) | KindDecl::Units(_) | KindDecl::Public | KindDecl::Service { .. } => {
            let written = required(fields, "model", "\"qwen-plus-2025-12-01\"", ctx, name)?;
            (written, fields.get("model").map_or(node.span(), Node::span))
        }
    };
    let common = common(fields, ctx);
    let given = optional(fields, "name", ctx, name);
    let span = given.span().unwrap_or(node.span());
    let name = given.good().cloned().unwrap_or_else(|| match kind {
        KindDecl::Public => model.0.clone(),
        KindDecl::Ptu(_) | KindDecl::Units(_) | KindDecl::Tokens(_) | KindDecl::Service { .. } => {
            format!("{} ({what})", model.0)
        }
    });
    Some(DeploymentDecl { name, span, model: Some(model), common, kind })
}

fn common(fields: &Fields, ctx: &mut Context) -> CommonDecl {
    let create_at = optional(fields, "create_at", ctx, |node, ctx| {
        let at = instant(node, ctx)?;
        if at < SimTime::ZERO {
            ctx.out.error(node.span(), format!("{} is before the start of the scenario", node.place()));
            return None;
        }
        Some(at)
    });
    let count = |node: &Node, ctx: &mut Context| integer(node, 1, MOST_TOKENS, ctx).map(u64::from);
    CommonDecl {
        create_at,
        pending: or(fields, "pending", SimSpan::ZERO, ctx, span),
        deploy_time: or(fields, "deploy_time", DurationModel::Fixed(SimSpan::ZERO), ctx, duration),
        deploy_fails: or(fields, "deploy_fails", false, ctx, boolean),
        region: optional(fields, "region", ctx, name).good().cloned(),
        workspace: or(fields, "workspace", String::new(), ctx, text),
        workspace_privilege: or(fields, "workspace_privilege", true, ctx, boolean),
        module_permission: or(fields, "module_permission", true, ctx, boolean),
        limits: RateLimits {
            rpm: optional(fields, "rpm", ctx, count).good().copied(),
            tpm: optional(fields, "tpm", ctx, count).good().copied(),
        },
        max_context_tokens: optional(fields, "max_context", ctx, |node, ctx| {
            integer(node, 1, MOST_TOKENS, ctx)
        })
        .good()
        .copied(),
        latency: optional(fields, "latency", ctx, latency).good().copied(),
        account: optional(fields, "account", ctx, account_named),
    }
}

/// `(first: "400ms", per_output_token: "20ms")`.
pub(super) fn latency(node: &Node, ctx: &mut Context) -> Option<Latency> {
    let fields = node.fields("latency", &["first", "per_output_token"], &mut ctx.out)?;
    let first = or(&fields, "first", SimSpan::ZERO, ctx, span);
    let per_token = or(&fields, "per_output_token", SimSpan::ZERO, ctx, span);
    if first > SimSpan::DAY || per_token > SimSpan::MINUTE {
        let item = ctx.out.error(node.span(), format!("{}: nobody waits so long", node.place()));
        item.help("first is at most a day, per_output_token a minute");
        return None;
    }
    Some(Latency { first_ms: first.as_ms(), per_output_token_us: per_token.as_ms() * 1_000 })
}

fn tokens(fields: &Fields, ctx: &mut Context) -> Option<TokensDecl> {
    let base =
        required(fields, "base", "\"qwen3-8b\"", ctx, |node, ctx| Some((name(node, ctx)?, node.span())));
    let words = [("Refuse", true), ("Warn", false)];
    Some(TokensDecl {
        replicas: or(fields, "replicas", 1, ctx, |node, ctx| integer(node, 1, 1_000, ctx)),
        approval_delay: or(fields, "approval_delay", SimSpan::ZERO, ctx, span),
        idle_release_months: optional(fields, "idle_release_months", ctx, |node, ctx| {
            integer(node, 1, 120, ctx)
        })
        .good()
        .copied(),
        trained_thinking: optional(fields, "trained_thinking", ctx, boolean).good().copied(),
        mismatch_is_refused: or(fields, "mismatch", true, ctx, |node, ctx| {
            crate::scenario::values::word(node, "answer to a mismatch", &words, ctx)
        }),
        base: base?,
    })
}

fn own_service(node: &Node, variant: &Variant, ctx: &mut Context) -> Option<DeploymentDecl> {
    let fields =
        variant.fields(&["name", "service", "max_wait", "rpm", "tpm", "max_context"], &mut ctx.out)?;
    let service = required(&fields, "service", "\"chat\"", ctx, name);
    let max_wait = optional(&fields, "max_wait", ctx, span).good().copied();
    let common = common(&fields, ctx);
    let given = optional(&fields, "name", ctx, name);
    let service = service?;
    let span = fields.get("service").map_or(node.span(), Node::span);
    let name = given.good().cloned().unwrap_or_else(|| service.clone());
    Some(DeploymentDecl {
        name,
        span,
        model: None,
        common,
        kind: KindDecl::Service { service, span, max_wait },
    })
}

/// `Hourly`, `Days(7)` or `Days(days: 7, auto_renew: 7)`; months likewise.
fn paid_by(
    node: &Node,
    unit: &'static str,
    lower: &'static str,
    most: u32,
    ctx: &mut Context,
) -> Option<PaidBy> {
    let (prepaid, variant) = node.variant("way to pay", &[("Hourly", false), (unit, true)], &mut ctx.out)?;
    if !prepaid {
        return variant.bare(&mut ctx.out).map(|()| PaidBy::PayAsYouGo);
    }
    let count = |node: &Node, ctx: &mut Context| integer(node, 1, most, ctx);
    if variant.body.shape() == crate::scenario::syntax::Shape::Struct {
        let fields = variant.fields(&[lower, "auto_renew"], &mut ctx.out)?;
        let periods = required(&fields, lower, "7", ctx, count);
        let auto_renew = optional(&fields, "auto_renew", ctx, count).good().copied();
        return Some(PaidBy::Prepaid { periods: periods?, auto_renew });
    }
    let one = variant.single(&format!("{unit}(1)"), &mut ctx.out)?;
    count(&one, ctx).map(|periods| PaidBy::Prepaid { periods, auto_renew: None })
}

/// A time of day, as in `"20:00"` or `"23:59:59"`.
pub(crate) fn time_of_day(node: &Node, ctx: &mut Context) -> Option<SimSpan> {
    let written = text(node, ctx)?;
    let parts: Vec<Option<i64>> = written.split(':').map(|part| part.parse().ok()).collect();
    let seconds = match parts.as_slice() {
        [Some(hours @ 0..=23), Some(minutes @ 0..=59)] => Some(hours * 3_600 + minutes * 60),
        [Some(hours @ 0..=23), Some(minutes @ 0..=59), Some(seconds @ 0..=59)] => {
            Some(hours * 3_600 + minutes * 60 + seconds)
        }
        _ => None,
    };
    if seconds.is_none() {
        let item = ctx.out.error(node.span(), format!("{}: not a time of day", node.place()));
        item.help("write it as in \"20:00\" or \"23:59:59\"");
    }
    seconds.map(SimSpan::from_seconds)
}

/// A positive time, for those below.
pub(super) fn every(node: &Node, ctx: &mut Context) -> Option<SimSpan> {
    positive_span(node, ctx)
}
