//! A payment spread evenly over the civil days of its window.

use super::super::charge::end_of;
use super::super::number::Number;
use super::{Part, Use};
use crate::scenario::Scenario;
use crate::units::{Money, RoundingMode, SimSpan, SimTime};
use std::collections::BTreeMap;

/// The parts that a large whole is counted in.
const FRACTION_WHOLE: i128 = 1_000_000_000_000;

/// A payment and the time it is for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paid {
    /// How much.
    pub amount: Money,
    /// From when to when it can be used; none if it never could.
    pub window: Option<(SimTime, SimTime)>,
    /// When it was over before its time.
    pub closed_at: Option<SimTime>,
}

/// Days of a commitment with their shares, and what was left when it was over before its time.
#[derive(Clone, Debug, Default)]
pub(super) struct Days {
    /// By the beginning of the civil day: what of the day counts, and its share.
    pub days: BTreeMap<SimTime, Day>,
    /// What was left, by the instant it was over.
    pub lost: BTreeMap<SimTime, Money>,
}

/// A civil day, or what of it lies in the windows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Day {
    /// From when.
    pub from: SimTime,
    /// Until when.
    pub to: SimTime,
    /// Its share.
    pub amount: Money,
}

impl Day {
    /// How long.
    pub(super) fn span(&self) -> SimSpan {
        self.to.since(self.from)
    }
}

impl Days {
    /// Spreads a payment; what of it lies beyond the horizon.
    pub(super) fn spread(&mut self, scenario: &Scenario, paid: Paid) -> Money {
        let horizon = end_of(scenario);
        let closed = paid.closed_at.filter(|at| *at < horizon);
        let window = paid.window.filter(|(from, to)| from < to);
        let Some((from, to)) = window else { return self.close(closed, paid.amount) };
        let end = to.min(horizon).min(closed.unwrap_or(SimTime::NEVER));
        let so_far = |at: SimTime| {
            let elapsed = i128::from(at.since(from).as_ms());
            let whole = i128::from(to.since(from).as_ms());
            Money::from_ratio(paid.amount.as_pico() * elapsed, whole, RoundingMode::HalfUp)
        };
        let mut at = from;
        while at < end {
            let day = scenario.calendar.day_start(at);
            let next = (day + SimSpan::DAY).min(end);
            let amount = so_far(next) - so_far(at);
            let known = self.days.entry(day).or_insert(Day { from: at, to: next, amount: Money::ZERO });
            *known = Day { from: known.from.min(at), to: known.to.max(next), amount: known.amount + amount };
            at = next;
        }
        let left = if end > from { paid.amount - so_far(end) } else { paid.amount };
        if end == to { Money::ZERO } else { self.close(closed, left) }
    }

    fn close(&mut self, closed: Option<SimTime>, left: Money) -> Money {
        let Some(at) = closed else { return left };
        *self.lost.entry(at).or_default() += left;
        Money::ZERO
    }

    /// The parts, where `used` says of a day which share was used, as a fraction, and what was consumed.
    pub(super) fn parts(&self, used: impl Fn(&Day) -> Fraction) -> Vec<Part> {
        let mut parts = Vec::new();
        for day in self.days.values() {
            let fraction = used(day);
            let of = |amount: Money| {
                let product = amount.as_pico() * fraction.of;
                Money::from_ratio(product, fraction.whole, RoundingMode::HalfUp)
            };
            let effective = of(day.amount);
            let days = |of: i128| {
                let numerator = i128::from(day.span().as_ms()) * of;
                let whole = i128::from(SimSpan::DAY.as_ms()) * fraction.whole;
                Number::ratio(numerator, whole, Number::money(day.amount))
            };
            let (from, to) = (day.from, day.to);
            if fraction.of > 0 {
                let (status, consumed) = (Use::Used, Some(fraction.consumed));
                parts.push(Part { from, to, status, effective, quantity: days(fraction.of), consumed });
            }
            if fraction.of < fraction.whole {
                let (status, effective) = (Use::Unused, day.amount - effective);
                let quantity = days(fraction.whole - fraction.of);
                parts.push(Part { from, to, status, effective, quantity, consumed: None });
            }
        }
        let lost = self.lost.iter().filter(|(_, amount)| **amount != Money::ZERO);
        parts.extend(lost.map(|(at, amount)| lost_at(*at, *amount)));
        parts
    }
}

/// What was left at an instant, as a part of one second and of one unit.
pub(super) fn lost_at(at: SimTime, effective: Money) -> Part {
    let quantity = Number::whole(1);
    Part { from: at, to: at + SimSpan::SECOND, status: Use::Unused, effective, quantity, consumed: None }
}

/// A share: `of` ÷ `whole`, at most all of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fraction {
    of: i128,
    whole: i128,
    consumed: (Number, &'static str),
}

impl Fraction {
    /// `of` ÷ `whole`; nothing of nothing.
    pub(super) fn new(of: i128, whole: i128, consumed: (Number, &'static str)) -> Self {
        let (of, whole) = (of.clamp(0, whole.max(0)), whole.max(1));
        // Fine enough for any price, and small enough to be multiplied with one.
        if whole > FRACTION_WHOLE {
            return Self { of: of * FRACTION_WHOLE / whole, whole: FRACTION_WHOLE, consumed };
        }
        Self { of, whole, consumed }
    }
}

/// How many days a window has.
pub(super) fn days_of(window: (SimTime, SimTime)) -> Number {
    let span = i128::from(window.1.since(window.0).as_ms().max(0));
    Number::ratio(span, i128::from(SimSpan::DAY.as_ms()), Number::whole(1))
}
