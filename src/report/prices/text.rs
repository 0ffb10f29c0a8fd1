//! The answer for a terminal.

use super::fit::{length, share, value};
use super::{BidResult, FitResult, PriceReport, SeriesResult};
use crate::montecarlo::history::FIGURES;
use crate::report::table::{new_table, wrapped};
use crate::report::words::grouped;
use comfy_table::Table;
use std::fmt::Write as _;

/// What the columns mean.
const DEFINITIONS: &str = "\
Shares, means and medians of prices are over time, from a series' first row to the end of the file. A crossing goes from \
at or below a bid to above it. Stays that the ends of a stretch cut count as they are, in the record and in drawn worlds alike.";

/// What the columns of a fit mean.
const FIT_DEFINITIONS: &str = "\
Processes are fitted to the first half alone and begin at the price in the middle; 5 … 95 % is the middle nine tenths of \
their worlds, ! is outside. Distance: continuous ranked probability score, mean over all figures; smaller is better.";

/// The whole answer.
pub fn render(report: &PriceReport) -> String {
    let mut text = String::new();
    let currency = report.currency.as_ref().map(|code| format!(", {code}")).unwrap_or_default();
    let relative = if report.is_relative { ", shares of the standard price" } else { "" };
    let _ = writeln!(
        text,
        "{}: {}, {} series, {}{currency}{relative}",
        report.files,
        report.format,
        grouped(report.series.len() as u64),
        rows(report.rows)
    );
    for note in &report.notes {
        text.push_str(&wrapped(&format!("note: {note}")));
    }
    let _ = writeln!(text, "\n{}\n", span_table(&report.series));
    let short = report.series.iter().filter(|series| series.figures.is_none()).count();
    if short > 0 {
        text.push_str(&wrapped(&format!(
            "{} one row at the end of the file and so no length: nothing more can be said of that.",
            if short == 1 {
                "One series has".to_owned()
            } else {
                format!("{} series have", grouped(short as u64))
            }
        )));
        text.push('\n');
    }
    push_prices(report, &mut text);
    let bids = bid_table(&report.series);
    if !bids.is_empty() {
        let _ = writeln!(text, "{bids}\n");
    }
    text.push_str(&wrapped(DEFINITIONS));
    let mut fitted =
        report.series.iter().filter_map(|series| Some((series, series.fit.as_ref()?))).peekable();
    if fitted.peek().is_some() {
        text.push_str(&wrapped(&format!(
            "{FIT_DEFINITIONS} {} worlds, seed {}.",
            grouped(report.worlds),
            report.seed
        )));
    }
    for (series, fit) in fitted {
        push_fit(series, fit, &mut text);
    }
    text
}

/// A number of rows.
fn rows(count: usize) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{} rows", grouped(count as u64)) }
}

/// Rows, span and changes.
fn span_table(series: &[SeriesResult]) -> Table {
    let header =
        ["series", "rows", "from", "to", "days", "changes a day", "gap: p10", "median", "p90", "longest"];
    let mut table = new_table(&header, 1);
    for series in series {
        let mut row = vec![series.name.clone(), grouped(series.rows as u64)];
        match &series.figures {
            Some(figures) => {
                row.extend([minute(&figures.from), minute(&figures.to), format!("{:.1}", figures.days)]);
                row.push(format!("{:.3}", figures.changes_per_day));
                match figures.gap_hours {
                    Some(gaps) => row.extend(gaps[1..].iter().map(|gap| length(*gap))),
                    None => row.extend(std::iter::repeat_n("–".to_owned(), 4)),
                }
            }
            None => row.extend(std::iter::repeat_n("–".to_owned(), 8)),
        }
        table.add_row(row);
    }
    table
}

/// The date and the minute of a civil time.
fn minute(text: &str) -> String {
    text.get(..16).unwrap_or(text).replace('T', " ")
}

/// Prices, and shares of time above parts of the standard price.
fn push_prices(report: &PriceReport, text: &mut String) {
    let above = ["> 50 %", "longest", "> 70 %", "longest", "> 100 %", "longest"];
    let has_standard = report.series.iter().any(|series| series.standard.is_some());
    let mut header = vec!["price", "least", "median", "mean", "most"];
    if has_standard {
        header.push("standard");
        header.extend(above);
    }
    let mut table = new_table(&header, 1);
    for series in &report.series {
        let mut row = vec![series.name.clone()];
        match &series.figures {
            Some(figures) => {
                row.extend([&figures.least, &figures.median, &figures.mean, &figures.most].map(Clone::clone));
            }
            None => row.extend(std::iter::repeat_n("–".to_owned(), 4)),
        }
        if has_standard {
            row.push(series.standard.clone().unwrap_or_else(|| "–".to_owned()));
            let found = series.figures.iter().flat_map(|figures| &figures.above_standard);
            row.extend(found.flat_map(|above| [share(above.share), length(above.longest_hours)]));
            row.resize(header.len(), "–".to_owned());
        }
        table.add_row(row);
    }
    let _ = writeln!(text, "{table}\n");
    let missing = report.series.iter().filter(|series| series.standard.is_none()).count();
    if report.is_relative {
        text.push_str("The file has shares of the standard price; --standard PRICE makes them prices.\n\n");
    } else if missing > 0 {
        let which = if missing == report.series.len() {
            "The standard price is not given".to_owned()
        } else {
            format!("The standard price of {missing} series is not given")
        };
        let _ = writeln!(
            text,
            "{which}, so nothing is said of time above it: --standard PRICE, or --standard NAME=PRICE for each.\n"
        );
    }
    let lulls: Vec<String> = report
        .series
        .iter()
        .filter_map(|series| {
            let lull = series.figures.as_ref()?.longest_lull_hours?;
            Some(format!("{} stands still for {}", series.name, length(lull)))
        })
        .collect();
    // Of a file with a thousand series the first few tell the story.
    if let Some((first, rest)) = lulls.split_first() {
        let more = if rest.is_empty() {
            String::new()
        } else {
            format!(" (and {} more series do alike)", rest.len())
        };
        text.push_str(&wrapped(&format!(
            "note: {first}{more}, more than ten times its usual gap and a tenth of the record: a hole in the record, or a \
             price that rested."
        )));
        text.push('\n');
    }
}

/// Series and bids; nothing if nobody asked for it.
fn bid_table(series: &[SeriesResult]) -> String {
    let header = [
        "bid",
        "series",
        "at or below",
        "crossings a day",
        "stay below: mean",
        "p90",
        "stay above: mean",
        "p90",
    ];
    let mut table = new_table(&header, 2);
    let mut is_empty = true;
    for series in series {
        for bid in series.figures.iter().flat_map(|figures| &figures.bids) {
            is_empty = false;
            let stay = |found: super::StayResult, of: f64| {
                if found.count == 0 { "–".to_owned() } else { length(of) }
            };
            table.add_row(vec![
                bid.bid.clone(),
                series.name.clone(),
                share(bid.share_at_or_below),
                format!("{:.3}", bid.crossings_per_day),
                stay(bid.below, bid.below.mean_h),
                stay(bid.below, bid.below.p90_h),
                stay(bid.above, bid.above.mean_h),
                stay(bid.above, bid.above.p90_h),
            ]);
        }
    }
    if is_empty { String::new() } else { table.to_string() }
}

fn push_fit(series: &SeriesResult, fit: &FitResult, text: &mut String) {
    if let Some(refusal) = &fit.refusal {
        text.push('\n');
        text.push_str(&wrapped(&format!("{}: no process is fitted: {refusal}.", series.name)));
        if let Some(market) = &fit.constant {
            let _ = writeln!(text, "\n{}", market.trim_end());
        }
        return;
    }
    let (step, source) =
        (fit.step.as_deref().unwrap_or_default(), fit.step_source.as_deref().unwrap_or_default());
    let _ = writeln!(
        text,
        "\n{}: fitted until {} ({} changes), held out from there\nstep {step}: {source}\n\n{}\n",
        series.name,
        minute(&fit.middle),
        fit.changes,
        fit_table(fit)
    );
    for sentence in fit.kinds.iter().flat_map(|kind| &kind.words).chain(&fit.halves) {
        text.push_str(&wrapped(sentence));
    }
    for market in fit.kinds.iter().filter_map(|kind| kind.market.as_ref()) {
        let _ = writeln!(text, "\n{}", market.trim_end());
    }
}

/// Figures of both halves and of every kind.
fn fit_table(fit: &FitResult) -> Table {
    let kinds: Vec<_> = fit.kinds.iter().filter(|kind| kind.refusal.is_none()).collect();
    let mut header = vec!["bid", "figure", "first half", "held out"];
    for kind in &kinds {
        header.extend([kind.kind, "5 … 95 %"]);
    }
    let mut table = new_table(&header, 2);
    for (place, (first, second)) in fit.first_half.iter().zip(&fit.second_half).enumerate() {
        let (first, second) = (values(first), values(second));
        for (figure, name) in FIGURES.iter().enumerate() {
            let bid = if figure == 0 { fit.first_half[place].bid.clone() } else { String::new() };
            let mut row =
                vec![bid, (*name).to_owned(), value(figure, first[figure]), value(figure, second[figure])];
            for kind in &kinds {
                let Some(found) = kind.figures.get(place * FIGURES.len() + figure) else { continue };
                let mark = if found.within { " " } else { "!" };
                row.push(value(figure, found.mean));
                row.push(format!("{} … {} {mark}", value(figure, found.p5), value(figure, found.p95)));
            }
            table.add_row(row);
        }
    }
    let mut last = vec![String::new(), "distance".to_owned(), String::new(), String::new()];
    for kind in &kinds {
        last.extend([
            kind.distance.map_or_else(String::new, |distance| format!("{distance:.3}")),
            String::new(),
        ]);
    }
    table.add_row(last);
    table
}

/// In the order of [`FIGURES`].
fn values(bid: &BidResult) -> [f64; 8] {
    let (below, above) = (bid.below, bid.above);
    [
        bid.share_at_or_below,
        bid.crossings_per_day,
        below.mean_h,
        below.p50_h,
        below.p90_h,
        above.mean_h,
        above.p50_h,
        above.p90_h,
    ]
}
