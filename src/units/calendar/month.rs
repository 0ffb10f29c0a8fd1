//! Natural months of the scenario's own calendar.

use super::Calendar;
use crate::units::SimTime;
use jiff::civil::Date;
use std::fmt;

/// A natural month, as in `2026-06`. Its bounds are those of a [`Calendar`], whose offset decides when it begins.
///
/// ```
/// use deploysim::units::{Calendar, Month, SimTime};
/// let calendar = Calendar::parse("2026-06-01T00:00:00+08:00").unwrap();
/// let june = calendar.month_of(SimTime::ZERO).unwrap();
/// assert_eq!(june.to_string(), "2026-06");
/// assert_eq!(calendar.start_of(june), SimTime::ZERO);
/// // Awkward: an instant of May in the scenario's offset, though a millisecond later it is June.
/// assert_eq!(calendar.month_of(SimTime::from_ms(-1)), Month::new(2026, 5));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Month {
    year: i16,
    month: i8,
}

impl Month {
    /// The month of a year from 1 to 9998, counted from 1; none of what is no month.
    pub fn new(year: i16, month: i8) -> Option<Self> {
        ((1..9_999).contains(&year) && (1..=12).contains(&month)).then_some(Self { year, month })
    }

    /// The month after this one.
    #[must_use]
    pub fn next(self) -> Self {
        if self.month == 12 {
            Self { year: self.year + 1, month: 1 }
        } else {
            Self { month: self.month + 1, ..self }
        }
    }

    /// The month before this one.
    #[must_use]
    pub fn previous(self) -> Self {
        if self.month == 1 {
            Self { year: self.year - 1, month: 12 }
        } else {
            Self { month: self.month - 1, ..self }
        }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:04}-{:02}", self.year, self.month))
    }
}

impl Calendar {
    /// The natural month of an instant; none beyond the calendar.
    pub fn month_of(&self, at: SimTime) -> Option<Month> {
        let civil = self.civil(at)?;
        Month::new(civil.year(), civil.month())
    }

    /// 00:00 of the first day of a month; [`SimTime::NEVER`] beyond the calendar.
    pub fn start_of(&self, month: Month) -> SimTime {
        let start = || {
            let first = Date::new(month.year, month.month, 1).ok()?.at(0, 0, 0, 0);
            let unix_ms = self.offset.to_timestamp(first).ok()?.as_millisecond();
            unix_ms.checked_sub(self.start_unix_ms)
        };
        start().map_or(SimTime::NEVER, SimTime::from_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_follow_each_other_over_the_end_of_a_year() {
        let december = Month::new(2026, 12).expect("a month");
        assert_eq!(december.next().to_string(), "2027-01");
        assert_eq!(december.next().previous(), december);
        assert!(december < december.next());
    }

    #[test]
    fn a_month_begins_at_midnight_of_the_scenarios_own_offset() {
        let calendar = Calendar::parse("2026-01-31T18:00:00-05:00").expect("a start");
        let january = calendar.month_of(SimTime::ZERO).expect("a month");
        assert_eq!(january.to_string(), "2026-01");
        let february = calendar.start_of(january.next());
        assert_eq!(calendar.format(february), "2026-02-01T00:00:00-05:00");
        assert_eq!(calendar.month_of(february), Some(january.next()));
    }

    #[test]
    fn what_is_no_month_is_none() {
        for (year, month) in [(2026, 0), (2026, 13), (0, 1), (9_999, 1)] {
            assert_eq!(Month::new(year, month), None);
        }
    }
}
