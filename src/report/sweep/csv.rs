//! A sweep as a file of rows: one per point and strategy.

use super::Sweep;
use crate::report::figures::Number;

/// The rows as CSV. A refused point has one row with the reason.
///
/// # Errors
/// None but those of memory: it writes to no file.
pub fn write_csv(sweep: &Sweep) -> std::io::Result<Vec<u8>> {
    let mut out = csv::Writer::from_writer(Vec::new());
    let paths = sweep.axes.iter().map(|axis| axis.path.clone());
    let mut header: Vec<String> = paths.chain(["strategy".to_owned()]).collect();
    for metric in &sweep.metrics {
        header.extend([metric.clone(), format!("{metric}:low"), format!("{metric}:high")]);
    }
    header.push("refusal".to_owned());
    out.write_record(&header)?;
    for point in &sweep.points {
        if let Some(refusal) = &point.refusal {
            let mut row = point.values.clone();
            row.resize(header.len() - 1, String::new());
            row.push(refusal.clone());
            out.write_record(&row)?;
        }
        for result in &point.results {
            let mut row = point.values.clone();
            row.push(result.strategy.clone());
            for figure in &result.figures {
                let bounds = figure.ci95.as_ref();
                row.push(figure.value.as_ref().map_or_else(String::new, Number::written));
                row.push(bounds.map_or_else(String::new, |[low, _]| low.written()));
                row.push(bounds.map_or_else(String::new, |[_, high]| high.written()));
            }
            row.push(String::new());
            out.write_record(&row)?;
        }
    }
    out.into_inner().map_err(|error| std::io::Error::other(error.to_string()))
}
