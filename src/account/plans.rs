//! Savings plans at bill time: what of a bill each allowance takes over.

use super::model::SavingsPlan;
use crate::units::{Money, RoundingMode, SimTime};

/// One in units of 10⁻⁹.
const ONE_PPB: i128 = 1_000_000_000;

/// A savings plan at work.
#[derive(Clone, Debug)]
pub struct Allowances {
    /// Which of its months the rest belongs to; none before the first.
    period: Option<usize>,
    left: Money,
    /// Bought and paid.
    is_active: bool,
}

impl Allowances {
    /// A plan that is not bought yet.
    pub const fn none() -> Self {
        Self { period: None, left: Money::ZERO, is_active: false }
    }

    /// Bought: its allowances count from now on; or not paid for, and none counts.
    pub const fn set_active(&mut self, is_active: bool) {
        self.is_active = is_active;
    }

    /// What is left of the month an instant lies in; `periods` are the beginnings of its months and the end of the last.
    pub fn left(&mut self, plan: &SavingsPlan, periods: &[SimTime], at: SimTime) -> Money {
        if !self.is_active {
            return Money::ZERO;
        }
        let begun = periods.partition_point(|begins| *begins <= at);
        if begun == 0 || begun >= periods.len() {
            self.left = Money::ZERO;
            return Money::ZERO;
        }
        // What was left of an earlier month has expired.
        if self.period != Some(begun - 1) {
            (self.period, self.left) = (Some(begun - 1), plan.per_month);
        }
        self.left
    }

    /// Covers what it can of an amount at list price: how much of it. A unit of list price takes `factor` of the
    /// allowance; the rest of an allowance that is too small for more is used up.
    pub fn cover(&mut self, plan: &SavingsPlan, periods: &[SimTime], at: SimTime, list: Money) -> Money {
        let left = self.left(plan, periods, at);
        if left <= Money::ZERO || list <= Money::ZERO {
            return Money::ZERO;
        }
        let factor = i128::from(plan.factor_ppb);
        let needed = Money::from_ratio(list.as_pico() * factor, ONE_PPB, RoundingMode::HalfUp);
        if needed <= left {
            self.left = left - needed;
            return list;
        }
        self.left = Money::ZERO;
        Money::from_ratio(left.as_pico() * ONE_PPB, factor, RoundingMode::Down)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimSpan;

    fn plan(per_month: &str, factor_ppb: i64) -> SavingsPlan {
        SavingsPlan {
            name: "sp".to_owned(),
            models: vec![],
            per_month: Money::parse(per_month).unwrap(),
            months: 2,
            factor_ppb,
            price: Money::ZERO,
            all_upfront: true,
            bought_at: SimTime::ZERO,
        }
    }

    fn day(days: i64) -> SimTime {
        SimTime::ZERO + SimSpan::from_days(days)
    }

    #[test]
    fn each_month_has_its_own_allowance_and_what_is_left_expires() {
        let (plan, periods) = (plan("10", 1_000_000_000), [day(0), day(30), day(61)]);
        let mut allowances = Allowances::none();
        let amount = |text: &str| Money::parse(text).unwrap();
        assert_eq!(allowances.cover(&plan, &periods, day(1), amount("1")), Money::ZERO, "not bought");
        allowances.set_active(true);
        assert_eq!(allowances.cover(&plan, &periods, day(1), amount("4")), amount("4"));
        assert_eq!(allowances.cover(&plan, &periods, day(2), amount("7")), amount("6"));
        assert_eq!(allowances.cover(&plan, &periods, day(2), amount("7")), Money::ZERO);
        assert_eq!(allowances.cover(&plan, &periods, day(30), amount("7")), amount("7"), "the second month");
        assert_eq!(allowances.cover(&plan, &periods, day(61), amount("1")), Money::ZERO, "half-open");
    }

    #[test]
    fn a_discount_makes_an_allowance_last_longer() {
        let (plan, periods) = (plan("8", 800_000_000), [day(0), day(30)]);
        let mut allowances = Allowances::none();
        allowances.set_active(true);
        let amount = |text: &str| Money::parse(text).unwrap();
        assert_eq!(allowances.cover(&plan, &periods, day(1), amount("5")), amount("5"));
        // Four are left: they cover five at list price.
        assert_eq!(allowances.cover(&plan, &periods, day(1), amount("6")), amount("5"));
    }
}
