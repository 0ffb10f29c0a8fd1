//! An optimum for a terminal: what was seen, the answer with what is known of it, the part to paste.

use super::{
    AlternativeResult, Answer, BracketResult, Choice, ConditionResult, FrontResult, Judgement, Optimum,
    SelectionResult, Value, Verdict,
};
use crate::montecarlo::Metric;
use crate::report::figures::{Scale, unit_word};
use crate::report::table::new_table;
use crate::report::words::{count, grouped};
use std::fmt::Write as _;

/// Longer tables are for files.
const ROWS_MOST: usize = 60;
/// So many of them are shown.
const ROWS_OF_MANY: usize = 20;

pub(super) fn render(optimum: &Optimum) -> String {
    let mut text = String::new();
    match &optimum.answer {
        Answer::Selection(selection) => push_selection(optimum, selection, &mut text),
        Answer::Bracket(bracket) => push_bracket(optimum, bracket, &mut text),
        Answer::Front(front) => push_front(optimum, front, &mut text),
    }
    push_paste(optimum, &mut text);
    text
}

/// "least" or "greatest".
fn superlative(optimum: &Optimum) -> &'static str {
    if optimum.sense == "minimise" { "least" } else { "greatest" }
}

fn over(optimum: &Optimum) -> String {
    let paths: Vec<&str> = optimum.axes.iter().map(|axis| axis.path.as_str()).collect();
    if paths.is_empty() { "strategies".to_owned() } else { paths.join(" and ") }
}

fn scale_of<'a>(metric: &Metric, values: impl Iterator<Item = &'a Value>) -> Scale {
    Scale::new(metric, values.map(|value| value.plain.abs()).fold(0.0, f64::max))
}

/// A difference of the objective, with the digits it has.
fn difference(optimum: &Optimum, value: f64) -> String {
    let unit = unit_word(&optimum.asked, &optimum.currency);
    let digits = format!("{:.6}", if unit == "%" { 100.0 * value } else { value });
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    if unit == "number" { digits.to_owned() } else { format!("{digits} {unit}") }
}

fn value_cells(scale: Scale, value: Option<&Value>) -> [String; 2] {
    value.map_or_else(
        || ["–".to_owned(), "–".to_owned()],
        |value| [scale.shown(value.plain), scale.half(value.interval)],
    )
}

/// "types[0].bid = 0.9 with "spot"".
fn choice_words(optimum: &Optimum, values: &[String], strategy: &str) -> String {
    let axes = optimum.axes.iter().zip(values);
    let settings: Vec<String> = axes.map(|(axis, value)| format!("{} = {value}", axis.path)).collect();
    if settings.is_empty() {
        return format!("\"{strategy}\"");
    }
    format!("{} with \"{strategy}\"", settings.join(", "))
}

fn push_selection(optimum: &Optimum, selection: &SelectionResult, text: &mut String) {
    let _ = writeln!(
        text,
        "{}: the {} {} over {}: {}, seed {}, all money in {}",
        optimum.scenario,
        superlative(optimum),
        optimum.objective,
        over(optimum),
        count(selection.alternatives.len(), "alternative"),
        optimum.seed,
        optimum.currency
    );
    for condition in &selection.conditions {
        let _ = writeln!(text, "subject to {}", condition.condition);
    }
    let _ = writeln!(text, "\n{}", alternatives(optimum, selection));
    let values = selection.alternatives.iter().filter_map(|one| one.objective.as_ref());
    let scale = scale_of(&optimum.asked, values);
    push_refusals(selection, text);
    push_answer(optimum, selection, scale, text);
    let worlds = selection.batches * selection.replications_per_batch;
    let _ = writeln!(
        text,
        "{} of {} replications: {} worlds, the same for all that were still in.",
        batches(selection.batches),
        selection.replications_per_batch,
        grouped(worlds)
    );
    if selection.batches > 0 {
        text.push_str(
            "± is half of the 95 % interval of the mean over batches, as if their number had been fixed beforehand; of the best\n\
             it is a little too good, as of every winner.\n",
        );
    }
}

fn push_answer(optimum: &Optimum, selection: &SelectionResult, scale: Scale, text: &mut String) {
    let Some(best) = &optimum.best else {
        push_no_answer(optimum, selection, text);
        return;
    };
    let choice = choice_words(optimum, &best.values, &best.strategy);
    let indifference =
        format!("{} ({})", difference(optimum, selection.indifference.plain), selection.indifference.from);
    let found = selection
        .alternatives
        .iter()
        .find(|one| matches!(one.fate, Judgement::Selected | Judgement::BestSoFar));
    let value = found.and_then(|one| one.objective.as_ref());
    let value = value.map_or_else(String::new, |value| {
        let [shown, half] = value_cells(scale, Some(value));
        format!(": {} {shown} ± {half}", optimum.objective)
    });
    match selection.probability {
        Some(_) if selection.batches == 0 => {
            let _ = writeln!(text, "The best: {choice}. It is the only one there is.");
        }
        Some(probability) => {
            let _ = writeln!(
                text,
                "The best: {choice}{value}\nWith probability at least {probability}, if the batches are normal: the best within {indifference}."
            );
            if !selection.conditions.is_empty() {
                text.push_str(
                    "That includes the conditions, each to its tolerance: nearer to a bound than that either answer will do.\n",
                );
            }
        }
        None => {
            let _ = writeln!(
                text,
                "The best so far: {choice}{value}\nNothing is known of how likely it is the best within {indifference}: the batches ended at --most with {}\nnot decided. Give more, or a greater --indifference.",
                count(selection.undecided, "alternative")
            );
        }
    }
}

fn push_no_answer(optimum: &Optimum, selection: &SelectionResult, text: &mut String) {
    if !selection.is_infeasible() {
        let _ = writeln!(
            text,
            "No answer: the batches ended at --most before {} known to keep the conditions. Give more, or greater tolerances.",
            if selection.undecided == 1 { "the last alternative was" } else { "any alternative was" }
        );
        return;
    }
    match selection.probability {
        Some(probability) => {
            let _ = writeln!(
                text,
                "No alternative keeps the conditions, with probability at least {probability}, if the batches are normal."
            );
        }
        None => text.push_str("No alternative is known to keep the conditions.\n"),
    }
    if let Some((nearest, condition, by)) = selection.nearest_miss() {
        let asked = &selection.asked[condition];
        let scale = Scale::new(&asked.metric(), nearest.conditions[condition].value.plain.abs());
        let _ = writeln!(
            text,
            "The nearest: {} misses {} by {} (± {}).",
            choice_words(optimum, &nearest.values, &nearest.strategy),
            selection.conditions[condition].condition,
            scale.shown(by),
            scale.half(nearest.conditions[condition].value.interval)
        );
    }
}

fn push_refusals(selection: &SelectionResult, text: &mut String) {
    let first = selection.alternatives.iter().find_map(|one| Some((one, one.refusal.as_ref()?)));
    if let Some((one, why)) = first {
        let values = if one.values.is_empty() { one.strategy.clone() } else { one.values.join(", ") };
        let _ = writeln!(
            text,
            "The scenario refuses {}; with {values}: {why}",
            count(selection.refused, "alternative")
        );
    }
}

/// Alternatives as rows: all of them, or of many those that lasted longest.
fn alternatives(optimum: &Optimum, selection: &SelectionResult) -> String {
    let mut header: Vec<String> = optimum.axes.iter().map(|axis| short_path(&axis.path)).collect();
    header.extend(["strategy".to_owned(), optimum.objective.clone(), "±".to_owned()]);
    for condition in &selection.conditions {
        header.extend([
            condition.metric.clone(),
            "±".to_owned(),
            format!("{} {}", condition.sign, condition.bound.written()),
        ]);
    }
    header.extend(["batches".to_owned(), "standing".to_owned()]);
    let names: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut table = new_table(&names, optimum.axes.len() + 1);
    let objectives = selection.alternatives.iter().filter_map(|one| one.objective.as_ref());
    let scale = scale_of(&optimum.asked, objectives);
    let mut shown: Vec<&AlternativeResult> = selection.alternatives.iter().collect();
    let is_cut = shown.len() > ROWS_MOST;
    if is_cut {
        shown.sort_by_key(|one| (std::cmp::Reverse(one.batches), std::cmp::Reverse(one.decided_after)));
        shown.truncate(ROWS_OF_MANY);
    }
    for one in shown {
        let mut row = one.values.clone();
        row.push(one.strategy.clone());
        row.extend(value_cells(scale, one.objective.as_ref()));
        for (index, condition) in selection.asked.iter().enumerate() {
            let values = selection.alternatives.iter().filter_map(|one| one.conditions.get(index));
            let scale = scale_of(&condition.metric(), values.map(|one| &one.value));
            let result = one.conditions.get(index);
            row.extend(value_cells(scale, result.map(|result| &result.value)));
            row.push(result.map_or_else(|| "–".to_owned(), |result| verdict(result).to_owned()));
        }
        row.push(grouped(one.batches));
        row.push(standing(selection, one));
        table.add_row(row);
    }
    let rest = if is_cut {
        format!(
            "\n{ROWS_OF_MANY} that lasted longest; all {} are in optimise.csv.",
            selection.alternatives.len()
        )
    } else {
        String::new()
    };
    format!("{table}{rest}")
}

fn verdict(result: &ConditionResult) -> &'static str {
    match (result.verdict, result.is_within_the_band) {
        (Verdict::Kept, false) => "kept",
        (Verdict::Kept, true) => "kept, within the band",
        (Verdict::Broken, false) => "broken",
        (Verdict::Broken, true) => "broken, within the band",
        (Verdict::Open, false) => "not decided",
        (Verdict::Open, true) => "within the band",
    }
}

/// What became of an alternative, in words.
pub(super) fn standing(selection: &SelectionResult, one: &AlternativeResult) -> String {
    let after = one.decided_after.map_or_else(String::new, |after| format!(" after {}", batches(after)));
    match one.fate {
        Judgement::Selected => "the best".to_owned(),
        Judgement::BestSoFar => "the best so far".to_owned(),
        Judgement::Undecided => "not decided".to_owned(),
        Judgement::Refused => "refused".to_owned(),
        Judgement::Infeasible => {
            let condition = one.breaks.and_then(|breaks| selection.conditions.get(breaks));
            let condition = condition.map_or_else(String::new, |condition| format!(" {}", condition.metric));
            format!("breaks{condition}{after}")
        }
        Judgement::Beaten => {
            let by = one.beaten_by.and_then(|by| selection.alternatives.get(by));
            let Some(by) = by else { return format!("beaten{after}") };
            let is_equal = one.batches == by.batches
                && one.objective.as_ref().map(|value| value.plain.to_bits())
                    == by.objective.as_ref().map(|value| value.plain.to_bits());
            let word = if is_equal { "no better than" } else { "beaten by" };
            format!("{word} {}{after}", name(selection, by, &one.strategy))
        }
    }
}

/// An alternative in a few words: its values, and its strategy where it is another one.
fn name(selection: &SelectionResult, one: &AlternativeResult, beside: &str) -> String {
    let is_alone = selection.alternatives.iter().all(|other| other.strategy == one.strategy);
    match (one.values.is_empty(), is_alone || one.strategy == beside) {
        (true, _) => format!("\"{}\"", one.strategy),
        (false, true) => one.values.join(", "),
        (false, false) => format!("{} with \"{}\"", one.values.join(", "), one.strategy),
    }
}

fn batches(number: u64) -> String {
    format!("{} batch{}", grouped(number), if number == 1 { "" } else { "es" })
}

fn push_bracket(optimum: &Optimum, bracket: &BracketResult, text: &mut String) {
    let _ = writeln!(
        text,
        "{}: the {} {} of \"{}\" over {}: {} tried, {} replications of each in the same worlds, seed {}, all money in {}\n",
        optimum.scenario,
        superlative(optimum),
        optimum.objective,
        bracket.strategy,
        over(optimum),
        count(bracket.trials.len(), "value"),
        grouped(bracket.replications),
        optimum.seed,
        optimum.currency
    );
    let scale = scale_of(&optimum.asked, bracket.trials.iter().map(|trial| &trial.value));
    let mut table = new_table(&[&short_path(&over(optimum)), &optimum.objective, "±", ""], 1);
    for trial in &bracket.trials {
        let [value, half] = value_cells(scale, Some(&trial.value));
        let note = if trial.at == bracket.best { "the best tried" } else { "" };
        table.add_row(vec![trial.at.clone(), value, half, note.to_owned()]);
    }
    let _ = writeln!(text, "{table}\n");
    let _ = writeln!(
        text,
        "The best value is between {} and {}, if the curve has one valley: every comparison that narrowed the range is a paired\n\
         test on the same worlds, all of them together right 95 times in 100 if their means are normal.",
        bracket.low, bracket.high
    );
    if bracket.end == "indistinguishable" {
        let _ = writeln!(
            text,
            "Within it these worlds tell no points apart; {} has the best mean of those tried. More replications (-n) narrow it.",
            bracket.best
        );
    } else {
        let _ = writeln!(text, "{} has the best mean of those tried.", bracket.best);
    }
    if bracket.has_several_valleys {
        text.push_str(
            "Two comparisons contradicted each other: there is more than one valley, and this is one of them. Give steps\n\
             (PATH=lo..hi:steps) to compare all of the range.\n",
        );
    }
    if bracket.replications_per_observation > 1 {
        let _ = writeln!(
            text,
            "An observation is the figure of {} replications.",
            bracket.replications_per_observation
        );
    }
    text.push_str("± is half of the 95 % interval. All points meet the same luck: their differences are surer than that.\n");
}

fn push_front(optimum: &Optimum, front: &FrontResult, text: &mut String) {
    let _ = writeln!(
        text,
        "{}: {} and {} over {}: {}, {} replications of each in the same worlds, seed {}, all money in {}\n",
        optimum.scenario,
        optimum.objective,
        front.other,
        over(optimum),
        count(front.points.len(), "point"),
        grouped(front.replications),
        optimum.seed,
        optimum.currency
    );
    let mut header: Vec<String> = optimum.axes.iter().map(|axis| short_path(&axis.path)).collect();
    header.extend(["strategy", &optimum.objective, "±", &front.other, "±", "front"].map(str::to_owned));
    let names: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut table = new_table(&names, optimum.axes.len() + 1);
    let first = scale_of(&optimum.asked, front.points.iter().filter_map(|point| point.objective.as_ref()));
    let second = scale_of(&front.asked, front.points.iter().filter_map(|point| point.other.as_ref()));
    let is_cut = front.points.len() > ROWS_MOST;
    for point in front.points.iter().filter(|point| !is_cut || point.is_on_front) {
        let mut row = point.choice.values.clone();
        row.push(point.choice.strategy.clone());
        row.extend(value_cells(first, point.objective.as_ref()));
        row.extend(value_cells(second, point.other.as_ref()));
        let place = match (point.is_on_front, point.is_uncertain) {
            (true, false) => "on it",
            (true, true) => "on it, not surely",
            (false, true) => "near it",
            (false, false) => "",
        };
        let place = if point.refusal.is_some() { "refused" } else { place };
        row.push(if point.is_chosen {
            format!("{place}, the best {}", optimum.objective)
        } else {
            place.to_owned()
        });
        table.add_row(row);
    }
    let _ = writeln!(text, "{table}\n");
    if is_cut {
        text.push_str("All points are in optimise.csv; these are on the front.\n");
    }
    if let Some((point, why)) = front.points.iter().find_map(|point| Some((point, point.refusal.as_ref()?))) {
        let Choice { values, strategy } = &point.choice;
        let at = if values.is_empty() { strategy.clone() } else { values.join(", ") };
        let _ = writeln!(text, "The scenario refuses {}; with {at}: {why}", count(front.refused, "point"));
    }
    let _ = writeln!(
        text,
        "{} on the front: no other is as good in both and better in one, by these estimates ({} {}, {} {}). Where the\n\
         intervals of two overlap in both, that is not certain.\n\
         ± is half of the 95 % interval.",
        front.on_front, optimum.sense, optimum.objective, front.other_sense, front.other
    );
}

fn push_paste(optimum: &Optimum, text: &mut String) {
    for part in &optimum.paste {
        let as_it_is = if part.is_unchanged { ", as it is in the file" } else { "" };
        // The first line as deep as the last, which closes the part.
        let last = part.text.lines().last().unwrap_or_default();
        let depth = if part.text.contains('\n') { &last[..last.len() - last.trim_start().len()] } else { "" };
        let _ = writeln!(text, "\n{}{as_it_is}:\n{depth}{}", part.path, part.text);
    }
    let _ = writeln!(text, "\nagain: {}", optimum.command);
}

/// The last part of a path, which tells most.
fn short_path(path: &str) -> String {
    if path.contains('+') {
        return path.to_owned();
    }
    let mut parts: Vec<&str> = path.rsplit('.').take(2).collect();
    parts.reverse();
    parts.join(".")
}
