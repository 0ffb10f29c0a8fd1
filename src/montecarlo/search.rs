//! The least value of something at which a risk is small enough, from runs on common random numbers.
//!
//! All values meet the same worlds, so that the risk is a step function of the value without noise between two of them.
//! Where it falls as the value rises (more money, fewer stops) bisection finds the step; whether it did so at every
//! value tried is kept, since nothing guarantees it.

use super::estimate::Proportion;
use crate::units::Money;
use std::collections::BTreeMap;

#[cfg(test)]
mod tests;

/// The value is doubled at most so often: a million times the first.
const DOUBLINGS: u32 = 20;
/// A found value is exact to a thousandth of itself, or to the unit.
const RESOLUTION: i128 = 1_000;

/// What became of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trial {
    /// It happened in so many replications.
    Ran(usize),
    /// The scenario cannot have this value.
    Refused,
}

/// Every value that was tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trials {
    list: BTreeMap<Money, Trial>,
}

/// Where the search for a value ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Least {
    /// The least value found at which it happens seldom enough; none up to [`Self::highest`].
    pub value: Option<Money>,
    /// The next lower value that was tried, at which it happens too often or which is refused; none if there is none.
    pub below: Option<Money>,
    /// How far apart they may be.
    pub resolution: Money,
    /// The lowest value that was tried.
    pub lowest: Money,
    /// The highest value that was tried.
    pub highest: Money,
}

impl Trials {
    /// Values that ran with the replications in which it happened, from the least.
    pub fn ran(&self) -> impl Iterator<Item = (Money, usize)> {
        self.list.iter().filter_map(|(value, trial)| match trial {
            Trial::Ran(hits) => Some((*value, *hits)),
            Trial::Refused => None,
        })
    }

    /// How many were tried.
    pub fn count(&self) -> usize {
        self.list.len()
    }

    /// What became of a value, if it was tried.
    pub fn get(&self, value: Money) -> Option<Trial> {
        self.list.get(&value).copied()
    }

    /// The first two neighbours between which it happens more often at the higher value.
    pub fn rise(&self) -> Option<(Money, Money)> {
        let ran: Vec<(Money, usize)> = self.ran().collect();
        let rise = ran.windows(2).find(|pair| pair[0].1 < pair[1].1);
        rise.map(|pair| (pair[0].0, pair[1].0))
    }

    /// Finds the least value, at or above zero, at which it happens in `most_hits` replications or fewer: upwards from
    /// `start` by doubling until it does, or down towards zero, then by bisection in multiples of `unit` (positive).
    /// Values that were tried before are not run again.
    ///
    /// # Errors
    /// Whatever `run` meets; it ends the search.
    pub fn least<E>(
        &mut self,
        start: Money,
        unit: Money,
        most_hits: usize,
        run: &mut impl FnMut(Money) -> Result<Trial, E>,
    ) -> Result<Least, E> {
        let mut search = Search { trials: self, unit, most_hits, run };
        let bracket = match search.verdict(start)? {
            Verdict::Seldom => Some((search.floor_below(start)?, start)),
            Verdict::TooOften | Verdict::Refused => search.climb(start)?,
        };
        let (below, value, resolution) = match bracket {
            Some((below, value)) => {
                let (below, value) = search.bisect(below, value)?;
                (below, Some(value), search.resolution(value))
            }
            None => (None, None, unit),
        };
        let known = || self.list.keys().copied();
        let (lowest, highest) = (known().next().unwrap_or(start), known().next_back().unwrap_or(start));
        Ok(Least { value, below, resolution, lowest, highest })
    }
}

/// The least value at which a risk is at or under `target` in `n` replications, and the least at which the upper end of
/// its 95 % interval is, too; the latter is none where not even nought of `n` proves so little. What no value does at
/// all, none does for sure, without trying.
///
/// # Errors
/// Whatever `run` meets; it ends the search.
pub fn least_at_risk<E>(
    trials: &mut Trials,
    (start, unit): (Money, Money),
    target: f64,
    n: usize,
    run: &mut impl FnMut(Money) -> Result<Trial, E>,
) -> Result<(Least, Option<Least>), E> {
    let least = trials.least(start, unit, hits_at_most(target, n), run)?;
    let sure = match (sure_hits_at_most(target, n), least.value) {
        (Some(most), Some(found)) => Some(trials.least(found, unit, most, run)?),
        (Some(_), None) => Some(least),
        (None, _) => None,
    };
    Ok((least, sure))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Seldom,
    TooOften,
    Refused,
}

struct Search<'a, F> {
    trials: &'a mut Trials,
    unit: Money,
    most_hits: usize,
    run: &'a mut F,
}

impl<E, F: FnMut(Money) -> Result<Trial, E>> Search<'_, F> {
    fn verdict(&mut self, value: Money) -> Result<Verdict, E> {
        let trial = if let Some(trial) = self.trials.get(value) {
            trial
        } else {
            let trial = (self.run)(value)?;
            self.trials.list.insert(value, trial);
            trial
        };
        Ok(self.judge(trial))
    }

    fn judge(&self, trial: Trial) -> Verdict {
        match trial {
            Trial::Ran(hits) if hits <= self.most_hits => Verdict::Seldom,
            Trial::Ran(_) => Verdict::TooOften,
            Trial::Refused => Verdict::Refused,
        }
    }

    /// A lower value at which it happens too often, known or zero. If even zero will do, that is told by none.
    fn floor_below(&mut self, start: Money) -> Result<Option<Money>, E> {
        let known = self.trials.list.range(..start).next_back();
        if let Some((value, trial)) = known
            && self.judge(*trial) != Verdict::Seldom
        {
            return Ok(Some(*value));
        }
        let is_enough = start == Money::ZERO || self.verdict(Money::ZERO)? == Verdict::Seldom;
        Ok((!is_enough).then_some(Money::ZERO))
    }

    /// Doubles until it happens seldom enough: the last value that did not do, and the first that does.
    fn climb(&mut self, start: Money) -> Result<Option<(Option<Money>, Money)>, E> {
        // A stricter question begins among values that an earlier one has tried.
        let known: Vec<(Money, Trial)> = self.trials.list.range(start..).map(|(v, t)| (*v, *t)).collect();
        let mut below = start;
        for (value, trial) in known {
            match self.judge(trial) {
                Verdict::Seldom => return Ok(Some((Some(below), value))),
                Verdict::TooOften => below = value,
                Verdict::Refused => {}
            }
        }
        for _ in 0..DOUBLINGS {
            let next = if below == Money::ZERO { one() } else { below + below };
            match self.verdict(next)? {
                Verdict::Seldom => return Ok(Some((Some(below), next))),
                Verdict::TooOften => below = next,
                Verdict::Refused => return self.climb_below(below, next),
            }
        }
        Ok(None)
    }

    /// The scenario has a ceiling between two values: closes in on it from below.
    fn climb_below(
        &mut self,
        mut below: Money,
        mut ceiling: Money,
    ) -> Result<Option<(Option<Money>, Money)>, E> {
        let resolution = self.resolution(ceiling);
        while let Some(middle) = between(below, ceiling, resolution) {
            match self.verdict(middle)? {
                Verdict::Seldom => return Ok(Some((Some(below), middle))),
                Verdict::TooOften => below = middle,
                Verdict::Refused => ceiling = middle,
            }
        }
        Ok(None)
    }

    /// Narrows the step down, ever finer as the value falls. Zero itself will do where nothing is below.
    fn bisect(&mut self, below: Option<Money>, mut value: Money) -> Result<(Option<Money>, Money), E> {
        let Some(mut below) = below else { return Ok((None, Money::ZERO)) };
        while let Some(middle) = between(below, value, self.resolution(value)) {
            match self.verdict(middle)? {
                Verdict::Seldom => value = middle,
                Verdict::TooOften | Verdict::Refused => below = middle,
            }
        }
        Ok((Some(below), value))
    }

    /// The greatest power of ten units that is no more than a thousandth of a value.
    fn resolution(&self, value: Money) -> Money {
        let mut step = self.unit.as_pico();
        while step * 10 * RESOLUTION <= value.as_pico() {
            step *= 10;
        }
        Money::from_pico(step)
    }
}

fn one() -> Money {
    Money::from_pico(10_i128.pow(Money::SCALE))
}

/// A multiple of `step` strictly between two values, near their middle.
fn between(low: Money, high: Money, step: Money) -> Option<Money> {
    let (low, high, step) = (low.as_pico(), high.as_pico(), step.as_pico());
    let middle = i128::midpoint(low, high).div_euclid(step) * step;
    let middle = if middle <= low { (low.div_euclid(step) + 1) * step } else { middle };
    (middle < high).then(|| Money::from_pico(middle))
}

/// The most hits of `n` whose share is at or under a risk in \[0, 1\].
pub fn hits_at_most(risk: f64, n: usize) -> usize {
    let share = |hits: usize| hits as f64 / n.max(1) as f64;
    let mut hits = ((risk * n as f64) as usize).min(n);
    while hits < n && share(hits + 1) <= risk {
        hits += 1;
    }
    while hits > 0 && share(hits) > risk {
        hits -= 1;
    }
    hits
}

/// The most hits of `n` of which Wilson's interval lies at or under a risk; none if not even nought will do.
pub fn sure_hits_at_most(risk: f64, n: usize) -> Option<usize> {
    let is_sure = |hits: usize| Proportion::of(hits, n).is_some_and(|proportion| proportion.ci95.1 <= risk);
    let mut hits = is_sure(0).then_some(0)?;
    while hits < n && is_sure(hits + 1) {
        hits += 1;
    }
    Some(hits)
}

/// How many replications without a single hit put Wilson's interval at or under a risk; none of no risk at all, of which
/// no number of replications is sure.
pub fn replications_to_be_sure(risk: f64) -> Option<usize> {
    if risk <= 0.0 {
        return None;
    }
    let is_sure = |n: usize| Proportion::of(0, n).is_some_and(|proportion| proportion.ci95.1 <= risk);
    let mut most = 1_usize;
    while !is_sure(most) {
        most = most.checked_mul(2)?;
    }
    let mut least = most / 2;
    while most - least > 1 {
        let middle = usize::midpoint(least, most);
        if is_sure(middle) {
            most = middle;
        } else {
            least = middle;
        }
    }
    Some(most)
}
