//! The difference of two strategies with its band, and where it is zero.

use super::{Breakeven, text};
use crate::report::figures;
use crate::report::plot::{LineMark, LinePoint, LineSeries, LinesPicture, PlotError, lines};
use crate::report::sweep::Picture;
use crate::report::words::grouped;

/// The picture as SVG and PNG, by file name.
///
/// # Errors
/// The name of the picture that could not be drawn, and why.
pub fn draw(answer: &Breakeven) -> Result<Vec<Picture>, (String, PlotError)> {
    let (svg, png) = lines(&picture(answer)).map_err(|error| ("breakeven.svg".to_owned(), error))?;
    Ok(vec![("breakeven.svg".to_owned(), svg.into_bytes()), ("breakeven.png".to_owned(), png)])
}

fn picture(answer: &Breakeven) -> LinesPicture {
    let scale = answer.scale();
    let point = |(tick, one): (usize, &super::DifferenceResult)| LinePoint {
        tick,
        y: scale.on_axis(one.plain.difference),
        band: one.plain.ci95.map(|(low, high)| (scale.on_axis(low), scale.on_axis(high))),
    };
    let marks = answer.crossings.iter().map(|crossing| {
        let interval = crossing.ci95.map_or_else(String::new, |[low, high]| {
            let shown = |value| text::shown_like(answer, crossing, value);
            format!(" ({} … {})", shown(low), shown(high))
        });
        LineMark {
            x: crossing.value,
            interval: crossing.ci95.map(|[low, high]| (low, high)),
            label: format!("{}{interval}", crossing.written),
        }
    });
    let unit = if answer.unit.is_empty() { String::new() } else { format!(", {}", answer.unit) };
    LinesPicture {
        title: format!("Where \"{}\" and \"{}\" meet", answer.a, answer.b),
        subtitle: format!(
            "{}: {} replications of each value in the same worlds, seed {}",
            answer.scenario,
            grouped(answer.replications),
            answer.seed
        ),
        x_label: format!("{}{unit}", answer.path),
        y_label: format!(
            "{} of \"{}\" less that of \"{}\", {}",
            figures::words(&answer.asked, answer.horizon),
            answer.a,
            answer.b,
            figures::unit_word(&answer.asked, &answer.currency)
        ),
        ticks: answer.differences.iter().map(|one| (one.number, one.value.clone())).collect(),
        is_named: false,
        lines: vec![LineSeries {
            name: "difference".to_owned(),
            points: answer.differences.iter().enumerate().map(point).collect(),
        }],
        refused: answer.refused.iter().map(|refused| refused.number).collect(),
        marks: marks.collect(),
        has_zero: true,
    }
}
