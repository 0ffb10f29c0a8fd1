//! From usage to amounts: exact numerators, and one division at the end.

use super::usage::{LineRounding, MeterRounding, PriceSource, Usage};
use crate::units::{Money, SimSpan, SimTime, UnitPrice};
use crate::world::StepPath;

/// Numerators are Σ price (10⁻⁹ per hour) × billed time (ms) × units; divided by this they are amounts in 10⁻¹².
const NUMERATOR_PER_PICO: i128 = 3_600;

/// A charge before its division: exact, additive, and rounded only when read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Charge(i128);

impl Charge {
    /// Price × billed time × units.
    fn of(price: UnitPrice, billed: SimSpan, units: u32) -> Self {
        assert!(price.is_known(), "an unknown price is never charged");
        Self(i128::from(price.as_nano()) * i128::from(billed.as_ms()) * i128::from(units))
    }

    fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    /// The amount, rounded once to the decimals a line keeps.
    pub fn amount(self, rounding: LineRounding) -> Money {
        if rounding.decimals == Money::SCALE {
            return Money::from_ratio(self.0, NUMERATOR_PER_PICO, rounding.mode);
        }
        let unit = 10_i128.pow(Money::SCALE - rounding.decimals);
        let rounded = Money::from_ratio(self.0, NUMERATOR_PER_PICO * unit, rounding.mode);
        Money::from_pico(rounded.as_pico() * unit)
    }
}

/// A stretch of an interval at one price. `unit_price × quantity = amount`, but for the rounding of the cumulative
/// amount (at most one unit of the last decimal).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MeteredLine {
    /// Beginning of the stretch.
    pub from: SimTime,
    /// End of the stretch.
    pub to: SimTime,
    /// Billed time.
    pub billed: SimSpan,
    /// Price per unit and hour.
    pub unit_price: UnitPrice,
    /// Difference of the cumulative amount.
    pub amount: Money,
}

impl Usage<'_> {
    /// The exact charge from the beginning of the interval up to `at`.
    pub fn charge(&self, at: SimTime) -> Charge {
        if let Some(charge) = self.charge_on_grid(at) {
            return charge;
        }
        let mut total = Charge::default();
        self.for_each_stretch(at, |_, _, billed, price| {
            total = total.plus(Charge::of(price, billed, self.units));
        });
        total
    }

    /// The amount from the beginning of the interval up to `at`, rounded once.
    pub fn amount(&self, at: SimTime, rounding: LineRounding) -> Money {
        self.charge(at).amount(rounding)
    }

    /// The line items of `[cut, at)`, where everything before `cut` has been charged already. The lines of any
    /// sequence of cuts sum to [`Self::amount`].
    pub fn lines(&self, cut: SimTime, at: SimTime, rounding: LineRounding) -> Vec<MeteredLine> {
        let mut cumulative = self.charge(cut);
        let mut lines = Vec::new();
        self.for_each_stretch(at, |from, to, _, unit_price| {
            let from = from.max(cut);
            if from >= to {
                return;
            }
            let billed = self.billed(to) - self.billed(from);
            let before = cumulative;
            cumulative = cumulative.plus(Charge::of(unit_price, billed, self.units));
            if billed.is_positive() {
                lines.push(MeteredLine {
                    from,
                    to,
                    billed,
                    unit_price,
                    amount: cumulative.amount(rounding) - before.amount(rounding),
                });
            }
        });
        lines
    }

    /// The line items up to `at`, cut at further instants (in order of time) as well: they sum to [`Self::amount`] too.
    pub fn pieces(&self, cuts: &[SimTime], at: SimTime, rounding: LineRounding) -> Vec<MeteredLine> {
        let (mut cumulative, mut cuts) = (Charge::default(), cuts.iter().copied().peekable());
        let mut pieces = Vec::new();
        self.for_each_stretch(at, |mut from, end, _, unit_price| {
            while from < end {
                while cuts.next_if(|cut| *cut <= from).is_some() {}
                let to = cuts.peek().map_or(end, |cut| end.min(*cut));
                let billed = self.billed(to) - self.billed(from);
                let before = cumulative;
                cumulative = cumulative.plus(Charge::of(unit_price, billed, self.units));
                if billed.is_positive() {
                    let amount = cumulative.amount(rounding) - before.amount(rounding);
                    pieces.push(MeteredLine { from, to, billed, unit_price, amount });
                }
                from = to;
            }
        });
        pieces
    }

    /// Visits the maximal stretches of one price in `[self.from, at)` with the time billed for each.
    fn for_each_stretch(&self, at: SimTime, mut visit: impl FnMut(SimTime, SimTime, SimSpan, UnitPrice)) {
        let mut visit_to = |from: SimTime, to: SimTime, price: UnitPrice| {
            if from < to {
                visit(from, to, self.billed(to) - self.billed(from), price);
            }
        };
        let visit_market =
            |from: SimTime, market: &StepPath, visit_to: &mut dyn FnMut(SimTime, SimTime, UnitPrice)| {
                for segment in market.segments(from, at) {
                    visit_to(segment.from, segment.to, UnitPrice::from_nano(segment.value));
                }
            };
        match self.price {
            PriceSource::Constant(price) => visit_to(self.from, at, price),
            PriceSource::Market(market) => visit_market(self.from, market, &mut visit_to),
            PriceSource::LockedThenMarket { locked, until, market } => {
                visit_to(self.from, at.min(until), locked);
                visit_market(self.from.max(until), market, &mut visit_to);
            }
        }
    }

    /// The same charge by integrals, where every instant that matters falls between two granules.
    fn charge_on_grid(&self, at: SimTime) -> Option<Charge> {
        let market = match self.price {
            PriceSource::Constant(price) => return Some(Charge::of(price, self.billed(at), self.units)),
            PriceSource::Market(market) | PriceSource::LockedThenMarket { market, .. } => market,
        };
        if self.metering.least.is_positive() {
            return None;
        }
        let granule = match self.metering.rounding {
            MeterRounding::Exact => SimSpan::from_ms(1),
            MeterRounding::Ceil => self.metering.granularity,
        };
        let aligned = |instant: SimTime| instant.since(SimTime::ZERO).is_multiple_of(granule);
        if !(aligned(self.from) && aligned(at) && market.changes_on(granule, self.from, at)) {
            return None;
        }
        let (fixed, rest_from) = match self.price {
            PriceSource::LockedThenMarket { locked, until, .. } if self.from < until => {
                if !aligned(until) {
                    return None;
                }
                let end = at.min(until);
                (Charge::of(locked, end.since(self.from), self.units), end)
            }
            PriceSource::Constant(_) | PriceSource::Market(_) | PriceSource::LockedThenMarket { .. } => {
                (Charge::default(), self.from)
            }
        };
        Some(fixed.plus(Charge(market.integral(rest_from, at) * i128::from(self.units))))
    }
}
