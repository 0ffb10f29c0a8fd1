//! An optimum as pictures: the race of a selection, its objective over one axis, the values a search tried, a front.

use super::table::standing;
use super::{
    AlternativeResult, Answer, BracketResult, Choice, FrontResult, Judgement, Optimum, SelectionResult, Value,
};
use crate::montecarlo::Metric;
use crate::report::figures::{self, Scale};
use crate::report::plot::{
    FrontDot, FrontPicture, LineMark, LinePoint, LineSeries, LinesPicture, PlotError, RaceEnd, RacePicture,
    RaceRow, Rendered, front, lines, race,
};
use crate::report::sweep::Picture;
use crate::report::words::{count, grouped};

/// Alternatives in a race at most: those that lasted longest.
const ROWS_MOST: usize = 30;

/// Every picture of an optimum, as SVG and PNG.
///
/// # Errors
/// The name of the picture that could not be drawn, and why.
pub fn draw(optimum: &Optimum) -> Result<Vec<Picture>, (String, PlotError)> {
    let mut pictures = Vec::new();
    match &optimum.answer {
        Answer::Selection(selection) if selection.batches > 0 => {
            pictures.extend(both("optimise_race", race(&race_of(optimum, selection)))?);
            if let Some(picture) = objective_of(optimum, selection) {
                pictures.extend(both("optimise_objective", lines(&picture))?);
            }
        }
        // With one alternative that the scenario takes, nothing ran.
        Answer::Selection(_) => {}
        Answer::Bracket(bracket) => {
            pictures.extend(both("optimise_objective", lines(&search_of(optimum, bracket)))?);
        }
        Answer::Front(found) => {
            pictures.extend(both("optimise_front", front(&front_of(optimum, found)))?);
        }
    }
    Ok(pictures)
}

fn both(name: &str, rendered: Result<Rendered, PlotError>) -> Result<[Picture; 2], (String, PlotError)> {
    let (svg, png) = rendered.map_err(|error| (format!("{name}.svg"), error))?;
    Ok([(format!("{name}.svg"), svg.into_bytes()), (format!("{name}.png"), png)])
}

fn title(optimum: &Optimum) -> String {
    let paths: Vec<&str> = optimum.axes.iter().map(|axis| axis.path.as_str()).collect();
    let word = if optimum.sense == "minimise" { "least" } else { "greatest" };
    let over = if paths.is_empty() { "strategies".to_owned() } else { paths.join(" and ") };
    format!("The {word} {} over {over}", optimum.objective)
}

/// The objective on an axis, with its unit.
fn label(optimum: &Optimum, metric: &Metric) -> String {
    format!("{}, {}", figures::words(metric, optimum.horizon), figures::unit_word(metric, &optimum.currency))
}

fn scale_of<'a>(metric: &Metric, values: impl Iterator<Item = &'a Value>) -> Scale {
    Scale::new(metric, values.map(|value| value.plain.abs()).fold(0.0, f64::max))
}

/// Values, then the strategy where there are several.
fn name(values: &[String], strategy: &str, is_alone: bool) -> String {
    match (values.is_empty(), is_alone) {
        (true, _) => strategy.to_owned(),
        (false, true) => values.join(", "),
        (false, false) => format!("{}, {strategy}", values.join(", ")),
    }
}

fn race_of(optimum: &Optimum, selection: &SelectionResult) -> RacePicture {
    let mut ran: Vec<&AlternativeResult> =
        selection.alternatives.iter().filter(|one| one.fate != Judgement::Refused).collect();
    let is_best = |one: &AlternativeResult| matches!(one.fate, Judgement::Selected | Judgement::BestSoFar);
    ran.sort_by_key(|one| (!is_best(one), std::cmp::Reverse(one.decided_after.unwrap_or(u64::MAX))));
    let not_shown = ran.len().saturating_sub(ROWS_MOST);
    ran.truncate(ROWS_MOST);
    let is_alone = ran.iter().all(|one| one.strategy == ran[0].strategy);
    let scale = scale_of(&optimum.asked, ran.iter().filter_map(|one| one.objective.as_ref()));
    let row = |one: &&AlternativeResult| RaceRow {
        name: name(&one.values, &one.strategy, is_alone),
        value: one.objective.as_ref().map_or_else(String::new, |value| {
            format!("{} ± {}", scale.shown(value.plain), scale.half(value.interval))
        }),
        length: one.decided_after.unwrap_or(selection.batches) as f64,
        end: match one.fate {
            Judgement::Selected | Judgement::BestSoFar => RaceEnd::Best,
            Judgement::Beaten => RaceEnd::Beaten,
            Judgement::Infeasible => RaceEnd::Broken,
            Judgement::Undecided | Judgement::Refused => RaceEnd::Open,
        },
        note: standing(selection, one),
    };
    let guarantee = match selection.probability {
        Some(probability) => format!("right with probability {probability} if batches are normal"),
        None => "without a guarantee".to_owned(),
    };
    RacePicture {
        title: title(optimum),
        subtitle: format!(
            "{}: {} in the same worlds, seed {}; {guarantee}",
            optimum.scenario,
            count(selection.alternatives.len(), "alternative"),
            optimum.seed
        ),
        x_label: format!(
            "batches of {} replications until it was decided",
            grouped(selection.replications_per_batch)
        ),
        value_label: optimum.objective.clone(),
        rows: ran.iter().map(row).collect(),
        not_shown,
    }
}

/// Lines over the one axis there is, if it is one of numbers.
fn objective_of(optimum: &Optimum, selection: &SelectionResult) -> Option<LinesPicture> {
    let [axis] = &optimum.axes[..] else { return None };
    let numbers = axis.numbers.as_ref()?;
    let mut ticks: Vec<(f64, String, usize)> =
        numbers.iter().enumerate().map(|(place, x)| (*x, axis.values[place].clone(), place)).collect();
    ticks.sort_by(|a, b| a.0.total_cmp(&b.0));
    let objectives = selection.alternatives.iter().filter_map(|one| one.objective.as_ref());
    let scale = scale_of(&optimum.asked, objectives);
    let mut names: Vec<&str> = Vec::new();
    for one in &selection.alternatives {
        if !names.contains(&one.strategy.as_str()) {
            names.push(&one.strategy);
        }
    }
    let at = |strategy: &str, place: usize| {
        selection.alternatives.iter().find(|one| one.strategy == strategy && one.places == [place])
    };
    let series = |strategy: &&str| {
        let point = |(tick, (_, _, place)): (usize, &(f64, String, usize))| {
            Some(point_of(tick, at(strategy, *place)?.objective.as_ref()?, scale))
        };
        let points = ticks.iter().enumerate().filter_map(point).collect();
        LineSeries { name: (*strategy).to_owned(), points }
    };
    let all: Vec<LineSeries> = names.iter().map(series).filter(|line| !line.points.is_empty()).collect();
    let is_refused = |place: usize| {
        let mut here = selection.alternatives.iter().filter(|one| one.places == [place]);
        here.all(|one| one.fate == Judgement::Refused)
    };
    let mark = |best: &Choice| {
        let place = axis.values.iter().position(|value| *value == best.values[0])?;
        Some(LineMark { x: numbers[place], interval: None, label: format!("best: {}", best.values[0]) })
    };
    Some(LinesPicture {
        title: title(optimum),
        subtitle: format!(
            "{}: means of batches of {} replications in the same worlds, seed {}; the worse an alternative, the fewer",
            optimum.scenario,
            grouped(selection.replications_per_batch),
            optimum.seed
        ),
        x_label: axis_label(&axis.path, axis.unit),
        y_label: label(optimum, &optimum.asked),
        refused: ticks.iter().filter(|(_, _, place)| is_refused(*place)).map(|(x, _, _)| *x).collect(),
        ticks: ticks.into_iter().map(|(x, label, _)| (x, label)).collect(),
        is_named: false,
        lines: all,
        marks: optimum.best.as_ref().and_then(mark).into_iter().collect(),
        has_zero: false,
    })
}

fn point_of(tick: usize, value: &Value, scale: Scale) -> LinePoint {
    let band = value.interval.map(|(low, high)| (scale.on_axis(low), scale.on_axis(high)));
    LinePoint { tick, y: scale.on_axis(value.plain), band }
}

fn axis_label(path: &str, unit: &str) -> String {
    if unit.is_empty() { path.to_owned() } else { format!("{path}, {unit}") }
}

fn search_of(optimum: &Optimum, bracket: &BracketResult) -> LinesPicture {
    let axis = &optimum.axes[0];
    let scale = scale_of(&optimum.asked, bracket.trials.iter().map(|trial| &trial.value));
    let points = bracket.trials.iter().enumerate().map(|(tick, trial)| point_of(tick, &trial.value, scale));
    let best = bracket.trials.iter().find(|trial| trial.at == bracket.best);
    let mark = best.map(|trial| LineMark {
        x: trial.x,
        interval: None,
        label: format!("{} (between {} and {})", bracket.best, bracket.low, bracket.high),
    });
    LinesPicture {
        title: title(optimum),
        subtitle: format!(
            "{}: {} tried, {} replications of each in the same worlds, seed {}",
            optimum.scenario,
            count(bracket.trials.len(), "value"),
            grouped(bracket.replications),
            optimum.seed
        ),
        x_label: axis_label(&axis.path, axis.unit),
        y_label: label(optimum, &optimum.asked),
        ticks: bracket.trials.iter().map(|trial| (trial.x, trial.at.clone())).collect(),
        is_named: false,
        lines: vec![LineSeries { name: bracket.strategy.clone(), points: points.collect() }],
        refused: Vec::new(),
        marks: mark.into_iter().collect(),
        has_zero: false,
    }
}

fn front_of(optimum: &Optimum, found: &FrontResult) -> FrontPicture {
    let first = scale_of(&optimum.asked, found.points.iter().filter_map(|point| point.objective.as_ref()));
    let second = scale_of(&found.asked, found.points.iter().filter_map(|point| point.other.as_ref()));
    let is_alone = found.points.iter().all(|point| point.choice.strategy == found.points[0].choice.strategy);
    let placed = |scale: Scale, value: &Value| {
        let interval = value.interval.map(|(low, high)| (scale.on_axis(low), scale.on_axis(high)));
        (scale.on_axis(value.plain), interval)
    };
    let dots = found.points.iter().filter_map(|point| {
        Some(FrontDot {
            name: name(&point.choice.values, &point.choice.strategy, is_alone),
            x: placed(first, point.objective.as_ref()?),
            y: placed(second, point.other.as_ref()?),
            is_on_front: point.is_on_front,
            is_chosen: point.is_chosen,
        })
    });
    FrontPicture {
        title: format!("{} and {}: what nothing beats in both", optimum.objective, found.other),
        subtitle: format!(
            "{}: {}, {} replications of each in the same worlds, seed {}",
            optimum.scenario,
            count(found.points.len(), "point"),
            grouped(found.replications),
            optimum.seed
        ),
        x_label: label(optimum, &optimum.asked),
        y_label: label(optimum, &found.asked),
        x_is_low: optimum.sense == "minimise",
        y_is_low: found.other_sense == "minimise",
        points: dots.collect(),
    }
}
