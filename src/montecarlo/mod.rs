//! From replications to statements: means with their intervals, quantiles, tails, and paired comparisons.
//!
//! Owns every statistic the project prints. It knows costs, hours, calls and yes/no outcomes in replication order, nothing
//! of clouds, strategies or files. The only luck of its own are resamples ([`mod@bootstrap`]) and designs ([`quasi`]), from
//! named streams of a seed, so a summary is a pure function of its input and that seed. [`history`] fits price processes to
//! recorded prices and judges them on worlds that they draw.
//!
//! What is asked on top of estimates: how wide ([`intervals`], [`mod@bootstrap`], [`variance`]), whether it is chance
//! ([`significance`]), how long to run ([`stopping`]), which is best ([`selection`], [`bracket`], [`pareto`]), what matters
//! ([`sobol_indices`]).
//!
//! Invariants: the caller passes values in replication order and sums run in that order on one thread, so the result
//! does not depend on the thread count; means, quantiles and tails of money are exact integers, floats serve spread
//! and intervals only; strategies are compared by differences within a replication, never by adding variances.

pub mod accounts;
pub mod bootstrap;
pub mod bracket;
pub mod crossing;
pub mod condition;
pub mod contest;
pub mod distribution;
pub mod estimate;
pub mod goals;
pub mod history;
pub mod intervals;
pub mod metric;
pub mod months;
pub mod paired;
pub mod pareto;
pub mod points;
pub mod quasi;
pub mod search;
pub mod selection;
pub mod significance;
pub mod sobol_indices;
pub mod stopping;
pub mod study;
pub mod threshold;
pub mod traffic;
pub mod variance;
pub mod worlds;

pub use accounts::{AccountSamples, AccountTotals, AlertSamples, Arrears};
pub use bootstrap::{Bootstrap, USUAL_RESAMPLES, bootstrap, bootstrap_seed};
pub use bracket::{Bracket, BracketEnd, BracketTrial, bracket_minimum};
pub use condition::{Condition, ConditionError};
pub use contest::{Contest, Goal, replications_per_batch};
pub use crossing::{Crossing, Difference};
pub use distribution::{MoneyEstimate, MoneyMean, quantile_rank};
pub use estimate::{MeanEstimate, Proportion, student_t_975, student_t_quantile};
pub use goals::{Attained, End, GoalError, Goals, PrecisionGoal};
pub use intervals::{
    MoneyIntervals, QuantileRanks, REPLICATIONS_FOR_CVAR95_INTERVAL, cvar95, cvar95_interval,
    money_cvar95_interval, money_quantile_interval, quantile, quantile_interval, quantile_interval_ranks,
    replications_for_quantile_interval,
};
pub use metric::{Estimate, Measure, Metric, MetricError, Statistic, Unit};
pub use months::{MonthCosts, MonthSamples, charges_by_month, charges_in};
pub use paired::{Paired, RatioEstimate};
pub use pareto::pareto_front;
pub use points::{PointStrategy, PointStudy, Progress, study_points};
pub use quasi::SobolSequence;
pub use search::{
    Least, Trial, Trials, hits_at_most, least_at_risk, replications_to_be_sure, sure_hits_at_most,
};
pub use selection::{
    Alternatives, Constraint, Fate, Guarantee, NoGuarantee, Observation, REPLICATIONS_PER_MEAN,
    REPLICATIONS_PER_TAIL, Selection, SelectionError, SelectionSettings, Sense, Standing, select,
};
pub use significance::{PairedTest, WelchTest};
pub use sobol_indices::{Evaluation, SobolDesign, SobolError, SobolIndex, SobolIndices};
pub use stopping::{Look, Precision, PrecisionError};
pub use study::{BATCH, Observer, Samples, Study, StudyError, StudySize, Totals, run_strategies, study};
pub use threshold::{Relation, Threshold, ThresholdError, Verdict};
pub use traffic::{TargetTotals, TrafficSamples, UtilisationTotals, WaitTotals};
pub use variance::{AntitheticPairs, ControlMean, ControlledMean};
pub use worlds::{Control, antithetic_study, measure_controls};

#[cfg(test)]
mod coverage;
#[cfg(test)]
mod standins;
#[cfg(test)]
mod tests;
