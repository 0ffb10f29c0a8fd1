//! The comparison of accounts as tables for a terminal: how likely arrears are, when, how early the alerts came.

use super::comparison::{
    AccountResult, AlertResult, Comparison, NumberResult, ProportionResult, RiskResult, StatementResult,
};
use super::table::{new_table, short};
use crate::units::{Money, SimSpan};
use comfy_table::Table;

/// What the tables' words mean.
const DEFINITIONS: &str = "\
arrears: share of the replications, with its 95 % interval (Wilson), and the civil time of the first one over those in
which it happened. overdue: the available balance (cash + credit − unsettled) fell below zero; stopped: calls or services
were stopped by it; released: capacity was given away; data lost: everything was cleared. downtime: how long something
was stopped. least: the least that was available in a replication; at the end: at the horizon.
";

/// And where the account asks for alerts.
const ALERT_DEFINITIONS: &str = "\
alert: in how many replications it came; of those that stopped, in how many it came before; and how long before the
first stop (its last coming before it).
";

/// And for what was charged.
const STATEMENT_DEFINITIONS: &str = "\
statement: means. issued: lines to be paid, after what plans cover and discounts; later: lines that the horizon cuts off.
account = charges + purchases + tax + rounding + discounts − by plans: what the account adds to the list price of use.
";

/// A horizon of more days than this may hold a day of the year twice.
const DAYS_WITHOUT_YEAR: i64 = 300;

/// One account of one strategy.
struct Row<'a> {
    strategy: &'a str,
    account: &'a AccountResult,
}

/// The tables about accounts; none where there are none.
pub(super) fn tables(comparison: &Comparison) -> Vec<Table> {
    let rows = rows(comparison);
    if rows.is_empty() {
        return Vec::new();
    }
    let names = Names::of(&rows);
    let mut tables = vec![risk_table(&rows, &names, comparison.horizon), balance_table(&rows, &names)];
    tables.extend(alert_table(&rows, &names));
    tables.push(statement_table(&rows, &names));
    tables.extend(product_table(&rows, &names));
    tables
}

/// What the tables' words mean; nothing where there are no tables.
pub(super) fn definitions(comparison: &Comparison) -> String {
    let rows = rows(comparison);
    if rows.is_empty() {
        return String::new();
    }
    let has_alerts = rows.iter().any(|row| !row.account.alerts.is_empty());
    let alerts = if has_alerts { ALERT_DEFINITIONS } else { "" };
    format!("{DEFINITIONS}{alerts}{STATEMENT_DEFINITIONS}")
}

fn rows(comparison: &Comparison) -> Vec<Row<'_>> {
    let strategies = comparison.strategies.iter();
    strategies
        .flat_map(|one| one.accounts.iter().map(|account| Row { strategy: &one.name, account }))
        .collect()
}

/// The first columns: the account has one only where there are several.
struct Names {
    has_several: bool,
}

impl Names {
    fn of(rows: &[Row]) -> Self {
        Self { has_several: rows.iter().any(|row| row.account.name != rows[0].account.name) }
    }

    /// A table of this title, these further columns of text and these of numbers.
    fn table(&self, title: &str, texts: &[&str], numbers: &[&str]) -> Table {
        let mut header = vec![title];
        header.extend(self.has_several.then_some("account"));
        header.extend(texts);
        let text_columns = header.len();
        header.extend(numbers);
        new_table(&header, text_columns)
    }

    fn cells(&self, row: &Row) -> Vec<String> {
        let mut cells = vec![row.strategy.to_owned()];
        cells.extend(self.has_several.then(|| row.account.name.clone()));
        cells
    }
}

type Named = (&'static str, fn(&AccountResult) -> &RiskResult);

/// One row per thing that may befall an account; what never happened to anybody has none, but for being overdue.
fn risk_table(rows: &[Row], names: &Names, horizon: SimSpan) -> Table {
    let all: [Named; 4] = [
        ("overdue", |account| &account.overdue),
        ("stopped", |account| &account.stopped),
        ("released", |account| &account.released),
        ("data lost", |account| &account.cleared),
    ];
    let happened = |risk: &Named| rows.iter().any(|row| risk.1(row.account).probability.hits > 0);
    let shown: Vec<&Named> = all.iter().filter(|risk| risk.0 == "overdue" || happened(risk)).collect();
    let mut table = names.table("arrears", &["what"], &["share", "95 % interval", "first: p5", "p50", "p95"]);
    for row in rows {
        for (what, of) in &shown {
            let risk = of(row.account);
            let mut cells = names.cells(row);
            cells.extend([(*what).to_owned(), share(&risk.probability), interval(&risk.probability)]);
            let dates = risk.first.as_ref();
            let date = |text: &String| civil(text, horizon);
            cells.extend(dates.map_or_else(
                || [(); 3].map(|()| none()),
                |dates| [&dates.p5, &dates.p50, &dates.p95].map(date),
            ));
            table.add_row(cells);
        }
    }
    table
}

fn balance_table(rows: &[Row], names: &Names) -> Table {
    let header = ["downtime", "±", "p95", "least: p5", "p50", "at the end: p5", "p50"];
    let mut table = names.table("balance", &[], &header);
    for row in rows {
        let account = row.account;
        let downtime = &account.downtime_s;
        // The lower bound stops at zero; the upper one tells the width.
        let half = downtime.ci95.map(|[_, high]| high - downtime.mean);
        let mut cells = names.cells(row);
        cells.extend([
            duration(downtime, downtime.mean),
            half.map_or_else(none, |half| duration(downtime, half)),
        ]);
        cells.push(duration(downtime, downtime.p95));
        let balances = [&account.least_available, &account.available];
        cells.extend(balances.into_iter().flat_map(|balance| [short(&balance.p5), short(&balance.p50)]));
        table.add_row(cells);
    }
    table
}

/// One row per alert; none where nobody asks for any.
fn alert_table(rows: &[Row], names: &Names) -> Option<Table> {
    let numbers = ["came", "before a stop", "lead: p5", "p50"];
    let mut table = names.table("alerts", &["alert"], &numbers);
    for row in rows {
        for alert in &row.account.alerts {
            let mut cells = names.cells(row);
            cells.extend([alert.name.clone(), share(&alert.came)]);
            cells.push(alert.before_stop.as_ref().map_or_else(none, share));
            cells.extend(leads(alert));
            table.add_row(cells);
        }
    }
    rows.iter().any(|row| !row.account.alerts.is_empty()).then_some(table)
}

/// What a planner may count on, and the usual.
fn leads(alert: &AlertResult) -> [String; 2] {
    let lead = alert.lead_s.as_ref();
    lead.map_or_else(|| [none(), none()], |lead| [lead.p5, lead.p50].map(|value| duration(lead, value)))
}

/// One column per part that somebody has; what is issued, later and in sum always.
fn statement_table(rows: &[Row], names: &Names) -> Table {
    type Part = (&'static str, fn(&StatementResult) -> &String);
    let parts: [Part; 9] = [
        ("issued", |statement| &statement.issued),
        ("later", |statement| &statement.not_issued),
        ("charges", |statement| &statement.charges),
        ("purchases", |statement| &statement.purchases),
        ("tax", |statement| &statement.tax),
        ("rounding", |statement| &statement.rounding),
        ("discounts", |statement| &statement.discounts),
        ("by plans", |statement| &statement.covered_by_plans),
        ("account", |statement| &statement.account_cost),
    ];
    let always = ["issued", "later", "account"];
    let occurs = |part: &Part| {
        let amounts = rows.iter().map(|row| Money::parse(part.1(&row.account.statement)));
        amounts.into_iter().any(|amount| amount.is_ok_and(|amount| amount != Money::ZERO))
    };
    let shown: Vec<&Part> = parts.iter().filter(|part| always.contains(&part.0) || occurs(part)).collect();
    let header: Vec<&str> = shown.iter().map(|part| part.0).collect();
    let mut table = names.table("statement", &[], &header);
    for row in rows {
        let mut cells = names.cells(row);
        cells.extend(shown.iter().map(|part| short(part.1(&row.account.statement))));
        table.add_row(cells);
    }
    table
}

/// What was issued, by product; none where there is one product at most.
fn product_table(rows: &[Row], names: &Names) -> Option<Table> {
    let mut products: Vec<&str> = Vec::new();
    for product in crate::ledger::Product::ALL {
        let occurs = |row: &Row| row.account.statement.issued_by_product.contains_key(product.name());
        if rows.iter().any(occurs) {
            products.push(product.name());
        }
    }
    if products.len() < 2 {
        return None;
    }
    let mut table = names.table("issued", &[], &products);
    for row in rows {
        let issued = &row.account.statement.issued_by_product;
        let mut cells = names.cells(row);
        cells.extend(
            products.iter().map(|product| issued.get(product).map_or_else(none, |amount| short(amount))),
        );
        table.add_row(cells);
    }
    Some(table)
}

fn none() -> String {
    "–".to_owned()
}

fn share(proportion: &ProportionResult) -> String {
    format!("{:.2} %", proportion.probability * 100.0)
}

fn interval(proportion: &ProportionResult) -> String {
    let [low, high] = proportion.ci95.map(|bound| bound * 100.0);
    format!("{low:.2} … {high:.2} %")
}

/// "06-12 10:05"; with its year where the horizon holds a date twice.
fn civil(text: &str, horizon: SimSpan) -> String {
    let from = if horizon.as_ms() > DAYS_WITHOUT_YEAR * SimSpan::DAY.as_ms() { 0 } else { 5 };
    text.get(from..16).unwrap_or(text).replace('T', " ")
}

/// A duration in the unit that suits the longest of its column.
fn duration(result: &NumberResult, value: f64) -> String {
    match result.max {
        longest if longest >= 172_800.0 => format!("{:.2} d", value / 86_400.0),
        longest if longest >= 7_200.0 => format!("{:.2} h", value / 3_600.0),
        longest if longest >= 120.0 => format!("{:.1} min", value / 60.0),
        _ => format!("{value:.1} s"),
    }
}
