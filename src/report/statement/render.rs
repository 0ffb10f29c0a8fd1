//! A statement as text.

use super::{AccountStatement, MonthStatement, Settled, Share, Statement, StillCalled, StillCharged};
use crate::report::table::{new_table, short};
use std::fmt::Write as _;

/// What the numbers are.
const DEFINITIONS: &str = "\
Subscription: paid in advance, less what came back, with its tax. Bill: pay-as-you-go, with rounding and tax of its
settlement. Trend and breakdowns are of pay-as-you-go lines only, by the day of use; inference is what the console's own
cost overview shows. Amounts are rounded here; `--format json` has every digit.
";

/// The statement as text.
pub fn render(statement: &Statement) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{}: {}, seed {}, replication {}, until {}, all money in {}",
        statement.scenario,
        statement.strategy,
        statement.seed,
        statement.replication,
        statement.until,
        statement.currency
    );
    for account in &statement.accounts {
        text.push_str(&account_text(account, &statement.currency));
    }
    if statement.accounts.len() > 1 {
        let _ = writeln!(text, "\nAll accounts: {}", short(&statement.total));
    }
    let _ = write!(text, "\n{DEFINITIONS}");
    text
}

fn account_text(account: &AccountStatement, currency: &str) -> String {
    let mut text = format!("\nAccount {}\n", account.account);
    if account.months.is_empty() {
        text.push_str("  nothing was charged\n");
    }
    for month in &account.months {
        text.push_str(&month_text(month));
    }
    text.push_str(&still_text(&account.still_charged));
    let _ = writeln!(
        text,
        "\nTotal of {}: {} {currency}; available at the end: {}",
        account.account,
        short(&account.total),
        short(&account.available)
    );
    text
}

fn month_text(month: &MonthStatement) -> String {
    let overview = &month.overview;
    let mut text = format!(
        "\n{} ({}): Subscription {} + Bill {} = Total {}\n",
        month.month,
        month.state,
        short(&overview.subscription),
        short(&overview.bill),
        short(&overview.total)
    );
    if let Some(reported) = &month.reported {
        let _ = writeln!(text, "  = {} {} at {}", reported.total, reported.currency, reported.rate);
    }
    let _ = writeln!(
        text,
        "  of the bill: inference {}, not issued before the run ends {}",
        short(&overview.inference),
        short(&overview.not_issued)
    );
    let saved = &month.saved;
    let _ = writeln!(
        text,
        "  not paid as pay-as-you-go, at list price: free quotas {}, packages {}, savings plans {}, discounts {}",
        short(&saved.free_quota),
        short(&saved.packages),
        short(&saved.savings_plans),
        short(&saved.discounts)
    );
    text.push_str(&trend_text(month));
    let breakdowns = [
        ("product", &month.by_product),
        ("model", &month.by_model),
        ("API key", &month.by_key),
        ("workspace", &month.by_workspace),
        ("tag", &month.by_tag),
        ("channel", &month.by_channel),
    ];
    for (name, shares) in breakdowns {
        text.push_str(&shares_text(name, shares));
    }
    text.push_str(&subscriptions_text(month));
    text.push_str(&settlement_text(&month.settlement));
    text
}

fn trend_text(month: &MonthStatement) -> String {
    if month.daily.is_empty() {
        return String::new();
    }
    let mut header = vec!["day"];
    header.extend(month.monthly.iter().map(|amount| amount.category));
    header.push("all");
    let mut table = new_table(&header, 1);
    for trend in &month.daily {
        let amounts = trend.categories.iter().map(|amount| short(&amount.amount));
        let day = std::iter::once(trend.day.clone());
        table.add_row(day.chain(amounts).chain([short(&trend.total)]).collect::<Vec<_>>());
    }
    let all = month.monthly.iter().map(|amount| short(&amount.amount));
    let lines = month.by_product.iter().map(|share| share.amount.as_str());
    let sum: crate::units::Money = lines.filter_map(|amount| crate::units::Money::parse(amount).ok()).sum();
    let month_name = std::iter::once(month.month.clone());
    table.add_row(month_name.chain(all).chain([short(&sum.to_string())]).collect::<Vec<_>>());
    format!("\n{table}\n")
}

/// A breakdown; one that tells nothing apart is left out.
fn shares_text(name: &str, shares: &[Share]) -> String {
    if shares.iter().all(|share| share.name.is_empty()) {
        return String::new();
    }
    let mut table = new_table(&[name, "lines", "inference", "amount"], 1);
    for share in shares {
        let name = if share.name.is_empty() { "–".to_owned() } else { share.name.clone() };
        table.add_row(vec![name, share.lines.to_string(), short(&share.inference), short(&share.amount)]);
    }
    format!("\n{table}\n")
}

fn subscriptions_text(month: &MonthStatement) -> String {
    if month.subscriptions.is_empty() {
        return String::new();
    }
    let mut table = new_table(&["paid in advance", "what", "amount"], 2);
    for one in &month.subscriptions {
        table.add_row(vec![one.at.clone(), one.what.clone(), one.amount.clone()]);
    }
    format!("\n{table}\n")
}

fn settlement_text(settlement: &[Settled]) -> String {
    if settlement.is_empty() {
        return String::new();
    }
    let header = ["settled", "product", "exact", "rounding", "tax", "debited", "paid", "open"];
    let mut table = new_table(&header, 2);
    for debit in settlement {
        table.add_row(vec![
            debit.at.clone(),
            debit.product.to_owned(),
            debit.exact.clone(),
            debit.rounding.clone(),
            debit.tax.clone(),
            debit.debited.clone(),
            debit.paid.clone(),
            debit.open.clone(),
        ]);
    }
    format!("\n{table}\n")
}

fn still_text(still: &StillCharged) -> String {
    let mut text = String::from("\nStill being charged as the run ends:");
    if still.is_nothing() {
        text.push_str(" nothing\n");
        return text;
    }
    text.push('\n');
    for one in &still.calls {
        let _ = writeln!(text, "  calls of {}: delete the key or stop the application", caller(one));
    }
    for one in &still.searches {
        let _ = writeln!(text, "  web searches of {}: switch enable_search off", caller(one));
    }
    for one in &still.by_time {
        let remedy = match one.kind {
            "deployment" => "unpublish it",
            "service" => "stop or delete it",
            _ => "it bills until it ends",
        };
        let _ = writeln!(text, "  {} {} bills by time: {remedy}", one.kind, one.name);
    }
    text
}

fn caller(one: &StillCalled) -> String {
    let key = if one.api_key.is_empty() { "the console".to_owned() } else { format!("key {}", one.api_key) };
    let workspace = if one.workspace.is_empty() { String::new() } else { format!(" in {}", one.workspace) };
    format!(
        "{key}{workspace} through {} to {}, {} in the last 24 hours, last in the minute {}",
        one.channel,
        one.model,
        short(&one.amount),
        one.last_used
    )
}
