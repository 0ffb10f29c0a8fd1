//! The bill of each calendar month over replications: a fan for each strategy, all on one scale.

use super::axis::{Scale, Ticks, grouped, money_decimals};
use super::palette::{Ink, series};
use super::render::render;
use super::sheet::{Align, Sheet, Type, printable, shortened};
use super::{PlotError, Rendered};

/// Bills by month.
#[derive(Clone, PartialEq, Debug)]
pub struct ForecastPicture {
    /// The headline.
    pub title: String,
    /// How the numbers came about: "500 replications of 180 days, seed 1".
    pub subtitle: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Names of months in order; at least one.
    pub months: Vec<String>,
    /// From the top; at least one.
    pub lanes: Vec<ForecastLane>,
}

/// One strategy.
#[derive(Clone, PartialEq, Debug)]
pub struct ForecastLane {
    /// Its name.
    pub name: String,
    /// One per month.
    pub months: Vec<ForecastMonth>,
}

/// The bill of a month over replications.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ForecastMonth {
    /// The mean.
    pub mean: f64,
    /// The 5 % quantile.
    pub p5: f64,
    /// The median.
    pub p50: f64,
    /// The 95 % quantile.
    pub p95: f64,
}

const WIDTH: f64 = 1_200.0;
const LEFT: f64 = 116.0;
const RIGHT: f64 = WIDTH - 168.0;
const TOP: f64 = 112.0;
const HEAD: f64 = 30.0;
const FOOT: f64 = 20.0;
/// Strength of the colour between the 5 and 95 % quantiles.
const TINT: f64 = 0.22;
/// Names right of the lines need this much height.
const NAME_PITCH: f64 = 16.0;
/// Names of months need this much width.
const MONTH_WIDTH: f64 = 84.0;
const DOT: f64 = 3.2;

/// Draws bills by month as SVG and PNG: for each strategy a band between the 5 and 95 % quantiles, the median as a line and
/// the mean as a dot, all strategies on one scale of money.
///
/// # Errors
/// No strategy or month, as many figures as months in no lane, an amount that is not finite, or a failing backend.
pub fn forecast(picture: &ForecastPicture) -> Result<Rendered, PlotError> {
    render(&lay_out(picture)?)
}

/// The picture as shapes.
pub(super) fn lay_out(picture: &ForecastPicture) -> Result<Sheet, PlotError> {
    check(picture)?;
    let height = match picture.lanes.len() {
        1 => 380.0,
        2 => 260.0,
        _ => 180.0,
    };
    let pitch = HEAD + height + FOOT;
    let bottom = TOP + pitch * picture.lanes.len() as f64 - FOOT;
    let mut sheet = Sheet::new(&picture.title, WIDTH);
    sheet.height = (bottom + 62.0).ceil();
    sheet.text_within(24.0, 42.0, WIDTH - 48.0, &picture.title, Type::new(21.0, Ink::TEXT).bold());
    sheet.text_within(24.0, 66.0, WIDTH - 48.0, &picture.subtitle, Type::new(14.0, Ink::MUTED));
    draw_key(&mut sheet);
    let (low, high) = range(picture);
    for (index, lane) in picture.lanes.iter().enumerate() {
        let top = TOP + pitch * index as f64 + HEAD;
        let money = Scale { low, high, from: top + height, to: top };
        draw_lane(&mut sheet, picture, lane, &money, series(index));
    }
    let style = Type::new(13.0, Ink::TEXT).align(Align::Middle);
    let every = (MONTH_WIDTH * picture.months.len() as f64 / (RIGHT - LEFT)).ceil().max(1.0) as usize;
    for (index, month) in picture.months.iter().enumerate() {
        let x = month_x(picture, index);
        sheet.vertical(x, bottom, bottom + 6.0, 1.0, Ink::AXIS);
        if index.is_multiple_of(every) {
            sheet.text(x, bottom + 22.0, month, style);
        }
    }
    let middle = f64::midpoint(LEFT, RIGHT);
    sheet.text(middle, bottom + 46.0, "calendar month", Type::new(14.0, Ink::TEXT).align(Align::Middle));
    Ok(sheet)
}

fn check(picture: &ForecastPicture) -> Result<(), PlotError> {
    let is_whole = |lane: &ForecastLane| lane.months.len() == picture.months.len();
    if picture.months.is_empty() || picture.lanes.is_empty() || !picture.lanes.iter().all(is_whole) {
        return Err(PlotError::Empty("no bill of a month"));
    }
    let is_finite = |lane: &ForecastLane| {
        lane.months.iter().flat_map(|one| [one.mean, one.p5, one.p50, one.p95]).all(f64::is_finite)
    };
    match picture.lanes.iter().find(|lane| !is_finite(lane)) {
        Some(lane) => Err(PlotError::NotFinite(lane.name.clone())),
        None => Ok(()),
    }
}

/// From zero, or the least below it, to a little above the greatest.
fn range(picture: &ForecastPicture) -> (f64, f64) {
    let months = picture.lanes.iter().flat_map(|lane| &lane.months);
    let (low, high) = months.fold((0.0_f64, 0.0_f64), |(low, high), one| {
        (low.min(one.p5).min(one.mean), high.max(one.p95).max(one.mean))
    });
    let high = if high > low { high } else { low + 1.0 };
    let breadth = high - low;
    (if low < 0.0 { low - breadth * 0.05 } else { low }, high + breadth * 0.06)
}

/// The middle of a month's share of the width.
fn month_x(picture: &ForecastPicture, index: usize) -> f64 {
    LEFT + (RIGHT - LEFT) * (index as f64 + 0.5) / picture.months.len() as f64
}

fn draw_lane(sheet: &mut Sheet, picture: &ForecastPicture, lane: &ForecastLane, money: &Scale, ink: Ink) {
    let (top, bottom) = (money.to, money.from);
    let (style, note) = (Type::new(14.0, Ink::TEXT).bold(), Type::new(12.5, Ink::MUTED));
    let unit = format!("{} a month", picture.currency);
    let room = RIGHT - LEFT - note.width(&unit) - 30.0;
    let name = shortened(&printable(&lane.name), room, style);
    sheet.text(LEFT, top - 10.0, &name, style);
    sheet.text(LEFT + style.width(&name) + 14.0, top - 10.0, &unit, note);
    let marks = Ticks::for_span(money.high - money.low, if bottom - top > 250.0 { 8 } else { 4 });
    let label = Type::new(12.0, Ink::MUTED).align(Align::Right);
    for tick in marks.between(money.low, money.high) {
        sheet.horizontal(money.at(tick), LEFT, RIGHT, 1.0, Ink::GRID);
        sheet.text(LEFT - 9.0, money.at(tick) + 4.3, &grouped(tick, marks.decimals), label);
    }
    let at = |index: usize, amount: f64| (month_x(picture, index), money.at(amount));
    let line = |of: fn(&ForecastMonth) -> f64| -> Vec<(f64, f64)> {
        lane.months.iter().enumerate().map(|(index, one)| at(index, of(one))).collect()
    };
    let band = line(|one| one.p95).into_iter().chain(line(|one| one.p5).into_iter().rev());
    sheet.area(band.collect(), ink.tint(TINT));
    for (index, one) in lane.months.iter().enumerate() {
        // A band has no breadth where there is one month, and its corners are the figures.
        let (x, from) = at(index, one.p95);
        sheet.vertical(x, from, money.at(one.p5), 1.6, ink.tint(0.6));
    }
    sheet.horizontal(money.at(0.0), LEFT, RIGHT, 1.0, Ink::AXIS);
    sheet.vertical(LEFT, top, bottom, 1.0, Ink::AXIS);
    sheet.path(line(|one| one.p50), 2.2, ink.shade());
    for (index, one) in lane.months.iter().enumerate() {
        let (x, y) = at(index, one.p50);
        sheet.horizontal(y, x - 6.0, x + 6.0, 2.2, ink.shade());
        let (x, y) = at(index, one.mean);
        sheet.disc(x, y, DOT + 1.2, Ink::WHITE);
        sheet.disc(x, y, DOT, ink.shade());
    }
    draw_names(sheet, lane, money, ink.shade());
}

/// What the last month comes to, right of the lines, moved apart where they are close.
fn draw_names(sheet: &mut Sheet, lane: &ForecastLane, money: &Scale, ink: Ink) {
    let Some(last) = lane.months.last() else { return };
    let decimals = money_decimals(money.high.abs().max(money.low.abs()), money.high - money.low);
    let names = [("p95", last.p95), ("p50", last.p50), ("p5", last.p5)];
    let mut least = money.to;
    let mut placed: Vec<f64> = Vec::new();
    for (_, amount) in names {
        let y = money.at(amount).max(least);
        placed.push(y);
        least = y + NAME_PITCH;
    }
    let mut most = money.from + 10.0;
    for y in placed.iter_mut().rev() {
        *y = y.min(most);
        most = *y - NAME_PITCH;
    }
    for ((name, amount), y) in names.into_iter().zip(placed) {
        let text = format!("{name} {}", grouped(amount, decimals));
        sheet.text_within(RIGHT + 9.0, y + 4.3, WIDTH - RIGHT - 17.0, &text, Type::new(12.5, ink));
    }
}

fn draw_key(sheet: &mut Sheet) {
    let style = Type::new(12.5, Ink::MUTED);
    let (mut x, y, ink) = (24.0, 92.0, series(0));
    let mut entry = |mark: &dyn Fn(&mut Sheet, f64), text: &str| {
        mark(sheet, x);
        sheet.text(x + 34.0, y, text, style);
        x += 34.0 + style.width(text) + 22.0;
    };
    entry(&|sheet, x| sheet.horizontal(y - 4.5, x, x + 28.0, 2.2, ink.shade()), "median (p50)");
    entry(&|sheet, x| sheet.disc(x + 14.0, y - 4.5, DOT, ink.shade()), "mean");
    entry(
        &|sheet, x| sheet.block(x, y - 11.0, 28.0, 13.0, ink.tint(TINT)),
        "nine tenths of the replications (p5–p95)",
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::plot::sheet::Shape;

    fn picture(lanes: usize) -> ForecastPicture {
        let month = |index: usize| {
            let mean = 100.0 * (index + 1) as f64;
            ForecastMonth { mean, p5: mean * 0.8, p50: mean * 0.98, p95: mean * 1.3 }
        };
        let lane =
            |index| ForecastLane { name: format!("lane {index}"), months: (0..4).map(month).collect() };
        ForecastPicture {
            title: "bills".to_owned(),
            subtitle: "of a test".to_owned(),
            currency: "CNY".to_owned(),
            months: (1..=4).map(|month| format!("2026-0{month}")).collect(),
            lanes: (0..lanes).map(lane).collect(),
        }
    }

    #[test]
    fn every_month_has_its_name_and_every_strategy_its_band_and_line() {
        let sheet = lay_out(&picture(3)).expect("it can be drawn");
        let count = |wanted: fn(&Shape) -> bool| sheet.shapes.iter().filter(|shape| wanted(shape)).count();
        assert_eq!(count(|shape| matches!(shape, Shape::Area { points, .. } if points.len() == 8)), 3);
        assert_eq!(count(|shape| matches!(shape, Shape::Path { points, .. } if points.len() == 4)), 3);
        for text in ["2026-01", "2026-04", "lane 2", "p95 520.00", "p50 392.00"] {
            let is_there = |shape: &Shape| matches!(shape, Shape::Text { text: found, .. } if found == text);
            assert!(sheet.shapes.iter().any(is_there), "{text}");
        }
        // Dearer is higher.
        let lines = sheet.shapes.iter().filter_map(|shape| match shape {
            Shape::Path { points, .. } => Some(points),
            _ => None,
        });
        for line in lines {
            assert!(line.is_sorted_by(|a, b| a.0 < b.0 && a.1 > b.1));
        }
    }

    #[test]
    fn what_cannot_be_drawn_is_refused() {
        let mut short = picture(1);
        short.lanes[0].months.pop();
        assert!(matches!(lay_out(&short), Err(PlotError::Empty(_))));
        let mut endless = picture(2);
        endless.lanes[1].months[0].p95 = f64::INFINITY;
        assert!(matches!(lay_out(&endless), Err(PlotError::NotFinite(name)) if name == "lane 1"));
        assert!(matches!(lay_out(&picture(0)), Err(PlotError::Empty(_))));
    }

    #[test]
    fn nothing_charged_and_refunds_have_a_place_too() {
        let mut nothing = picture(1);
        nothing.lanes[0].months = vec![ForecastMonth { mean: 0.0, p5: 0.0, p50: 0.0, p95: 0.0 }; 4];
        assert!(forecast(&nothing).is_ok());
        nothing.lanes[0].months[2] = ForecastMonth { mean: -5.0, p5: -9.0, p50: -4.0, p95: 0.0 };
        let (svg, png) = forecast(&nothing).expect("it can be drawn");
        assert!(svg.trim_end().ends_with("</svg>") && png.starts_with(b"\x89PNG"));
    }
}
