//! A market of a scenario in RON, ready to be pasted.

use super::fit::value;
use super::{Looked, date};
use crate::montecarlo::history::{Fitted, Record};
use crate::report::table::wrapped;
use crate::scenario::import::DataFile;
use crate::units::{SimSpan, SimTime, UnitPrice};
use crate::world::{Initial, MeanReverting, PriceProcess, Regime, TwoRegime};
use std::fmt::Write as _;

/// What every market of a file has in common.
pub(super) struct Context<'a> {
    pub(super) file: &'a DataFile,
    /// Prices are shares of the standard price.
    pub(super) is_relative: bool,
}

/// Figures that stand as comments beside a market, by their number: shares, crossings and mean stays.
const COMMENTED: [(usize, &str); 4] =
    [(0, "at or below"), (1, "crossings a day"), (2, "mean stay below"), (5, "above")];

/// A market with a fitted process.
pub(super) fn process(
    looked: &Looked,
    record: &Record,
    kind: &str,
    fitted: &Fitted,
    words: &[String],
    context: &Context,
) -> String {
    let fitted_to =
        format!(", fitted to {} … {}", date(record, SimTime::ZERO), date(record, record.middle()));
    let mut text = head(looked, kind, &fitted_to, context);
    for sentence in words {
        text.push_str(&comment(sentence));
    }
    for (bid, figures) in &fitted.goodness.bids {
        let each: Vec<String> = COMMENTED
            .iter()
            .map(|&(figure, name)| {
                let found = figures[figure];
                format!(
                    "{} {} (drawn {} … {})",
                    name,
                    value(figure, found.record),
                    value(figure, found.p5),
                    value(figure, found.p95)
                )
            })
            .collect();
        text.push_str(&comment(&format!("bid {bid}, held out: {}", each.join(", "))));
    }
    let step = match &fitted.process {
        PriceProcess::MeanReverting(process) => process.step,
        PriceProcess::TwoRegime(process) => process.step,
        PriceProcess::Constant(_)
        | PriceProcess::Schedule(_)
        | PriceProcess::Replay(_)
        | PriceProcess::Scaled { .. } => SimSpan::ZERO,
    };
    if step > SimSpan::DAY {
        text.push_str(&comment(&format!("The horizon of the scenario must be at least one step, {step}.")));
    }
    text.push_str(&block(looked, record, &written(&fitted.process), context));
    text
}

/// A market with one price.
pub(super) fn constant(looked: &Looked, record: &Record, price: UnitPrice, context: &Context) -> String {
    let mut text = head(looked, "One price", "", context);
    text.push_str(&block(looked, record, &format!("\"{price}\""), context));
    text
}

/// Where the figures come from.
fn head(looked: &Looked, kind: &str, fitted_to: &str, context: &Context) -> String {
    comment(&format!("{kind}, from {}: {}{fitted_to}", context.file.path, looked.key))
}

/// Lines that RON leaves out. What a file calls itself must not end a comment.
fn comment(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut lines = String::new();
    for line in wrapped(&plain).lines() {
        let _ = writeln!(lines, "// {}", line.trim());
    }
    lines
}

fn block(looked: &Looked, record: &Record, process: &str, context: &Context) -> String {
    let mut text = String::new();
    let key = &looked.key;
    let _ = write!(text, "(\n    name: {},", quoted(&market_name(looked)));
    let places = [("region", &key.region), ("zone", &key.zone), ("type", &key.instance_type)];
    for (field, part) in places {
        if let Some(part) = part {
            let _ = write!(text, " {field}: {},", quoted(&part.replace('/', "-")));
        }
    }
    let standard = match looked.standard {
        Some((price, _)) => format!("standard: \"{price}\","),
        None if context.is_relative => {
            "standard: \"1\", // prices are shares of it: write both as prices".to_owned()
        }
        None => {
            let highest = record.path.segments(SimTime::ZERO, record.end()).map(|piece| piece.value).max();
            let highest = UnitPrice::from_nano(highest.unwrap_or(1));
            format!(
                "standard: \"{highest}\", // not given (--standard): the record's highest price stands in"
            )
        }
    };
    let field = if key.protected == Some(true) { "spot_protected" } else { "spot_unprotected" };
    let _ = write!(text, "\n    {standard}\n    {field}: {process},\n),\n");
    text
}

/// A name for the market: what the series is of, without signs that names must not have.
fn market_name(looked: &Looked) -> String {
    let name = looked.key.to_string().replace('/', "-").replace("(the only series)", "market");
    let name: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    name.trim().to_owned()
}

/// A text in quotes.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A process as a scenario writes it.
fn written(process: &PriceProcess) -> String {
    match process {
        PriceProcess::MeanReverting(process) => mean_reverting(process),
        PriceProcess::TwoRegime(process) => two_regime(process),
        PriceProcess::Constant(price) => format!("\"{price}\""),
        PriceProcess::Schedule(_) | PriceProcess::Replay(_) | PriceProcess::Scaled { .. } => {
            unreachable!("only processes with parameters are fitted")
        }
    }
}

fn mean_reverting(process: &MeanReverting) -> String {
    let MeanReverting { step, start, level, speed, noise, jump_probability, jump_size, floor, cap } = process;
    let jumps = if *jump_probability > 0.0 {
        format!("\n        jump_probability: \"{jump_probability}\", jump_size: \"{jump_size}\",")
    } else {
        String::new()
    };
    format!(
        "MeanReverting(\n        step: \"{step}\", start: \"{start}\", level: \"{level}\", speed: \"{speed}\", noise: \
         \"{noise}\",{jumps}\n        floor: \"{floor}\", cap: \"{cap}\",\n    )"
    )
}

fn two_regime(process: &TwoRegime) -> String {
    let TwoRegime { step, start, calm, tight, initial, floor, cap } = process;
    let regime = |regime: &Regime| {
        let Regime { level, speed, noise, holding_mean } = regime;
        format!("(level: \"{level}\", speed: \"{speed}\", noise: \"{noise}\", holding: \"{holding_mean}\")")
    };
    let start = start.map(|start| format!(" start: \"{start}\",")).unwrap_or_default();
    let initial = match initial {
        Initial::First => " initial: Calm,",
        Initial::Second => " initial: Tight,",
        Initial::Stationary => "",
    };
    format!(
        "TwoRegime(\n        step: \"{step}\",{start}{initial} floor: \"{floor}\", cap: \"{cap}\",\n        calm: {},\n        \
         tight: {},\n    )",
        regime(calm),
        regime(tight)
    )
}
