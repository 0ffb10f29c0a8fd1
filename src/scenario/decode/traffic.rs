//! Traffic: who calls, as whom, when, and with how many tokens.

mod arrivals;
mod calls;
mod numbers;
mod record;
mod sizes;
#[cfg(test)]
mod tests;

use super::accounts::with_account;
use crate::account::AccountId;
use crate::scenario::context::{Context, Declared};
use crate::scenario::deployment::Caller;
use crate::scenario::diagnostics::Span;
use crate::scenario::document::{Fields, Node};
use crate::scenario::values::{Field, boolean, items, name, optional, or, required, text, word};
use crate::world::traffic::Tenant;
use arrivals::Kind;

/// A tenant as written.
#[derive(Clone, Debug)]
pub(crate) struct TrafficDecl {
    /// What its calls are drawn from.
    pub(crate) tenant: Tenant,
    /// Its side of every call.
    pub(crate) caller: Caller,
    /// Names of deployments or model codes that calls are offered to, in order, each with its place; `None` if the
    /// scenario leaves it open.
    pub(crate) to: Option<Vec<(String, Span)>>,
    /// Where its name stands.
    pub(crate) span: Span,
    /// Its account, if it is named.
    pub(crate) account: Field<AccountId>,
}

const FIELDS: [&str; 14] = [
    "tenant",
    "api_key",
    "workspace",
    "channel",
    "to",
    "arrivals",
    "input",
    "output",
    "cached_share",
    "thinking_share",
    "web_search_share",
    "told",
    "account",
    "plan",
];
/// As many as a call can tell apart.
const MOST_TENANTS: usize = 65_536;

/// Reads `traffic`.
pub(crate) fn traffic(node: &Node, ctx: &mut Context) -> Declared<TrafficDecl> {
    let mut found = Declared::default();
    let mut complete = true;
    let all = items(node, "tenants", ctx, |item, ctx| {
        // Tenants that are wrong end the loading, so the number of the right ones is their place.
        let Some((tenant_name, decl)) = tenant(item, found.items.len() as u16, ctx) else {
            complete = false;
            return None;
        };
        found.declare("tenant", tenant_name, decl.span, decl, &mut ctx.out);
        Some(())
    });
    if found.items.len() > MOST_TENANTS {
        let item = ctx.out.error(node.span(), format!("{} has too many tenants", node.place()));
        item.help(format!("join some of them; {MOST_TENANTS} are the most"));
    }
    found.complete = complete && all.is_some();
    found
}

/// The tenant with this number; what is wrong with it is recorded.
fn tenant(node: &Node, number: u16, ctx: &mut Context) -> Option<(String, TrafficDecl)> {
    let fields = node.fields("a tenant", &FIELDS, &mut ctx.out)?;
    let tenant_name = required(&fields, "tenant", "\"chat\"", ctx, name);
    let example = "Stochastic(per_minute: 5)";
    let arrivals = match fields.required("arrivals", example, &mut ctx.out) {
        Some(node) => arrivals::arrivals(node, number, ctx),
        None => None,
    };
    let kind = arrivals.as_ref().map(|(kind, _)| *kind);
    let sizes = sizes::sizes(&fields, kind, ctx);
    let to = optional(&fields, "to", ctx, targets);
    let (caller, account) = with_account(caller(&fields, kind, ctx), &fields, ctx);
    let (tenant_name, arrivals) = (tenant_name?, arrivals?.1?);
    let decl = TrafficDecl {
        tenant: Tenant { name: tenant_name.clone(), arrivals, sizes: sizes? },
        caller: Caller { name: tenant_name.clone(), ..caller },
        to: to.good().cloned(),
        span: fields.get("tenant").map_or(node.span(), Node::span),
        account,
    };
    Some((tenant_name, decl))
}

/// Channels of the bill (B12) by their names in a scenario.
const CHANNELS: [(&str, &str); 3] =
    [("App", "app"), ("Playground", "bmp"), ("AssistantApi", "assistant-api")];

/// The tenant's side of its calls, but for its name. Calls of the console have no API key (B10).
fn caller(fields: &Fields, kind: Option<Kind>, ctx: &mut Context) -> Caller {
    let api_key = optional(fields, "api_key", ctx, text);
    let workspace = or(fields, "workspace", String::new(), ctx, text);
    let channel = or(fields, "channel", "app", ctx, |node, ctx| word(node, "channel", &CHANNELS, ctx));
    if let (Field::Good(_, key_span), Some(channel_node)) = (&api_key, fields.get("channel"))
        && channel == "bmp"
    {
        let message = format!("{}: calls of the Playground have no API key (B10)", fields.owner.place());
        let item = ctx.out.error(*key_span, message);
        item.label("this key").related(channel_node.span(), "said here");
        item.help("remove api_key, or write channel: App for calls from code");
    }
    let is_told = or(fields, "told", kind == Some(Kind::Calls), ctx, boolean);
    let api_key = api_key.good().cloned().unwrap_or_default();
    Caller {
        name: String::new(),
        api_key,
        workspace,
        channel: channel.to_owned(),
        is_told,
        ..Caller::default()
    }
}

/// What calls are offered to, each once.
fn targets(node: &Node, ctx: &mut Context) -> Option<Vec<(String, Span)>> {
    let mut found: Vec<(String, Span)> = Vec::new();
    items(node, "names of deployments or model codes", ctx, |item, ctx| {
        let target = name(item, ctx)?;
        if let Some((_, first)) = found.iter().find(|(known, _)| *known == target) {
            let message = format!("{}: \"{target}\" is named twice", item.place());
            let finding = ctx.out.error(item.span(), message);
            finding.label("again here").related(*first, "first here");
            finding.help("keep the place at which calls are to be offered to it");
            return None;
        }
        found.push((target, item.span()));
        Some(())
    })?;
    Some(found)
}
