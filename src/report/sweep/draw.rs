//! A sweep as pictures: lines for one axis; for two a heat map per strategy and figure; for three a heat map of the first
//! figure per strategy and value of the third axis, with one scale of colours for all of them.

use super::table::{axis_label, metric_label};
use super::{AxisResult, PointResult, Sweep};
use crate::montecarlo::Estimate;
use crate::report::plot::{
    HeatPicture, LinePoint, LineSeries, LinesPicture, PlotError, Rendered, heat_map, lines,
};
use crate::report::words::grouped;

/// More pictures than this are for nobody.
const PICTURES_MOST: usize = 48;

/// A picture's file name and bytes.
pub type Picture = (String, Vec<u8>);

/// Every picture of a sweep, as SVG and PNG. None where no point ran.
///
/// # Errors
/// The name of the picture that could not be drawn, and why.
pub fn draw(sweep: &Sweep) -> Result<Vec<Picture>, (String, PlotError)> {
    if sweep.refused == sweep.points.len() {
        return Ok(Vec::new());
    }
    match sweep.axes.len() {
        1 => draw_lines(sweep),
        2 => draw_maps(sweep, None),
        _ => draw_maps(sweep, Some(2)),
    }
}

fn both(name: &str, rendered: Result<Rendered, PlotError>) -> Result<[Picture; 2], (String, PlotError)> {
    let (svg, png) = rendered.map_err(|error| (format!("{name}.svg"), error))?;
    Ok([(format!("{name}.svg"), svg.into_bytes()), (format!("{name}.png"), png)])
}

fn subtitle(sweep: &Sweep) -> String {
    let plural = if sweep.replications == 1 { "" } else { "s" };
    format!(
        "{}: {} replication{plural} of each point in the same worlds, seed {}",
        sweep.scenario,
        grouped(sweep.replications),
        sweep.seed
    )
}

/// A name as part of a file's name.
fn slug(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let mut text: String = name.chars().map(plain).collect();
    while text.contains("__") {
        text = text.replace("__", "_");
    }
    text.trim_matches('_').chars().take(60).collect()
}

/// Values of an axis in rising order with their places; names in theirs.
fn ticks(axis: &AxisResult) -> (Vec<(f64, String, usize)>, bool) {
    let shown = |place: usize| axis.values[place].clone();
    match &axis.numbers {
        Some(numbers) => {
            let mut ticks: Vec<(f64, String, usize)> =
                numbers.iter().enumerate().map(|(place, number)| (*number, shown(place), place)).collect();
            ticks.sort_by(|a, b| a.0.total_cmp(&b.0));
            (ticks, false)
        }
        None => ((0..axis.values.len()).map(|place| (place as f64, shown(place), place)).collect(), true),
    }
}

fn estimate(point: &PointResult, strategy: usize, metric: usize) -> Option<Estimate> {
    point.results.get(strategy)?.figures[metric].estimate
}

fn draw_lines(sweep: &Sweep) -> Result<Vec<Picture>, (String, PlotError)> {
    let axis = &sweep.axes[0];
    let (ticks, is_named) = ticks(axis);
    let mut pictures = Vec::new();
    for (metric, name) in sweep.metrics.iter().enumerate() {
        let scale = sweep.scale(metric);
        let series = |(strategy, name): (usize, &String)| {
            let point = |(tick, (_, _, place)): (usize, &(f64, String, usize))| {
                let one = estimate(&sweep.points[*place], strategy, metric)?;
                let band = one.ci95.map(|(low, high)| (scale.on_axis(low), scale.on_axis(high)));
                Some(LinePoint { tick, y: scale.on_axis(one.value), band })
            };
            LineSeries { name: name.clone(), points: ticks.iter().enumerate().filter_map(point).collect() }
        };
        let all = sweep.strategies.iter().enumerate().map(series);
        let all: Vec<LineSeries> = all.filter(|line| !line.points.is_empty()).collect();
        if all.is_empty() {
            continue;
        }
        let is_refused = |(_, _, place): &&(f64, String, usize)| sweep.points[*place].refusal.is_some();
        let picture = LinesPicture {
            title: format!("{name} by {}", axis.path),
            subtitle: subtitle(sweep),
            x_label: axis_label(&axis.path, axis.unit),
            y_label: metric_label(sweep, metric),
            ticks: ticks.iter().map(|(x, label, _)| (*x, label.clone())).collect(),
            is_named,
            lines: all,
            refused: ticks.iter().filter(is_refused).map(|(x, _, _)| *x).collect(),
            marks: Vec::new(),
            has_zero: false,
        };
        pictures.extend(both(&format!("sweep_{}", slug(name)), lines(&picture))?);
    }
    Ok(pictures)
}

/// One map per strategy and metric; with a third axis one per strategy and value of it, of the first metric.
fn draw_maps(sweep: &Sweep, third: Option<usize>) -> Result<Vec<Picture>, (String, PlotError)> {
    let metrics = if third.is_some() { 1 } else { sweep.metrics.len() };
    let mut pictures = Vec::new();
    for (strategy, name) in sweep.strategies.iter().enumerate() {
        for metric in 0..metrics {
            let layers = third.map_or(1, |third| sweep.axes[third].values.len());
            for layer in 0..layers {
                if pictures.len() == 2 * PICTURES_MOST {
                    return Ok(pictures);
                }
                let Some(picture) = map(sweep, strategy, metric, third.map(|third| (third, layer))) else {
                    continue;
                };
                let mut file =
                    format!("sweep_{}_{}_{}", slug(&sweep.metrics[metric]), strategy + 1, slug(name));
                if third.is_some() {
                    file = format!("{file}_{}", layer + 1);
                }
                pictures.extend(both(&file, heat_map(&picture))?);
            }
        }
    }
    Ok(pictures)
}

/// A map, unless nothing is on it.
fn map(sweep: &Sweep, strategy: usize, metric: usize, layer: Option<(usize, usize)>) -> Option<HeatPicture> {
    let (x, y) = (&sweep.axes[0], &sweep.axes[1]);
    let (columns, _) = ticks(x);
    let (rows, _) = ticks(y);
    let scale = sweep.scale(metric);
    let value = |column: usize, row: usize| {
        let at = |point: &&PointResult| {
            let in_layer = layer.is_none_or(|(axis, place)| point.places[axis] == place);
            (point.places[0], point.places[1]) == (column, row) && in_layer
        };
        let point = sweep.points.iter().find(at)?;
        Some(scale.on_axis(estimate(point, strategy, metric)?.value))
    };
    let row = |(_, _, row): &(f64, String, usize)| {
        columns.iter().map(|(_, _, column)| value(*column, *row)).collect::<Vec<Option<f64>>>()
    };
    let cells: Vec<Vec<Option<f64>>> = rows.iter().map(row).collect();
    cells.iter().flatten().flatten().next()?;
    // One scale for all layers of a strategy.
    let own = sweep.points.iter().filter_map(|point| estimate(point, strategy, metric));
    let range = own.map(|one| scale.on_axis(one.value)).fold(None, |range: Option<(f64, f64)>, value| {
        Some(range.map_or((value, value), |(low, high)| (low.min(value), high.max(value))))
    });
    let name = &sweep.strategies[strategy];
    let at = layer.map_or_else(String::new, |(axis, place)| {
        format!(" at {} = {}", sweep.axes[axis].path, sweep.axes[axis].values[place])
    });
    Some(HeatPicture {
        title: format!("{} of \"{name}\"{at}", sweep.metrics[metric]),
        subtitle: subtitle(sweep),
        x_label: axis_label(&x.path, x.unit),
        y_label: format!("upwards: {}", axis_label(&y.path, y.unit)),
        value_label: metric_label(sweep, metric),
        decimals: scale.decimals(),
        columns: columns.into_iter().map(|(_, label, _)| label).collect(),
        rows: rows.into_iter().map(|(_, label, _)| label).collect(),
        cells,
        range,
    })
}
