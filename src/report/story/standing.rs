//! How everything stands at the horizon.

use crate::report::bill::{CallSums, Deployment, Told, deployments, resources, traffic};
use crate::report::words::{count, grouped};
use crate::units::Money;
use std::fmt::Write as _;

pub(super) fn render(text: &mut String, told: &Told<'_>) {
    let _ = writeln!(text, "\nAt the horizon");
    // A service that follows the strategy's list is not there where the strategy has none.
    let is_left_alone = |index: usize| {
        let own = told.scenario.services.get(index).map(|service| service.plan.is_some());
        told.strategy.plan.entries.is_empty() && own == Some(false)
    };
    let all = deployments(told).into_iter().enumerate();
    for (_, deployment) in all.filter(|(index, _)| !is_left_alone(*index)) {
        let mut items: Vec<(&str, usize)> = Vec::new();
        for item in &deployment.still_billing {
            match items.iter_mut().find(|(known, _)| known == item) {
                Some((_, times)) => *times += 1,
                None => items.push((item, 1)),
            }
        }
        let counted = |(item, times): &(&str, usize)| match times {
            1 => (*item).to_owned(),
            _ => format!("{times} × {item}"),
        };
        let billing = match items.as_slice() {
            [] => "nothing bills any more".to_owned(),
            items => format!("still billing: {}", items.iter().map(counted).collect::<Vec<_>>().join(", ")),
        };
        let _ =
            writeln!(text, "  {}: {}{}; {billing}", deployment.name, deployment.status, size(&deployment));
    }
    for resource in resources(told) {
        let _ = writeln!(text, "  {}: {}", resource.name, resource.status);
    }
    for (account, outcome) in told.scenario.accounts.iter().zip(&told.outcome.accounts) {
        let overdue = if outcome.available < Money::ZERO { "overdue; " } else { "" };
        let _ = writeln!(
            text,
            "  account {}: {overdue}{} available, {} issued, {} issued after the horizon",
            account.name, outcome.available, outcome.issued, outcome.not_issued
        );
    }
    let has_others = !told.strategy.deployments.is_empty() || !told.strategy.resources.is_empty();
    if told.outcome.wanted_ms > 0 || !has_others {
        let availability = told.outcome.availability() * 100.0;
        let _ = writeln!(
            text,
            "  available {availability:.3} % of the time, {}, {} started{}",
            count(told.outcome.reclaims as usize, "reclaim"),
            count(told.outcome.launches as usize, "instance"),
            failures(told)
        );
    }
    if let Some(traffic) = traffic(told) {
        render_calls(text, "all calls", &traffic.all);
        for (name, sums) in &traffic.deployments {
            render_calls(text, name, sums);
        }
    }
}

/// How often containers failed, where they can.
fn failures(told: &Told<'_>) -> String {
    if !told.scenario.can_crash() {
        return String::new();
    }
    let crashes = told.outcome.crashes as usize;
    format!(", {crashes} crash{}, {} given up", if crashes == 1 { "" } else { "es" }, told.outcome.given_up)
}

/// Quota, or spec × replicas.
fn size(deployment: &Deployment) -> String {
    deployment.size.as_ref().map_or_else(String::new, |size| format!(", {size}"))
}

/// Calls and tokens by fate.
fn render_calls(text: &mut String, name: &str, sums: &CallSums) {
    let refused: u64 = sums.refused.values().sum();
    let _ = writeln!(
        text,
        "  {name}: {} served ({} after waiting, {} in part), {} overflowed, {} refused",
        grouped(sums.served),
        grouped(sums.queued),
        grouped(sums.split),
        grouped(sums.overflowed),
        grouped(refused)
    );
    let tokens = [
        ("served", sums.served_tokens),
        ("overflowed", sums.overflowed_tokens),
        ("refused", sums.refused_tokens),
    ];
    for (fate, tokens) in tokens.into_iter().filter(|(_, tokens)| tokens.input + tokens.output > 0) {
        let _ = writeln!(
            text,
            "      tokens {fate}: {} input ({} cached), {} output ({} thinking)",
            grouped(tokens.input),
            grouped(tokens.cached),
            grouped(tokens.output),
            grouped(tokens.thinking)
        );
    }
}
