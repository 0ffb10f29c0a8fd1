//! When terms end, and what happens around their end.

use super::{DayCount, MonthRule, RenewFrom, RetentionAnchor, TermRules};
use crate::units::{Calendar, SimSpan, SimTime};

/// Of a month by [`MonthRule::Fixed30Days`].
const DAYS_OF_A_FIXED_MONTH: i64 = 30;

impl TermRules {
    /// When a PTU subscription of so many days (at least one) that is paid now expires (P5, P6, A-12): day 1 is the date
    /// of the payment, and an order after the cut-off has a day more. The price is that of `days` days either way.
    pub fn ptu_expiry(&self, paid_at: SimTime, days: u32, calendar: &Calendar) -> SimTime {
        assert!(days > 0, "a subscription has at least one day");
        let ordered = calendar.time_of_day(paid_at);
        let is_late = ordered > self.cut_off || (self.cut_off_inclusive && ordered == self.cut_off);
        let last_day = i64::from(days) - 1 + i64::from(is_late);
        let midnight = later(calendar.day_start(paid_at), SimSpan::from_days(last_day));
        // Where a scenario sets the cut-off past the expiry time, a term may be empty, never negative.
        later(midnight, self.expiry_time).max(paid_at)
    }

    /// When a PTU subscription expires that is renewed by so many days (D8, A-11). Before its expiry it is continued
    /// without a gap. After it (in grace, or before the release) [`RenewFrom`] decides: continued from the old expiry as
    /// well, or as an order placed now.
    pub fn ptu_renewed(&self, old_expiry: SimTime, now: SimTime, days: u32, calendar: &Calendar) -> SimTime {
        match self.renew_from {
            RenewFrom::Now if now >= old_expiry => self.ptu_expiry(now, days, calendar),
            RenewFrom::Now | RenewFrom::OldExpiry => later(old_expiry, SimSpan::from_days(i64::from(days))),
        }
    }

    /// The end of so many months from an anchor; renewals count from the original anchor with the sum of months.
    /// [`SimTime::NEVER`] beyond the calendar.
    pub fn months_after(&self, anchor: SimTime, months: u32, calendar: &Calendar) -> SimTime {
        match self.month {
            MonthRule::Calendar => calendar.months_after(anchor, months),
            MonthRule::Fixed30Days => {
                later(anchor, SimSpan::from_days(DAYS_OF_A_FIXED_MONTH * i64::from(months)))
            }
        }
    }

    /// When the service stops after an expiry (P7).
    pub fn stops_at(&self, expiry: SimTime) -> SimTime {
        later(expiry, self.grace)
    }

    /// When the resources are released after an expiry (P7, A-11); never before the service stops.
    pub fn released_at(&self, expiry: SimTime) -> SimTime {
        let stop = self.stops_at(expiry);
        match self.retention_anchor {
            RetentionAnchor::Stop => later(stop, self.retention),
            RetentionAnchor::Expiry => later(expiry, self.retention).max(stop),
        }
    }

    /// The instants of automatic renewal before an expiry, in order: those of the date before the expiry's. A term
    /// of a day has them before it was bought; whoever asks leaves out what is past.
    pub fn auto_renewals(&self, expiry: SimTime, calendar: &Calendar) -> Vec<SimTime> {
        let day_before = calendar.day_start(expiry) - SimSpan::DAY;
        let mut attempts: Vec<SimTime> = self.auto_renew_at.iter().map(|&time| day_before + time).collect();
        attempts.sort_unstable();
        attempts.dedup();
        attempts
    }

    /// Used days of a term that was used in `[start, now)` (U5, A-09): started days of 24 hours, or the civil dates it
    /// touched; at least one.
    pub fn used_days(&self, start: SimTime, now: SimTime, calendar: &Calendar) -> u32 {
        let days = match self.day_count {
            DayCount::Elapsed => now.since(start).started_granules(SimSpan::DAY),
            // The last instant of use is before `now`: a term given up at midnight has not touched the new date.
            DayCount::Calendar => calendar.dates_between(start, now - SimSpan::from_ms(1)) + 1,
        };
        u32::try_from(days.max(1)).unwrap_or(u32::MAX)
    }
}

/// `at + span`, where never stays never.
fn later(at: SimTime, span: SimSpan) -> SimTime {
    SimTime::from_ms(at.as_ms().saturating_add(span.as_ms()))
}
