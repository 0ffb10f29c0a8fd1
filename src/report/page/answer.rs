//! The question in words, and the answer in a sentence with its uncertainty.

use super::table::replications;
use crate::report::Comparison;
use crate::report::comparison::{PairResult, StrategyResult};
use crate::report::pictures::horizon_words;
use crate::report::table::short;
use crate::report::words;
use crate::units::Money;
use maud::{Markup, html};

/// Below this difference of mean availability nobody asks for it.
const AVAILABILITY_TOLD: f64 = 0.000_5;

pub(super) fn section(comparison: &Comparison) -> Markup {
    html! {
        section class="answer" aria-labelledby="answer" {
            @if !comparison.question.is_empty() { p class="question" { (comparison.question) } }
            h2 id="answer" class="visually-hidden" { "Answer" }
            p class="lead" { (sentence(comparison)) }
            @for warning in &comparison.warnings { p class="warning" { strong { "Beware: " } (warning) } }
            @for result in &comparison.thresholds {
                p class=(if result.failed { "failed" } else { "met" }) {
                    strong { (if result.failed { "Failed: " } else { "Met: " }) }
                    "“" (result.strategy) "”, " (result.expression) ": " (result.metric) " is " (result.value.written())
                }
            }
        }
    }
}

/// The cheapest in the mean, and how sure it is that nothing else is cheaper.
pub(super) fn sentence(comparison: &Comparison) -> String {
    let mut order: Vec<&StrategyResult> = comparison.strategies.iter().collect();
    order.sort_by_key(|strategy| mean(strategy));
    let Some((best, others)) = order.split_first() else { return String::new() };
    let over = horizon_words(comparison.horizon);
    let cost = format!("{} {}", grouped(&best.cost.mean), comparison.currency);
    let interval = best
        .cost
        .ci95
        .as_ref()
        .map(|[low, high]| format!(" (95 % interval {} to {})", grouped(low), grouped(high)))
        .unwrap_or_default();
    let Some(next) = others.first() else {
        return format!("“{}” costs {cost} over {over} on average{interval}.", best.name);
    };
    let mut text = format!("Cheapest on average is “{}”: {cost} over {over}{interval}. ", best.name);
    text.push_str(&against(comparison, best, next));
    text.push_str(&availability(best, others));
    text
}

fn mean(strategy: &StrategyResult) -> Money {
    Money::parse(&strategy.cost.mean).unwrap_or(Money::ZERO)
}

fn grouped(amount: &str) -> String {
    let text = short(amount);
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("−", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "00"));
    whole
        .parse::<u64>()
        .map_or_else(|_| text.clone(), |whole| format!("{sign}{}.{fraction}", words::grouped(whole)))
}

/// The best beside the next best, world by world.
fn against(comparison: &Comparison, best: &StrategyResult, next: &StrategyResult) -> String {
    let is_of = |pair: &&PairResult| {
        (pair.a == best.name && pair.b == next.name) || (pair.a == next.name && pair.b == best.name)
    };
    let Some(pair) = comparison.paired.iter().find(is_of) else { return String::new() };
    let is_turned = pair.a == best.name;
    let sign = |amount: &str| {
        let money = Money::parse(amount).unwrap_or(Money::ZERO);
        if is_turned { -money } else { money }
    };
    let saved = sign(&pair.difference.mean);
    let bounds = pair.difference.ci95.as_ref().map(|[low, high]| {
        let (low, high) = (sign(low), sign(high));
        if low <= high { (low, high) } else { (high, low) }
    });
    let next_mean = mean(next);
    let share = (next_mean > Money::ZERO).then(|| saved.to_f64() / next_mean.to_f64() * 100.0);
    let cheaper = if is_turned {
        pair.probability_a_cheaper
    } else {
        1.0 - pair.probability_a_cheaper - pair.probability_equal
    };
    match bounds {
        Some((low, _)) if low <= Money::ZERO => format!(
            "The difference to “{}”, {} on average, could be chance in {}. ",
            next.name,
            grouped(&saved.to_string()),
            replications(comparison.replications),
        ),
        _ => format!(
            "That is {} less than “{}”{}{}, and cheaper in {} % of the simulated worlds. ",
            grouped(&saved.to_string()),
            next.name,
            share.map_or_else(String::new, |share| format!(" (−{share:.0} %)")),
            bounds.map_or_else(String::new, |(low, high)| format!(
                ", {} to {} with 95 % confidence",
                grouped(&low.to_string()),
                grouped(&high.to_string())
            )),
            (cheaper * 100.0).round(),
        ),
    }
}

/// What the cheapest gives up.
fn availability(best: &StrategyResult, others: &[&StrategyResult]) -> String {
    let running = others.iter().filter(|strategy| strategy.rents_machines);
    let most = running.max_by(|a, b| a.availability.mean.total_cmp(&b.availability.mean));
    let Some(most) = most.filter(|_| best.rents_machines) else { return String::new() };
    let gap = most.availability.mean - best.availability.mean;
    if gap < AVAILABILITY_TOLD {
        return String::new();
    }
    format!(
        "It is up {:.2} % of the time; “{}” is up {:.2} %.",
        best.availability.mean * 100.0,
        most.name,
        most.availability.mean * 100.0
    )
}
