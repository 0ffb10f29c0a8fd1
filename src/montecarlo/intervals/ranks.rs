//! Which order statistics hold a quantile, by the binomial distribution of how many values lie at or below it.

/// The share of samples whose interval must hold the quantile.
const CONFIDENCE: f64 = 0.95;
/// Outcomes this much rarer than the commonest one change no sum.
const NEGLIGIBLE: f64 = 1e-20;

/// The order statistics that hold a quantile.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct QuantileRanks {
    /// The rank of the lower bound among the sorted values, from 1.
    pub low: usize,
    /// The rank of the upper bound; above [`Self::low`].
    pub high: usize,
    /// How often the interval holds the quantile of a continuous distribution, exactly: at least 0.95. With atoms it
    /// does more often.
    pub coverage: f64,
}

/// Ranks of a distribution-free 95 % interval of the quantile at `per_mille` thousandths among `n` independent values;
/// none where the lowest and the highest value together do not hold it so often.
///
/// The number of values below the p-quantile of a continuous distribution is binomial (n, p), and it lies between the
/// l-th and the u-th value if that number is in l … u − 1 (David and Nagaraja, *Order Statistics*, section 7.1). Taken
/// are the fewest outcomes of at least 95 %, the commonest first: the interval is the shortest in ranks and exceeds
/// 95 % by less than one outcome. Its two tails are equal only nearly. Nothing but + × ÷ on ratios of neighbouring
/// outcomes, so the ranks are the same on every machine.
///
/// ```
/// use deploysim::montecarlo::quantile_interval_ranks;
/// let median = quantile_interval_ranks(500, 10).unwrap();
/// // 2 to 9: all but 2 · (1 + 10)/1024, a textbook case.
/// assert_eq!((median.low, median.high), (2, 9));
/// assert!((median.coverage - (1.0 - 22.0 / 1024.0)).abs() < 1e-15);
/// // Awkward: 0.95⁵⁸ = 0.051, so of 58 values the highest is too often below the 95 % quantile.
/// assert!(quantile_interval_ranks(950, 58).is_none() && quantile_interval_ranks(950, 59).is_some());
/// ```
///
/// # Panics
/// If `per_mille` is not from 1 to 999.
#[must_use]
pub fn quantile_interval_ranks(per_mille: usize, n: usize) -> Option<QuantileRanks> {
    assert!((1..1_000).contains(&per_mille), "a quantile with an interval is from 1 to 999 thousandths");
    if n < 2 {
        return None;
    }
    let odds = per_mille as f64 / (1_000 - per_mille) as f64;
    let mode = ((n + 1) * per_mille / 1_000).min(n);
    // Chances relative to that of the mode: of mode + 1, mode + 2, … and of mode − 1, mode − 2, …
    let up = chances(n - mode, |step| {
        let outcome = mode + step;
        (n - outcome) as f64 / (outcome + 1) as f64 * odds
    });
    let down = chances(mode, |step| {
        let outcome = mode - step;
        outcome as f64 / (n - outcome + 1) as f64 / odds
    });
    let total = 1.0 + up.iter().sum::<f64>() + down.iter().sum::<f64>();
    let chance = |outcome: usize| {
        let rare = if outcome >= mode {
            outcome.checked_sub(mode + 1).map_or(Some(&1.0), |step| up.get(step))
        } else {
            down.get(mode - outcome - 1)
        };
        rare.copied().unwrap_or(0.0)
    };
    // Outcome 0 has no value below the quantile, outcome n none above: they bound nothing.
    let start = mode.clamp(1, n - 1);
    let (mut low, mut high, mut sum) = (start, start, chance(start));
    while sum < CONFIDENCE * total {
        let (below, above) = (if low > 1 { chance(low - 1) } else { 0.0 }, chance(high + 1));
        let above = if high + 1 < n { above } else { 0.0 };
        if below == 0.0 && above == 0.0 {
            return None;
        }
        if below >= above {
            low -= 1;
            sum += below;
        } else {
            high += 1;
            sum += above;
        }
    }
    Some(QuantileRanks { low, high: high + 1, coverage: sum / total })
}

/// Products of `ratio(0)`, `ratio(1)`, … at most so many, while they count.
fn chances(most: usize, ratio: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut chances = Vec::new();
    let mut chance = 1.0;
    for step in 0..most {
        chance *= ratio(step);
        if chance < NEGLIGIBLE {
            break;
        }
        chances.push(chance);
    }
    chances
}

/// The fewest replications that carry an interval of the quantile at `per_mille` thousandths (1 to 999): 6 for the
/// median, 59 for the 95 % quantile, 299 for the 99 % quantile.
///
/// # Panics
/// If `per_mille` is not from 1 to 999.
#[must_use]
pub fn replications_for_quantile_interval(per_mille: usize) -> usize {
    let mut n = 2;
    while quantile_interval_ranks(per_mille, n).is_none() {
        n += 1;
    }
    n
}
