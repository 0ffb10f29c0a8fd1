//! Selections among alternatives of which the best is known, many times over.

use super::*;
use crate::montecarlo::standins::{StandIn, normal, repetition};
use crate::montecarlo::{MeanEstimate, quantile};
use rayon::prelude::*;
use std::convert::Infallible;

/// Batches whose objectives are normal with equal correlation between alternatives; one constraint beside each, if any.
#[derive(Clone)]
struct Normals {
    means: Vec<f64>,
    deviations: Vec<f64>,
    correlation: f64,
    /// Mean of the constrained value of each alternative, of standard deviation 1, negatively tied to the objective.
    constrained: Vec<f64>,
    luck: u64,
}

impl Normals {
    fn new(means: Vec<f64>, deviations: Vec<f64>, correlation: f64) -> Self {
        Self { means, deviations, correlation, constrained: Vec::new(), luck: 0 }
    }

    /// `count` alternatives of which the first leads all others by `lead`.
    fn slippage(count: usize, lead: f64, correlation: f64, deviation: fn(usize) -> f64) -> Self {
        let means = (0..count).map(|alternative| if alternative == 0 { -lead } else { 0.0 }).collect();
        Self::new(means, (0..count).map(deviation).collect(), correlation)
    }
}

impl Alternatives for Normals {
    type Error = Infallible;

    fn count(&self) -> usize {
        self.means.len()
    }

    fn observe(&mut self, still_in: &[usize], batch: u64) -> Result<Vec<Observation>, Infallible> {
        let mut rng = repetition(self.luck << 24 | batch);
        let (shared, own) = (self.correlation.sqrt(), (1.0 - self.correlation).sqrt());
        let common = normal(&mut rng);
        let all: Vec<Observation> = (0..self.count())
            .map(|alternative| {
                let z = shared * common + own * normal(&mut rng);
                let other = 0.8 * -z + 0.6 * normal(&mut rng);
                Observation {
                    objective: self.means[alternative] + self.deviations[alternative] * z,
                    constraints: self
                        .constrained
                        .get(alternative)
                        .map(|mean| mean + other)
                        .into_iter()
                        .collect(),
                }
            })
            .collect();
        Ok(still_in.iter().map(|&alternative| all[alternative].clone()).collect())
    }
}

fn at_least(bound: f64, tolerance: f64) -> Constraint {
    Constraint { sense: Sense::AtLeast, bound, tolerance }
}

/// Ten alternatives whose batches are statistics of so many skewed costs, of which the first leads.
#[derive(Clone)]
struct Costs {
    each: StandIn,
    size: usize,
    statistic: fn(&[f64]) -> Option<f64>,
    lead: f64,
    luck: u64,
}

impl Alternatives for Costs {
    type Error = Infallible;

    fn count(&self) -> usize {
        10
    }

    fn observe(&mut self, still_in: &[usize], batch: u64) -> Result<Vec<Observation>, Infallible> {
        let observe = |alternative: &usize| {
            let mut rng = repetition(self.luck << 32 | batch << 8 | *alternative as u64);
            let seen = (self.statistic)(&self.each.sample(&mut rng, self.size)).expect("costs");
            let lead = if *alternative == 0 { self.lead } else { 0.0 };
            Observation { objective: seen - lead, constraints: vec![] }
        };
        Ok(still_in.iter().map(observe).collect())
    }
}

/// Alternatives that can be observed anew.
trait Repeated: Alternatives<Error = Infallible> + Clone + Sync {
    fn with_luck(&self, luck: u64) -> Self;
}

impl Repeated for Normals {
    fn with_luck(&self, luck: u64) -> Self {
        Self { luck, ..self.clone() }
    }
}

impl Repeated for Costs {
    fn with_luck(&self, luck: u64) -> Self {
        Self { luck, ..self.clone() }
    }
}

/// The share of repetitions in which `is_right`, and the mean number of observations.
fn measure(
    normals: &impl Repeated,
    settings: &SelectionSettings,
    repetitions: u64,
    is_right: impl Fn(&Selection) -> bool + Sync,
) -> (f64, f64) {
    let one = |luck| {
        let selection = select(&mut normals.with_luck(luck), settings).unwrap();
        let observations: u64 = selection.standings.iter().map(|standing| standing.batches).sum();
        assert_eq!(selection.guarantee, Guarantee::Probability(settings.confidence()));
        (u64::from(is_right(&selection)), observations)
    };
    let sums = (0..repetitions).into_par_iter().map(one).reduce(|| (0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    (sums.0 as f64 / repetitions as f64, sums.1 as f64 / repetitions as f64)
}

/// The lead of the best and the indifference: about σ/√n₀, as in the papers.
const LEAD: f64 = 0.25;

/// Configurations in which every alternative is as hard to tell from the best as the promise allows.
fn slippages() -> Vec<(&'static str, Normals)> {
    let lead = LEAD;
    vec![
        ("2, independent", Normals::slippage(2, lead, 0.0, |_| 1.0)),
        ("10, independent", Normals::slippage(10, lead, 0.0, |_| 1.0)),
        ("10, correlation 0.5", Normals::slippage(10, lead, 0.5, |_| 1.0)),
        ("10, correlation 0.9", Normals::slippage(10, lead, 0.9, |_| 1.0)),
        ("10, best most variable", Normals::slippage(10, lead, 0.2, |a| if a == 0 { 2.0 } else { 1.0 })),
        ("10, variances rising", Normals::slippage(10, lead, 0.2, |a| (1.0 + 0.3 * a as f64).sqrt())),
    ]
}

#[test]
fn the_best_is_selected_as_often_as_promised_in_the_slippage_configuration() {
    let settings = SelectionSettings::new(LEAD, 0.95).unwrap();
    for (name, normals) in slippages() {
        let (share, observations) = measure(&normals, &settings, 500, |selection| selection.best == Some(0));
        assert!(share >= 0.93, "{name}: {share}");
        // Sequential: far fewer than if all had been observed until the last was beaten.
        assert!(observations >= 20.0 * normals.count() as f64, "{name}: {observations}");
    }
}

/// Eight alternatives. Three break the constraint by the tolerance and would be the best; of those that keep it by the
/// tolerance the fourth leads by the indifference.
fn constrained() -> (Normals, SelectionSettings) {
    let mut normals = Normals::new(vec![-2.0, -1.5, -1.0, -LEAD, 0.0, 0.0, 0.0, 0.0], vec![1.0; 8], 0.5);
    normals.constrained = [-1.0, -1.0, -1.0, 1.0, 1.0, 1.0, 1.0, 1.0].map(|side| 10.0 + side * LEAD).to_vec();
    let settings = SelectionSettings::new(LEAD, 0.95).unwrap().subject_to(at_least(10.0, LEAD)).unwrap();
    (normals, settings)
}

#[test]
fn the_best_that_keeps_the_constraint_is_selected_as_often_as_promised() {
    let (normals, settings) = constrained();
    let (share, _) = measure(&normals, &settings, 500, |selection| selection.best == Some(3));
    assert!(share >= 0.93, "{share}");
    // Feasibility alone is right more often: its share of the error is a half.
    let (share, _) = measure(&normals, &settings, 500, |selection| {
        selection.standings.iter().enumerate().all(|(alternative, standing)| {
            matches!(standing.fate, Fate::Infeasible { constraint: 0, .. }) == (alternative < 3)
        })
    });
    assert!(share >= 0.955, "{share}");
}

#[test]
#[ignore = "a minute; prints a table of benches/README.md"]
fn correct_selection_table() {
    println!("| alternatives | correct | observations |\n|---|---|---|");
    let settings = SelectionSettings::new(LEAD, 0.95).unwrap();
    for (name, normals) in slippages() {
        let (share, observations) =
            measure(&normals, &settings, 5_000, |selection| selection.best == Some(0));
        println!("| {name} | {:.1} | {observations:.0} |", 100.0 * share);
    }
    let (normals, settings) = constrained();
    let (share, observations) = measure(&normals, &settings, 5_000, |selection| selection.best == Some(3));
    let exponential = StandIn::Exponential;
    let means: fn(&[f64]) -> Option<f64> = |costs| Some(MeanEstimate::of(costs)?.mean);
    let means =
        Costs { each: exponential, size: REPLICATIONS_PER_MEAN, statistic: means, lead: 3.5, luck: 0 };
    let tails: fn(&[f64]) -> Option<f64> = |costs| quantile(costs, 950);
    let lognormal = StandIn::Lognormal(0.5);
    let tails = Costs { each: lognormal, size: REPLICATIONS_PER_TAIL, statistic: tails, lead: 4.25, luck: 0 };
    for (name, costs) in [("10, means of 50 exponentials", means), ("10, p95 of 200 lognormals", tails)] {
        let settings = SelectionSettings::new(costs.lead, 0.95).unwrap();
        let (share, observations) = measure(&costs, &settings, 2_000, |selection| selection.best == Some(0));
        println!("| {name} | {:.1} | {observations:.0} |", 100.0 * share);
    }
    println!("| 8, 3 of them infeasible | {:.1} | {observations:.0} |", 100.0 * share);
}

#[test]
fn common_luck_makes_selection_cheap() {
    let settings = SelectionSettings::new(0.5, 0.95).unwrap();
    let cost = |correlation| {
        let normals = Normals::slippage(10, 0.5, correlation, |_| 1.0);
        measure(&normals, &settings, 50, |_| true).1
    };
    // The first stage takes 200 whatever comes.
    assert!(cost(0.9) - 200.0 < (cost(0.0) - 200.0) / 4.0);
}

#[test]
fn equal_alternatives_come_to_an_end() {
    // The same to the last digit: bids that the market never reaches.
    let mut twins = Normals::slippage(3, 0.0, 1.0, |_| 1.0);
    let selection = select(&mut twins, &SelectionSettings::new(0.01, 0.95).unwrap()).unwrap();
    assert_eq!((selection.best, selection.batches), (Some(0), SelectionSettings::USUAL_FIRST_STAGE));
    assert_eq!(selection.standings[2].fate, Fate::Beaten { by: 0, batch: 20 });
    // Equal in expectation only: the triangle closes.
    let mut equals = Normals::slippage(3, 0.0, 0.0, |_| 1.0);
    let selection = select(&mut equals, &SelectionSettings::new(0.5, 0.95).unwrap()).unwrap();
    assert!(selection.best.is_some() && selection.batches < 200, "{selection:?}");
}

#[test]
fn without_enough_batches_no_probability_is_given() {
    let mut close = Normals::slippage(4, 0.01, 0.0, |_| 1.0);
    let settings = SelectionSettings::new(0.01, 0.95).unwrap().most_batches(60);
    let selection = select(&mut close, &settings).unwrap();
    let Guarantee::None(NoGuarantee::OutOfBatches { undecided }) = selection.guarantee else {
        panic!("{selection:?}");
    };
    let open = selection.standings.iter().filter(|standing| standing.fate == Fate::Undecided).count();
    assert!(undecided == open && open > 1 && selection.batches == 60, "{selection:?}");
    // The best mean is told, as a mean.
    assert!(selection.best.is_some());
    // Not even a first stage, and constraints that stay open: nothing is known to be allowed.
    let settings = SelectionSettings::new(0.5, 0.95).unwrap().most_batches(15);
    assert_eq!(select(&mut close, &settings).unwrap().batches, 15);
    let (mut normals, _) = constrained();
    let settings = SelectionSettings::new(0.5, 0.95).unwrap().subject_to(at_least(10.0, 0.05)).unwrap();
    let selection = select(&mut normals, &settings.most_batches(25)).unwrap();
    assert_eq!(selection.best, None);
    assert!(matches!(selection.guarantee, Guarantee::None(_)));
}

#[test]
fn no_alternative_is_allowed_is_an_answer() {
    let (mut normals, _) = constrained();
    let settings = SelectionSettings::new(0.5, 0.95).unwrap();
    let settings =
        settings.subject_to(Constraint { sense: Sense::AtMost, bound: 5.0, tolerance: 0.5 }).unwrap();
    let selection = select(&mut normals, &settings).unwrap();
    assert_eq!((selection.best, selection.guarantee), (None, Guarantee::Probability(0.95)));
    assert!(selection.standings.iter().all(|standing| matches!(standing.fate, Fate::Infeasible { .. })));
}

#[test]
fn one_alternative_is_the_best_without_looking() {
    let selection =
        select(&mut Normals::slippage(1, 0.5, 0.0, |_| 1.0), &SelectionSettings::new(0.5, 0.95).unwrap())
            .unwrap();
    assert_eq!((selection.best, selection.batches), (Some(0), 0));
    assert_eq!(selection.guarantee, Guarantee::Probability(1.0));
    assert_eq!(selection.standings[0].mean, None);
}

#[test]
fn settings_out_of_range_are_refused_in_words() {
    let settings = SelectionSettings::new(0.5, 0.95).unwrap();
    let wrong = [
        SelectionSettings::new(f64::NAN, 0.95).unwrap_err(),
        SelectionSettings::new(0.5, 1.0).unwrap_err(),
        settings.clone().first_stage(9).unwrap_err(),
        settings.subject_to(at_least(0.995, 0.0)).unwrap_err(),
    ];
    let texts = wrong.map(|error| error.to_string());
    assert!(texts[0].contains("NaN") && texts[1].contains("not 1") && texts[2].contains("at least 10"));
    assert!(texts[3].contains("0.995 and 0"), "{}", texts[3]);
}
