//! The comparison of calls and deployments as tables for a terminal, at most 100 columns for ordinary names.

use super::comparison::{CallsResult, Comparison, MeanMoneyResult, StrategyResult, TrafficResult};
use super::table::{fine, new_table, rounded, short};
use crate::units::Money;
use comfy_table::Table;

/// What the tables' words mean.
const DEFINITIONS: &str = "\
calls: mean per replication. served: as planned (in quota, by slots, or by tokens where that is the
plan); overflowed: by pay-as-you-go beyond the quota; with refused they are 100 % of the calls. per
million tokens: mean bill ÷ mean delivered tokens (served or overflowed, input and output).
commitment: deployments by time and in advance. quota: use ÷ quota of each minute it was open,
averaged over replications, pN over minutes. waits: over all served calls.";

/// And where refused and slow calls may have a price.
const DOWNTIME: &str = "with downtime counts the scenario's price of refused and slow calls, too.";

/// The tables about calls and deployments; none where there are neither.
pub(super) fn tables(comparison: &Comparison) -> Vec<Table> {
    let strategies = with_traffic(comparison);
    let mut tables = Vec::new();
    if !strategies.is_empty() {
        tables.push(calls_table(&strategies));
    }
    // Without calls the bill is machines alone, until resources or an account add to it.
    let has_parts = |one: &StrategyResult| {
        let parts = &one.components;
        one.traffic.is_some() || parts.accounts.is_some() || parts.resources.is_some()
    };
    if comparison.strategies.iter().any(has_parts) {
        tables.push(bill_table(&comparison.strategies));
    }
    tables.extend(quota_table(&strategies));
    tables.extend(waits_table(&strategies));
    tables
}

/// What the tables' words mean; nothing where there are no tables.
pub(super) fn definitions(comparison: &Comparison) -> String {
    let strategies = with_traffic(comparison);
    if strategies.is_empty() {
        return String::new();
    }
    if strategies.iter().any(|(strategy, _)| strategy.cost_with_downtime.is_some()) {
        return format!("{DEFINITIONS}\n{DOWNTIME}\n");
    }
    format!("{DEFINITIONS}\n")
}

type WithTraffic<'a> = (&'a StrategyResult, &'a TrafficResult);

fn with_traffic(comparison: &Comparison) -> Vec<WithTraffic<'_>> {
    comparison.strategies.iter().filter_map(|one| Some((one, one.traffic.as_ref()?))).collect()
}

/// The shares of what became of the calls; queued and slow ones only where there are any.
fn calls_table(strategies: &[WithTraffic]) -> Table {
    let any = |count: fn(&CallsResult) -> f64| strategies.iter().any(|(_, one)| count(&one.calls) > 0.0);
    let (any_queued, any_slow) = (any(|calls| calls.queued), any(|calls| calls.slow));
    let mut header = vec!["traffic", "calls", "served", "overflowed", "refused"];
    header.extend(any_queued.then_some("queued"));
    header.extend(any_slow.then_some("slow"));
    header.extend(["per million tokens", "±"]);
    let mut table = new_table(&header, 1);
    for (strategy, traffic) in strategies {
        let calls = &traffic.calls;
        let all = calls.served.mean + calls.overflowed.mean + calls.refused_total.mean;
        let share = |count: f64| if all > 0.0 { percent(count / all, 2) } else { "–".to_owned() };
        let mut row = vec![strategy.name.clone(), grouped_mean(all)];
        row.extend([calls.served.mean, calls.overflowed.mean, calls.refused_total.mean].map(share));
        row.extend(any_queued.then(|| share(calls.queued)));
        row.extend(any_slow.then(|| share(calls.slow)));
        let ratio = traffic.cost_per_million_tokens.as_ref();
        row.push(ratio.map_or_else(|| "–".to_owned(), |ratio| fine(&ratio.mean)));
        row.push(ratio.and_then(half_width).unwrap_or_else(|| "–".to_owned()));
        table.add_row(row);
    }
    table
}

/// The parts of the mean bill; machines, web searches, resources and accounts only where there are any.
fn bill_table(strategies: &[StrategyResult]) -> Table {
    let any = |test: fn(&StrategyResult) -> bool| strategies.iter().any(test);
    let any_machines = any(|strategy| strategy.rents_machines);
    let any_traffic = any(|strategy| strategy.traffic.is_some());
    let any_search = any(|strategy| strategy.components.web_search.as_deref().is_some_and(is_something));
    let any_resource = any(|strategy| strategy.components.resources.is_some());
    let any_account = any(|strategy| strategy.components.accounts.is_some());
    let mut header = vec!["mean bill"];
    header.extend(any_machines.then_some("machines"));
    header.extend(["commitment", "overflow", "±", "tokens"].into_iter().filter(|_| any_traffic));
    header.extend(any_search.then_some("web search"));
    header.extend(any_resource.then_some("resources"));
    header.extend(any_account.then_some("account"));
    header.push("total");
    let mut table = new_table(&header, 1);
    for strategy in strategies {
        let parts = &strategy.components;
        let part = |amount: &Option<String>| amount.as_deref().map_or_else(none, short);
        let mut row = vec![strategy.name.clone()];
        if any_machines {
            let machines = [&parts.standard, &parts.spot, &parts.disk];
            let sum: Money = machines.into_iter().filter_map(|part| Money::parse(part).ok()).sum();
            row.push(format!("{sum:.2}"));
        }
        if any_traffic {
            let overflow = strategy.traffic.as_ref().and_then(|traffic| half_width(&traffic.overflow_cost));
            row.extend([part(&parts.commitment), part(&parts.overflow)]);
            row.extend([overflow.map_or_else(none, |half| rounded(&half, 2)), part(&parts.tokens)]);
        }
        row.extend(any_search.then(|| part(&parts.web_search)));
        row.extend(any_resource.then(|| part(&parts.resources)));
        row.extend(any_account.then(|| part(&parts.accounts)));
        row.push(short(&strategy.cost.mean));
        table.add_row(row);
    }
    table
}

fn none() -> String {
    "–".to_owned()
}

/// An amount that is not zero.
fn is_something(amount: &str) -> bool {
    Money::parse(amount).is_ok_and(|amount| amount != Money::ZERO)
}

/// One row per quota and dimension; none without quotas.
fn quota_table(strategies: &[WithTraffic]) -> Option<Table> {
    let mut table = new_table(&["quota", "deployment", "tokens", "mean", "p95", "p99", "above 100 %"], 3);
    let mut is_empty = true;
    for (strategy, traffic) in strategies {
        for deployment in &traffic.deployments {
            for quota in &deployment.utilisation {
                is_empty = false;
                let mut row =
                    vec![strategy.name.clone(), deployment.name.clone(), quota.dimension.to_owned()];
                row.extend([quota.mean, quota.p95, quota.p99].map(|share| percent(share, 1)));
                row.push(percent(quota.share_above, 2));
                table.add_row(row);
            }
        }
    }
    (!is_empty).then_some(table)
}

/// One row per deployment with slots; none without.
fn waits_table(strategies: &[WithTraffic]) -> Option<Table> {
    let mut table = new_table(&["waits", "deployment", "queued", "mean", "p95", "longest"], 2);
    let mut is_empty = true;
    for (strategy, traffic) in strategies {
        for deployment in &traffic.deployments {
            let Some(waits) = &deployment.waits else { continue };
            is_empty = false;
            let calls = &deployment.calls;
            let mut row = vec![strategy.name.clone(), deployment.name.clone()];
            row.push(percent(calls.queued / calls.served, 2));
            row.extend([waits.mean_s, waits.p95_s, waits.longest_s].map(|wait| format!("{wait:.3} s")));
            table.add_row(row);
        }
    }
    (!is_empty).then_some(table)
}

fn percent(share: f64, decimals: usize) -> String {
    format!("{:.decimals$} %", share * 100.0)
}

/// A mean number of calls: whole for many, with a decimal for few.
fn grouped_mean(mean: f64) -> String {
    if mean < 100.0 && mean.fract() > 0.0 {
        return format!("{mean:.1}");
    }
    super::words::grouped(mean.round() as u64)
}

/// Half the interval of a mean of money, to four decimals.
fn half_width(mean: &MeanMoneyResult) -> Option<String> {
    let [low, high] = mean.ci95.as_ref()?;
    let (low, high) = (Money::parse(low).ok()?, Money::parse(high).ok()?);
    Some(format!("{:.4}", (high - low).per(2)))
}
