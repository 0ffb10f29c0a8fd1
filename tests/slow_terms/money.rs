//! Amounts as plain fractions.

use deploysim::billing::{DayCount, EarlyUntil, MonthRule, RenewFrom, RetentionAnchor, TermRules};

use super::civil::{Clock, DAY};

pub(crate) const PPB: i128 = 1_000_000_000;

fn greatest_common_divisor(a: i128, b: i128) -> i128 {
    if b == 0 { a.abs().max(1) } else { greatest_common_divisor(b, a % b) }
}

/// `of × above / below`, in units of 10⁻¹², half-up at some decimals; nothing is negative.
pub(crate) fn part(of: i128, above: i128, below: i128, decimals: u32) -> i128 {
    let unit = 10_i128.pow(12 - decimals);
    let mut fraction = [of, above, below, unit];
    for (top, bottom) in [(0, 2), (1, 2), (0, 3), (1, 3)] {
        let divisor = greatest_common_divisor(fraction[top], fraction[bottom]);
        fraction[top] /= divisor;
        fraction[bottom] /= divisor;
    }
    let (numerator, denominator) = (fraction[0] * fraction[1], fraction[2] * fraction[3]);
    let (whole, rest) = (numerator / denominator, numerator % denominator);
    (whole + i128::from(2 * rest >= denominator)) * unit
}

/// Used days of `[start, now)` (U5, A-09).
pub(crate) fn used_days(terms: &TermRules, clock: &Clock, start: i64, now: i64) -> i64 {
    let days = match terms.day_count {
        DayCount::Elapsed => (now - start + DAY - 1).div_euclid(DAY),
        DayCount::Calendar => clock.day(now - 1) - clock.day(start) + 1,
    };
    days.max(1)
}

/// The end of so many months.
pub(crate) fn months_after(terms: &TermRules, clock: &Clock, start: i64, months: u32) -> i64 {
    match terms.month {
        MonthRule::Calendar => clock.months_after(start, i64::from(months)),
        MonthRule::Fixed30Days => start + 30 * DAY * i64::from(months),
    }
}

/// The end of an order of so many days (P5, P6, A-12).
pub(crate) fn days_expiry(terms: &TermRules, clock: &Clock, paid: i64, days: u32) -> i64 {
    let (ordered, cut) = (clock.time_of_day(paid), terms.cut_off.as_ms());
    let late = if terms.cut_off_inclusive { ordered >= cut } else { ordered > cut };
    let last = clock.day(paid) + i64::from(days) - 1 + i64::from(late);
    clock.at(last, terms.expiry_time.as_ms()).max(paid)
}

/// The end of a term of days after a renewal (D8, A-11).
pub(crate) fn days_renewed(terms: &TermRules, clock: &Clock, expiry: i64, now: i64, days: u32) -> i64 {
    match terms.renew_from {
        RenewFrom::Now if now >= expiry => days_expiry(terms, clock, now, days),
        RenewFrom::Now | RenewFrom::OldExpiry => expiry + i64::from(days) * DAY,
    }
}

/// When the service stops and when it is released (P7, A-11).
pub(crate) fn stop_and_release(terms: &TermRules, expiry: i64) -> (i64, i64) {
    let stop = expiry + terms.grace.as_ms();
    let release = match terms.retention_anchor {
        RetentionAnchor::Stop => stop + terms.retention.as_ms(),
        RetentionAnchor::Expiry => stop.max(expiry + terms.retention.as_ms()),
    };
    (stop, release)
}

/// The attempt to renew: the first that is not past, on the day before the end.
pub(crate) fn auto_renewal(terms: &TermRules, clock: &Clock, expiry: i64, now: i64) -> Option<i64> {
    let day = clock.day(expiry) - 1;
    let attempts = terms.auto_renew_at.iter().map(|time| clock.at(day, time.as_ms()));
    attempts.filter(|at| *at >= now).min()
}

/// Whether the factor of early termination still holds.
pub(crate) fn is_early(terms: &TermRules, clock: &Clock, start: i64, now: i64) -> bool {
    match terms.units_early_until {
        EarlyUntil::FirstMonth => now < months_after(terms, clock, start, 1),
        EarlyUntil::Days(days) => used_days(terms, clock, start, now) <= i64::from(days),
    }
}
