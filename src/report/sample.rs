//! A scenario of calls and deployments without machines, made by hand, and what its replications may leave behind.

use crate::scenario::deployment::{
    Caller, Deployment, DeploymentKind, PaidBy, PtuDeployment, PtuRates, PtuSteps,
};
use crate::scenario::model::{Plan, Scenario};
use crate::serving::{
    CallCounts, OutputCheck, OverflowTo, OverflowUnit, PublicId, PublicModel, Quota, QuotaModel, RateLimits,
    ServingModel, ServingOutcome, TargetId, TargetKind, TargetModel, TargetOutcome, TokenCounts, TokenTariff,
    Utilisation, Window,
};
use crate::sim::{OnMarket, Outcome};
use crate::units::{Money, SimTime, UnitPrice};
use crate::world::DurationModel;

/// Two strategies, "tokens only" and "PTU", of one day from 10:00:30 on, with two tenants.
pub(super) fn scenario() -> Scenario {
    let text = br#"(
        start: "2026-06-10T10:00:30+08:00", horizon: "1d", currency: "CNY",
        markets: [(name: "A", standard: "2.00")],
        services: [(name: "chat")],
        strategies: [(name: "tokens only", types: [(type: "A")]), (name: "PTU", types: [(type: "A")])],
    )"#;
    let (scenario, report) = crate::scenario::load_bytes("calls.ron", text.to_vec(), &[]);
    let mut scenario = scenario.unwrap_or_else(|| panic!("{}", report.render(false)));
    scenario.services.clear();
    let caller = |name: &str, key: &str| Caller {
        name: name.to_owned(),
        api_key: key.to_owned(),
        ..Caller::default()
    };
    scenario.callers = vec![caller("chat", "k1"), caller("batch", "")];
    let kinds = [("qwen3-max", DeploymentKind::Public), ("ptu", DeploymentKind::Ptu(ptu()))];
    let targets = [TargetKind::Public(PublicId(0)), TargetKind::Quota(quota_model())];
    for (strategy, ((name, kind), target)) in
        scenario.strategies.iter_mut().zip(kinds.into_iter().zip(targets))
    {
        strategy.plan = Plan::without_machines();
        strategy.deployments = vec![deployment(name, kind)];
        strategy.serving = serving(name, target);
    }
    scenario
}

fn deployment(name: &str, kind: DeploymentKind) -> Deployment {
    Deployment {
        name: name.to_owned(),
        model: "qwen3-max-2025-09-23".to_owned(),
        create_at: Some(SimTime::ZERO),
        pending: crate::units::SimSpan::ZERO,
        deploy_time: DurationModel::Fixed(crate::units::SimSpan::ZERO),
        deploy_fails: false,
        denial: None,
        kind,
        account: crate::account::AccountId(0),
        workspace: String::new(),
    }
}

fn ptu() -> PtuDeployment {
    let rates = PtuRates {
        input: UnitPrice::from_nano(1_000),
        output: UnitPrice::from_nano(4_000),
        thinking_output: None,
    };
    PtuDeployment {
        quota: Quota { input_tpm: 1_000, output_tpm: 200, thinking_output_tpm: None },
        steps: PtuSteps { input_min: 100, input_step: 100, output_min: 100, output_step: 100 },
        hourly: rates,
        daily: rates,
        unit_tpm: None,
        paid_by: PaidBy::PayAsYouGo,
    }
}

fn quota_model() -> QuotaModel {
    QuotaModel {
        max_input_tokens: None,
        unit: OverflowUnit::Call,
        output_check: OutputCheck::Post,
        window: Window::CalendarMinute,
        overflow: OverflowTo::Public(PublicId(0)),
        over_long_to: Some(PublicId(0)),
        input_coefficients: Vec::new(),
        output_coefficients: Vec::new(),
        cache_factor_ppb: 1_000_000_000,
        shared_output_ppb: None,
    }
}

fn serving(name: &str, kind: TargetKind) -> ServingModel {
    let limits = RateLimits::default();
    let target = TargetModel { name: name.to_owned(), limits, max_context_tokens: None, latency: None, kind };
    let model = "qwen3-max-2025-09-23".to_owned();
    ServingModel {
        targets: vec![target],
        publics: vec![PublicModel { model, tariff: TokenTariff::default(), limits, latency: None }],
        routes: vec![vec![TargetId(0)]; 2],
        ..ServingModel::default()
    }
}

/// Decimal text as money.
pub(super) fn money(text: &str) -> Money {
    Money::parse(text).expect("decimal text")
}

/// Input and output.
fn tokens(input: u64, output: u64) -> TokenCounts {
    TokenCounts { input, output, ..TokenCounts::default() }
}

/// A replication of "tokens only": a hundred calls, 4.00 for their 120,000 tokens.
pub(super) fn by_tokens() -> Outcome {
    let calls = CallCounts { served: 100, served_tokens: tokens(100_000, 20_000), ..CallCounts::default() };
    let target = TargetOutcome { calls, tokens: money("4.00"), ..TargetOutcome::default() };
    outcome(Money::ZERO, target)
}

/// A replication of "PTU" at 3.00: of a hundred calls `overflowed` overflow for 0.05 each, and two are refused.
pub(super) fn by_quota(overflowed: u64) -> Outcome {
    let served = 98 - overflowed;
    let mut calls = CallCounts {
        served,
        overflowed,
        served_tokens: tokens(1_000 * served, 200 * served),
        overflowed_tokens: tokens(1_000 * overflowed, 200 * overflowed),
        refused_tokens: tokens(2_000, 400),
        ..CallCounts::default()
    };
    calls.refused[0] = 2;
    let share = overflowed as f64 / 100.0;
    let utilisation = |dimension, mean| Utilisation {
        dimension,
        minutes: 1_440,
        mean,
        p95: 0.9,
        p99: 1.0 + share,
        share_above: share,
    };
    let target = TargetOutcome {
        calls,
        overflow: Money::from_pico(money("0.05").as_pico() * i128::from(overflowed)),
        utilisation: vec![utilisation("input", 0.5), utilisation("output", 0.25)],
        ..TargetOutcome::default()
    };
    outcome(money("3.00"), target)
}

/// All calls come from the first tenant and meet one target.
fn outcome(commitment: Money, target: TargetOutcome) -> Outcome {
    let calls = target.calls;
    let serving = ServingOutcome {
        tenants: vec![calls, CallCounts::default()],
        calls,
        overflow: target.overflow,
        tokens: target.tokens,
        targets: vec![target],
        searches: Money::ZERO,
        call_price: Money::ZERO,
    };
    Outcome { commitment, serving, on_market: vec![OnMarket::default()], ..Outcome::default() }
}
