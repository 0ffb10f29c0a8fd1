//! What an account has and pays besides calls and deployments: keys, workspaces, jobs, single charges and purchases.

use super::billing::product;
use super::term::{in_run, near};
use super::{Found, each};
use crate::account::{ApiKey, Job, JobKind, JobPrice, SingleCharge, SinglePurchase, Tag, Workspace};
use crate::scenario::context::{Context, Declared};
use crate::scenario::decode::deployments::per_million;
use crate::scenario::diagnostics::Span;
use crate::scenario::document::{Fields, Node};
use crate::scenario::values::{
    HIGHEST_AMOUNT, LONGEST_SPAN, boolean, integer, money, name, or, price_or_zero, required, text, whole,
};
use crate::units::{Money, SimSpan, SimTime};

/// More pieces in one charge are a slip of the pen.
const MOST_PIECES: u64 = 1_000_000_000;

/// Keys, and their names with their places.
pub(super) fn keys(node: &Node, ctx: &mut Context) -> (Vec<ApiKey>, Declared<()>) {
    let mut names = Declared::default();
    let mut complete = true;
    let found = each(node, "keys", ctx, |item, ctx| {
        let found = key(item, &mut names, ctx);
        complete &= found.is_some();
        found
    });
    names.complete = complete && found.is_some();
    (found.unwrap_or_default(), names)
}

fn key(node: &Node, names: &mut Declared<()>, ctx: &mut Context) -> Option<ApiKey> {
    let fields = node.fields("a key", &["id", "created"], &mut ctx.out)?;
    let id = required(&fields, "id", "\"k1\"", ctx, name);
    let exists_at_start = or(&fields, "created", true, ctx, boolean);
    let id = id?;
    let span = fields.get("id").map_or(node.span(), Node::span);
    names.declare("key", id.clone(), span, (), &mut ctx.out);
    Some(ApiKey { id, exists_at_start })
}

/// Workspaces with their tags.
pub(super) fn workspaces(node: &Node, ctx: &mut Context) -> Option<Vec<Workspace>> {
    let mut names = Declared::default();
    each(node, "workspaces", ctx, |item, ctx| {
        let fields = item.fields("a workspace", &["id", "tags"], &mut ctx.out)?;
        let id = required(&fields, "id", "\"llm-1\"", ctx, name);
        let tags = or(&fields, "tags", Vec::new(), ctx, |node, ctx| each(node, "tags", ctx, tag));
        let id = id?;
        let span = fields.get("id").map_or(item.span(), Node::span);
        names.declare("workspace", id.clone(), span, (), &mut ctx.out);
        Some(Workspace { id, tags })
    })
}

fn tag(node: &Node, ctx: &mut Context) -> Option<Tag> {
    let known = ["key", "value", "enabled_at", "effective_after_days"];
    let fields = node.fields("a tag", &known, &mut ctx.out)?;
    let key = required(&fields, "key", "\"dept\"", ctx, name);
    let value = required(&fields, "value", "\"a\"", ctx, text);
    // it is on lines from the next day on, unless the scenario says otherwise.
    let days = or(&fields, "effective_after_days", 1, ctx, |node, ctx| integer(node, 0, 366, ctx));
    // A tag that does not say when was enabled long before anything that happens here.
    let from = or(&fields, "enabled_at", SimTime::ZERO - LONGEST_SPAN, ctx, |node, ctx| {
        let enabled_at = near(node, ctx)?;
        let calendar = ctx.calendar.as_ref()?;
        Some(calendar.day_start(enabled_at) + SimSpan::from_days(i64::from(days)))
    });
    Some(Tag { key: key?, value: value?, from })
}

/// Jobs billed by the hour.
pub(super) fn jobs(node: &Node, found: &mut Found, ctx: &mut Context) -> Option<Vec<Job>> {
    let mut names = Declared::default();
    each(node, "jobs", ctx, |item, ctx| {
        let known = ["name", "kind", "model", "api_key", "workspace", "start", "end", "price"];
        let fields = item.fields("a job", &known, &mut ctx.out)?;
        let job_name = required(&fields, "name", "\"finetune\"", ctx, name);
        let kinds = [
            ("Batch", JobKind::Batch),
            ("Training", JobKind::Training),
            ("KnowledgeBase", JobKind::KnowledgeBase),
        ];
        let kind = required(&fields, "kind", "Training", ctx, |node, ctx| word_of_kind(node, &kinds, ctx));
        let mut written = |field: &str| or(&fields, field, String::new(), ctx, text);
        let (model, api_key, workspace) = (written("model"), written("api_key"), written("workspace"));
        let times = job_times(&fields, ctx);
        let price = required(&fields, "price", "PerHour(\"12\")", ctx, job_price);
        if let (Some(node), false) = (fields.get("api_key"), api_key.is_empty()) {
            found.job_keys.push((api_key.clone(), node.span()));
        }
        let job_name = job_name?;
        let span = fields.get("name").map_or(item.span(), Node::span);
        names.declare("job", job_name.clone(), span, (), &mut ctx.out);
        let ((start, end), price) = (times?, price?);
        warn_unpaid(&fields, end, price, ctx);
        Some(Job { name: job_name, kind: kind?, model, api_key, workspace, start, end, price })
    })
}

fn word_of_kind(node: &Node, kinds: &[(&str, JobKind)], ctx: &mut Context) -> Option<JobKind> {
    crate::scenario::values::word(node, "kind of job", kinds, ctx)
}

/// Start and end of a job, in this order.
fn job_times(fields: &Fields, ctx: &mut Context) -> Option<(SimTime, SimTime)> {
    let start =
        required(fields, "start", "\"1h\"", ctx, |node, ctx| in_run(node, "this job never starts", ctx));
    let end = required(fields, "end", "\"3h25m\"", ctx, near);
    let (start, end) = (start?, end?);
    if end <= start {
        let (begins, ends) = (fields.get("start")?.span(), fields.get("end")?);
        let item = ctx.out.error(ends.span(), format!("{}: a job must end after it starts", ends.place()));
        item.related(begins, "it starts here").help("let `end` be after `start`");
        return None;
    }
    Some((start, end))
}

/// What is paid at the end of a job is not paid in a run that ends before.
fn warn_unpaid(fields: &Fields, end: SimTime, price: JobPrice, ctx: &mut Context) {
    let at_the_end = match price {
        JobPrice::PerHour(_) => false,
        JobPrice::Fixed(_) | JobPrice::Tokens { .. } => true,
    };
    if let (Some(node), true) = (fields.get("end"), at_the_end) {
        super::term::warn_beyond(node, end, "this job is never charged: it is paid at its end", ctx);
    }
}

#[derive(Clone, Copy, Debug)]
enum PriceKind {
    PerHour,
    Fixed,
    Tokens,
}

fn job_price(node: &Node, ctx: &mut Context) -> Option<JobPrice> {
    let kinds = [("PerHour", PriceKind::PerHour), ("Fixed", PriceKind::Fixed), ("Tokens", PriceKind::Tokens)];
    let (kind, variant) = node.variant("price of a job", &kinds, &mut ctx.out)?;
    match kind {
        PriceKind::PerHour => {
            let price = variant.single("PerHour(\"12\")", &mut ctx.out)?;
            price_or_zero(&price, ctx).map(JobPrice::PerHour)
        }
        PriceKind::Fixed => {
            let amount = variant.single("Fixed(\"5.00\")", &mut ctx.out)?;
            money(&amount, ctx).map(JobPrice::Fixed)
        }
        PriceKind::Tokens => {
            let fields = variant.fields(&["count", "per_million"], &mut ctx.out)?;
            let tokens = required(&fields, "count", "1000000", ctx, |node, ctx| {
                whole(node, 1, super::quotas::MOST_TOKENS, ctx)
            });
            let price = required(&fields, "per_million", "\"5\"", ctx, per_million);
            let (tokens, price) = (tokens?, price?);
            within_range(node.span(), price.of(tokens), ctx)?;
            Some(JobPrice::Tokens { tokens, price })
        }
    }
}

/// Records a product that is beyond any amount.
fn within_range(span: Span, amount: Money, ctx: &mut Context) -> Option<()> {
    if amount > HIGHEST_AMOUNT {
        let item = ctx.out.error(span, "this costs too much to be meant");
        item.label(format!("{amount}")).help("amounts are at most a thousand million");
        return None;
    }
    Some(())
}

/// Single charges.
pub(super) fn charges(node: &Node, ctx: &mut Context) -> Option<Vec<SingleCharge>> {
    each(node, "charges", ctx, |item, ctx| {
        let known = ["at", "product", "item", "count", "price"];
        let fields = item.fields("a charge", &known, &mut ctx.out)?;
        let at =
            required(&fields, "at", "\"3h\"", ctx, |node, ctx| in_run(node, "this charge never comes", ctx));
        let product = required(&fields, "product", "Notifications", ctx, product);
        let what = required(&fields, "item", "\"sms\"", ctx, name);
        let count = or(&fields, "count", 1, ctx, |node, ctx| whole(node, 1, MOST_PIECES, ctx));
        let price = required(&fields, "price", "\"0.045\"", ctx, money);
        let price = price?;
        within_range(item.span(), Money::from_pico(price.as_pico() * i128::from(count)), ctx)?;
        Some(SingleCharge { at: at?, product: product?, item: what?, count, price })
    })
}

/// Single purchases.
pub(super) fn purchases(node: &Node, ctx: &mut Context) -> Option<Vec<SinglePurchase>> {
    each(node, "purchases", ctx, |item, ctx| {
        let fields = item.fields("a purchase", &["at", "product", "what", "price"], &mut ctx.out)?;
        let at =
            required(&fields, "at", "\"0s\"", ctx, |node, ctx| in_run(node, "this is never bought", ctx));
        let product = required(&fields, "product", "Other", ctx, product);
        let what = required(&fields, "what", "\"dedicated pool\"", ctx, name);
        let price = required(&fields, "price", "\"20000\"", ctx, money);
        Some(SinglePurchase { at: at?, product: product?, what: what?, price: price? })
    })
}
