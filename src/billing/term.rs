//! Terms of prepaid deployments: when they end, what is kept how long, what comes back when they are given up.

use crate::units::{Calendar, Money, SimSpan, SimTime};

/// Settings of terms; every default is the rulebook's.
#[derive(Clone, Debug, PartialEq)]
pub struct TermRules {
    /// time of day after which an order expires a day later; 22:00:00.
    pub cut_off: SimSpan,
    /// an order at the cut-off itself already counts as after it; no.
    pub cut_off_inclusive: bool,
    /// time of day of the expiry; 23:59:59.
    pub expiry_time: SimSpan,
    /// P7, A-11: from expiry to the stop of the service; 2 h.
    pub grace: SimSpan,
    /// P7, A-11: how long resources are kept, from the anchor; 14 h.
    pub retention: SimSpan,
    ///
    pub retention_anchor: RetentionAnchor,
    /// a renewal continues from the old expiry, or from now.
    pub renew_from: RenewFrom,
    /// times of day of automatic renewal on the day before expiry; 08:20, 12:00, 16:00, 20:00.
    pub auto_renew_at: Vec<SimSpan>,
    /// `None` refuses (P8); a factor in units of 10⁻⁹ charges the used days times it.
    pub ptu_early_factor_ppb: Option<i64>,
    ///
    pub month: MonthRule,
    /// factor inside the first month, in units of 10⁻⁹; 1.2.
    pub units_early_factor_ppb: i64,
    /// until when the factor holds.
    pub units_early_until: EarlyUntil,
    /// how used days count.
    pub day_count: DayCount,
    /// factor on what was consumed, in units of 10⁻⁹; 1.
    pub downgrade_factor_ppb: i64,
}

///
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetentionAnchor {
    /// From the stop of the service (seed): expiry + 2 h + 14 h.
    Stop,
    /// From the expiry: expiry + 14 h.
    Expiry,
}

///
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenewFrom {
    /// Contiguous.
    OldExpiry,
    /// From the renewal.
    Now,
}

///
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MonthRule {
    /// Natural months, clamped at month end from the original anchor.
    Calendar,
    /// 30 days of 24 hours.
    Fixed30Days,
}

///
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EarlyUntil {
    /// The end of the first month by [`MonthRule`].
    FirstMonth,
    /// So many used days, included; 30.
    Days(u32),
}

///
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayCount {
    /// ⌈elapsed / 24 h⌉, at least 1.
    Elapsed,
    /// Civil dates touched.
    Calendar,
}

impl Default for TermRules {
    fn default() -> Self {
        Self {
            cut_off: SimSpan::from_hours(22),
            cut_off_inclusive: false,
            expiry_time: SimSpan::from_seconds(86_399),
            grace: SimSpan::from_hours(2),
            retention: SimSpan::from_hours(14),
            retention_anchor: RetentionAnchor::Stop,
            renew_from: RenewFrom::OldExpiry,
            auto_renew_at: [500, 720, 960, 1_200].map(SimSpan::from_minutes).to_vec(),
            ptu_early_factor_ppb: None,
            month: MonthRule::Calendar,
            units_early_factor_ppb: 1_200_000_000,
            units_early_until: EarlyUntil::FirstMonth,
            day_count: DayCount::Elapsed,
            downgrade_factor_ppb: 1_000_000_000,
        }
    }
}

impl TermRules {
    /// When a PTU subscription of so many days that is paid now expires (P5, P6, A-12).
    pub fn ptu_expiry(&self, paid_at: SimTime, days: u32, calendar: &Calendar) -> SimTime {
        let _ = (days, calendar);
        paid_at
    }

    /// The same of a renewal (D8, A-11).
    pub fn ptu_renewed(&self, old_expiry: SimTime, now: SimTime, days: u32, calendar: &Calendar) -> SimTime {
        let _ = (now, days, calendar);
        old_expiry
    }

    /// The end of so many months from an anchor; renewals count from the original anchor with the sum of months.
    pub fn months_after(&self, anchor: SimTime, months: u32, calendar: &Calendar) -> SimTime {
        let _ = (months, calendar);
        anchor
    }

    /// When the service stops after an expiry (P7).
    pub fn stops_at(&self, expiry: SimTime) -> SimTime {
        expiry
    }

    /// When the resources are released after an expiry (P7, A-11).
    pub fn released_at(&self, expiry: SimTime) -> SimTime {
        expiry
    }

    /// The instants of automatic renewal before an expiry, in order.
    pub fn auto_renewals(&self, expiry: SimTime, calendar: &Calendar) -> Vec<SimTime> {
        let _ = (expiry, calendar);
        Vec::new()
    }

    /// Used days of a term.
    pub fn used_days(&self, start: SimTime, now: SimTime, calendar: &Calendar) -> u32 {
        let _ = (start, now, calendar);
        0
    }

    /// What comes back when a prepaid model-unit deployment is given up (U4, U5, U8): max(0, paid − charge), with the
    /// charge = used days × monthly/30 × factor, rounded to `decimals`.
    pub fn units_refund(
        &self,
        paid: Money,
        monthly: Money,
        start: SimTime,
        now: SimTime,
        calendar: &Calendar,
        decimals: u32,
    ) -> Money {
        let _ = (monthly, start, now, calendar, decimals);
        paid
    }

    /// What comes back when a PTU subscription is given up; `None` if that is refused (P8, A-10).
    pub fn ptu_refund(
        &self,
        paid: Money,
        daily: Money,
        start: SimTime,
        now: SimTime,
        calendar: &Calendar,
        decimals: u32,
    ) -> Option<Money> {
        let _ = (daily, start, now, calendar, decimals);
        Some(paid)
    }

    /// What comes back when a prepaid deployment is made smaller: (paid − consumed) × (old − new)/old, with
    /// consumed = old daily price × used days × factor. Negative if it is made larger: what is to be paid.
    pub fn resize_refund(
        &self,
        paid: Money,
        daily_old: Money,
        daily_new: Money,
        start: SimTime,
        now: SimTime,
        calendar: &Calendar,
        decimals: u32,
    ) -> Money {
        let _ = (daily_old, daily_new, start, now, calendar, decimals);
        paid
    }
}
