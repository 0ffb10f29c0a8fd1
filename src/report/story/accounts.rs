//! Accounts on the bill: what they add to the list prices of what was used.

use super::Column;
use crate::report::bill::{Places, Told, Turn, account_lines};
use crate::report::words::{accounts as words, clock, grouped};
use std::fmt::Write as _;

/// Lines of accounts and searches; how many.
pub(super) fn lines(text: &mut String, told: &Told<'_>, explain: bool) -> usize {
    let lines = account_lines(told);
    if lines.is_empty() {
        return 0;
    }
    let widest = lines.iter().map(|line| line.item.chars().count()).fold(19, usize::max);
    let who = lines.iter().map(|line| line.account.chars().count()).fold(12, usize::max);
    let _ = writeln!(
        text,
        "  {:<who$}  {:<19}  {:<widest$}  {:>14}  {:>22}",
        "accounts", "when", "item", "quantity", "amount"
    );
    for line in &lines {
        let quantity = format!("{} {}", grouped(line.quantity), line.unit);
        let _ = writeln!(
            text,
            "  {:<who$}  {:<19}  {:<widest$}  {quantity:>14}  {:>22}",
            line.account, line.at, line.item, line.amount
        );
        if explain {
            let _ = writeln!(text, "      [{}]", line.rules.join(" "));
        }
    }
    lines.len()
}

/// A turn of an account; with `explain`, how what is available comes about (B15).
pub(super) fn render_turn(
    text: &mut String,
    told: &Told<'_>,
    column: Column,
    turn: &Turn<'_>,
    places: Places,
    explain: bool,
) {
    let scenario = told.scenario;
    let account = &scenario.accounts[turn.account()];
    let sentence = words::turn_sentence(scenario, turn);
    let rules = match turn {
        Turn::Moved(entry) => words::entry_rules(&entry.kind),
        Turn::Event(event) => words::event_rules(&event.kind),
    };
    let _ = writeln!(
        text,
        "  {}  {}{sentence}; available {}  [{}]",
        clock(scenario, turn.at()),
        column.name(&account.name),
        turn.available(),
        rules.join(" ")
    );
    if explain {
        let reserve = account.settlement.reserve_ppb;
        let factor = crate::units::decimal::format_scaled(i128::from(reserve), 9, 0);
        let times = if reserve == 1_000_000_000 { String::new() } else { format!(", lines × {factor}") };
        let _ = writeln!(
            text,
            "      available = (cash {} + credit {}) − (this month {} + earlier months {}){times} = {}  [B15]",
            places.cash,
            account.opening.credit,
            -places.this_month,
            -places.earlier_months,
            turn.available()
        );
    }
}
