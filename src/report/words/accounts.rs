//! Names, rules and sentences of what becomes of accounts.

use super::{clock, deployments};
use crate::ledger::{AccountEventKind, AlertKind, Entry, EntryKind, Lost, Place, Product};
use crate::report::bill::Turn;
use crate::scenario::Scenario;
use crate::units::Money;

/// The name of an event, one word.
pub fn event_name(kind: &AccountEventKind) -> &'static str {
    match kind {
        AccountEventKind::Overdue { .. } => "Overdue",
        AccountEventKind::Settled { .. } => "NoLongerOverdue",
        AccountEventKind::Stopped { .. } => "Stopped",
        AccountEventKind::Restored { .. } => "Restored",
        AccountEventKind::RetentionBegins => "RetentionBegins",
        AccountEventKind::Cleared => "Cleared",
        AccountEventKind::Lost { .. } => "Lost",
        AccountEventKind::Alert { .. } => "Alert",
        AccountEventKind::TopUpRequested { .. } => "TopUpRequested",
        AccountEventKind::PurchaseRefused { .. } => "PurchaseRefused",
        AccountEventKind::RenewalFailed { .. } => "RenewalFailed",
        AccountEventKind::UsedUp { .. } => "UsedUp",
        AccountEventKind::Expired { .. } => "Expired",
        AccountEventKind::Key { .. } => "Key",
        AccountEventKind::Subscribed { .. } => "Subscribed",
        AccountEventKind::Acted { .. } => "Acted",
    }
}

/// The rules an event follows, as ids of the rulebook.
pub fn event_rules(kind: &AccountEventKind) -> &'static [&'static str] {
    match kind {
        AccountEventKind::Overdue { .. } | AccountEventKind::Settled { .. } => &["B14", "B15", "A-07"],
        AccountEventKind::Stopped { product } | AccountEventKind::Restored { product } => match product {
            Product::Deployment | Product::Machines | Product::Development | Product::Storage => {
                &["P9", "A-06", "A-32"]
            }
            Product::Inference
            | Product::Batch
            | Product::Training
            | Product::KnowledgeBase
            | Product::WebSearch
            | Product::Notifications
            | Product::Plans
            | Product::Other => &["B16", "B20", "M5", "A-25", "A-32"],
        },
        AccountEventKind::RetentionBegins => &["M6", "A-32"],
        AccountEventKind::Cleared => &["M7", "A-32"],
        AccountEventKind::Lost { .. } => &["M7", "P9", "A-06"],
        AccountEventKind::Alert { .. } => &["B21", "A-23"],
        AccountEventKind::TopUpRequested { .. } => &["B15"],
        AccountEventKind::PurchaseRefused { .. } => &["B19", "M5", "A-06"],
        AccountEventKind::RenewalFailed { .. } => &["B19", "D8", "A-42"],
        AccountEventKind::UsedUp { .. } => &["B17", "B18", "A-24"],
        AccountEventKind::Expired { .. } => &["B18", "B19", "A-24"],
        AccountEventKind::Key { .. } => &["B22"],
        AccountEventKind::Subscribed { .. } => &["M8"],
        AccountEventKind::Acted { .. } => &["B24", "B25", "A-24"],
    }
}

/// What an event is about, short: a product, a name, a threshold.
pub fn event_detail(kind: &AccountEventKind) -> String {
    match kind {
        AccountEventKind::Overdue { episode } | AccountEventKind::Settled { episode } => episode.to_string(),
        AccountEventKind::Stopped { product } | AccountEventKind::Restored { product } => {
            product.name().to_owned()
        }
        AccountEventKind::RetentionBegins | AccountEventKind::Cleared => String::new(),
        AccountEventKind::Lost { what, resource } => format!("{} of {resource}", lost(*what)),
        AccountEventKind::Alert { kind, threshold, .. } => format!("{} {threshold}", alert(*kind)),
        AccountEventKind::TopUpRequested { amount, .. } => amount.to_string(),
        AccountEventKind::PurchaseRefused { what, .. }
        | AccountEventKind::RenewalFailed { what }
        | AccountEventKind::UsedUp { what }
        | AccountEventKind::Expired { what }
        | AccountEventKind::Acted { what } => what.clone(),
        AccountEventKind::Key { id, what } => format!("{id} {what}"),
        AccountEventKind::Subscribed { model } => model.clone(),
    }
}

/// An event in a sentence.
pub fn event_sentence(scenario: &Scenario, kind: &AccountEventKind) -> String {
    let currency = &scenario.currency;
    match kind {
        AccountEventKind::Overdue { episode } => {
            format!("overdue: less than nothing is available (episode {episode})")
        }
        AccountEventKind::Settled { episode } => format!("no longer overdue: episode {episode} is over"),
        AccountEventKind::Stopped { product } => format!("{} stops", product.name().to_lowercase()),
        AccountEventKind::Restored { product } => format!("{} is restored", product.name().to_lowercase()),
        AccountEventKind::RetentionBegins => {
            "the grace period is over, the retention period begins".to_owned()
        }
        AccountEventKind::Cleared => {
            "the retention period is over: everything is cleared for good".to_owned()
        }
        AccountEventKind::Lost { what, resource } => format!("lost: {} of {resource}", lost(*what)),
        AccountEventKind::Alert { kind, spent, threshold } => match kind {
            AlertKind::LowBalance => {
                format!("alert: {spent} {currency} are available, at most {threshold}")
            }
            AlertKind::MonthlyLimit { .. } | AlertKind::Daily | AlertKind::Monthly => {
                format!("alert: {spent} {currency} spent, {} {threshold}", alert(*kind))
            }
        },
        AccountEventKind::TopUpRequested { amount, arrives_at } => {
            format!(
                "a top-up of {amount} {currency} is asked for; it arrives {}",
                clock(scenario, *arrives_at)
            )
        }
        AccountEventKind::PurchaseRefused { what, price, why } => {
            let price =
                if *price == Money::ZERO { String::new() } else { format!(" for {price} {currency}") };
            format!("{what}{price} is refused: {}", deployments::refused_purchase(*why))
        }
        AccountEventKind::RenewalFailed { what } => format!("the automatic renewal of {what} fails"),
        AccountEventKind::UsedUp { what } => format!("{what} is used up"),
        AccountEventKind::Expired { what } => format!("{what} has expired"),
        AccountEventKind::Key { id, what } => format!("API key {id} is {what}"),
        AccountEventKind::Subscribed { model } => format!("{model} is subscribed to"),
        AccountEventKind::Acted { what } => what.clone(),
    }
}

/// What is lost.
pub fn lost(what: Lost) -> &'static str {
    match what {
        Lost::Service => "service",
        Lost::Capacity => "capacity",
        Lost::Data => "data",
    }
}

/// What an alert is about.
pub fn alert(kind: AlertKind) -> String {
    match kind {
        AlertKind::MonthlyLimit { share_ppb } => {
            let percent = crate::units::decimal::format_scaled(i128::from(share_ppb), 7, 0);
            format!("{percent} % of the monthly limit,")
        }
        AlertKind::Daily => "daily threshold".to_owned(),
        AlertKind::Monthly => "monthly threshold".to_owned(),
        AlertKind::LowBalance => "low balance".to_owned(),
    }
}

/// What moved in an entry, one or two words.
pub fn entry_name(kind: &EntryKind) -> String {
    match kind {
        EntryKind::Opening => "opening".to_owned(),
        EntryKind::Issued { product, is_late: false } => format!("issued: {}", product.name()),
        EntryKind::Issued { product, is_late: true } => format!("issued late: {}", product.name()),
        EntryKind::Payment => "payment".to_owned(),
        EntryKind::TopUp => "top-up".to_owned(),
        EntryKind::Purchase { what, .. } => format!("purchase: {what}"),
        EntryKind::Refund { what, .. } => format!("refund: {what}"),
        EntryKind::MonthBegins => "month begins".to_owned(),
        EntryKind::Settlement { product, .. } => format!("settlement: {}", product.name()),
        EntryKind::DebtPaid => "debt paid".to_owned(),
    }
}

/// The amount of an entry as a reader would name it: what was issued, paid, bought, debited.
pub fn entry_amount(entry: &Entry) -> Money {
    match &entry.kind {
        EntryKind::Opening | EntryKind::Payment | EntryKind::TopUp => entry.to(Place::Cash),
        EntryKind::Issued { .. } | EntryKind::Purchase { .. } | EntryKind::Refund { .. } => {
            entry.to(Place::Provider)
        }
        EntryKind::MonthBegins => entry.to(Place::ThisMonth),
        EntryKind::Settlement { exact, rounding, tax, .. } => *exact + *rounding + *tax,
        EntryKind::DebtPaid => entry.to(Place::EarlierMonths),
    }
}

/// The rules an entry follows, as ids of the rulebook.
pub fn entry_rules(kind: &EntryKind) -> &'static [&'static str] {
    match kind {
        EntryKind::Opening | EntryKind::Payment | EntryKind::TopUp | EntryKind::DebtPaid => &["B15"],
        EntryKind::Issued { .. } => &["B2", "B31", "A-21", "A-26"],
        EntryKind::Purchase { .. } | EntryKind::Refund { .. } => &["B5", "B25", "B26", "A-20"],
        EntryKind::MonthBegins | EntryKind::Settlement { .. } => &["B31", "A-20", "A-26"],
    }
}

/// An entry in a sentence.
pub fn entry_sentence(scenario: &Scenario, entry: &Entry) -> String {
    let (amount, currency) = (entry_amount(entry), &scenario.currency);
    match &entry.kind {
        EntryKind::Opening => format!("begins with {amount} {currency} of cash"),
        EntryKind::Issued { product, .. } => format!("{amount} {currency} issued: {}", product.name()),
        EntryKind::Payment => format!("a payment of {amount} {currency} arrives"),
        EntryKind::TopUp => format!("a top-up of {amount} {currency} arrives"),
        EntryKind::Purchase { what, .. } => format!("{amount} {currency} paid in advance: {what}"),
        EntryKind::Refund { what, .. } => format!("{} {currency} come back: {what}", -amount),
        EntryKind::MonthBegins => "another month begins".to_owned(),
        EntryKind::Settlement { product, exact, rounding, tax, paid } => {
            let tax = if *tax == Money::ZERO { String::new() } else { format!(" + tax {tax}") };
            let open = amount - *paid;
            let rest = if open == Money::ZERO { String::new() } else { format!(", {open} stay owed") };
            format!(
                "settled: {}, {exact} + rounding {rounding}{tax} = {amount} {currency}, {paid} paid{rest}",
                product.name()
            )
        }
        EntryKind::DebtPaid => format!("{amount} {currency} of earlier months are paid"),
    }
}

/// A turn of an account in a sentence.
pub(in crate::report) fn turn_sentence(scenario: &Scenario, turn: &Turn<'_>) -> String {
    match turn {
        Turn::Moved(entry) => entry_sentence(scenario, entry),
        Turn::Event(event) => event_sentence(scenario, &event.kind),
    }
}
