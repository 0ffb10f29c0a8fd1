//! A break-even for a terminal.

use super::{Breakeven, CrossingResult, DifferenceResult};
use crate::montecarlo::Unit;
use crate::report::figures;
use crate::report::table::{new_table, wrapped};
use crate::report::words::{count, grouped};
use std::fmt::Write as _;

pub(super) fn render(answer: &Breakeven) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{}: where \"{}\" and \"{}\" have the same {}\n{}: {} replication{} of each value in the same worlds, seed {}, all money in {}\n",
        answer.path,
        answer.a,
        answer.b,
        figures::words(&answer.asked, answer.horizon),
        answer.scenario,
        grouped(answer.replications),
        if answer.replications == 1 { "" } else { "s" },
        answer.seed,
        answer.currency
    );
    let _ = writeln!(text, "{}\n", table(answer));
    for crossing in &answer.crossings {
        text.push_str(&wrapped(&crossing_words(answer, crossing)));
    }
    if answer.crossings.is_empty() {
        text.push_str(&wrapped(&no_crossing(answer)));
    }
    for [low, high] in &answer.ties {
        let (low, high) = (shown(answer, *low), shown(answer, *high));
        let _ = writeln!(text, "From {low} to {high} both are the same to the last digit.");
    }
    let looked_at = answer.differences.len() + answer.refused.len();
    let _ = writeln!(
        text,
        "Looked at {}; two crossings between neighbours of the table would be missed (--steps).",
        count(looked_at, "value")
    );
    if let Some(refused) = answer.refused.first() {
        let _ = writeln!(
            text,
            "The scenario refuses {}; with {}: {}",
            count(answer.refused.len(), "value"),
            refused.value,
            refused.refusal
        );
    }
    text
}

/// The values that were looked at before the search.
fn table(answer: &Breakeven) -> comfy_table::Table {
    let header = [&answer.path, answer.a.as_str(), &answer.b, "difference", "95 % interval"];
    let mut table = new_table(&header, 1);
    let scale = answer.scale();
    for one in answer.differences.iter().filter(|one| one.of_grid) {
        let [a, b] = one.plain.figures;
        table.add_row(vec![
            one.value.clone(),
            scale.shown(a),
            scale.shown(b),
            scale.shown(one.plain.difference),
            scale.interval(one.plain.ci95),
        ]);
    }
    table
}

/// The strategy with less, if one has.
fn with_less<'a>(answer: &'a Breakeven, one: &DifferenceResult) -> Option<&'a str> {
    match one.plain.difference {
        difference if difference < 0.0 => Some(&answer.a),
        difference if difference > 0.0 => Some(&answer.b),
        _ => None,
    }
}

/// A number of the axis with its unit.
fn shown(answer: &Breakeven, value: f64) -> String {
    let digits = format!("{value:.9}");
    format!("{}{}", digits.trim_end_matches('0').trim_end_matches('.'), answer.unit)
}

/// The same with as many digits as a crossing has.
pub(super) fn shown_like(answer: &Breakeven, crossing: &CrossingResult, value: f64) -> String {
    let written = crossing.written.trim_end_matches(|c: char| !c.is_ascii_digit());
    let decimals = written.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    format!("{value:.decimals$}{}", answer.unit)
}

fn crossing_words(answer: &Breakeven, crossing: &CrossingResult) -> String {
    let is = if answer.asked.unit() == Unit::Currency { "is cheaper" } else { "has less" };
    let sides = format!("Below it \"{}\" {is}, above it \"{}\".", crossing.less_below, crossing.less_above);
    match crossing.ci95 {
        Some([low, high]) => format!(
            "They meet at {} = {}: 95 % interval {} … {}, by bootstrap over worlds ({} resamples). {sides}",
            answer.path,
            crossing.written,
            shown_like(answer, crossing, low),
            shown_like(answer, crossing, high),
            grouped(crossing.resamples as u64)
        ),
        None => format!(
            "They meet at {} = {} in these worlds, but only in {:.1} % of {} resamples of them: more replications are \
             needed to be sure that they do. {sides}",
            answer.path,
            crossing.written,
            crossing.crossing_share * 100.0,
            grouped(crossing.resamples as u64)
        ),
    }
}

/// Which side wins, and by how much where they are nearest.
fn no_crossing(answer: &Breakeven) -> String {
    let stretch = format!("from {} to {}", answer.low, answer.high);
    let Some(nearest) = &answer.nearest else { return format!("No crossing {stretch}.") };
    let is_cheaper = answer.asked.unit() == Unit::Currency;
    let winner = answer.differences.iter().find_map(|one| with_less(answer, one));
    let Some(winner) = winner else {
        return format!("No crossing {stretch}: both are the same at every value.");
    };
    let scale = answer.scale();
    let sure = match nearest.plain.ci95 {
        Some((low, high)) if low <= 0.0 && high >= 0.0 => ", which may be chance",
        Some(_) | None => "",
    };
    if nearest.plain.difference.abs() <= 0.0 {
        let is = if is_cheaper { "is cheaper" } else { "has less" };
        return format!("No crossing {stretch}: \"{winner}\" {is} wherever they differ.");
    }
    format!(
        "No crossing {stretch}: \"{winner}\" {} throughout. They are nearest at {}, where the difference is {} \
         (95 % interval {}){sure}.",
        if is_cheaper { "is cheaper" } else { "has less" },
        nearest.value,
        scale.shown(nearest.plain.difference),
        scale.interval(nearest.plain.ci95)
    )
}
