//! The comparison as a table for a terminal.

use super::comparison::{Comparison, CostResult, NumberResult, StrategyResult, TimeShare};
use super::policies::Policy;
use super::words::grouped;
use super::{account_table, baseline, precision, thresholds, traffic_table};
use comfy_table::{CellAlignment, Table};
use std::fmt::Write as _;

/// Definitions under the table: what a reader needs to repeat a figure by hand.
const COST_DEFINITIONS: &str = "\
±: half the 95 % interval of the mean (Student t over replications). pN: the ⌈pN⌉-th smallest replication. CVaR95: mean
of the dearest ⌈0.05 N⌉.";

/// More of them, where strategies rent machines.
const MACHINE_DEFINITIONS: &str = "\
per hour: mean bill ÷ mean hours in Running. with downtime: the bill, and the scenario's price of
each reclaim and of each hour that was asked for and not in Running. available: share of the horizon × replicas in
Running. to Running: from submission to the first Running; a replication that never runs counts the horizon.
";

/// More of them, where containers can fail.
const FAILURE_DEFINITIONS: &str = "\
crashes: containers that crashed or failed to start. given up: instances that went back because they failed too often.
";

/// The last of them.
const PAIR_DEFINITIONS: &str = "\
Pairs are compared world by world, since all strategies meet the same prices, stock and luck: a cheaper + equal + b
cheaper = 100 %.";

/// Width of wrapped text.
const WIDTH: usize = 118;

/// The comparison as text.
pub fn render(comparison: &Comparison) -> String {
    let mut text = String::new();
    if !comparison.question.is_empty() {
        let _ = writeln!(text, "{}", comparison.question);
    }
    let _ = writeln!(
        text,
        "{}: {} replication{} of {}, seed {}, all money in {}",
        comparison.scenario,
        grouped(comparison.replications),
        if comparison.replications == 1 { "" } else { "s" },
        comparison.horizon,
        comparison.seed,
        comparison.currency
    );
    text.push_str(&precision::reason(comparison));
    for history in &comparison.histories {
        let _ = writeln!(
            text,
            "clock \"{}\" replays {:.1} days of history: {}",
            history.clock, history.span_days, history.extent
        );
    }
    for warning in &comparison.warnings {
        text.push_str(&wrapped(&format!("warning: {warning}")));
    }
    text.push('\n');
    let on_machines = on_machines(comparison);
    for table in machine_tables(comparison) {
        let _ = writeln!(text, "{table}\n");
    }
    text.push_str(&policy_lines(&on_machines));
    for table in other_tables(comparison) {
        let _ = writeln!(text, "{table}\n");
    }
    text.push_str(&definitions(comparison));
    text.push_str(&precision::table(comparison));
    if let Some(changes) = &comparison.baseline {
        text.push_str(&baseline::table(changes));
    }
    text.push_str(&thresholds::table(&comparison.thresholds));
    text
}

/// Every table of the comparison, in reading order.
pub(super) fn tables(comparison: &Comparison) -> Vec<Table> {
    let mut tables = machine_tables(comparison);
    tables.extend(other_tables(comparison));
    tables
}

fn on_machines(comparison: &Comparison) -> Vec<&StrategyResult> {
    comparison.strategies.iter().filter(|strategy| strategy.rents_machines).collect()
}

/// What everything costs, and what there is to say of machines.
fn machine_tables(comparison: &Comparison) -> Vec<Table> {
    let on_machines = on_machines(comparison);
    let mut tables = vec![cost_table(&comparison.strategies)];
    if !on_machines.is_empty() {
        tables.extend([service_table(&on_machines), time_table(&on_machines)]);
    }
    tables
}

/// What there is to say of calls and accounts, and of strategies in pairs.
fn other_tables(comparison: &Comparison) -> Vec<Table> {
    let mut tables = traffic_table::tables(comparison);
    tables.extend(account_table::tables(comparison));
    tables.extend((!comparison.paired.is_empty()).then(|| pair_table(comparison)));
    tables
}

/// What the tables' words mean.
pub(super) fn definitions(comparison: &Comparison) -> String {
    let on_machines = on_machines(comparison);
    let mut text = if on_machines.is_empty() {
        format!("{COST_DEFINITIONS}\n{PAIR_DEFINITIONS}\n")
    } else {
        let fails = on_machines.iter().any(|strategy| strategy.crashes.is_some());
        let failures = if fails { FAILURE_DEFINITIONS } else { "" };
        format!("{COST_DEFINITIONS} {MACHINE_DEFINITIONS}{failures}{PAIR_DEFINITIONS}\n")
    };
    text.push_str(&traffic_table::definitions(comparison));
    text.push_str(&account_table::definitions(comparison));
    text
}

/// The text in lines of at most [`WIDTH`] characters, broken between words.
pub(super) fn wrapped(text: &str) -> String {
    let mut lines = String::new();
    let mut length = 0;
    for word in text.split(' ') {
        let word_length = word.chars().count();
        if length > 0 && length + 1 + word_length > WIDTH {
            lines.push_str("\n  ");
            length = 2;
        } else if length > 0 {
            lines.push(' ');
            length += 1;
        }
        lines.push_str(word);
        length += word_length;
    }
    lines.push('\n');
    lines
}

/// A table with its first columns to the left, the others to the right.
pub(super) fn new_table(header: &[&str], text_columns: usize) -> Table {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::UTF8_BORDERS_ONLY);
    table.set_header(header.to_vec());
    for index in text_columns..header.len() {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// What strategies rent, and by which policies.
fn policy_lines(strategies: &[&StrategyResult]) -> String {
    if strategies.is_empty() {
        return String::new();
    }
    let mut text = String::new();
    for strategy in strategies.iter().filter(|strategy| !strategy.types.is_empty()) {
        let policy = |one: &Policy| format!("{}: {}", one.policy.replace('_', " "), one.setting);
        let policies: Vec<String> = strategy.policies.iter().map(policy).collect();
        let rest = if policies.is_empty() { String::new() } else { format!("; {}", policies.join("; ")) };
        text.push_str(&wrapped(&format!("{}: {}{rest}", strategy.name, strategy.types.join(" → "))));
    }
    text + "\n"
}

fn cost_table(strategies: &[StrategyResult]) -> Table {
    let with_downtime = strategies.iter().any(|strategy| strategy.cost_with_downtime.is_some());
    let with_hours = strategies.iter().any(|strategy| strategy.rents_machines);
    let mut header = vec!["strategy", "mean", "±", "p5", "p50", "p95", "p99", "CVaR95"];
    header.extend(with_hours.then_some("per hour"));
    if with_downtime {
        header.push("with downtime");
    }
    let mut table = new_table(&header, 1);
    for strategy in strategies {
        let cost = &strategy.cost;
        let mut row = vec![strategy.name.clone(), short(&cost.mean), half_width(cost)];
        row.extend([&cost.p5, &cost.p50, &cost.p95, &cost.p99, &cost.cvar95].map(|amount| short(amount)));
        if with_hours {
            let ratio = strategy.cost_per_available_hour.as_ref();
            row.push(ratio.map_or_else(|| "–".to_owned(), |ratio| fine(&ratio.mean)));
        }
        if with_downtime {
            row.push(
                strategy.cost_with_downtime.as_ref().map_or_else(|| "–".to_owned(), |cost| short(&cost.mean)),
            );
        }
        table.add_row(row);
    }
    table
}

fn service_table(strategies: &[&StrategyResult]) -> Table {
    let fails = strategies.iter().any(|strategy| strategy.crashes.is_some());
    let header = ["strategy", "available", "p5", "reclaims", "p95", "to Running", "p95"];
    let of_failures = ["crashes", "p95", "given up"];
    let header: Vec<&str> = header.into_iter().chain(of_failures.into_iter().filter(|_| fails)).collect();
    let mut table = new_table(&header, 1);
    for strategy in strategies {
        let share = |value: f64| format!("{:.3} %", value * 100.0);
        let wait = &strategy.time_to_running_s;
        let mut row = vec![
            strategy.name.clone(),
            share(strategy.availability.mean),
            share(strategy.availability.p5),
            format!("{:.2}", strategy.reclaims.mean),
            format!("{:.0}", strategy.reclaims.p95),
            seconds(wait, wait.mean),
            seconds(wait, wait.p95),
        ];
        if let (Some(crashes), Some(given_up)) = (&strategy.crashes, strategy.given_up_mean) {
            row.extend([
                format!("{:.2}", crashes.mean),
                format!("{:.0}", crashes.p95),
                format!("{given_up:.2}"),
            ]);
        }
        table.add_row(row);
    }
    table
}

/// One column per way of being served that somebody used.
fn time_table(strategies: &[&StrategyResult]) -> Table {
    let mut ways: Vec<String> = Vec::new();
    for way in strategies.iter().flat_map(|strategy| &strategy.time_shares).map(way) {
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    // The time in none stands last, whoever had it first.
    ways.sort_by_key(|way| way == NOT_RUNNING);
    let header: Vec<&str> =
        std::iter::once("time in Running").chain(ways.iter().map(String::as_str)).collect();
    let mut table = new_table(&header, 1);
    for strategy in strategies {
        let share_of = |wanted: &String| {
            let found = strategy.time_shares.iter().find(|share| way(share) == *wanted);
            found.map_or_else(|| "–".to_owned(), |share| format!("{:.2} %", share.share * 100.0))
        };
        table.add_row(
            std::iter::once(strategy.name.clone()).chain(ways.iter().map(share_of)).collect::<Vec<_>>(),
        );
    }
    table
}

const NOT_RUNNING: &str = "not running";

fn way(share: &TimeShare) -> String {
    match (&share.market, share.tariff) {
        (Some(market), Some(tariff)) => format!("{market}\n{tariff}"),
        _ => NOT_RUNNING.to_owned(),
    }
}

fn pair_table(comparison: &Comparison) -> Table {
    let header = ["a", "b", "a − b", "95 % interval", "a cheaper", "equal"];
    let mut table = new_table(&header, 2);
    for pair in &comparison.paired {
        let interval = pair.difference.ci95.as_ref();
        table.add_row(vec![
            pair.a.clone(),
            pair.b.clone(),
            short(&pair.difference.mean),
            interval
                .map_or_else(|| "–".to_owned(), |[low, high]| format!("{} … {}", short(low), short(high))),
            format!("{:.1} %", pair.probability_a_cheaper * 100.0),
            format!("{:.1} %", pair.probability_equal * 100.0),
        ]);
    }
    table
}

/// Two decimals, for amounts of a bill.
pub(super) fn short(amount: &str) -> String {
    rounded(amount, 2)
}

/// Four decimals, for prices per hour.
pub(super) fn fine(amount: &str) -> String {
    rounded(amount, 4)
}

pub(super) fn rounded(amount: &str, decimals: usize) -> String {
    crate::units::Money::parse(amount)
        .map_or_else(|_| amount.to_owned(), |money| format!("{money:.decimals$}"))
}

fn half_width(cost: &CostResult) -> String {
    let bounds = cost.ci95.as_ref().and_then(|[low, high]| {
        Some((crate::units::Money::parse(low).ok()?, crate::units::Money::parse(high).ok()?))
    });
    bounds.map_or_else(|| "–".to_owned(), |(low, high)| format!("{:.2}", (high - low).per(2)))
}

fn seconds(result: &NumberResult, value: f64) -> String {
    match result.max {
        longest if longest >= 7_200.0 => format!("{:.2} h", value / 3_600.0),
        longest if longest >= 120.0 => format!("{:.1} min", value / 60.0),
        _ => format!("{value:.1} s"),
    }
}
