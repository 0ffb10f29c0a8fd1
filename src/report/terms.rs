//! How payments and refunds come about: each formula in words, with its figures.
//!
//! The amounts themselves are those of the run; here its events are followed once more, to name what they came from.

use super::bill::Told;
use super::words::deployments::{payment_name, period_noun, replicas_words};
use super::words::{clock, count, grouped};
use crate::scenario::Scenario;
use crate::scenario::deployment::{
    Deployment, DeploymentAction, DeploymentKind, PaidBy, PtuDeployment, PtuRates,
};
use crate::serving::Quota;
use crate::sim::deployment::record::{DeploymentEventKind as Kind, DeploymentEventRecord, PaymentReason};
use crate::sim::deployment::status::DeploymentStatus;
use crate::sim::deployment::{daily_price, first_size};
use crate::units::decimal::format_scaled;
use crate::units::{Money, RoundingMode, SimSpan, SimTime, UnitPrice};

/// Days behind the daily rate of a monthly price.
const DAYS_OF_A_MONTH: i128 = 30;
/// Factors are in units of 10⁻⁹.
const PPB_DECIMALS: u32 = 9;
const NO_FACTOR: i64 = 1_000_000_000;

/// How each payment and refund comes about, in their order.
pub(super) fn workings(told: &Told<'_>) -> Vec<String> {
    let deployments = &told.strategy.deployments;
    let mut terms: Vec<Term> = deployments.iter().map(Term::new).collect();
    let events = told.recorder.deployment_events.iter().map(|(_, event)| event);
    events.filter_map(|event| terms[event.deployment.0].follow(told.scenario, event)).collect()
}

/// What is known of a term from its events so far.
struct Term<'run> {
    deployment: &'run Deployment,
    /// From when it counts.
    start: SimTime,
    /// All that was paid for it, less what came back.
    paid: Money,
    /// When its size was last settled, and what was left of the payments then.
    since: SimTime,
    left: Money,
    /// Days used before that, and what they cost at the sizes of their time.
    settled_days: u32,
    settled: Money,
    /// The size without capacity packs.
    size: Size,
    /// The size that has been asked for.
    wanted: Option<Size>,
    auto_renew: Option<u32>,
    /// The last thing the tenant asked for, and when.
    asked: Option<(SimTime, &'run DeploymentAction)>,
}

#[derive(Clone, Copy)]
struct Size {
    quota: Quota,
    replicas: u32,
}

impl<'run> Term<'run> {
    fn new(deployment: &'run Deployment) -> Self {
        let (quota, replicas) = first_size(&deployment.kind);
        let (start, since) = (SimTime::ZERO, SimTime::ZERO);
        let (size, zero) = (Size { quota, replicas }, Money::ZERO);
        let (wanted, auto_renew, asked) = (None, None, None);
        let (settled_days, settled) = (0, zero);
        let (paid, left) = (zero, zero);
        Self { deployment, start, paid, since, left, settled_days, settled, size, wanted, auto_renew, asked }
    }

    /// Goes on by one event; of a payment or refund, how it comes about.
    fn follow(&mut self, scenario: &Scenario, event: &'run DeploymentEventRecord) -> Option<String> {
        match &event.kind {
            Kind::Paid { amount, reason } => return Some(self.payment(scenario, event, *amount, *reason)),
            Kind::Refunded { amount, reason } => {
                return Some(self.payment(scenario, event, -*amount, *reason));
            }
            Kind::Submitted => {
                *self = Self::new(self.deployment);
                (self.start, self.since) = (event.at, event.at);
                if let Some(PaidBy::Prepaid { auto_renew, .. }) = paid_by(&self.deployment.kind) {
                    self.auto_renew = auto_renew;
                }
            }
            Kind::Running if self.waits_for_running(scenario) && is_new(event) => {
                (self.start, self.since) = (event.at, event.at);
            }
            Kind::Acted(action) => {
                self.asked = Some((event.at, action));
                self.ask(action);
            }
            Kind::Resized => self.size = self.wanted.take().unwrap_or(self.size),
            Kind::ResizeFailed => self.wanted = None,
            Kind::Approved { replicas }
            | Kind::ScaledByLoad { replicas, .. }
            | Kind::ScaledBySchedule { replicas } => self.size.replicas = *replicas,
            Kind::Running
            | Kind::Denied(_)
            | Kind::Deploying
            | Kind::DeploymentFailed
            | Kind::NoCompute
            | Kind::ActionRefused(..)
            | Kind::UpdateStep { .. }
            | Kind::PackStarted { .. }
            | Kind::PackEnded
            | Kind::Expired
            | Kind::ServiceSuspended
            | Kind::Released
            | Kind::Renewed { .. }
            | Kind::IdleReleased
            | Kind::TakingOffline
            | Kind::Offline
            | Kind::Deleting
            | Kind::NotPaid(_)
            | Kind::RenewalFailed(_)
            | Kind::ArrearsReleased
            | Kind::Restoring
            | Kind::ArrearsCleared
            | Kind::Gone => {}
        }
        None
    }

    fn ask(&mut self, action: &DeploymentAction) {
        match action {
            DeploymentAction::ScaleQuota { quota, .. } => {
                self.wanted = Some(Size { quota: *quota, ..self.size });
            }
            DeploymentAction::ScaleReplicas { replicas, .. } => {
                self.wanted = Some(Size { replicas: *replicas, ..self.size });
            }
            DeploymentAction::AutoRenew(periods) => self.auto_renew = *periods,
            DeploymentAction::Create
            | DeploymentAction::Delete
            | DeploymentAction::Deactivate
            | DeploymentAction::Unsubscribe
            | DeploymentAction::Renew { .. }
            | DeploymentAction::CapacityPack { .. }
            | DeploymentAction::Update { .. } => {}
        }
    }

    /// A term may count from Running.
    fn waits_for_running(&self, scenario: &Scenario) -> bool {
        let settings = &scenario.deployment_settings;
        match self.deployment.kind {
            DeploymentKind::Units(_) => settings.units_term_from_running,
            DeploymentKind::Ptu(_) => settings.ptu_term_from_running,
            DeploymentKind::Tokens(_) | DeploymentKind::Public | DeploymentKind::Service(_) => false,
        }
    }

    /// How an amount comes about; negative if it came back.
    fn payment(
        &mut self,
        scenario: &Scenario,
        event: &DeploymentEventRecord,
        amount: Money,
        reason: PaymentReason,
    ) -> String {
        let periods = |periods: u32| count(periods as usize, period_noun(&self.deployment.kind));
        let text = match reason {
            PaymentReason::Order => {
                let ordered = match paid_by(&self.deployment.kind) {
                    Some(PaidBy::Prepaid { periods, .. }) => periods,
                    Some(PaidBy::PayAsYouGo) | None => 0,
                };
                format!("{} × {} = {amount}", periods(ordered), self.period_price())
            }
            PaymentReason::Renewal => {
                let more = match self.asked {
                    Some((at, DeploymentAction::Renew { periods })) if at == event.at => Some(*periods),
                    Some(_) | None => self.auto_renew,
                };
                format!("{} × {} = {amount}", periods(more.unwrap_or(0)), self.period_price())
            }
            PaymentReason::CapacityPack => self.pack_words(amount),
            PaymentReason::Reduction | PaymentReason::Enlargement => {
                return self.resize(scenario, event.at, amount);
            }
            PaymentReason::Cancellation => self.cancellation(scenario, event.at, -amount),
            PaymentReason::FailedPurchase => {
                format!("nothing was delivered: all of the {} come back", self.paid)
            }
        };
        if reason != PaymentReason::CapacityPack {
            self.paid += amount;
            self.left += amount;
        }
        format!("{}: {text}", payment_name(reason))
    }

    fn pack_words(&self, amount: Money) -> String {
        if let (Some((_, DeploymentAction::CapacityPack { quota, days })), DeploymentKind::Ptu(ptu)) =
            (self.asked, &self.deployment.kind)
        {
            let days = count(*days as usize, "day");
            return format!("{days} × {} = {amount}", quota_price(ptu, ptu.daily, *quota));
        }
        amount.to_string()
    }

    /// Price of a period of the present size.
    fn period_price(&self) -> String {
        match &self.deployment.kind {
            DeploymentKind::Ptu(ptu) => quota_price(ptu, ptu.daily, self.size.quota),
            DeploymentKind::Units(units) => {
                format!("{} × {}", replicas_words(self.size.replicas), units.monthly)
            }
            DeploymentKind::Tokens(_) | DeploymentKind::Public | DeploymentKind::Service(_) => "0".to_owned(),
        }
    }

    /// Price of a day of a size.
    fn day_price(&self, size: Size) -> Money {
        match &self.deployment.kind {
            DeploymentKind::Ptu(ptu) => daily_price(ptu, size.quota),
            DeploymentKind::Units(units) => Money::from_ratio(
                units.monthly.as_pico() * i128::from(size.replicas),
                DAYS_OF_A_MONTH,
                RoundingMode::HalfUp,
            ),
            DeploymentKind::Tokens(_) | DeploymentKind::Public | DeploymentKind::Service(_) => Money::ZERO,
        }
    }

    /// A change of size inside a term (P13, A-28): (left − used days × old price) × (old − new) ÷ old.
    fn resize(&mut self, scenario: &Scenario, at: SimTime, amount: Money) -> String {
        let terms = &scenario.deployment_settings.terms;
        let all_days = terms.used_days(self.start, at, &scenario.calendar).max(self.settled_days);
        let used = all_days - self.settled_days;
        let (old, new) = (self.day_price(self.size), self.day_price(self.wanted.unwrap_or(self.size)));
        let is_smaller = new < old;
        let factor = if is_smaller { factor_words(terms.downgrade_factor_ppb) } else { String::new() };
        let (name, difference) = if is_smaller {
            (PaymentReason::Reduction, format!("({old} − {new})"))
        } else {
            (PaymentReason::Enlargement, format!("({new} − {old})"))
        };
        let text = format!(
            "{}: ({} left of {} − {} since {} × {old}{factor}) × {difference} ÷ {old} = {}",
            payment_name(name),
            self.left,
            self.paid,
            count(used as usize, "used day"),
            clock(scenario, self.since),
            if is_smaller { -amount } else { amount },
        );
        self.paid += amount;
        let consumed = Money::from_pico(old.as_pico() * i128::from(used));
        self.left = (self.left - consumed).max(Money::ZERO) + amount;
        self.since = self.start + SimSpan::from_days(i64::from(all_days));
        self.settled_days = all_days;
        self.settled += consumed;
        text
    }

    /// A term that is given up (U4, U5, U8, A-09, A-10): paid − used days × daily price × factor.
    fn cancellation(&self, scenario: &Scenario, at: SimTime, refund: Money) -> String {
        let (settings, calendar) = (&scenario.deployment_settings, &scenario.calendar);
        let days = settings.terms.used_days(self.start, at, calendar).saturating_sub(self.settled_days);
        let used = format!("{} since {}", count(days as usize, "used day"), clock(scenario, self.since));
        let (rate, factor) = match &self.deployment.kind {
            DeploymentKind::Units(units) => {
                let is_early = settings.terms.is_early(self.start, at, calendar);
                let factor = if is_early { settings.terms.units_early_factor_ppb } else { NO_FACTOR };
                let replicas = replicas_words(self.size.replicas);
                (format!("{replicas} × {} ÷ {DAYS_OF_A_MONTH}", units.monthly), factor)
            }
            DeploymentKind::Ptu(ptu) => {
                let factor = settings.terms.ptu_early_factor_ppb.unwrap_or(NO_FACTOR);
                (daily_price(ptu, self.size.quota).to_string(), factor)
            }
            DeploymentKind::Tokens(_) | DeploymentKind::Public | DeploymentKind::Service(_) => {
                (Money::ZERO.to_string(), NO_FACTOR)
            }
        };
        let factor = factor_words(factor);
        // Days of earlier sizes count at the price of those (U8).
        let cost = match self.settled_days {
            0 => format!("{used} × {rate}"),
            earlier => {
                let earlier = count(earlier as usize, "used day");
                format!("({earlier} at earlier sizes, {} + {used} × {rate})", self.settled)
            }
        };
        format!("paid {} − {cost}{factor}, started days count whole, at least 0 = {refund}", self.paid)
    }
}

/// The deployment runs for the first time: it comes from Deploying.
fn is_new(event: &DeploymentEventRecord) -> bool {
    event.from == DeploymentStatus::Deploying
}

/// A factor, where it is one.
fn factor_words(factor_ppb: i64) -> String {
    if factor_ppb == NO_FACTOR {
        return String::new();
    }
    format!(" × {}", format_scaled(i128::from(factor_ppb), PPB_DECIMALS, 1))
}

fn paid_by(kind: &DeploymentKind) -> Option<PaidBy> {
    match kind {
        DeploymentKind::Ptu(ptu) => Some(ptu.paid_by),
        DeploymentKind::Units(units) => Some(units.paid_by),
        DeploymentKind::Tokens(_) | DeploymentKind::Public | DeploymentKind::Service(_) => None,
    }
}

/// Price of a quota as lists write it: per 10K input TPM, per 1K output TPM.
fn quota_price(ptu: &PtuDeployment, rates: PtuRates, quota: Quota) -> String {
    let listed = |price: UnitPrice, per: i64| UnitPrice::from_nano(price.as_nano() * per);
    if let Some(each) = ptu.unit_tpm {
        return format!("{} × {}", count((quota.input_tpm / each) as usize, "unit"), rates.input);
    }
    let mut parts =
        vec![format!("{} TPM × {} per 10K", grouped(quota.input_tpm), listed(rates.input, 10_000))];
    parts.push(format!("{} TPM × {} per 1K", grouped(quota.output_tpm), listed(rates.output, 1_000)));
    if let (Some(price), Some(tpm)) = (rates.thinking_output, quota.thinking_output_tpm) {
        parts.push(format!("{} TPM × {} per 1K", grouped(tpm), listed(price, 1_000)));
    }
    format!("({})", parts.join(" + "))
}
