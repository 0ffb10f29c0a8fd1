//! Fitted processes: their figures, and in words whether they do like the record.

use super::market::{self, Context};
use super::{BidResult, Looked, bid, date};
use crate::montecarlo::history::{
    BidFigures, Doubt, FIGURES, Fit, Fitted, Goodness, HalvesDiffer, NoFit, Record, StepEstimate, StepSource,
    Verdict, figure_words,
};
use crate::units::{SimTime, UnitPrice};
use serde::Serialize;

/// What became of the fit of one series.
#[derive(Clone, Debug, Serialize)]
pub struct FitResult {
    /// Why nothing is fitted; null if something is.
    pub refusal: Option<String>,
    /// Where the first half ends and the second begins.
    pub middle: String,
    /// Changes of the price in the first half.
    pub changes: usize,
    /// The step of the processes; null if nothing is fitted.
    pub step: Option<String>,
    /// Where it comes from, in words.
    pub step_source: Option<String>,
    /// The half that is fitted, at each bid.
    pub first_half: Vec<BidResult>,
    /// The half that is held out.
    pub second_half: Vec<BidResult>,
    /// The kinds of process, the better first.
    pub kinds: Vec<KindResult>,
    /// What is to be said of the halves themselves; null if they could be halves of one process.
    pub halves: Option<String>,
    /// A market of one price, where the record has only one.
    pub constant: Option<String>,
}

/// One kind of process.
#[derive(Clone, Debug, Serialize)]
pub struct KindResult {
    /// `MeanReverting` or `TwoRegime`.
    pub kind: &'static str,
    /// Why it is not fitted; null if it is.
    pub refusal: Option<String>,
    /// `fits`, `close` or `does not fit`; null if it is not fitted.
    pub verdict: Option<&'static str>,
    /// The verdict with its figures, in words.
    pub words: Vec<String>,
    /// Figures of the held-out half outside the middle nine tenths of the worlds.
    pub outside: Option<usize>,
    /// The share of the process's own worlds with as many figures outside.
    pub tail: Option<f64>,
    /// Mean distance (continuous ranked probability score); smaller is better.
    pub distance: Option<f64>,
    /// Every figure, bid by bid.
    pub figures: Vec<FigureResult>,
    /// A market of a scenario with this process; null if it is not fitted.
    pub market: Option<String>,
}

/// One figure of the held-out half beside the worlds. Lengths are in hours.
#[derive(Clone, Debug, Serialize)]
pub struct FigureResult {
    /// The bid.
    pub bid: String,
    /// What is measured.
    pub figure: &'static str,
    /// The record.
    pub record: f64,
    /// Mean of the worlds.
    pub mean: f64,
    /// Their 5 % quantile.
    pub p5: f64,
    /// Their 95 % quantile.
    pub p95: f64,
    /// The record is between these two.
    pub within: bool,
}

impl FitResult {
    pub(super) fn new(looked: &Looked, record: &Record, fit: &Result<Fit, NoFit>, context: &Context) -> Self {
        let mut found = Self {
            refusal: None,
            middle: date(record, record.middle()),
            changes: record.changes.partition_point(|at| *at < record.middle()),
            step: None,
            step_source: None,
            first_half: Vec::new(),
            second_half: Vec::new(),
            kinds: Vec::new(),
            halves: None,
            constant: None,
        };
        match fit {
            Ok(fit) => {
                let side = |half: &Vec<BidFigures>| half.iter().map(bid).collect();
                found.step = Some(fit.step.step.to_string());
                found.step_source = Some(step_source(&fit.step));
                found.first_half = side(&fit.halves[0]);
                found.second_half = side(&fit.halves[1]);
                found.kinds = kinds(looked, record, fit, context);
                found.halves = halves(&fit.halves_differ);
            }
            Err(why) => {
                found.refusal = Some(why.to_string());
                let price = record.price_at(SimTime::ZERO);
                found.constant =
                    (*why == NoFit::Constant).then(|| market::constant(looked, record, price, context));
            }
        }
        found
    }
}

/// Both kinds, the better first; one that is not fitted last.
fn kinds(looked: &Looked, record: &Record, fit: &Fit, context: &Context) -> Vec<KindResult> {
    let distance = |fitted: &Result<Fitted, NoFit>| {
        fitted.as_ref().map_or(f64::INFINITY, |fitted| fitted.goodness.distance)
    };
    let mut both = [("MeanReverting", &fit.reversion), ("TwoRegime", &fit.regimes)];
    both.sort_by(|a, b| distance(a.1).total_cmp(&distance(b.1)));
    both.iter().map(|(kind, fitted)| kind_result(kind, fitted, looked, record, context)).collect()
}

fn kind_result(
    kind: &'static str,
    fitted: &Result<Fitted, NoFit>,
    looked: &Looked,
    record: &Record,
    context: &Context,
) -> KindResult {
    let fitted = match fitted {
        Ok(fitted) => fitted,
        Err(why) => {
            return KindResult {
                kind,
                refusal: Some(why.to_string()),
                verdict: None,
                words: vec![format!("{kind} is not fitted: {why}.")],
                outside: None,
                tail: None,
                distance: None,
                figures: Vec::new(),
                market: None,
            };
        }
    };
    let goodness = &fitted.goodness;
    let (verdict_in_words, worst) = verdict_words(kind, goodness);
    let doubts = fitted.doubts.iter().map(doubt);
    // The figures themselves stand beside the market.
    let beside: Vec<String> = std::iter::once(verdict_in_words.clone()).chain(doubts.clone()).collect();
    let words = std::iter::once(format!("{verdict_in_words}{worst}")).chain(doubts).collect();
    KindResult {
        kind,
        refusal: None,
        verdict: Some(verdict(goodness.verdict())),
        outside: Some(goodness.outside),
        tail: Some(goodness.tail),
        distance: Some(goodness.distance),
        figures: figure_results(goodness),
        market: Some(market::process(looked, record, kind, fitted, &beside, context)),
        words,
    }
}

fn figure_results(goodness: &Goodness) -> Vec<FigureResult> {
    let of_bid = |(bid, figures): &(UnitPrice, [_; 8])| -> Vec<FigureResult> {
        let named = FIGURES.iter().zip(figures);
        named
            .map(|(figure, found): (_, &crate::montecarlo::history::FigureGoodness)| FigureResult {
                bid: bid.to_string(),
                figure,
                record: found.record,
                mean: found.mean,
                p5: found.p5,
                p95: found.p95,
                within: found.is_within(),
            })
            .collect()
    };
    goodness.bids.iter().flat_map(of_bid).collect()
}

/// The word for a verdict.
const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fits => "fits",
        Verdict::Close => "close",
        Verdict::DoesNotFit => "does not fit",
    }
}

/// How many of the worst figures are named.
const WORST: usize = 3;

/// The verdict with its figures, and the worst of them.
fn verdict_words(kind: &str, goodness: &Goodness) -> (String, String) {
    let counted = format!(
        "{} of {} held-out figures are outside the middle 90 % of its worlds; {} of the worlds have as many outside",
        goodness.outside,
        goodness.count(),
        share(goodness.tail)
    );
    let worst: Vec<String> =
        goodness.worst.iter().take(WORST).map(|(bid, figure)| worst_words(goodness, *bid, *figure)).collect();
    let worst = if worst.is_empty() { String::new() } else { format!(" Held out: {}.", worst.join("; ")) };
    let vague = if goodness.is_vague {
        " Its worlds differ so much that the held-out half could hardly contradict them."
    } else {
        ""
    };
    match goodness.verdict() {
        Verdict::Fits => (format!("{kind} fits: {counted}.{vague}"), String::new()),
        Verdict::Close => (
            format!(
                "{kind} is close, but can be told from the record: {counted}, none by more than 10 points of time or a \
                 factor of 1.5.{vague}"
            ),
            worst,
        ),
        Verdict::DoesNotFit => (format!("{kind} does not fit: {counted}.{vague}"), worst),
    }
}

fn worst_words(goodness: &Goodness, at: UnitPrice, figure: usize) -> String {
    let Some((_, figures)) = goodness.bids.iter().find(|(bid, _)| *bid == at) else { return String::new() };
    let found = figures[figure];
    format!(
        "{} {}, drawn {} … {}",
        figure_words(figure, at),
        value(figure, found.record),
        value(figure, found.p5),
        value(figure, found.p95)
    )
}

fn doubt(doubt: &Doubt) -> String {
    match doubt {
        Doubt::HardlyReturns => {
            "The price hardly returns within the fitted half: its level and speed are poorly known, and the slowest return \
             that such a length can show was taken."
                .to_owned()
        }
        Doubt::Refined => {
            "The likeliest parameters do not do like even the fitted half: they were moved towards its figures.".to_owned()
        }
        Doubt::RegimeSeldomSeen(stays) => format!(
            "One regime has about {} in the fitted half: its holding time is poorly known.",
            crate::report::words::count(*stays, "stay")
        ),
    }
}

/// Where a step comes from.
fn step_source(step: &StepEstimate) -> String {
    match step.source {
        StepSource::Grid => "the record's own grid: its changes are whole steps apart".to_owned(),
        StepSource::MedianGap(gap) => {
            format!("the median time between changes of the first half, {gap}, as a round time")
        }
        StepSource::Switching(gap) => format!(
            "the price switches between few values; one in twenty stays is shorter than {gap}, as a round time"
        ),
        StepSource::Coarser(_) => {
            "coarser than the record's own, so that a half has at most 50,000 steps".to_owned()
        }
    }
}

/// What is said of halves that no stationary process has.
fn halves(differ: &[HalvesDiffer]) -> Option<String> {
    if differ.is_empty() {
        return None;
    }
    let each: Vec<String> = differ
        .iter()
        .map(|found| {
            format!("{} at or below {}, then {}", share(found.shares[0]), found.bid, share(found.shares[1]))
        })
        .collect();
    Some(format!(
        "The halves differ more than halves of the worlds of any process fitted to the first: {}. Hardly anything stationary fits \
         both; replay the record instead, or fit a part of it.",
        each.join("; ")
    ))
}

/// A share in per cent.
pub(super) fn share(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// A length in hours, or in days where those are many.
pub(super) fn length(hours: f64) -> String {
    if hours >= 100.0 {
        format!("{:.1} d", hours / 24.0)
    } else if hours < 1.0 && hours > 0.0 {
        format!("{:.1} min", hours * 60.0)
    } else {
        format!("{hours:.1} h")
    }
}

/// A figure of [`FIGURES`] by its number.
pub(super) fn value(figure: usize, value: f64) -> String {
    match figure {
        0 => share(value),
        1 => format!("{value:.2}"),
        _ => length(value),
    }
}
