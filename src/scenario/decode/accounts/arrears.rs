//! What happens to an overdue account: the rules of a provider, some of them changed.

use crate::account::{ArrearsRules, QuotasInArrears, Scope};
use crate::scenario::context::Context;
use crate::scenario::document::{Node, Variant};
use crate::scenario::values::{boolean, integer, optional, or, required, span, word};
use crate::units::SimSpan;

#[derive(Clone, Copy, Debug)]
enum Kind {
    Studio,
    StopAll,
    Maas,
    HuaweiGeneral,
}

const KINDS: [(&str, Kind); 4] = [
    ("ModelStudio", Kind::Studio),
    ("ModelStudioStopAll", Kind::StopAll),
    ("MaaS", Kind::Maas),
    ("HuaweiGeneral", Kind::HuaweiGeneral),
];
const FIELDS: [&str; 10] = [
    "kept_for",
    "units_kept_for",
    "machines_kept_for",
    "keeps_task",
    "calls_stop_after",
    "quotas",
    "scope",
    "grace",
    "retention",
    "resubscribe",
];

/// Reads `arrears`.
pub(super) fn arrears(node: &Node, ctx: &mut Context) -> Option<ArrearsRules> {
    let (kind, variant) = node.variant("set of rules", &KINDS, &mut ctx.out)?;
    let rules = match kind {
        Kind::Studio => ArrearsRules::model_studio(),
        Kind::StopAll => ArrearsRules::model_studio_stop_all(),
        Kind::Maas => ArrearsRules::maas(),
        Kind::HuaweiGeneral => {
            let fields = variant.fields(&["level"], &mut ctx.out)?;
            let level = required(&fields, "level", "3", ctx, |node, ctx| integer(node, 0, 5, ctx))?;
            return ArrearsRules::huawei_general(level);
        }
    };
    if variant.is_bare() { Some(rules) } else { changed(rules, &variant, ctx) }
}

/// The rules with those fields changed that are given.
fn changed(rules: ArrearsRules, variant: &Variant, ctx: &mut Context) -> Option<ArrearsRules> {
    let fields = variant.fields(&FIELDS, &mut ctx.out)?;
    let quota_words = [("Continue", QuotasInArrears::Continue), ("StopAll", QuotasInArrears::StopAll)];
    let scope_words = [("Product", Scope::Product), ("Account", Scope::Account)];
    let mut time = |field: &str, default: SimSpan| or(&fields, field, default, ctx, span);
    // One time for everything, unless model units or machines have one of their own.
    let kept_for = time("kept_for", rules.kept_for);
    let is_given = fields.get("kept_for").is_some();
    let or_kept = |own: SimSpan| if is_given { kept_for } else { own };
    let units_kept_for = time("units_kept_for", or_kept(rules.units_kept_for));
    let machines_kept_for = time("machines_kept_for", or_kept(rules.machines_kept_for));
    let calls_stop_after = time("calls_stop_after", rules.calls_stop_after);
    let grace = time("grace", rules.grace);
    let retention = optional(&fields, "retention", ctx, span).good().copied().or(rules.retention);
    let rules = ArrearsRules {
        calls_stop_after,
        quotas: or(&fields, "quotas", rules.quotas, ctx, |node, ctx| {
            word(node, "fate of quotas", &quota_words, ctx)
        }),
        scope: or(&fields, "scope", rules.scope, ctx, |node, ctx| word(node, "scope", &scope_words, ctx)),
        kept_for,
        units_kept_for,
        machines_kept_for,
        keeps_task: or(&fields, "keeps_task", rules.keeps_task, ctx, boolean),
        grace,
        retention,
        resubscribe: or(&fields, "resubscribe", rules.resubscribe, ctx, boolean),
    };
    if let (Some(node), None, true) = (fields.get("grace"), rules.retention, grace.is_positive()) {
        let item = ctx.out.warning(node.span(), format!("{} has no effect", node.place()));
        item.label("nothing is ever cleared")
            .help("add retention: \"15d\", which begins when the grace ends");
    }
    Some(rules)
}
