//! What would leave the range of numbers, or the currency of the price book.

use super::Resolver;
use crate::scenario::decode::deployments::{DeploymentDecl, KindDecl, PublicDecl};
use crate::scenario::deployment::{DeploymentKind, PaidBy, PtuRates};
use crate::scenario::diagnostics::Span;
use crate::serving::Quota;

/// Slots of one deployment at most: each is looked after by itself.
const MOST_SLOTS: u64 = 1_000_000;
/// What an hour or a day of a deployment costs at most, in units of 10⁻⁹: a thousand million.
const DEAREST_NANO: i128 = 1_000_000_000_000_000_000;

impl Resolver<'_> {
    /// Records what is beyond any deployment, and what was forgotten.
    pub(super) fn check_extent(&mut self, decl: &DeploymentDecl, kind: &DeploymentKind) {
        match kind {
            DeploymentKind::Ptu(ptu) => {
                if ptu.unit_tpm.is_none() {
                    let rates = match ptu.paid_by {
                        PaidBy::PayAsYouGo => ptu.hourly,
                        PaidBy::Prepaid { .. } => ptu.daily,
                    };
                    self.check_priced(decl.span, ptu.quota, rates);
                }
                let highest =
                    [ptu.hourly, ptu.daily].into_iter().map(|rates| dearest(rates, ptu.quota)).max();
                if highest.is_some_and(|highest| highest > DEAREST_NANO) {
                    self.ctx
                        .out
                        .error(decl.span, "an hour or a day of this deployment costs too much to be meant");
                }
                if matches!(ptu.paid_by, PaidBy::Prepaid { periods: 1, auto_renew: Some(_) }) {
                    let said = "the first day is not renewed automatically: the attempts are on the day before the expiry";
                    let item = self.ctx.out.warning(decl.span, said);
                    item.help("order two days, or renew by an action (A-42)");
                }
                let limits = decl.common.limits;
                if limits.rpm.is_some() || limits.tpm.is_some() {
                    let item = self.ctx.out.error(decl.span, "a quota has no rate limit of its own (P1)");
                    item.help("remove rpm and tpm; the public model's limits meet its overflow");
                }
            }
            DeploymentKind::Units(units) => {
                let most =
                    units.autoscale.as_ref().map_or(units.replicas, |scale| scale.max.max(units.replicas));
                let slots = units.slots.map_or(0, |slots| u64::from(slots.count) * u64::from(most));
                if slots > MOST_SLOTS {
                    let item = self.ctx.out.error(decl.span, format!("{slots} slots: that is too many"));
                    item.help(format!("replicas × slots are at most {MOST_SLOTS}"));
                }
                if decl.common.latency.is_some() {
                    let item =
                        self.ctx.out.error(decl.span, "the slots of model units say how long serving takes");
                    item.help("remove latency; capacity: Slots(…) has an overhead");
                }
            }
            DeploymentKind::Tokens(_) | DeploymentKind::Public | DeploymentKind::Service(_) => {}
        }
    }

    /// Everything that is bought has a price: none is ever 0 by omission.
    fn check_priced(&mut self, span: Span, quota: Quota, rates: PtuRates) {
        let thinking = (quota.thinking_output_tpm.unwrap_or(0), rates.thinking_output.unwrap_or_default());
        let bought = [
            ("input", quota.input_tpm, rates.input),
            ("output", quota.output_tpm, rates.output),
            ("thinking output", thinking.0, thinking.1),
        ];
        for (what, tpm, price) in bought {
            if tpm > 0 && price.as_nano() == 0 {
                let item = self.ctx.out.error(span, format!("the {what} of this deployment has no price"));
                item.help("prices hold hourly_… for Hourly and daily_… for Days(n), one for each quota that is bought");
            }
        }
    }

    /// Prices of the book are in its own currency.
    pub(super) fn check_currency(&mut self, decl: &DeploymentDecl) {
        let document = self.document;
        let stated = |model: &str| {
            let own = |public: &PublicDecl| public.prices.is_some() || public.is_preview;
            document.public_models.iter().any(|public| public.model == model && own(public))
        };
        let model = decl.model.as_ref().map_or("", |(model, _)| model.as_str());
        let from_the_book = match &decl.kind {
            KindDecl::Ptu(ptu) => ptu.prices.is_none() && ptu.units.is_none(),
            KindDecl::Units(units) => units.prices.is_none(),
            KindDecl::Tokens(_) => true,
            KindDecl::Public => !stated(model),
            KindDecl::Service { .. } => false,
        };
        let other = document.currency.as_ref().filter(|currency| **currency != self.catalog.currency);
        if let (true, Some(currency)) = (from_the_book, other) {
            let book = &self.catalog.currency;
            let message = format!("its prices are in {book}, the scenario is in {currency} (A-41)");
            let item = self.ctx.out.error(decl.span, message);
            item.help(format!("write currency: \"{book}\", or give the prices in the scenario"));
        }
    }
}

/// What an hour or day costs, in units of 10⁻⁹.
fn dearest(rates: PtuRates, quota: Quota) -> i128 {
    let of = |nano: i64, tpm: u64| i128::from(nano) * i128::from(tpm);
    let thinking = rates.thinking_output.unwrap_or_default().as_nano();
    of(rates.input.as_nano(), quota.input_tpm)
        .max(of(rates.output.as_nano(), quota.output_tpm))
        .max(of(thinking, quota.thinking_output_tpm.unwrap_or(0)))
}
