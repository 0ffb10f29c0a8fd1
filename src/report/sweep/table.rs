//! A sweep for a terminal: every point while they can be read, and the ends of every figure.

use super::{PointResult, Sweep};
use crate::report::figures;
use crate::report::table::new_table;
use crate::report::words::{count, grouped};
use std::fmt::Write as _;

/// Longer tables are for files.
const ROWS_MOST: usize = 60;

pub(super) fn render(sweep: &Sweep) -> String {
    let mut text = String::new();
    let paths: Vec<&str> = sweep.axes.iter().map(|axis| axis.path.as_str()).collect();
    let _ = writeln!(
        text,
        "{} by {}: {}, {} replications of each in the same worlds, seed {}, all money in {}\n",
        sweep.scenario,
        paths.join(" and "),
        count(sweep.points.len(), "point"),
        grouped(sweep.replications),
        sweep.seed,
        sweep.currency
    );
    let rows: usize = sweep.points.iter().map(|point| point.results.len().max(1)).sum();
    if rows <= ROWS_MOST {
        let _ = writeln!(text, "{}\n", points(sweep));
    } else {
        let _ = writeln!(
            text,
            "{rows} rows are in sweep.csv; this is where each figure is least and greatest.\n"
        );
    }
    if sweep.points.len() - sweep.refused > 1 {
        let _ = writeln!(text, "{}", ends(sweep));
    }
    push_refusals(sweep, &mut text);
    text
}

/// Every point: a row per strategy.
pub(super) fn points(sweep: &Sweep) -> comfy_table::Table {
    let mut header: Vec<String> = sweep.axes.iter().map(|axis| short_path(&axis.path)).collect();
    header.push("strategy".to_owned());
    for metric in &sweep.metrics {
        header.extend([metric.clone(), "±".to_owned()]);
    }
    let names: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut table = new_table(&names, sweep.axes.len() + 1);
    for point in &sweep.points {
        if point.refusal.is_some() {
            let mut row = point.values.clone();
            row.push("refused".to_owned());
            row.resize(header.len(), String::new());
            table.add_row(row);
        }
        for (index, result) in point.results.iter().enumerate() {
            // A value stands where it changes.
            let values =
                point.values.iter().map(|value| if index == 0 { value.clone() } else { String::new() });
            let mut row: Vec<String> = values.collect();
            row.push(result.strategy.clone());
            for (metric, figure) in result.figures.iter().enumerate() {
                let scale = sweep.scale(metric);
                row.push(figure.estimate.map_or_else(|| "–".to_owned(), |one| scale.shown(one.value)));
                row.push(figure.estimate.map_or_else(|| "–".to_owned(), |one| scale.half(one.ci95)));
            }
            table.add_row(row);
        }
    }
    table
}

/// Where each figure of each strategy is least and greatest.
fn ends(sweep: &Sweep) -> comfy_table::Table {
    let mut table = new_table(&["strategy", "figure", "least", "at", "greatest", "at"], 2);
    for (index, strategy) in sweep.strategies.iter().enumerate() {
        for (metric, name) in sweep.metrics.iter().enumerate() {
            let value = |point: &PointResult| {
                point
                    .results
                    .get(index)
                    .and_then(|result| result.figures[metric].estimate)
                    .map(|one| one.value)
            };
            let ran = || sweep.points.iter().filter_map(|point| value(point).map(|value| (value, point)));
            // Of equal ones the first.
            let least = ran().reduce(|best, next| if next.0 < best.0 { next } else { best });
            let greatest = ran().reduce(|best, next| if next.0 > best.0 { next } else { best });
            let (Some(least), Some(greatest)) = (least, greatest) else { continue };
            let scale = sweep.scale(metric);
            let at = |point: &PointResult| point.values.join(", ");
            let (low, high) = (scale.shown(least.0), scale.shown(greatest.0));
            let row = if least.0.to_bits() == greatest.0.to_bits() {
                vec![low, "everywhere".to_owned(), high, "everywhere".to_owned()]
            } else {
                vec![low, at(least.1), high, at(greatest.1)]
            };
            table.add_row([vec![strategy.clone(), name.clone()], row].concat());
        }
    }
    table
}

fn push_refusals(sweep: &Sweep, text: &mut String) {
    let refused = sweep.points.iter().find_map(|point| Some((point, point.refusal.as_ref()?)));
    if let Some((point, why)) = refused {
        let _ = writeln!(
            text,
            "The scenario refuses {}; with {}: {why}",
            count(sweep.refused, "point"),
            point.values.join(", ")
        );
    }
    let with_interval = |metric: usize| {
        let results = sweep.points.iter().flat_map(|point| &point.results);
        results.filter_map(|result| result.figures[metric].estimate).any(|one| one.ci95.is_some())
    };
    if (0..sweep.metrics.len()).any(with_interval) {
        text.push_str("± is half of the 95 % interval. All points meet the same luck: their differences are surer than that.\n");
    }
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

/// The words of an axis: its path and unit.
pub(super) fn axis_label(path: &str, unit: &str) -> String {
    if unit.is_empty() { path.to_owned() } else { format!("{path}, {unit}") }
}

/// A metric on an axis.
pub(super) fn metric_label(sweep: &Sweep, metric: usize) -> String {
    let asked = &sweep.asked[metric];
    format!("{}, {}", figures::words(asked, sweep.horizon), figures::unit_word(asked, &sweep.currency))
}
