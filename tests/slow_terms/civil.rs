//! Civil dates by counting days.

use deploysim::scenario::Scenario;

pub(crate) const DAY: i64 = 86_400_000;

/// The scenario's clock: milliseconds of its own offset at the start.
pub(crate) struct Clock(i64);

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to the first of a month, by counting.
fn first_of(year: i64, month: i64) -> i64 {
    let years: i64 = (1970..year).map(|year| 365 + i64::from(is_leap(year))).sum();
    years + (1..month).map(|month| days_of_month(year, month)).sum::<i64>()
}

/// Year, month, day of the month.
fn date(day: i64) -> (i64, i64, i64) {
    let mut year = 1970;
    while first_of(year + 1, 1) <= day {
        year += 1;
    }
    let month = (1..=12).rfind(|month| first_of(year, *month) <= day).expect("every day has a month");
    (year, month, day - first_of(year, month) + 1)
}

impl Clock {
    pub(crate) fn new(scenario: &Scenario) -> Self {
        Self(scenario.calendar.start_unix_ms() + scenario.calendar.utc_offset().as_ms())
    }

    /// Days since 1970 of an instant's date.
    pub(crate) fn day(&self, at: i64) -> i64 {
        (self.0 + at).div_euclid(DAY)
    }

    pub(crate) fn time_of_day(&self, at: i64) -> i64 {
        (self.0 + at).rem_euclid(DAY)
    }

    /// The instant of a time of day.
    pub(crate) fn at(&self, day: i64, time_of_day: i64) -> i64 {
        day * DAY + time_of_day - self.0
    }

    /// Natural months later, clamped at the end of a short month.
    pub(crate) fn months_after(&self, at: i64, months: i64) -> i64 {
        let (year, month, of_month) = date(self.day(at));
        let count = year * 12 + month - 1 + months;
        let (year, month) = (count.div_euclid(12), count.rem_euclid(12) + 1);
        let day = first_of(year, month) + of_month.min(days_of_month(year, month)) - 1;
        self.at(day, self.time_of_day(at))
    }
}
