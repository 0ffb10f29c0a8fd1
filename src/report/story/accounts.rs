//! Accounts on the bill: what they add to the list prices of what was used.

use crate::report::bill::{Told, account_lines};
use crate::report::words::grouped;
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
