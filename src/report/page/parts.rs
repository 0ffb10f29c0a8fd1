//! What the mean cost of each strategy consists of, as bars of one scale.

use super::percent_of;
use crate::report::Comparison;
use crate::report::comparison::{Components, StrategyResult};
use crate::report::table::short;
use crate::units::Money;
use maud::{Markup, html};

/// A part of a bill: its name and its mean.
type Part = (String, Money);

pub(super) fn section(comparison: &Comparison) -> Markup {
    let all: Vec<(&StrategyResult, Vec<Part>)> =
        comparison.strategies.iter().map(|strategy| (strategy, parts_of(&strategy.components))).collect();
    let spent = |parts: &[Part]| -> f64 { parts.iter().map(|(_, amount)| amount.to_f64().max(0.0)).sum() };
    let most = all.iter().map(|(_, parts)| spent(parts)).fold(0.0, f64::max);
    if most <= 0.0 {
        return html! {};
    }
    let names = names(&all);
    html! {
        section aria-labelledby="parts" {
            h2 id="parts" { "What the cost consists of" }
            p class="note" { "Means over all replications, " (comparison.currency) "." }
            ul class="key" {
                @for (index, name) in names.iter().enumerate() { li { span class=(swatch(index)) {} (name) } }
            }
            @for (strategy, parts) in &all {
                div class="parts-row" {
                    h3 { (strategy.name) }
                    div class="stack" aria-hidden="true" {
                        @for (name, amount) in parts.iter().filter(|(_, amount)| *amount > Money::ZERO) {
                            @let index = names.iter().position(|known| known == name).unwrap_or(0);
                            span class=(swatch(index)) style=(format!("width:{}", percent_of(amount.to_f64() / most))) {}
                        }
                    }
                    ul class="parts" {
                        @for (name, amount) in parts {
                            li { (name) " " b class="n" { (short(&amount.to_string())) } }
                        }
                    }
                }
            }
        }
    }
}

fn swatch(index: usize) -> String {
    format!("fill s{} p{}", index % 7, index % 4)
}

/// Every name that some strategy has, in order of first appearance.
fn names(all: &[(&StrategyResult, Vec<Part>)]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (name, _) in all.iter().flat_map(|(_, parts)| parts) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

/// Parts that cost something; resources by their kinds.
fn parts_of(components: &Components) -> Vec<Part> {
    let mut parts: Vec<(String, &str)> = vec![
        ("standard compute".to_owned(), components.standard.as_str()),
        ("spot compute".to_owned(), &components.spot),
        ("system disks".to_owned(), &components.disk),
    ];
    let optional = [
        ("deployments by time and in advance", &components.commitment),
        ("overflow to pay-as-you-go", &components.overflow),
        ("tokens", &components.tokens),
        ("web searches", &components.web_search),
        ("accounts: plans, discounts, rounding, tax, jobs", &components.accounts),
    ];
    parts.extend(optional.iter().filter_map(|(name, amount)| Some(((*name).to_owned(), amount.as_deref()?))));
    let kinds = components.resources_by_kind.iter().flatten();
    parts.extend(kinds.map(|(kind, amount)| (format!("resources: {kind}"), amount.as_str())));
    let read = parts.into_iter().map(|(name, amount)| (name, Money::parse(amount).unwrap_or(Money::ZERO)));
    read.filter(|(_, amount)| *amount != Money::ZERO).collect()
}
