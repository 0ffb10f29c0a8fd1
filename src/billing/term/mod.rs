//! Terms of prepaid deployments: when they end, what is kept how long, what comes back when they are given up.
//!
//! `expiry` has the instants, `refund` the amounts; here are the settings. Intervals are half-open: a term that expires
//! at 23:59:59 has expired at that instant, and a month that ends at 10:00:00 is over at that instant.

mod expiry;
mod refund;
#[cfg(test)]
mod tests;

use crate::units::SimSpan;

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
    /// a renewal of PTU continues from the old expiry, or, once that is past, from now; months always continue.
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
