//! Prepaid terms: payment, expiry, grace, retention, renewal, giving up.

use super::record::{DeploymentEventKind, PaymentReason, PaymentRecord};
use super::state::{Term, Timer, paid_by};
use super::status::{DeploymentStatus, MethodKind, Trigger};
use crate::ledger::{Product, RefusedPurchase};
use crate::scenario::deployment::{DeploymentId, DeploymentKind, PaidBy, PtuDeployment, PtuRates};
use crate::serving::{CloseReason, Quota};
use crate::sim::run::Simulation;
use crate::sim::trace::Trace;
use crate::units::{Money, RoundingMode, SimSpan, SimTime};

/// Days behind the daily rate of a monthly price.
const DAYS_OF_A_MONTH: i128 = 30;

impl<T: Trace> Simulation<'_, T> {
    /// Pays for the first term; one of PTU begins with the payment (P5), one of model units when it runs.
    /// Why not, if the account cannot pay, or is overdue (B19, M5).
    pub(crate) fn pay_order(&mut self, id: DeploymentId) -> Result<(), RefusedPurchase> {
        let kind = &self.deployment_model(id).kind;
        let Some(PaidBy::Prepaid { periods, auto_renew }) = paid_by(kind) else {
            return match self.refused_payment(id, Money::ZERO) {
                Some(why) => Err(why),
                None => Ok(()),
            };
        };
        let price = self.price_of_periods(id, periods);
        if let Some(why) = self.refused_payment(id, price) {
            return Err(why);
        }
        let paid = self.pay(id, price, PaymentReason::Order);
        let now = self.now;
        let settings = self.deployment_settings();
        let waits = match kind {
            DeploymentKind::Units(_) => settings.units_term_from_running,
            DeploymentKind::Ptu(_) => settings.ptu_term_from_running,
            DeploymentKind::Tokens(_) | DeploymentKind::Public | DeploymentKind::Service(_) => false,
        };
        let expiry = if waits { SimTime::NEVER } else { self.first_expiry(id, now, periods) };
        self.deployment(id).term = Some(Term {
            start: now,
            periods,
            expiry,
            paid,
            settled_days: 0,
            settled: Money::ZERO,
            left: paid,
            auto_renew,
        });
        self.set_term_timers(id);
        Ok(())
    }

    /// Why the account cannot pay an amount in advance, if it cannot (B19, M5, A-06); the refusal is told.
    pub(crate) fn refused_payment(&mut self, id: DeploymentId, amount: Money) -> Option<RefusedPurchase> {
        let amount = self.as_paid(amount);
        let (account, name) = (self.deployment_model(id).account.0, &self.deployment_model(id).name);
        let why = self.refused_purchase(account, amount)?;
        self.tell_refused(account, name, amount, why);
        Some(why)
    }

    /// Rounded as payments are.
    fn as_paid(&self, amount: Money) -> Money {
        amount.round_to(self.deployment_settings().payment_decimals, RoundingMode::HalfUp)
    }

    /// The term of model units counts from Running.
    pub(crate) fn start_term_at_running(&mut self, id: DeploymentId) {
        let now = self.now;
        let Some(term) = self.deployments[id.0].term.filter(|term| term.expiry == SimTime::NEVER) else {
            return;
        };
        let expiry = self.first_expiry(id, now, term.periods);
        self.deployment(id).term = Some(Term { start: now, expiry, ..term });
        self.set_term_timers(id);
    }

    fn first_expiry(&self, id: DeploymentId, from: SimTime, periods: u32) -> SimTime {
        let (terms, calendar) = (&self.deployment_settings().terms, &self.scenario.calendar);
        match self.deployment_model(id).kind {
            DeploymentKind::Units(_) => terms.months_after(from, periods, calendar),
            DeploymentKind::Ptu(_)
            | DeploymentKind::Tokens(_)
            | DeploymentKind::Public
            | DeploymentKind::Service(_) => terms.ptu_expiry(from, periods, calendar),
        }
    }

    /// Expiry, grace and retention of the present term, and the attempts to renew it; those of an earlier one are stale.
    fn set_term_timers(&mut self, id: DeploymentId) {
        self.deployment(id).term_epoch += 1;
        let Some(term) = self.deployments[id.0].term else { return };
        if term.expiry == SimTime::NEVER {
            return;
        }
        let terms = &self.deployment_settings().terms;
        self.set_timer(id, term.expiry, Timer::Expiry);
        self.set_timer(id, terms.stops_at(term.expiry), Timer::GraceOver);
        self.set_timer(id, terms.released_at(term.expiry), Timer::RetentionOver);
        self.set_auto_renewal(id, self.now);
    }

    /// The first attempt from an instant on.
    fn set_auto_renewal(&mut self, id: DeploymentId, from: SimTime) {
        let Some(term) = self.deployments[id.0].term else { return };
        if term.auto_renew.is_none() || term.expiry == SimTime::NEVER {
            return;
        }
        let attempts = self.deployment_settings().terms.auto_renewals(term.expiry, &self.scenario.calendar);
        if let Some(at) = attempts.into_iter().find(|at| *at >= from) {
            self.set_timer(id, at, Timer::AutoRenew);
        }
    }

    /// What so many periods of the present size cost.
    fn price_of_periods(&self, id: DeploymentId, periods: u32) -> Money {
        let state = &self.deployments[id.0];
        times(self.price_of_a_period(id, state.quota, state.replicas), i128::from(periods))
    }

    /// Price of a day of a size, for refunds.
    pub(crate) fn price_of_a_day(&self, id: DeploymentId, quota: Quota, replicas: u32) -> Money {
        let one = self.price_of_a_period(id, quota, replicas);
        match &self.deployment_model(id).kind {
            DeploymentKind::Units(_) => {
                Money::from_ratio(one.as_pico(), DAYS_OF_A_MONTH, RoundingMode::HalfUp)
            }
            DeploymentKind::Ptu(_)
            | DeploymentKind::Tokens(_)
            | DeploymentKind::Public
            | DeploymentKind::Service(_) => one,
        }
    }

    /// Price of a day of throughput, of a month of replicas.
    pub(crate) fn price_of_a_period(&self, id: DeploymentId, quota: Quota, replicas: u32) -> Money {
        match &self.deployment_model(id).kind {
            DeploymentKind::Ptu(ptu) => daily_price(ptu, quota),
            DeploymentKind::Units(units) => times(units.monthly, i128::from(replicas)),
            DeploymentKind::Tokens(_) | DeploymentKind::Public | DeploymentKind::Service(_) => Money::ZERO,
        }
    }

    /// Pays an amount in advance, rounded as payments are; gives what was paid.
    pub(crate) fn pay(&mut self, id: DeploymentId, amount: Money, reason: PaymentReason) -> Money {
        let amount = self.as_paid(amount);
        self.outcome.commitment += amount;
        let model = self.deployment_model(id);
        self.pay_purchase(model.account.0, Product::Deployment, &model.name, amount);
        let from = self.deployments[id.0].status;
        self.tell_deployment(id, from, || DeploymentEventKind::Paid { amount, reason });
        let at = self.now;
        self.trace.payment(|| PaymentRecord { at, deployment: id, amount, reason });
        amount
    }

    /// Gives an amount back.
    pub(crate) fn refund(&mut self, id: DeploymentId, amount: Money, reason: PaymentReason) {
        let amount = self.as_paid(amount);
        self.outcome.commitment += -amount;
        let model = self.deployment_model(id);
        self.refund_purchase(model.account.0, Product::Deployment, &model.name, amount);
        let from = self.deployments[id.0].status;
        self.tell_deployment(id, from, || DeploymentEventKind::Refunded { amount, reason });
        let at = self.now;
        self.trace.payment(|| PaymentRecord { at, deployment: id, amount: -amount, reason });
    }

    /// Gives back all that was paid for a term that never came (U6).
    pub(crate) fn refund_all(&mut self, id: DeploymentId, reason: PaymentReason) {
        if let Some(term) = self.deployment(id).term.take() {
            self.deployment(id).term_epoch += 1;
            self.refund(id, term.paid, reason);
        }
    }

    pub(crate) fn on_expiry(&mut self, id: DeploymentId) {
        let from = self.deployments[id.0].status;
        self.tell_deployment(id, from, || DeploymentEventKind::Expired);
    }

    /// The grace is over: what still runs stops (P7).
    pub(crate) fn on_grace_over(&mut self, id: DeploymentId) {
        let status = self.deployments[id.0].status;
        if super::status::next(status, Trigger::GraceOver).is_some() {
            self.end_serving(id, CloseReason::Suspended);
            self.advance(id, Trigger::GraceOver, DeploymentEventKind::ServiceSuspended);
        }
    }

    /// The retention is over: the resources are released (P7).
    pub(crate) fn on_retention_over(&mut self, id: DeploymentId) {
        let status = self.deployments[id.0].status;
        if super::status::next(status, Trigger::RetentionOver).is_some() {
            self.advance(id, Trigger::RetentionOver, DeploymentEventKind::Released);
            self.forget(id);
        }
    }

    /// Extends the term; a service that had stopped for it comes back (D8, A-11).
    pub(crate) fn renew(&mut self, id: DeploymentId, periods: u32, automatic: bool) {
        let Some(term) = self.deployments[id.0].term else { return };
        let price = self.price_of_periods(id, periods);
        if let Some(why) = self.refused_payment(id, price) {
            self.renewal_failed(id, why, automatic);
            return;
        }
        let paid = self.pay(id, price, PaymentReason::Renewal);
        let (terms, calendar) = (&self.deployment_settings().terms, &self.scenario.calendar);
        let total = term.periods + periods;
        let expiry = match self.deployment_model(id).kind {
            DeploymentKind::Units(_) | DeploymentKind::Ptu(_) if term.expiry == SimTime::NEVER => term.expiry,
            DeploymentKind::Units(_) => terms.months_after(term.start, total, calendar),
            DeploymentKind::Ptu(_)
            | DeploymentKind::Tokens(_)
            | DeploymentKind::Public
            | DeploymentKind::Service(_) => terms.ptu_renewed(term.expiry, self.now, periods, calendar),
        };
        let (paid, left) = (term.paid + paid, term.left + paid);
        self.deployment(id).term = Some(Term { periods: total, expiry, paid, left, ..term });
        let from = self.deployments[id.0].status;
        if from == DeploymentStatus::ServiceSuspended {
            self.change_status(id, Trigger::Renewed);
        }
        self.tell_deployment(id, from, || DeploymentEventKind::Renewed { automatic, until: expiry });
        if from == DeploymentStatus::ServiceSuspended {
            let at = self.now + self.deployment_settings().restore_time;
            self.deployment(id).change_due = at;
            self.set_timer(id, at, Timer::Restored);
        }
        self.set_term_timers(id);
    }

    /// A renewal that cannot be paid; an automatic one is tried again at its next time.
    fn renewal_failed(&mut self, id: DeploymentId, why: RefusedPurchase, automatic: bool) {
        let from = self.deployments[id.0].status;
        self.tell_deployment(id, from, || DeploymentEventKind::RenewalFailed(why));
        if automatic {
            self.set_auto_renewal(id, self.now + SimSpan::from_ms(1));
        }
    }

    /// It serves again, when there is compute: one that was suspended while Pending has none yet.
    pub(crate) fn finish_restoring(&mut self, id: DeploymentId) {
        let state = &self.deployments[id.0];
        let missing = state.replicas - state.held.min(state.replicas);
        if !self.hold_units(id, missing) {
            let at = self.now + SimSpan::MINUTE;
            self.deployment(id).change_due = at;
            self.set_timer(id, at, Timer::Restored);
            return;
        }
        self.advance(id, Trigger::RestoreDone, DeploymentEventKind::Running);
        let now = self.now;
        self.deployment(id).running_at.get_or_insert(now);
        self.begin_meter(id);
        self.begin_serving(id);
    }

    /// What arrears had released comes back.
    pub(crate) fn restore_deployment(&mut self, id: DeploymentId) {
        self.deployment(id).in_arrears = false;
        self.advance(id, Trigger::Paid, DeploymentEventKind::Restoring);
        let at = self.now + self.deployment_settings().restore_time;
        self.deployment(id).change_due = at;
        self.set_timer(id, at, Timer::Restored);
    }

    pub(crate) fn auto_renew(&mut self, id: DeploymentId) {
        if let Some(periods) = self.deployments[id.0].term.and_then(|term| term.auto_renew) {
            self.renew(id, periods, true);
        }
    }

    pub(crate) fn switch_auto_renew(&mut self, id: DeploymentId, periods: Option<u32>) {
        if let Some(term) = &mut self.deployment(id).term {
            term.auto_renew = periods;
            // What the term itself has set stays: it must not expire a second time.
            self.set_auto_renewal(id, self.now);
        }
    }

    /// Gives a term up, with the refund that its rules give (U4, U5, U8, A-09, A-10).
    pub(crate) fn unsubscribe(&mut self, id: DeploymentId) {
        let Some(term) = self.deployments[id.0].term else { return };
        let (quota, replicas) = (self.deployments[id.0].quota, self.deployments[id.0].replicas);
        let settings = self.deployment_settings();
        let (terms, calendar, now) = (&settings.terms, &self.scenario.calendar, self.now);
        let days = terms.used_days(term.start, now, calendar).saturating_sub(term.settled_days);
        let used = |of_a_period: Money| term.settled + times(of_a_period, i128::from(days));
        let refund = match &self.deployment_model(id).kind {
            // A term that has not begun has used nothing.
            DeploymentKind::Units(_) | DeploymentKind::Ptu(_) if term.expiry == SimTime::NEVER => {
                Some(term.paid)
            }
            DeploymentKind::Units(units) => {
                let used = used(times(units.monthly, i128::from(replicas)));
                let is_early = terms.is_early(term.start, now, calendar);
                Some(terms.units_refund_of(term.paid, used, is_early, settings.payment_decimals))
            }
            DeploymentKind::Ptu(ptu) => {
                terms.ptu_refund_of(term.paid, used(daily_price(ptu, quota)), settings.payment_decimals)
            }
            DeploymentKind::Tokens(_) | DeploymentKind::Public | DeploymentKind::Service(_) => None,
        };
        if let Some(refund) = refund {
            self.refund(id, refund, PaymentReason::Cancellation);
        }
        // Model units are unpublished first (B26); the refund counts to the request.
        if super::status::next(self.deployments[id.0].status, Trigger::TakeOffline).is_some()
            && self.method(id) == MethodKind::UnitsPrepaid
        {
            self.deployment(id).term_epoch += 1;
            self.take_offline(id, true);
        } else {
            self.unsubscribed(id);
        }
    }

    /// A term has been given up: the resources are released.
    pub(crate) fn unsubscribed(&mut self, id: DeploymentId) {
        self.end_serving(id, CloseReason::NotRunning);
        self.advance(id, Trigger::Unsubscribe, DeploymentEventKind::Released);
        self.forget(id);
    }
}

/// Price of a day of a quota.
pub(crate) fn daily_price(ptu: &PtuDeployment, quota: Quota) -> Money {
    price_of(ptu.daily, ptu.unit_tpm, quota)
}

/// Price of a quota per hour or day: 10⁻⁹ × TPM, exactly.
fn price_of(rates: PtuRates, unit_tpm: Option<u64>, quota: Quota) -> Money {
    let units = unit_tpm.map_or(quota.input_tpm, |each| quota.input_tpm / each);
    let of = |nano: i64, tpm: u64| i128::from(nano) * i128::from(tpm) * 1_000;
    let input = of(rates.input.as_nano(), units);
    let output = of(rates.output.as_nano(), quota.output_tpm);
    let thinking = rates.thinking_output.unwrap_or_default();
    let thinking = of(thinking.as_nano(), quota.thinking_output_tpm.unwrap_or(0));
    Money::from_pico(if unit_tpm.is_some() { input } else { input + output + thinking })
}

/// An amount so many times.
pub(crate) fn times(amount: Money, count: i128) -> Money {
    Money::from_pico(amount.as_pico() * count)
}
