//! Civil months: what a bill is cut into.

use crate::units::{Calendar, SimTime};

/// A civil month of a scenario's own clock.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Month {
    /// Its first instant.
    pub from: SimTime,
    /// The first instant of the next one.
    pub to: SimTime,
}

/// A text that names no month.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("\"{0}\" is no month: write it as in \"2026-06\"")]
pub struct MonthError(String);

impl Month {
    /// The month an instant lies in.
    pub fn of(calendar: &Calendar, at: SimTime) -> Self {
        let from = calendar.month_start(at);
        Self { from, to: calendar.months_after(from, 1) }
    }

    /// The month before.
    #[must_use]
    pub fn before(self, calendar: &Calendar) -> Self {
        Self { from: calendar.month_start(SimTime::from_ms(self.from.as_ms() - 1)), to: self.from }
    }

    /// The month after.
    #[must_use]
    pub fn after(self, calendar: &Calendar) -> Self {
        Self::of(calendar, self.to)
    }

    /// Reads `2026-06`.
    ///
    /// # Errors
    /// Text that is no month of a year.
    pub fn parse(calendar: &Calendar, text: &str) -> Result<Self, MonthError> {
        let bad = || MonthError(text.to_owned());
        let is_plain = text.len() == 7 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        if !is_plain {
            return Err(bad());
        }
        // Noon in Greenwich on the tenth lies in the month by every clock.
        let tenth = calendar.parse_instant(&format!("{text}-10T12:00:00Z")).map_err(|_| bad())?;
        Ok(Self::of(calendar, tenth))
    }

    /// As in `2026-06`.
    pub fn name(self, calendar: &Calendar) -> String {
        calendar.format_date(self.from).get(..7).unwrap_or_default().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimSpan;

    #[test]
    fn a_month_is_that_of_the_scenarios_own_clock() {
        let calendar = Calendar::parse("2026-05-31T20:00:00+08:00").expect("a start");
        let may = Month::of(&calendar, SimTime::ZERO);
        assert_eq!(may.name(&calendar), "2026-05");
        assert_eq!(may.to, SimTime::ZERO + SimSpan::from_hours(4));
        assert_eq!(Month::of(&calendar, may.to).name(&calendar), "2026-06");
        assert_eq!(may.after(&calendar).before(&calendar), may);
        assert_eq!(Month::parse(&calendar, "2026-05"), Ok(may));
    }

    #[test]
    fn what_is_no_month_is_refused() {
        let calendar = Calendar::parse("2026-05-31T20:00:00+08:00").expect("a start");
        for text in ["2026", "2026-13", "2026-5", "2026-05-01", "May", "202606-", "+026-05"] {
            assert!(Month::parse(&calendar, text).is_err(), "{text}");
        }
    }
}
