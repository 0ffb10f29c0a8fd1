//! What calls meet: targets, public models, routes.

use super::Resolver;
use crate::scenario::context::Context;
use crate::scenario::decode::deployments::{
    DeploymentDecl, KindDecl, LimitsDecl, OverflowDecl, PtuDecl, PublicDecl, TierDecl,
};
use crate::scenario::decode::plans::StrategyDecl;
use crate::scenario::decode::traffic::TrafficDecl;
use crate::scenario::diagnostics::Span;
use crate::scenario::loader::Document;
use crate::scenario::resolve::accounts;
use crate::scenario::suggest;
use crate::serving::{
    CapacityTier, OutputCheck, OverflowTo, OverflowUnit, PublicId, PublicModel, QuotaModel, RateLimits,
    ServingModel, SlotsModel, TargetId, TargetKind, TargetModel, TokenPrices, TokenTariff, TokenTier,
    TokensModel, Window,
};

/// One.
const ONE_PPB: i64 = 1_000_000_000;

/// Tenants call names or model codes that some strategy has.
pub(super) fn known_targets(document: &Document, strategies: &[StrategyDecl], ctx: &mut Context) {
    let all: Vec<&DeploymentDecl> = strategies.iter().flat_map(|strategy| &strategy.deployments).collect();
    let mut names: Vec<&str> = all.iter().map(|decl| decl.name.as_str()).collect();
    names.extend(all.iter().filter_map(|decl| decl.model.as_ref().map(|(model, _)| model.as_str())));
    names.sort_unstable();
    names.dedup();
    for (written, span) in document.traffic.items.iter().flat_map(|tenant| tenant.to.iter().flatten()) {
        if !names.contains(&written.as_str()) {
            let message = format!("no strategy has a deployment or model code \"{written}\"");
            let item = ctx.out.warning(*span, message);
            item.label("such calls are refused (D14)");
            suggest::name(item, written, &names, "known are");
        }
    }
    let used = |decl: &PublicDecl| {
        all.iter().any(|deployment| {
            deployment.model.as_ref().is_some_and(|(model, _)| *model == decl.model)
                || matches!(&deployment.kind, KindDecl::Ptu(ptu)
                    if ptu.overflow_model.as_ref().is_some_and(|(model, _)| *model == decl.model))
        })
    };
    for decl in document.public_models.iter().filter(|decl| !used(decl)) {
        ctx.out.note(decl.span, format!("no deployment meets public model \"{}\"", decl.model));
    }
}

/// A tariff without tiers.
pub(super) fn one_tier(prices: TokenPrices) -> TokenTariff {
    TokenTariff { tiers: vec![TokenTier { label: String::new(), input_up_to: u32::MAX, prices }] }
}

impl Resolver<'_> {
    /// The target of a deployment.
    pub(super) fn target(
        &mut self,
        decl: &DeploymentDecl,
        serving: &mut ServingModel,
    ) -> Option<TargetModel> {
        let kind = match &decl.kind {
            KindDecl::Ptu(ptu) => TargetKind::Quota(self.quota(decl, ptu, serving)?),
            KindDecl::Public => {
                let (model, span) = decl.model.as_ref()?;
                TargetKind::Public(self.public(model, *span, serving)?)
            }
            KindDecl::Tokens(tokens) => TargetKind::Tokens(TokensModel {
                tariff: self.token_tariff(tokens)?,
                trained_thinking: tokens.trained_thinking,
                mismatch_is_refused: tokens.mismatch_is_refused,
            }),
            KindDecl::Units(units) => TargetKind::Slots(SlotsModel { max_wait: units.max_wait }),
            KindDecl::Service { max_wait, .. } => TargetKind::Slots(SlotsModel { max_wait: *max_wait }),
        };
        if let (KindDecl::Units(units), true) = (&decl.kind, !self.document.traffic.items.is_empty())
            && units.slots.is_none()
        {
            let item = self.ctx.out.error(decl.span, "what can a replica serve? Calls meet it");
            item.help("add capacity: Slots(count: 8, prefill_tps: 8000, decode_tps: 60), or TokensPerMinute(120000)");
        }
        Some(TargetModel {
            name: decl.name.clone(),
            limits: decl.common.limits,
            max_context_tokens: decl.common.max_context_tokens,
            latency: decl.common.latency,
            kind,
        })
    }

    fn quota(
        &mut self,
        decl: &DeploymentDecl,
        ptu: &PtuDecl,
        serving: &mut ServingModel,
    ) -> Option<QuotaModel> {
        let profile = self.profile(ptu).cloned();
        let profile = profile.as_ref();
        let (model, span) = match &ptu.overflow_model {
            Some((model, span)) => (model.clone(), *span),
            None => decl.model.clone()?,
        };
        let overflow = ptu
            .overflow
            .or(profile.and_then(|profile| profile.overflow).map(Self::overflow_of))
            .unwrap_or(OverflowDecl::Auto);
        let has_calls = !self.document.traffic.items.is_empty();
        let stated = self.document.public_models.iter().any(|decl| decl.model == model);
        // Without calls nothing overflows, and where overflow is refused only over-long inputs go to the public model.
        let public = if stated || (has_calls && overflow == OverflowDecl::Auto) {
            Some(self.public(&model, span, serving)?)
        } else {
            None
        };
        if public.is_none() && has_calls {
            let message =
                format!("over-long inputs are refused too: no public model {model} takes them (A-04)");
            self.ctx.out.note(span, message);
        }
        let overflow = match (overflow, public) {
            (OverflowDecl::Auto, Some(public)) => OverflowTo::Public(public),
            (OverflowDecl::Auto, None) | (OverflowDecl::Reject, _) => OverflowTo::Reject,
            (OverflowDecl::Next, _) => OverflowTo::Next,
        };
        // Over-long input is pay-as-you-go whatever becomes of other overflow, where a profile does not refuse it.
        let over_long_to = match profile.and_then(|profile| profile.over_long).map(Self::overflow_of) {
            Some(OverflowDecl::Reject | OverflowDecl::Next) => None,
            Some(OverflowDecl::Auto) | None => public,
        };
        let book = self.ptu_row(decl).map(|row| row.max_input_tokens);
        Some(QuotaModel {
            max_input_tokens: ptu.max_input_tokens.or(book),
            unit: ptu
                .overflow_unit
                .or(profile.and_then(|profile| profile.unit))
                .unwrap_or(OverflowUnit::Call),
            output_check: ptu
                .output_check
                .or(profile.and_then(|profile| profile.output_check))
                .unwrap_or(OutputCheck::Post),
            window: ptu
                .window
                .or(profile.and_then(|profile| profile.window))
                .unwrap_or(Window::CalendarMinute),
            overflow,
            over_long_to,
            input_coefficients: self.coefficients(decl, ptu, true),
            output_coefficients: self.coefficients(decl, ptu, false),
            cache_factor_ppb: ptu.cache_factor_ppb.unwrap_or_else(|| self.listed_cache_factor(decl, ptu)),
            shared_output_ppb: ptu
                .shared_output_ppb
                .or(profile.and_then(|profile| profile.shared_output_ppb)),
        })
    }

    /// Coefficients of later documents, where the scenario wants them.
    fn coefficients(&self, decl: &DeploymentDecl, ptu: &PtuDecl, of_input: bool) -> Vec<CapacityTier> {
        let (true, Some((model, _))) = (ptu.long_input, &decl.model) else { return Vec::new() };
        let found = self.catalog.coefficients(model);
        found.map_or_else(Vec::new, |found| if of_input { found.input.clone() } else { found.output.clone() })
    }

    /// What a cached token counts by later documents, where the scenario wants them; else 1.
    fn listed_cache_factor(&self, decl: &DeploymentDecl, ptu: &PtuDecl) -> i64 {
        let model = decl.model.as_ref().filter(|_| ptu.long_input);
        let listed = model.and_then(|(model, _)| self.catalog.coefficients(model));
        listed.map_or(ONE_PPB, |listed| listed.cached_ppb)
    }

    /// The public model with this code, made once.
    fn public(&mut self, model: &str, span: Span, serving: &mut ServingModel) -> Option<PublicId> {
        if let Some(index) = serving.publics.iter().position(|public| public.model == model) {
            return Some(PublicId(index));
        }
        let Some(decl) = self.document.public_models.iter().find(|decl| decl.model == model) else {
            let message = format!("what are the public limits of model \"{model}\"? Calls meet it");
            let item = self.ctx.out.error(span, message);
            item.label("calls or overflow are billed as pay-as-you-go of this model");
            item.help(format!(
                "add public_models: [(model: \"{model}\", limits: Limits(rpm: 1200, tpm: 5000000))], or limits: Unlimited (A-48)"
            ));
            return None;
        };
        let tariff = self.public_tariff(decl, span)?;
        let limits = match decl.limits {
            LimitsDecl::Unlimited => RateLimits::default(),
            LimitsDecl::Limits(limits) => limits,
        };
        serving.publics.push(PublicModel { model: model.to_owned(), tariff, limits, latency: decl.latency });
        Some(PublicId(serving.publics.len() - 1))
    }

    fn public_tariff(&mut self, decl: &PublicDecl, span: Span) -> Option<TokenTariff> {
        // B27: nothing is charged.
        if decl.is_preview {
            return Some(one_tier(TokenPrices::default()));
        }
        if let Some(tiers) = &decl.prices {
            return Some(own_tariff(tiers));
        }
        let catalog = self.catalog;
        let Some(row) = catalog.public(&decl.model) else {
            return self.unknown_model(&decl.model, span, "pay-as-you-go tokens", |catalog| {
                catalog.public.iter().map(|row| row.model.as_str()).collect()
            });
        };
        let factors = &catalog.factors;
        let tariff = if decl.is_batch {
            row.batch_tariff(factors.batch_ppb)
        } else if decl.explicit_cache {
            row.tariff_with_cache(factors.cache_explicit_hit_ppb)
        } else {
            row.tariff_with_cache(factors.cache_implicit_hit_ppb)
        };
        if tariff.is_none() && decl.is_batch && !row.batch_half_price {
            let message = format!("{} has no price for batches in the price book", decl.model);
            let item = self.ctx.out.error(decl.span, message);
            let known = catalog.public.iter().filter(|row| row.batch_half_price);
            item.help(format!(
                "models with one are {}",
                known.map(|row| row.model.as_str()).collect::<Vec<_>>().join(", ")
            ));
            item.help("or write prices: [(input: \"1\", output: \"6\")], per million tokens");
        } else if tariff.is_none() {
            let message = format!("the prices of {} times a factor cannot be charged exactly", decl.model);
            self.ctx.out.error(decl.span, message);
        }
        tariff
    }

    /// For each tenant the targets its calls are offered to: those it names, by name or model code, in the strategy's
    /// order; of its own account, or public.
    pub(super) fn routes(&mut self, strategy: &StrategyDecl, serving: &mut ServingModel) {
        let document = self.document;
        for tenant in &document.traffic.items {
            let own = |decl: &DeploymentDecl| accounts::reaches(document, tenant, decl);
            for (written, span) in tenant.to.iter().flatten() {
                self.check_own(strategy, tenant, (written, *span));
            }
            let wanted = |decl: &DeploymentDecl| match &tenant.to {
                None => true,
                Some(to) => to.iter().any(|(name, _)| is_called(decl, name)),
            };
            let found = strategy.deployments.iter().enumerate();
            let found = found.filter(|(_, decl)| wanted(decl) && own(decl));
            let route: Vec<TargetId> = found.map(|(index, _)| TargetId(index)).collect();
            if tenant.to.is_none() && route.is_empty() && !strategy.deployments.is_empty() {
                let message = format!(
                    "strategy \"{}\" has nothing of the account of tenant \"{}\"",
                    strategy.name, tenant.caller.name
                );
                let item = self.ctx.out.warning(tenant.account.span().unwrap_or(tenant.span), message);
                item.label("its calls are refused");
                item.help("give the strategy a deployment of this account, or a public model");
            }
            serving.routes.push(route);
        }
    }

    /// What a tenant names is of its own account; of several with one model code, its own is meant.
    fn check_own(&mut self, strategy: &StrategyDecl, tenant: &TrafficDecl, (written, span): (&str, Span)) {
        let document = self.document;
        let called = || strategy.deployments.iter().filter(|decl| is_called(decl, written));
        let has_own = called().any(|decl| accounts::reaches(document, tenant, decl));
        let mut others = called().filter(|decl| !accounts::reaches(document, tenant, decl));
        if let Some(decl) = others.find(|decl| decl.name == written || !has_own) {
            accounts::say_other_account(document, tenant, (decl, span), self.ctx);
        }
    }
}

/// True if this is the deployment's name or model code.
fn is_called(decl: &DeploymentDecl, name: &str) -> bool {
    name == decl.name || decl.model.as_ref().is_some_and(|(model, _)| model == name)
}

/// Prices that a scenario gives. A cached token costs what others do unless it says otherwise.
fn own_tariff(tiers: &[TierDecl]) -> TokenTariff {
    let mut above = 0;
    let mut label = |up_to: Option<u32>| {
        let from = std::mem::replace(&mut above, up_to.unwrap_or(u32::MAX));
        match up_to {
            None if from == 0 => String::new(),
            None => format!("{}-", thousands(from)),
            Some(up_to) => format!("{}-{}", thousands(from), thousands(up_to)),
        }
    };
    let tier = |tier: &TierDecl| TokenTier {
        label: label(tier.up_to),
        input_up_to: tier.up_to.unwrap_or(u32::MAX),
        prices: TokenPrices {
            input: tier.input,
            cached_input: tier.cached_input.unwrap_or(tier.input),
            output: tier.output,
            thinking_output: tier.thinking_output.unwrap_or(tier.output),
        },
    };
    TokenTariff { tiers: tiers.iter().map(tier).collect() }
}

/// `32k` for 32,000; 0 and odd numbers as they are.
fn thousands(tokens: u32) -> String {
    if tokens > 0 && tokens.is_multiple_of(1_000) {
        format!("{}k", tokens / 1_000)
    } else {
        tokens.to_string()
    }
}
