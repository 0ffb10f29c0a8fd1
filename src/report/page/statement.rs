//! An account's months: what was paid, for what, and how it was settled.

use super::bill::clock;
use super::table::is_numeric;
use crate::report::statement::{AccountStatement, MonthStatement, Share, Statement};
use maud::{Markup, html};

/// Parts of one item that is everything say nothing new.
const SHARES_LEAST: usize = 2;

pub(super) fn sections(statement: &Statement) -> Markup {
    html! { @for account in &statement.accounts { (account_section(account, &statement.currency)) } }
}

fn account_section(account: &AccountStatement, currency: &str) -> Markup {
    html! {
        section aria-label=(format!("Account {}", account.account)) {
            h2 { "Account “" (account.account) "”" }
            p { "Charged " b { (account.total) " " (currency) } "; available at the end " b { (account.available) " " (currency) } "." }
            @if account.months.is_empty() { p { "Nothing was charged." } }
            @for month in &account.months { (month_part(month, currency)) }
        }
    }
}

fn month_part(month: &MonthStatement, currency: &str) -> Markup {
    let overview = &month.overview;
    html! {
        h3 { (month.month) " (" (month.state) ")" }
        (rows("Overview", &["", currency], &[
            vec!["subscription".to_owned(), overview.subscription.clone()],
            vec!["bill".to_owned(), overview.bill.clone()],
            vec!["of it, inference".to_owned(), overview.inference.clone()],
            vec!["of it, not issued before the end".to_owned(), overview.not_issued.clone()],
            vec!["total".to_owned(), overview.total.clone()],
        ]))
        @for (name, shares) in [
            ("by product", &month.by_product), ("by model", &month.by_model), ("by API key", &month.by_key),
            ("by workspace", &month.by_workspace), ("by tag", &month.by_tag), ("by channel", &month.by_channel),
        ] { (by(name, shares, currency)) }
        @if !month.daily.is_empty() {
            (rows("Pay-as-you-go by day of use", &["day", currency], &month.daily.iter()
                .map(|day| vec![day.day.clone(), day.total.clone()]).collect::<Vec<_>>()))
        }
        @if !month.subscriptions.is_empty() {
            (rows("Paid in advance", &["when", "what", currency], &month.subscriptions.iter()
                .map(|one| vec![clock(&one.at), one.what.clone(), one.amount.clone()]).collect::<Vec<_>>()))
        }
        @if !month.settlement.is_empty() {
            (rows("Settlement", &["product", "exact", "rounding", "tax", "debited", "paid", "open"], &month.settlement.iter()
                .map(|one| vec![one.product.to_owned(), one.exact.clone(), one.rounding.clone(), one.tax.clone(),
                    one.debited.clone(), one.paid.clone(), one.open.clone()]).collect::<Vec<_>>()))
        }
    }
}

fn by(name: &str, shares: &[Share], currency: &str) -> Markup {
    if shares.len() < SHARES_LEAST {
        return html! {};
    }
    let lines = shares.iter().map(|share| {
        let name = if share.name.is_empty() { "(none)".to_owned() } else { share.name.clone() };
        vec![name, share.lines.to_string(), share.amount.clone(), share.inference.clone()]
    });
    let title = format!("Pay-as-you-go {name}");
    rows(&title, &["", "lines", currency, "inference"], &lines.collect::<Vec<_>>())
}

/// A table whose first column names its rows, the others being amounts.
fn rows(title: &str, header: &[&str], rows: &[Vec<String>]) -> Markup {
    let class = |column: usize| {
        let is_number = rows.iter().all(|row| row.get(column).is_none_or(|cell| is_numeric(cell)));
        (column > 0 && is_number).then_some("n")
    };
    html! {
        div class="scroll" tabindex="0" role="region" aria-label=(format!("Table: {title}")) {
            table {
                caption { (title) }
                thead { tr { @for (index, cell) in header.iter().enumerate() {
                    @if index == 0 && cell.is_empty() { td {} } @else { th scope="col" class=[class(index)] { (cell) } }
                } } }
                tbody { @for row in rows { tr { @for (index, cell) in row.iter().enumerate() {
                    @if index == 0 { th scope="row" { (cell) } } @else { td class=[class(index)] { (cell) } }
                } } } }
            }
        }
    }
}
