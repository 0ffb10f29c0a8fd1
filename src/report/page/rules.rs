//! The rules that a page cites, in full, each with its source.

use crate::report::Told;
use crate::report::bill::Bill;
use crate::rulebook::{Rule, RuleId, Rulebook};
use maud::{Markup, html};
use std::collections::BTreeSet;

/// The ids that a list of rules leads to.
pub(super) fn links(ids: &[&str]) -> Markup {
    html! {
        span class="rules" {
            @for id in ids { a href=(format!("#rule-{id}")) title=(title(id)) { (id) } " " }
        }
    }
}

fn title(id: &str) -> &'static str {
    let rule = RuleId::parse(id).and_then(|id| Rulebook::embedded().rule(id));
    rule.map_or("", |rule| rule.title.as_str())
}

/// Every rule that the replication's bill and events name, and these.
pub(super) fn section(told: &Told<'_>, more: &[String]) -> Markup {
    let mut cited = cited(&Bill::new(told));
    cited.extend(more.iter().cloned());
    let book = Rulebook::embedded();
    html! {
        section aria-labelledby="rules" {
            h2 id="rules" { "The rules behind it" }
            @for (_, rule) in book.rules().filter(|(_, rule)| cited.contains(rule.id.as_str())) { (entry(rule)) }
        }
    }
}

/// One rule.
pub(super) fn entry(rule: &Rule) -> Markup {
    let book = Rulebook::embedded();
    html! {
        article class="rule" id=(format!("rule-{}", rule.id)) {
            h3 { span class="id" { (rule.id) } " " (rule.title) }
            p { (rule.says) }
            @if !rule.reading.is_empty() { p { b { "Read here as: " } (rule.reading) "." } }
            @for setting in &rule.settings {
                p class="note" { "Changed by " code { (setting.path) }
                    @if let Some(default) = &setting.default { ", by default " code { (default.0) } } "." }
            }
            p class="note" {
                @if rule.documents.is_empty() { "No page says anything of it." } @else { "Source: " }
                @for (index, key) in rule.documents.iter().enumerate() {
                    @if index > 0 { "; " }
                    @if let Some(document) = book.document(key) {
                        (document.provider) ", "
                        @if document.url.is_empty() { cite { (document.title) } }
                        @else { a href=(document.url) rel="noreferrer" { cite { (document.title) } } }
                    }
                }
            }
        }
    }
}

fn cited(bill: &Bill) -> BTreeSet<String> {
    let lines = bill.lines.iter().flat_map(super::bill::rules_of);
    let events = bill.events.iter().flat_map(|event| event.rules.iter().copied());
    let turns =
        bill.accounts.iter().flat_map(|account| &account.turns).flat_map(|turn| turn.rules.iter().copied());
    let still = bill.still_billing.iter().flat_map(|one| one.rules.iter().copied());
    lines.chain(events).chain(turns).chain(still).map(str::to_owned).collect()
}
