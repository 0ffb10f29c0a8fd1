//! How narrow intervals are to be before a study ends: figures of strategies, each with the rule of [`Precision`].

use super::metric::{Metric, MetricError, Statistic};
use super::stopping::{Look, Precision, PrecisionError};
use super::study::Samples;
use crate::scenario::Scenario;
use std::str::FromStr;

/// A precision as it is asked for: `1%` of the mean cost, or `cost.p95=2%`.
///
/// ```
/// use deploysim::montecarlo::PrecisionGoal;
/// let goal = PrecisionGoal::parse("1%").unwrap();
/// assert_eq!((goal.metric.to_string().as_str(), goal.relative), ("cost.mean", 0.01));
/// assert_eq!(PrecisionGoal::parse("cost.p95=0.02").unwrap().relative, 0.02);
/// // Awkward: the dearest replication of all has no interval, however many there are.
/// assert!(PrecisionGoal::parse("cost.max=1%").is_err());
/// assert!(PrecisionGoal::parse("100%").is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct PrecisionGoal {
    /// The figure, of every strategy it speaks of.
    pub metric: Metric,
    /// Half the length of its 95 % interval, at most, as a share of the figure: above 0 and below 1.
    pub relative: f64,
}

/// Why a text is no precision.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum GoalError {
    /// It is no share.
    #[error(
        "`{0}`: write a share of the figure, as in 1% or 0.01, or a figure and its share, as in cost.p95=2%"
    )]
    NotAShare(String),
    /// The share cannot be one.
    #[error("`{0}`: {1}")]
    Precision(String, PrecisionError),
    /// The figure is none.
    #[error(transparent)]
    Metric(#[from] MetricError),
    /// The figure has no interval.
    #[error("`{0}` has no interval that could be narrow: means, shares, quantiles and cvar95 have one")]
    NoInterval(Metric),
}

impl PrecisionGoal {
    /// Reads a share, with a metric and `=` before it if it is not that of the mean cost.
    ///
    /// # Errors
    /// What cannot be read.
    pub fn parse(text: &str) -> Result<Self, GoalError> {
        let (metric, share) = text.rsplit_once('=').unwrap_or(("cost.mean", text));
        let metric = Metric::parse(metric)?;
        let (digits, whole) = share.trim().strip_suffix('%').map_or((share, 1.0), |digits| (digits, 100.0));
        let not_a_share = |_| GoalError::NotAShare(text.trim().to_owned());
        let relative = digits.trim().parse::<f64>().map_err(not_a_share)? / whole;
        Precision::new(relative, 1).map_err(|error| GoalError::Precision(text.trim().to_owned(), error))?;
        match metric.statistic {
            Statistic::Mean | Statistic::Share | Statistic::Quantile(_) | Statistic::Cvar(950) => {
                Ok(Self { metric, relative })
            }
            Statistic::Cvar(_) | Statistic::Min | Statistic::Max => Err(GoalError::NoInterval(metric)),
        }
    }
}

/// As [`PrecisionGoal::parse`].
impl FromStr for PrecisionGoal {
    type Err = GoalError;
    fn from_str(text: &str) -> Result<Self, GoalError> {
        Self::parse(text)
    }
}

/// Looks at a study from time to time until every goal is reached, or until there may be no more replications. It keeps
/// nothing but when to look again, so that a study that goes on from what was kept ends where it would have ended.
#[derive(Clone, Debug)]
pub struct Goals {
    each: Vec<Goal>,
    most: u64,
    until: u64,
    end: Option<End>,
}

/// How a study ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// Every goal is reached.
    Reached,
    /// So many replications were all there might be.
    OutOfReplications,
}

/// A goal of one strategy.
#[derive(Clone, Copy, Debug)]
struct Goal {
    strategy: usize,
    metric: Metric,
    rule: Precision,
}

/// How near a study came to one of its goals.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Attained {
    /// Place of the strategy in the scenario.
    pub strategy: usize,
    /// The figure.
    pub metric: Metric,
    /// What was asked for, as a share of the figure.
    pub asked: f64,
    /// Half the length of the interval as a share of the figure; none without an interval, or of a figure of 0.
    pub attained: Option<f64>,
    /// The goal is reached.
    pub is_reached: bool,
}

impl Goals {
    /// All goals of a scenario, with at most so many replications; without any, exactly so many.
    ///
    /// # Errors
    /// A figure that the scenario has not.
    pub fn new(asked: &[PrecisionGoal], scenario: &Scenario, most: u64) -> Result<Self, MetricError> {
        let mut each = Vec::new();
        for goal in asked {
            goal.metric.check(scenario)?;
            let rule = Precision::new(goal.relative, most as usize).expect("a precision was read as one");
            let strategies = scenario.strategies.iter().enumerate();
            let spoken_of = strategies.filter(|(_, strategy)| goal.metric.speaks_of(scenario, strategy));
            each.extend(spoken_of.map(|(strategy, _)| Goal { strategy, metric: goal.metric, rule }));
        }
        let until = each.iter().map(|goal| goal.rule.first() as u64).max().unwrap_or(most);
        Ok(Self { each, most, until, end: None })
    }

    /// How far to run before the next look; at the end, how far the study went.
    pub fn until(&self) -> u64 {
        self.until
    }

    /// How the study ended, if it has.
    pub fn end(&self) -> Option<End> {
        self.end
    }

    /// Looks at the samples of [`Self::until`] replications, one for each strategy.
    ///
    /// # Panics
    /// If the study has ended.
    pub fn look(&mut self, samples: &[Samples]) {
        assert!(self.end.is_none(), "a study that has ended is not looked at");
        let n = self.until as usize;
        let mut end = Some(if self.each.is_empty() { End::OutOfReplications } else { End::Reached });
        for goal in &self.each {
            let estimate = goal.estimate(samples);
            let (value, interval) = estimate.map_or((0.0, None), |one| (one.value, one.ci95));
            match goal.rule.look(n, value, interval) {
                Look::Reached => {}
                Look::OutOfReplications => end = end.map(|_| End::OutOfReplications),
                Look::Continue { until } => {
                    end = None;
                    self.until = self.until.max(until as u64);
                }
            }
        }
        self.end = end;
    }

    /// The most replications there may be.
    pub fn most(&self) -> u64 {
        self.most
    }

    /// How near the samples come to every goal.
    pub fn attained(&self, samples: &[Samples]) -> Vec<Attained> {
        let of_goal = |goal: &Goal| {
            let estimate = goal.estimate(samples);
            let width = estimate.and_then(|one| Precision::reached(one.value, one.ci95?));
            let asked = goal.rule.relative();
            Attained {
                strategy: goal.strategy,
                metric: goal.metric,
                asked,
                attained: width,
                is_reached: width.is_some_and(|width| width <= asked),
            }
        };
        self.each.iter().map(of_goal).collect()
    }
}

impl Goal {
    fn estimate(&self, samples: &[Samples]) -> Option<super::metric::Estimate> {
        self.metric.estimate(&samples[self.strategy])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::load_bytes;
    use crate::units::Money;

    fn scenario() -> Scenario {
        let text = r#"(start: "2026-06-01T00:00:00+08:00", horizon: "1d", currency: "CNY",
            markets: [(name: "A", standard: "1")], services: [(name: "chat")],
            strategies: [(name: "one", types: [(type: "A")]), (name: "two", types: [(type: "A")])])"#;
        load_bytes("goals.ron", text.as_bytes().to_vec(), &[]).0.expect("a scenario")
    }

    /// So many costs that are 100 − spread and 100 + spread by turns.
    fn costs(n: u64, spread: i128) -> Samples {
        let cost = (0..n).map(|index| 100 + if index % 2 == 0 { spread } else { -spread });
        Samples {
            cost: cost.map(|cost| Money::from_pico(cost * 1_000_000_000_000)).collect(),
            ..Samples::default()
        }
    }

    #[test]
    fn without_a_goal_a_study_has_as_many_replications_as_asked() {
        let mut goals = Goals::new(&[], &scenario(), 2_000).expect("nothing to refuse");
        assert_eq!((goals.until(), goals.end()), (2_000, None));
        goals.look(&[costs(2_000, 50), costs(2_000, 50)]);
        assert_eq!((goals.until(), goals.end()), (2_000, Some(End::OutOfReplications)));
    }

    #[test]
    fn the_widest_interval_decides_how_far_to_go() {
        let goal = PrecisionGoal::parse("1%").expect("a precision");
        let mut goals = Goals::new(&[goal], &scenario(), 1_000_000).expect("a cost");
        // ± 1.96 × 50/√1,000 = 3.1 of 100: about ten times the replications, of which a look goes at most to four times.
        goals.look(&[costs(goals.until(), 10), costs(goals.until(), 50)]);
        assert_eq!((goals.until(), goals.end()), (4_000, None));
        goals.look(&[costs(4_000, 10), costs(4_000, 50)]);
        assert_eq!((goals.until(), goals.end()), (10_250, None));
        let samples = [costs(10_250, 10), costs(10_250, 50)];
        goals.look(&samples);
        assert_eq!((goals.until(), goals.end()), (10_250, Some(End::Reached)));
        let attained = goals.attained(&samples);
        assert!(attained.iter().all(|one| one.is_reached));
        assert!((attained[1].attained.expect("an interval") - 0.009_68).abs() < 1e-4, "{attained:?}");
    }

    #[test]
    fn a_precision_that_takes_too_long_is_said_to_be_missed() {
        let goal = PrecisionGoal::parse("0.1%").expect("a precision");
        let mut goals = Goals::new(&[goal], &scenario(), 1_500).expect("a cost");
        let samples = |n| [costs(n, 0), costs(n, 50)];
        goals.look(&samples(1_000));
        assert_eq!((goals.until(), goals.end()), (1_500, None));
        goals.look(&samples(1_500));
        assert_eq!(goals.end(), Some(End::OutOfReplications));
        let reached: Vec<bool> = goals.attained(&samples(1_500)).iter().map(|one| one.is_reached).collect();
        assert_eq!(reached, [true, false]);
    }

    #[test]
    fn only_what_has_an_interval_and_is_measured_can_be_precise() {
        for (text, message) in [
            ("many", "write a share of the figure"),
            ("cost.p95=", "write a share of the figure"),
            ("0", "above 0 and below 1"),
            ("100%", "above 0 and below 1"),
            ("cots.p95=1%", "did you mean `cost`?"),
            ("cost.max=1%", "`cost.max` has no interval"),
            ("cost.cvar97.5=1%", "has no interval"),
        ] {
            let error = PrecisionGoal::parse(text).expect_err(text).to_string();
            assert!(error.contains(message), "{text}: {error}");
        }
        let goal = PrecisionGoal::parse("stopped.share=5%").expect("a precision");
        let error = Goals::new(&[goal], &scenario(), 10).expect_err("no accounts").to_string();
        assert!(error.contains("the scenario has no accounts"), "{error}");
    }
}
