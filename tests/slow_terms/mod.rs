//! The rules of terms and of billing by time, written down as slowly and plainly as possible: one deployment, followed
//! through nothing but the list of its events.

mod civil;
mod money;

use civil::Clock;
use deploysim::billing::{MeterRounding, Metering, TermRules};
use deploysim::scenario::Scenario;
use deploysim::scenario::deployment::{
    Deployment, DeploymentAction, DeploymentKind, DeploymentSettings, PaidBy, PtuRates,
};
use deploysim::serving::Quota;
use deploysim::sim::deployment::record::{
    DeploymentEventKind as Kind, DeploymentEventRecord, DeploymentItem as Item, PaymentReason as Reason,
};
use deploysim::sim::deployment::status::{
    ConsoleAction, DeploymentStatus as Status, MethodKind, TRANSITIONS, allowed_actions,
};
use deploysim::units::RoundingMode;
use deploysim::world::DurationModel;
use money::{
    PPB, auto_renewal, days_expiry, days_renewed, is_early, months_after, part, stop_and_release, used_days,
};
use std::collections::BTreeMap;

/// What, from, to, and the amount in 10⁻¹².
pub(crate) type TimeCharge = (Item, i64, i64, i128);

/// What is billed, the price of one an hour, and how many there are at a size.
type Billed = (Item, i64, fn(Quota, u32) -> u64);

/// A prepaid term. Amounts are in 10⁻¹² times the days of a price: 1 for days, 30 for months.
#[derive(Clone, Copy)]
struct Term {
    start: i64,
    periods: u32,
    /// None until it runs.
    expiry: Option<i64>,
    paid: i128,
    auto: Option<u32>,
    /// Days before the last change of size, their price at the sizes of their time, and what is left for later ones.
    settled_days: i64,
    settled: i128,
    left: i128,
}

pub(crate) struct Ledger<'run> {
    deployment: &'run Deployment,
    settings: &'run DeploymentSettings,
    terms: &'run TermRules,
    scenario: &'run Scenario,
    clock: Clock,
    horizon: i64,
    told: String,
    status: Status,
    /// What must be told when, exactly.
    dues: BTreeMap<&'static str, i64>,
    packs: Vec<(i64, Quota)>,
    term: Option<Term>,
    quota: Quota,
    replicas: u32,
    wanted: Option<DeploymentAction>,
    running: Option<i64>,
    sizes: Vec<(i64, Quota, u32)>,
    pub(crate) payments: Vec<(i64, i128, Reason)>,
    pub(crate) charges: Vec<TimeCharge>,
}

impl<'run> Ledger<'run> {
    pub(crate) fn new(scenario: &'run Scenario, deployment: &'run Deployment, told: &str) -> Self {
        let settings = &scenario.deployment_settings;
        Self {
            deployment,
            settings,
            terms: &settings.terms,
            scenario,
            clock: Clock::new(scenario),
            horizon: scenario.horizon.as_ms(),
            told: format!("{told}, {}", deployment.name),
            status: Status::Absent,
            dues: BTreeMap::new(),
            packs: vec![],
            term: None,
            quota: Quota::default(),
            replicas: 0,
            wanted: None,
            running: None,
            sizes: vec![],
            payments: vec![],
            charges: vec![],
        }
    }

    fn paid_by(&self) -> Option<PaidBy> {
        match &self.deployment.kind {
            DeploymentKind::Ptu(ptu) => Some(ptu.paid_by),
            DeploymentKind::Units(units) => Some(units.paid_by),
            DeploymentKind::Tokens(_) | DeploymentKind::Public | DeploymentKind::Service(_) => None,
        }
    }

    fn is_units(&self) -> bool {
        matches!(self.deployment.kind, DeploymentKind::Units(_))
    }

    /// Days that a price is for.
    fn days_of_price(&self) -> i128 {
        if self.is_units() { 30 } else { 1 }
    }

    /// Price of a day or a month of a size.
    fn price(&self, quota: Quota, replicas: u32) -> i128 {
        match &self.deployment.kind {
            DeploymentKind::Ptu(ptu) => sum_of(ptu.daily, quota),
            DeploymentKind::Units(units) => units.monthly.as_pico() * i128::from(replicas),
            DeploymentKind::Tokens(_) | DeploymentKind::Public | DeploymentKind::Service(_) => 0,
        }
    }

    fn rounded(&self, amount: i128) -> i128 {
        part(amount, 1, 1, self.settings.payment_decimals)
    }

    fn due(&mut self, what: &'static str, at: i64) {
        self.dues.insert(what, at);
    }

    /// Something was due, and is told now.
    fn done(&mut self, what: &'static str, now: i64) {
        assert_eq!(self.dues.remove(what), Some(now), "{what} at {now}, {}", self.told);
    }

    fn forget(&mut self, whats: &[&str]) {
        self.dues.retain(|what, _| !whats.contains(what));
    }

    pub(crate) fn follow(&mut self, event: &DeploymentEventRecord) {
        let (now, told) = (event.at.as_ms(), self.told.clone());
        assert!(now < self.horizon, "{told}");
        for (what, due) in &self.dues {
            assert!(*due >= now, "{what} was due at {due}, before {event:?}, {told}");
        }
        self.packs.iter().for_each(|(until, _)| assert!(*until >= now, "a pack outlives its term, {told}"));
        let begins = matches!(event.kind, Kind::Submitted | Kind::Denied(_));
        if begins {
            let free = [Status::Absent, Status::Gone, Status::DeploymentFailed];
            assert!(free.contains(&self.status), "{event:?}, {told}");
            self.status = Status::Absent;
        }
        assert_eq!(event.from, self.status, "{event:?}, {told}");
        self.take(event, now);
        let to = event.view.status;
        let is_row = TRANSITIONS.iter().any(|row| row.from == self.status && row.to == to);
        let unsubscribed = self.status == Status::TakingOffline;
        assert!(to == self.status || is_row || unsubscribed, "{event:?}, {told}");
        self.status = to;
        if let (
            Kind::Acted(DeploymentAction::ScaleQuota { .. } | DeploymentAction::ScaleReplicas { .. }),
            false,
        ) = (&event.kind, matches!(self.deployment.kind, DeploymentKind::Tokens(_)))
        {
            self.status = Status::RunningResizing;
        }
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each kind of event")]
    fn take(&mut self, event: &DeploymentEventRecord, now: i64) {
        let told = self.told.clone();
        match &event.kind {
            Kind::Denied(_) => assert!(self.deployment.denial.is_some(), "{told}"),
            Kind::Submitted => self.submitted(now),
            Kind::Deploying => {
                self.done("deploys", now);
                if let DurationModel::Fixed(time) = self.deployment.deploy_time {
                    self.due("runs", now + time.as_ms());
                }
            }
            Kind::NoCompute | Kind::DeploymentFailed => {
                if event.kind == Kind::NoCompute {
                    self.done("deploys", now);
                } else {
                    assert!(self.deployment.deploy_fails, "{told}");
                }
                self.dues.clear();
                if let Some(term) = self.term.take() {
                    self.payments.push((now, -term.paid / self.days_of_price(), Reason::FailedPurchase));
                }
            }
            Kind::Running if event.from == Status::Restoring => self.done("restored", now),
            Kind::Running => self.runs(now),
            // Payments are worked out from what they are for, and compared at the end.
            Kind::Paid { .. } | Kind::Refunded { .. } => {}
            Kind::Acted(action) => self.acted(action, event.from, now),
            Kind::ActionRefused(action, _) => {
                assert!(!self.is_allowed(action, event.from), "{event:?}, {told}");
            }
            Kind::Resized => {
                self.done("resized", now);
                let (quota, replicas) = match self.wanted.take() {
                    Some(DeploymentAction::ScaleQuota { quota, fails: false }) => (quota, self.replicas),
                    Some(DeploymentAction::ScaleReplicas { replicas, fails: false }) => {
                        (self.quota, replicas)
                    }
                    other => panic!("resized without {other:?}, {told}"),
                };
                self.resize(quota, replicas, now);
            }
            Kind::ResizeFailed => {
                self.done("resized", now);
                let fails = match self.wanted.take() {
                    Some(DeploymentAction::ScaleQuota { fails, .. }) => fails,
                    Some(DeploymentAction::ScaleReplicas { fails, .. }) => {
                        let has_pool = matches!(&self.deployment.kind, DeploymentKind::Units(units) if units.pool.is_some());
                        fails || has_pool
                    }
                    other => panic!("resized without {other:?}, {told}"),
                };
                assert!(fails, "{told}");
            }
            Kind::Approved { replicas } => self.replicas = *replicas,
            Kind::ScaledByLoad { replicas, .. } | Kind::ScaledBySchedule { replicas } => {
                let DeploymentKind::Units(units) = &self.deployment.kind else { panic!("{told}") };
                let scale = units.autoscale.as_ref().expect("it scales");
                assert!((scale.min..=scale.max).contains(replicas), "{event:?}, {told}");
                if let Kind::ScaledBySchedule { .. } = event.kind {
                    let time = self.clock.time_of_day(now);
                    assert!(scale.schedule.iter().any(|(at, _)| at.as_ms() == time), "{event:?}, {told}");
                }
                self.resize(self.quota, *replicas, now);
            }
            Kind::UpdateStep { .. } => assert!(event.from.is_serving(), "{told}"),
            Kind::PackStarted { until } => {
                let Some(DeploymentAction::CapacityPack { quota, days }) = self.wanted.take() else {
                    panic!("{told}")
                };
                let expected = days_expiry(self.terms, &self.clock, now, days);
                assert_eq!(until.as_ms(), expected, "{told}");
                self.packs.push((expected, quota));
                let price = self.price(quota, 0) * i128::from(days);
                self.payments.push((now, self.rounded(price), Reason::CapacityPack));
            }
            Kind::PackEnded => {
                let place = self.packs.iter().position(|(until, _)| *until == now).expect("a pack is over");
                self.packs.remove(place);
            }
            Kind::Expired => self.done("expired", now),
            Kind::ServiceSuspended => {
                self.done("suspended", now);
                self.forget(&["deploys", "runs", "resized", "restored"]);
            }
            Kind::Released if event.from == Status::Stopped || event.from == Status::ServiceSuspended => {
                // Unsubscribed after it was offline, or kept long enough.
                if event.view.status == Status::Gone {
                    self.done("released", now);
                }
                self.gone();
            }
            Kind::Released | Kind::IdleReleased => self.gone(),
            Kind::Renewed { automatic, until } => self.renewed(*automatic, until.as_ms(), event.from, now),
            Kind::TakingOffline => {
                self.due("offline", now + self.settings.delete_time.as_ms());
                self.forget(&["suspended", "resized"]);
                let offline = self.dues["offline"];
                self.dues.entry("released").and_modify(|at| *at = (*at).max(offline));
            }
            Kind::Offline => self.done("offline", now),
            Kind::Deleting => {
                self.dues.clear();
                self.due("gone", now + self.settings.delete_time.as_ms());
            }
            Kind::NotPaid(_)
            | Kind::RenewalFailed(_)
            | Kind::ArrearsReleased
            | Kind::Restoring
            | Kind::ArrearsCleared => panic!("there are no accounts here"),
            Kind::Gone => {
                self.done("gone", now);
                self.bill(now);
                self.gone();
            }
        }
        if event.view.status == Status::Running || event.view.status.is_serving() {
            let packs = self.packs.iter().map(|(_, pack)| pack);
            let input: u64 = packs.clone().map(|pack| pack.input_tpm).sum();
            let output: u64 = packs.map(|pack| pack.output_tpm).sum();
            if !matches!(event.kind, Kind::Paid { .. } | Kind::Refunded { .. } | Kind::Acted(_)) {
                let found = (event.view.quota.input_tpm, event.view.quota.output_tpm, event.view.replicas);
                let expected = (self.quota.input_tpm + input, self.quota.output_tpm + output, self.replicas);
                assert_eq!(found, expected, "{event:?}, {told}");
            }
        }
    }

    fn submitted(&mut self, now: i64) {
        (self.quota, self.replicas) = match &self.deployment.kind {
            DeploymentKind::Ptu(ptu) => (ptu.quota, 0),
            DeploymentKind::Units(units) => (Quota::default(), units.replicas),
            DeploymentKind::Tokens(tokens) => (Quota::default(), tokens.replicas),
            DeploymentKind::Public | DeploymentKind::Service(_) => panic!("nothing to deploy"),
        };
        self.gone();
        self.due("deploys", now + self.deployment.pending.as_ms());
        if let Some(PaidBy::Prepaid { periods, auto_renew }) = self.paid_by() {
            let paid = self.rounded(self.price(self.quota, self.replicas) * i128::from(periods));
            self.payments.push((now, paid, Reason::Order));
            let waits = self.is_units() && self.settings.units_term_from_running;
            let paid = paid * self.days_of_price();
            self.term = Some(Term {
                start: now,
                periods,
                expiry: None,
                paid,
                auto: auto_renew,
                settled_days: 0,
                settled: 0,
                left: paid,
            });
            if !waits {
                self.begin_term(now);
            }
        }
    }

    fn runs(&mut self, now: i64) {
        self.forget(&["runs"]);
        if let Some(Term { expiry: None, .. }) = self.term {
            self.begin_term(now);
        }
        if self.paid_by() == Some(PaidBy::PayAsYouGo) {
            self.running = Some(now);
            self.sizes = vec![(now, self.quota, self.replicas)];
        }
    }

    fn begin_term(&mut self, now: i64) {
        let mut term = self.term.expect("it is prepaid");
        term.start = now;
        term.expiry = Some(if self.is_units() {
            months_after(self.terms, &self.clock, now, term.periods)
        } else {
            days_expiry(self.terms, &self.clock, now, term.periods)
        });
        self.term = Some(term);
        self.set_dues(now);
    }

    fn set_dues(&mut self, now: i64) {
        let Some(Term { expiry: Some(expiry), .. }) = self.term else { return };
        let (stop, release) = stop_and_release(self.terms, expiry);
        self.due("expired", expiry.max(now));
        self.due("suspended", stop.max(now));
        self.due("released", release.max(now));
        self.set_auto(now);
    }

    fn set_auto(&mut self, now: i64) {
        self.forget(&["renewed"]);
        let Some(Term { expiry: Some(expiry), auto: Some(_), .. }) = self.term else { return };
        if let Some(at) = auto_renewal(self.terms, &self.clock, expiry, now) {
            self.due("renewed", at);
        }
    }

    fn renewed(&mut self, automatic: bool, until: i64, from: Status, now: i64) {
        let mut term = self.term.expect("what is renewed is prepaid");
        let periods = match (automatic, self.wanted.take()) {
            (true, wanted) => {
                self.wanted = wanted;
                self.done("renewed", now);
                term.auto.expect("it is on")
            }
            (false, Some(DeploymentAction::Renew { periods })) => periods,
            (false, other) => panic!("renewed without {other:?}, {}", self.told),
        };
        let paid = self.rounded(self.price(self.quota, self.replicas) * i128::from(periods));
        self.payments.push((now, paid, Reason::Renewal));
        term.paid += paid * self.days_of_price();
        term.left += paid * self.days_of_price();
        term.periods += periods;
        let expiry = term.expiry.expect("it has begun");
        let expiry = if self.is_units() {
            months_after(self.terms, &self.clock, term.start, term.periods)
        } else {
            days_renewed(self.terms, &self.clock, expiry, now, periods)
        };
        assert_eq!(until, expiry, "renewed at {now}, {}", self.told);
        term.expiry = Some(expiry);
        self.term = Some(term);
        let offline = self.dues.get("offline").copied();
        self.set_dues(now);
        if from == Status::Stopped || from == Status::TakingOffline {
            self.forget(&["suspended"]);
            if let Some(offline) = offline {
                self.dues.entry("released").and_modify(|at| *at = (*at).max(offline));
            }
        }
        if from == Status::ServiceSuspended {
            self.due("restored", now + self.settings.restore_time.as_ms());
        }
    }

    /// A change of size settles what is left of a term (P13, A-28).
    fn resize(&mut self, quota: Quota, replicas: u32, now: i64) {
        let (old, new) = (self.price(self.quota, self.replicas), self.price(quota, replicas));
        (self.quota, self.replicas) = (quota, replicas);
        self.sizes.retain(|(at, ..)| *at < now);
        self.sizes.push((now, quota, replicas));
        let Some(mut term) = self.term.filter(|term| term.expiry.is_some()) else { return };
        let days = used_days(self.terms, &self.clock, term.start, now).max(term.settled_days);
        let used = i128::from(days - term.settled_days) * old;
        (term.settled_days, term.settled) = (days, term.settled + used);
        let factor = if new < old { i128::from(self.terms.downgrade_factor_ppb) } else { PPB };
        let open = (term.left * PPB - used * factor).max(0);
        let decimals = self.settings.payment_decimals;
        let amount = part_of_open(open, (old - new).abs(), old, self.days_of_price(), decimals);
        let left = term.left / self.days_of_price();
        let (amount, reason) =
            if new < old { (-amount.min(left), Reason::Reduction) } else { (amount, Reason::Enlargement) };
        if amount != 0 {
            self.payments.push((now, amount, reason));
        }
        term.paid += amount * self.days_of_price();
        term.left = (term.left - used).max(0) + amount * self.days_of_price();
        self.term = Some(term);
    }

    fn acted(&mut self, action: &DeploymentAction, from: Status, now: i64) {
        assert!(self.is_allowed(action, from), "{action:?} in {from:?}, {}", self.told);
        match action {
            DeploymentAction::ScaleQuota { .. } | DeploymentAction::ScaleReplicas { .. } => {
                if !matches!(self.deployment.kind, DeploymentKind::Tokens(_)) {
                    self.due("resized", now + self.settings.resize_time.as_ms());
                }
            }
            DeploymentAction::AutoRenew(periods) => {
                if let Some(term) = &mut self.term {
                    term.auto = *periods;
                }
                self.set_auto(now);
                return;
            }
            DeploymentAction::Unsubscribe => self.given_up(now),
            DeploymentAction::Create
            | DeploymentAction::Delete
            | DeploymentAction::Deactivate
            | DeploymentAction::Update { .. } => return,
            DeploymentAction::Renew { .. } | DeploymentAction::CapacityPack { .. } => {}
        }
        self.wanted = Some(action.clone());
    }

    /// What comes back of a term that is given up (U4, U5, U8, A-09, A-10).
    fn given_up(&mut self, now: i64) {
        let term = self.term.expect("what is given up is prepaid");
        let per = self.days_of_price();
        let refund = if term.expiry.is_none() {
            term.paid / per
        } else {
            let days = used_days(self.terms, &self.clock, term.start, now) - term.settled_days;
            let used = term.settled + self.price(self.quota, self.replicas) * i128::from(days.max(0));
            let factor = match (self.is_units(), self.terms.ptu_early_factor_ppb) {
                (true, _) if is_early(self.terms, &self.clock, term.start, now) => {
                    self.terms.units_early_factor_ppb
                }
                (true, _) => 1_000_000_000,
                (false, factor) => factor.expect("it is allowed"),
            };
            let charge = part(used, i128::from(factor), PPB * per, self.settings.payment_decimals);
            (term.paid / per - charge).max(0)
        };
        self.payments.push((now, -refund, Reason::Cancellation));
        self.forget(&["expired", "suspended", "released", "renewed"]);
    }

    fn gone(&mut self) {
        self.dues.clear();
        self.packs.clear();
        self.term = None;
        self.running = None;
    }

    fn is_allowed(&self, action: &DeploymentAction, from: Status) -> bool {
        let method = MethodKind::of(&self.deployment.kind).expect("it is deployed");
        let may = |wanted: ConsoleAction| allowed_actions(from, method).contains(&wanted);
        match action {
            DeploymentAction::Create => {
                [Status::Absent, Status::Gone, Status::DeploymentFailed].contains(&from)
            }
            DeploymentAction::Delete => may(ConsoleAction::Delete),
            DeploymentAction::Deactivate => may(ConsoleAction::TakeOffline),
            DeploymentAction::Unsubscribe if method == MethodKind::PtuPrepaid => {
                let settled = [Status::Running, Status::RunningResizingFailed];
                self.terms.ptu_early_factor_ppb.is_some() && settled.contains(&from)
            }
            DeploymentAction::Unsubscribe => {
                may(ConsoleAction::Unsubscribe)
                    || (method == MethodKind::UnitsPrepaid && may(ConsoleAction::TakeOffline))
            }
            DeploymentAction::ScaleQuota { .. } | DeploymentAction::ScaleReplicas { .. } => {
                may(ConsoleAction::Scale)
            }
            DeploymentAction::Renew { .. } | DeploymentAction::AutoRenew(_) => may(ConsoleAction::Renew),
            DeploymentAction::CapacityPack { .. } => may(ConsoleAction::CapacityPack),
            DeploymentAction::Update { .. } => may(ConsoleAction::Update),
        }
    }

    /// Nothing that was due has been left out, and what bills on is billed.
    pub(crate) fn finish(&mut self) {
        for (what, due) in &self.dues {
            assert!(*due >= self.horizon, "{what} was due at {due}, {}", self.told);
        }
        self.bill(self.horizon);
    }

    fn bill(&mut self, to: i64) {
        let Some(from) = self.running.take().filter(|from| *from < to) else { return };
        let metering =
            if self.is_units() { self.settings.units_metering } else { self.settings.ptu_metering };
        let items: Vec<Billed> = match &self.deployment.kind {
            DeploymentKind::Ptu(ptu) => vec![
                (Item::PtuInput, ptu.hourly.input.as_nano(), |quota, _| quota.input_tpm),
                (Item::PtuOutput, ptu.hourly.output.as_nano(), |quota, _| quota.output_tpm),
                (
                    Item::PtuThinkingOutput,
                    ptu.hourly.thinking_output.unwrap_or_default().as_nano(),
                    |quota, _| quota.thinking_output_tpm.unwrap_or(0),
                ),
            ],
            DeploymentKind::Units(units) => {
                vec![(Item::ModelUnits, units.hourly.as_nano(), |_, replicas| u64::from(replicas))]
            }
            DeploymentKind::Tokens(_) | DeploymentKind::Public | DeploymentKind::Service(_) => vec![],
        };
        for (item, price, count) in items {
            let sizes: Vec<(i64, i128)> = self
                .sizes
                .iter()
                .map(|(at, quota, replicas)| (*at, i128::from(price) * i128::from(count(*quota, *replicas))))
                .collect();
            if sizes.iter().any(|(_, rate)| *rate > 0) {
                let sum = by_granules(&sizes, from, to, metering);
                self.charges.push((item, from, to, self.line(sum)));
            }
        }
    }

    /// Σ price (10⁻⁹ an hour) × ms as an amount, rounded as a line is.
    fn line(&self, sum: i128) -> i128 {
        let unit = 10_i128.pow(12 - self.scenario.settings.line_decimals);
        let below = 3_600 * unit;
        let (whole, rest) = (sum / below, sum % below);
        let up = match self.scenario.settings.line_rounding {
            RoundingMode::HalfUp => 2 * rest >= below,
            RoundingMode::HalfEven => 2 * rest > below || (2 * rest == below && whole % 2 == 1),
            RoundingMode::Down => false,
        };
        (whole + i128::from(up)) * unit
    }
}

/// `open` (in 10⁻⁹ of an amount times `per`) × above / below.
fn part_of_open(open: i128, above: i128, below: i128, per: i128, decimals: u32) -> i128 {
    if below == 0 {
        return 0;
    }
    // Both prices share a large factor, without which the product fits.
    let (mut a, mut b) = (above, below);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    let divisor = a.max(1);
    part(open, above / divisor, below / divisor * per * PPB, decimals)
}

/// Price of a day of a quota: 10⁻⁹ a TPM.
fn sum_of(rates: PtuRates, quota: Quota) -> i128 {
    let of = |nano: i64, tpm: u64| i128::from(nano) * i128::from(tpm) * 1_000;
    of(rates.input.as_nano(), quota.input_tpm)
        + of(rates.output.as_nano(), quota.output_tpm)
        + of(rates.thinking_output.unwrap_or_default().as_nano(), quota.thinking_output_tpm.unwrap_or(0))
}

/// Σ rate × ms, granule by granule, at the size in force when each starts; or ms by ms, as stretches.
fn by_granules(sizes: &[(i64, i128)], from: i64, to: i64, metering: Metering) -> i128 {
    if metering.rounding == MeterRounding::Exact {
        let ends = sizes.iter().skip(1).map(|(at, _)| *at).chain([to]);
        return sizes.iter().zip(ends).map(|((at, rate), end)| rate * i128::from(end - at)).sum();
    }
    let granule = metering.granularity.as_ms();
    let (mut sum, mut at) = (0, from);
    let mut sizes = sizes;
    while at < to {
        while let [_, later @ ..] = sizes
            && later.first().is_some_and(|(since, _)| *since <= at)
        {
            sizes = later;
        }
        sum += sizes[0].1 * i128::from(granule);
        at += granule;
    }
    sum
}
