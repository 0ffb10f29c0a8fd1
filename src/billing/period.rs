//! What is used for a price per hour, civil day or calendar month, in a quantity that may change.

use super::usage::{LineRounding, MeterRounding, Metering};
use crate::units::{Calendar, Money, SimSpan, SimTime};

/// Months have 28 to 31 days; this many days are a whole number of each, so that one division serves them all.
const DAYS_OF_ALL_MONTHS: i128 = 377_580;

/// The length of time a price is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// An hour.
    Hour,
    /// A civil day.
    Day,
    /// A calendar month, however many days it has.
    Month,
}

/// what a started civil day or calendar month counts, where the price is for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodRounding {
    /// Its part that was used, as it is metered.
    ProRata,
    /// Whole, once per continuous interval, from its first instant of use on.
    Whole,
}

/// One continuous interval of use of something that is counted. A change of the count is billed from the next granule on
/// and is no break.
#[derive(Clone, Copy, Debug)]
pub struct PeriodUsage<'a> {
    /// When metering begins; granules are counted from here.
    pub from: SimTime,
    /// How elapsed time becomes billed time.
    pub metering: Metering,
    /// Of a price per day or month.
    pub rounding: PeriodRounding,
    /// Price of one.
    pub price: Money,
    /// For how long.
    pub per: Per,
    /// How many from when on, in order of time; the first at or before `from`.
    pub counts: &'a [(SimTime, u64)],
    /// Knows days and months.
    pub calendar: &'a Calendar,
}

/// A stretch of one count, and of a price per month of one month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeriodLine {
    /// Beginning of the stretch.
    pub from: SimTime,
    /// End of the stretch.
    pub to: SimTime,
    /// Billed time.
    pub billed: SimSpan,
    /// What the price is for: an hour, a day, or the month it lies in.
    pub of: SimSpan,
    /// How many.
    pub count: u64,
    /// Difference of the cumulative amount.
    pub amount: Money,
}

impl PeriodUsage<'_> {
    /// The amount from the beginning of the interval up to `at`, rounded once.
    pub fn amount(&self, at: SimTime, rounding: LineRounding) -> Money {
        let mut weight = 0;
        self.for_each_stretch(at, |stretch| weight += self.weight(&stretch));
        self.rounded(weight, rounding)
    }

    /// The lines of `[cut, at)`, where everything before `cut` has been charged already. The lines of any sequence of cuts
    /// sum to [`Self::amount`].
    pub fn lines(&self, cut: SimTime, at: SimTime, rounding: LineRounding) -> Vec<PeriodLine> {
        let mut weight = 0;
        self.for_each_stretch(cut, |stretch| weight += self.weight(&stretch));
        let (mut cumulative, mut lines) = (weight, Vec::new());
        let billed_before = self.billed_until(cut);
        self.for_each_stretch(at, |stretch| {
            let Stretch { from, to, count, of, .. } = stretch;
            if to <= cut {
                return;
            }
            let billed_from = stretch.billed_from.max(billed_before);
            let part = Stretch { billed_from, ..stretch };
            if part.billed() == 0 {
                return;
            }
            let before = self.rounded(cumulative, rounding);
            cumulative += self.weight(&part);
            let amount = self.rounded(cumulative, rounding) - before;
            let billed = SimSpan::from_ms(part.billed());
            lines.push(PeriodLine { from: from.max(cut), to, billed, of, count, amount });
        });
        lines
    }

    /// Exact numerator of a stretch: count × billed milliseconds, weighted by the length of its period.
    fn weight(&self, stretch: &Stretch) -> i128 {
        let weight = match self.per {
            Per::Hour | Per::Day => 1,
            Per::Month => DAYS_OF_ALL_MONTHS / i128::from(stretch.of.as_ms() / SimSpan::DAY.as_ms()).max(1),
        };
        i128::from(stretch.count) * i128::from(stretch.billed()) * weight
    }

    fn rounded(&self, weight: i128, rounding: LineRounding) -> Money {
        let whole = match self.per {
            Per::Hour => i128::from(SimSpan::HOUR.as_ms()),
            Per::Day => i128::from(SimSpan::DAY.as_ms()),
            Per::Month => DAYS_OF_ALL_MONTHS * i128::from(SimSpan::DAY.as_ms()),
        };
        let unit = 10_i128.pow(Money::SCALE - rounding.decimals);
        let units = Money::from_ratio(self.price.as_pico() * weight, whole * unit, rounding.mode);
        Money::from_pico(units.as_pico() * unit)
    }

    /// Up to when time is billed at `at`: started granules whole, or started days and months whole.
    fn billed_until(&self, at: SimTime) -> SimTime {
        if at <= self.from {
            return self.billed_from();
        }
        match (self.rounding, self.per) {
            (PeriodRounding::Whole, Per::Day | Per::Month) => self.period(at - SimSpan::from_ms(1)).1,
            (PeriodRounding::ProRata, _) | (PeriodRounding::Whole, Per::Hour) => {
                let elapsed = at.since(self.from);
                let granule = match self.metering.rounding {
                    MeterRounding::Exact => SimSpan::from_ms(1),
                    MeterRounding::Ceil => self.metering.granularity,
                };
                let metered = SimSpan::from_ms(elapsed.started_granules(granule) * granule.as_ms());
                self.from + metered.max(self.metering.least)
            }
        }
    }

    fn billed_from(&self) -> SimTime {
        match (self.rounding, self.per) {
            (PeriodRounding::Whole, Per::Day | Per::Month) => self.period(self.from).0,
            (PeriodRounding::ProRata, _) | (PeriodRounding::Whole, Per::Hour) => self.from,
        }
    }

    /// Beginning and end of the day or month an instant lies in; an hour has no beginning of its own.
    fn period(&self, at: SimTime) -> (SimTime, SimTime) {
        match self.per {
            Per::Hour => (at, at + SimSpan::HOUR),
            Per::Day => {
                let begins = self.calendar.day_start(at);
                (begins, begins + SimSpan::DAY)
            }
            Per::Month => {
                let begins = self.calendar.month_start(at);
                (begins, self.calendar.months_after(begins, 1))
            }
        }
    }

    /// Visits the stretches of one count, and of one period where the price is per month or whole periods count, in
    /// `[self.from, at)`, each with what is billed for it.
    fn for_each_stretch(&self, at: SimTime, mut visit: impl FnMut(Stretch)) {
        let cuts_periods = match (self.per, self.rounding) {
            (Per::Hour, _) | (Per::Day, PeriodRounding::ProRata) => false,
            (Per::Day, PeriodRounding::Whole) | (Per::Month, _) => true,
        };
        let (mut from, mut place) = (self.from, self.place_of(self.from));
        // A granule is charged as what is in force when it starts, so time is billed up to where the next one starts.
        let mut billed_from = self.billed_from();
        while from < at {
            let count = self.counts[place].1;
            let (begins, ends) = self.period(from);
            let of = match self.per {
                Per::Hour => SimSpan::HOUR,
                Per::Day => SimSpan::DAY,
                Per::Month => ends.since(begins),
            };
            let mut to = self.counts.get(place + 1).map_or(at, |(next, _)| at.min(*next));
            if cuts_periods {
                to = to.min(ends);
            }
            let billed_to = self.billed_until(to).max(billed_from);
            visit(Stretch { from, to, billed_from, billed_to, count, of });
            billed_from = billed_to;
            from = to;
            place = self.place_of(from);
        }
    }

    /// The place of the count in force.
    fn place_of(&self, at: SimTime) -> usize {
        self.counts.partition_point(|(from, _)| *from <= at).max(1) - 1
    }
}

#[derive(Clone, Copy, Debug)]
struct Stretch {
    from: SimTime,
    to: SimTime,
    billed_from: SimTime,
    billed_to: SimTime,
    count: u64,
    of: SimSpan,
}

impl Stretch {
    fn billed(&self) -> i64 {
        self.billed_to.since(self.billed_from).as_ms().max(0)
    }
}

#[cfg(test)]
mod tests;
