//! Provisioned throughput, completed: prices, steps, the rules of its quota.

use super::Resolver;
use crate::catalog::{ProfileOverflow, PtuPrices, PtuProfile, PtuRow, PtuSteps};
use crate::scenario::decode::deployments::actions::DeploymentActionDecl;
use crate::scenario::decode::deployments::{DeploymentDecl, OverflowDecl, PtuDecl, RatesDecl};
use crate::scenario::deployment::{DeploymentAction, DeploymentKind, PaidBy, PtuDeployment, PtuRates};
use crate::scenario::diagnostics::Span;
use crate::scenario::suggest;
use crate::serving::Quota;
use crate::units::UnitPrice;

/// Input is priced by ten thousand TPM, output by a thousand.
const INPUT_STEP: i64 = 10_000;
const OUTPUT_STEP: i64 = 1_000;

impl Resolver<'_> {
    pub(super) fn ptu(&mut self, decl: &DeploymentDecl, ptu: &PtuDecl) -> Option<PtuDeployment> {
        self.known_profile(ptu);
        self.note_terms_of_profile(ptu);
        let steps = self.steps(ptu);
        if ptu.units.is_none() {
            self.check_steps(ptu.quota, steps, ptu.quota_spans);
        }
        let (hourly, daily) = self.rates(decl, ptu)?;
        if ptu.quota.thinking_output_tpm.is_some() && hourly.thinking_output.is_none() {
            let (model, _) = decl.model.as_ref()?;
            self.no_thinking_quota(model, ptu.quota_spans[2]);
            return None;
        }
        let needed = match ptu.paid_by {
            PaidBy::PayAsYouGo => hourly,
            PaidBy::Prepaid { .. } => daily,
        };
        let is_free = needed.input.as_nano() == 0 && needed.output.as_nano() == 0;
        if is_free {
            let item = self.ctx.out.error(decl.span, "this deployment has no price for the way it is paid");
            item.help(
                "add prices: (hourly_input: \"7.68\", hourly_output: \"3.08\"), or daily_… for Days(n)",
            );
            return None;
        }
        Some(PtuDeployment {
            quota: all_quotas(ptu.quota, hourly),
            steps,
            hourly,
            daily,
            unit_tpm: ptu.units.map(|units| units.input_tpm),
            paid_by: ptu.paid_by,
        })
    }

    /// Prices per TPM, or per unit where units are sold.
    fn rates(&mut self, decl: &DeploymentDecl, ptu: &PtuDecl) -> Option<(PtuRates, PtuRates)> {
        if let Some(units) = ptu.units {
            let of = |price: UnitPrice| PtuRates { input: price, ..PtuRates::default() };
            return Some((of(units.hourly), of(units.daily.unwrap_or(UnitPrice::ZERO))));
        }
        let (model, span) = decl.model.as_ref()?;
        let (hourly, daily) = match (ptu.prices, self.catalog.ptu(model)) {
            (Some(prices), _) => prices,
            (None, Some(row)) => (written(&row.hourly), written(&row.daily)),
            (None, None) => {
                return self.unknown_model(model, *span, "provisioned throughput", |catalog| {
                    catalog.ptu.iter().map(|row| row.model.as_str()).collect()
                });
            }
        };
        let (hourly, daily) = (per_tpm(&hourly), per_tpm(&daily));
        if hourly.is_none() || daily.is_none() {
            let item =
                self.ctx.out.error(decl.span, "a PTU price has too many decimals to be charged exactly");
            item.help(
                "prices per 10,000 input TPM have at most five decimals, per 1,000 output TPM at most six",
            );
        }
        hourly.zip(daily)
    }

    fn no_thinking_quota(&mut self, model: &str, span: Span) {
        let item = self.ctx.out.error(span, format!("{model} has no quota of its own for thinking output"));
        item.help("leave thinking_output_tpm out: thinking output then counts in output_tpm (A-02)");
    }

    /// What is bought later: by steps, whole units, of what has a price.
    pub(super) fn check_throughput(
        &mut self,
        decl: &DeploymentDecl,
        ptu: &PtuDecl,
        action: &DeploymentActionDecl,
    ) {
        let (quota, is_pack) = match &action.action {
            DeploymentAction::ScaleQuota { quota, .. } => (*quota, false),
            DeploymentAction::CapacityPack { quota, .. } => (*quota, true),
            DeploymentAction::Create
            | DeploymentAction::Delete
            | DeploymentAction::Deactivate
            | DeploymentAction::Unsubscribe
            | DeploymentAction::ScaleReplicas { .. }
            | DeploymentAction::Renew { .. }
            | DeploymentAction::AutoRenew(_)
            | DeploymentAction::Update { .. } => return,
        };
        let Some((hourly, daily)) = self.rates(decl, ptu) else { return };
        if let (Some((model, _)), Some(_), None) =
            (&decl.model, quota.thinking_output_tpm, hourly.thinking_output)
        {
            self.no_thinking_quota(model, action.do_span);
        }
        let is_free = daily.input.as_nano() == 0 && daily.output.as_nano() == 0;
        if is_pack && is_free {
            let said = "a capacity pack is paid by the day, and this deployment has no daily price";
            self.ctx.out.error(action.do_span, said).help("add daily prices to the deployment");
        }
        // The least purchase is that of a deployment, not of what is added to it.
        if !is_pack || ptu.units.is_some() {
            let steps = self.steps(ptu);
            self.check_steps(quota, steps, [action.do_span; 3]);
        }
    }

    /// Least purchase and step; of units, whole ones: what output they bring follows.
    pub(super) fn steps(&self, ptu: &PtuDecl) -> PtuSteps {
        if let Some(units) = ptu.units {
            let input = units.input_tpm;
            return PtuSteps { input_min: input, input_step: input, output_min: 0, output_step: 1 };
        }
        match ptu.steps {
            Some([input_min, input_step, output_min, output_step]) => {
                PtuSteps { input_min, input_step, output_min, output_step }
            }
            None => self.profile(ptu).and_then(|profile| profile.steps).unwrap_or(self.catalog.ptu_steps),
        }
    }

    /// Records a quota that cannot be bought, with the nearest ones that can; its parts stand at `spans`.
    pub(super) fn check_steps(&mut self, quota: Quota, steps: PtuSteps, spans: [Span; 3]) {
        let mut check = |what: &str, span: Span, tpm: u64, least: u64, step: u64| {
            let above = tpm.saturating_sub(least).div_ceil(step) * step + least;
            if tpm == above {
                return;
            }
            let below = if tpm > least { format!("{} or ", above - step) } else { String::new() };
            let item = self.ctx.out.error(span, format!("{what}: {tpm} TPM cannot be bought"));
            item.label(format!("at least {least}, in steps of {step} (A-34)"));
            item.help(format!("write {below}{above}, or other `steps`"));
        };
        check("input_tpm", spans[0], quota.input_tpm, steps.input_min, steps.input_step);
        check("output_tpm", spans[1], quota.output_tpm, steps.output_min, steps.output_step);
        if let Some(thinking) = quota.thinking_output_tpm.filter(|tpm| *tpm > 0) {
            check("thinking_output_tpm", spans[2], thinking, steps.output_min, steps.output_step);
        }
    }

    /// The profile a deployment follows: its own, or that of the settings.
    pub(super) fn profile(&self, ptu: &PtuDecl) -> Option<&PtuProfile> {
        let general = &self.document.settings.deployments.profile;
        let name = ptu.profile.as_ref().map_or(general.as_str(), |(name, _)| name);
        self.catalog.profile(name)
    }

    /// Records a profile that the price book does not have.
    pub(super) fn known_profile(&mut self, ptu: &PtuDecl) {
        if let Some((name, span)) =
            ptu.profile.as_ref().filter(|(name, _)| self.catalog.profile(name).is_none())
        {
            let item = self.ctx.out.error(*span, format!("there is no profile \"{name}\""));
            let names: Vec<&str> =
                self.catalog.profiles.iter().map(|profile| profile.name.as_str()).collect();
            suggest::name(item, name, &names, "the profiles are");
        }
    }

    /// Notes what of a deployment's own profile is not a matter of one deployment.
    fn note_terms_of_profile(&mut self, ptu: &PtuDecl) {
        let general = &self.document.settings.deployments.profile;
        let Some((name, span)) = ptu.profile.as_ref().filter(|(name, _)| name != general) else { return };
        let has_terms = self.catalog.profile(name).is_some_and(|profile| {
            profile.early_termination.is_some() || profile.retention.is_some() || profile.metering.is_some()
        });
        if has_terms {
            let message = format!("the terms and the metering of \"{name}\" are not taken over here");
            let item = self.ctx.out.note(*span, message);
            item.help(format!(
                "they are of the whole scenario: settings: (deployments: (profile: \"{name}\"))"
            ));
        }
    }

    /// Where overflow goes by a profile.
    pub(super) fn overflow_of(profile: ProfileOverflow) -> OverflowDecl {
        match profile {
            ProfileOverflow::Public => OverflowDecl::Auto,
            ProfileOverflow::Reject => OverflowDecl::Reject,
            ProfileOverflow::Next => OverflowDecl::Next,
        }
    }

    /// The row of a deployment's model, if the price book has it.
    pub(super) fn ptu_row(&self, decl: &DeploymentDecl) -> Option<&PtuRow> {
        self.catalog.ptu(&decl.model.as_ref()?.0)
    }
}

/// Where thinking output is sold apart, its quota is 0 unless it is bought.
fn all_quotas(quota: Quota, rates: PtuRates) -> Quota {
    let apart = rates.thinking_output.map(|_| 0);
    Quota { thinking_output_tpm: quota.thinking_output_tpm.or(apart), ..quota }
}

/// The same of a size that a deployment is scaled to.
pub(super) fn with_all_quotas(
    mut action: DeploymentAction,
    kind: Option<&DeploymentKind>,
) -> DeploymentAction {
    if let (DeploymentAction::ScaleQuota { quota, .. }, Some(DeploymentKind::Ptu(ptu))) = (&mut action, kind)
    {
        *quota = all_quotas(*quota, ptu.hourly);
    }
    action
}

/// Prices of the book as a scenario would write them.
fn written(prices: &PtuPrices) -> RatesDecl {
    RatesDecl {
        input_per_10k: Some(prices.input_per_10k_tpm),
        output_per_1k: Some(prices.output_per_1k_tpm),
        thinking_per_1k: prices.thinking_output_per_1k_tpm,
    }
}

/// The same per TPM; none if that is no whole number of 10⁻⁹.
fn per_tpm(prices: &RatesDecl) -> Option<PtuRates> {
    let exact = |price: UnitPrice, step: i64| {
        (price.as_nano() % step == 0).then(|| UnitPrice::from_nano(price.as_nano() / step))
    };
    let thinking = match prices.thinking_per_1k {
        Some(price) => Some(exact(price, OUTPUT_STEP)?),
        None => None,
    };
    Some(PtuRates {
        input: exact(prices.input_per_10k.unwrap_or(UnitPrice::ZERO), INPUT_STEP)?,
        output: exact(prices.output_per_1k.unwrap_or(UnitPrice::ZERO), OUTPUT_STEP)?,
        thinking_output: thinking,
    })
}
