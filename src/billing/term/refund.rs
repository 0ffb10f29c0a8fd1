//! What comes back of a prepayment: amounts are exact fractions of whole numbers, divided and rounded once.

use super::{EarlyUntil, TermRules};
use crate::units::{Calendar, Money, RoundingMode, SimTime};

/// Factors are in units of 10⁻⁹.
const PPB: i128 = 1_000_000_000;
/// U4: the daily rate is the monthly price over 30, whatever the month.
const DAYS_OF_A_RATE: i128 = 30;

impl TermRules {
    /// What comes back when a prepaid model-unit deployment is given up (U4, U5, U8): max(0, paid − charge), with the
    /// charge = used days × monthly/30 × factor, rounded to `decimals`. The factor is that of early termination inside
    /// the first month, 1 after it: so a refund may grow when the month is over, and on an order of one month
    /// nothing comes back from the 25th day on.
    pub fn units_refund(
        &self,
        paid: Money,
        monthly: Money,
        start: SimTime,
        now: SimTime,
        calendar: &Calendar,
        decimals: u32,
    ) -> Money {
        let days = self.used_days(start, now, calendar);
        let used = Money::from_pico(monthly.as_pico() * i128::from(days));
        self.units_refund_of(paid, used, self.is_early(start, now, calendar), decimals)
    }

    /// The same of what was used: the monthly price of each size times its days.
    pub fn units_refund_of(&self, paid: Money, used: Money, is_early: bool, decimals: u32) -> Money {
        let factor = if is_early { self.units_early_factor_ppb.into() } else { PPB };
        (paid - part_of(used.as_pico(), factor, DAYS_OF_A_RATE * PPB, decimals)).max(Money::ZERO)
    }

    /// What comes back when a PTU subscription is given up; `None` if that is refused (P8, A-10): max(0, paid − charge),
    /// with the charge = used days × daily × factor, rounded to `decimals`.
    pub fn ptu_refund(
        &self,
        paid: Money,
        daily: Money,
        start: SimTime,
        now: SimTime,
        calendar: &Calendar,
        decimals: u32,
    ) -> Option<Money> {
        let days = i128::from(self.used_days(start, now, calendar));
        self.ptu_refund_of(paid, Money::from_pico(daily.as_pico() * days), decimals)
    }

    /// The same of what was used: the daily price of each size times its days.
    pub fn ptu_refund_of(&self, paid: Money, used: Money, decimals: u32) -> Option<Money> {
        let factor = i128::from(self.ptu_early_factor_ppb?);
        Some((paid - part_of(used.as_pico(), factor, PPB, decimals)).max(Money::ZERO))
    }

    /// What comes back when a prepaid deployment is made smaller (P13, A-28): (paid − consumed) × (old − new)/old, with
    /// consumed = old daily price × used days × factor, never below zero. Negative if it is made larger: what is to be
    /// paid, (new − old) × days not yet used up. That mirrors the refund: those days are (paid − consumed)/old without
    /// the factor, which punishes only giving back. Zero where the old price is zero.
    ///
    /// `paid` is what was paid for the time from `start` on at the old price. After a change of size that is what the
    /// change left of it, from the change on.
    #[expect(clippy::too_many_arguments, reason = "one formula of the rulebook with its named figures")]
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
        let days = self.used_days(start, now, calendar);
        self.resize_refund_of(paid, daily_old, daily_new, days, decimals)
    }

    /// The same after so many used days at the old price; `paid` is what was paid for these and the days after them.
    pub fn resize_refund_of(
        &self,
        paid: Money,
        daily_old: Money,
        daily_new: Money,
        used_days: u32,
        decimals: u32,
    ) -> Money {
        let (old, new) = (daily_old.as_pico(), daily_new.as_pico());
        if old <= 0 {
            return Money::ZERO;
        }
        let is_smaller = new < old;
        let factor = if is_smaller { self.downgrade_factor_ppb.into() } else { PPB };
        let (factor, per) = reduced(factor, PPB);
        let days = i128::from(used_days);
        let left = (paid.as_pico() * per - old * days * factor).max(0);
        let amount = part_of(left, (old - new).abs(), old * per, decimals);
        if is_smaller { amount.min(paid) } else { -amount }
    }

    /// Whether the factor of early termination still holds.
    pub(crate) fn is_early(&self, start: SimTime, now: SimTime, calendar: &Calendar) -> bool {
        match self.units_early_until {
            EarlyUntil::FirstMonth => now < self.months_after(start, 1, calendar),
            EarlyUntil::Days(days) => self.used_days(start, now, calendar) <= days,
        }
    }
}

/// `amount` (in 10⁻¹², not negative) × `numerator` / `denominator`, rounded half-up to `decimals`. The fraction is reduced
/// against both factors first, so that the product fits for every amount a bill can hold.
fn part_of(amount: i128, numerator: i128, denominator: i128, decimals: u32) -> Money {
    let unit = 10_i128.pow(Money::SCALE.saturating_sub(decimals));
    let (numerator, denominator) = reduced(numerator, denominator);
    let (amount, denominator) = reduced(amount, denominator * unit);
    let (numerator, denominator) = reduced(numerator, denominator);
    let product = amount.checked_mul(numerator).expect("an amount of money fits");
    Money::from_pico(Money::from_ratio(product, denominator, RoundingMode::HalfUp).as_pico() * unit)
}

/// A fraction of a number that is not negative and a positive one in its lowest terms.
fn reduced(numerator: i128, denominator: i128) -> (i128, i128) {
    let (mut divisor, mut rest) = (numerator, denominator);
    while rest != 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    (numerator / divisor, denominator / divisor)
}
