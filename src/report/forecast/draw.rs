//! The bill of each month as a picture.

use super::{Forecast, MonthBill};
use crate::report::pictures::horizon_words;
use crate::report::plot::{ForecastLane, ForecastMonth, ForecastPicture, PlotError, Rendered, forecast};
use crate::report::words::{count, grouped};

/// Draws the fan of every strategy.
///
/// # Errors
/// A failing backend.
pub fn draw(result: &Forecast) -> Result<Rendered, PlotError> {
    let lane = |strategy: &super::StrategyForecast| {
        let month = |bill: &MonthBill| {
            let estimate = &bill.estimate;
            ForecastMonth {
                mean: estimate.mean.mean.to_f64(),
                p5: estimate.p5.to_f64(),
                p50: estimate.p50.to_f64(),
                p95: estimate.p95.to_f64(),
            }
        };
        ForecastLane { name: strategy.name.clone(), months: strategy.months.iter().map(month).collect() }
    };
    let replications = usize::try_from(result.replications).unwrap_or(usize::MAX);
    let label = |month: &super::MonthPart| {
        let part = if month.share < 1.0 { format!(" ({:.0} %)", month.share * 100.0) } else { String::new() };
        format!("{}{part}", month.month)
    };
    forecast(&ForecastPicture {
        title: if result.question.is_empty() {
            format!("{}: the bill of each month", result.scenario)
        } else {
            result.question.clone()
        },
        subtitle: format!(
            "{} of {}, seed {}, by calendar month",
            if replications == 1 {
                count(1, "replication")
            } else {
                format!("{} replications", grouped(result.replications))
            },
            horizon_words(result.horizon),
            result.seed
        ),
        currency: result.currency.clone(),
        months: result.months.iter().map(label).collect(),
        lanes: result.strategies.iter().map(lane).collect(),
    })
}
