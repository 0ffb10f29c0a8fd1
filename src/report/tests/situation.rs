//! A service on a machine, and deployments beside it.

use crate::report::Told;
use crate::report::bill::Bill;
use crate::report::story;
use crate::scenario::deployment::{
    Caller, Deployment, DeploymentAction, DeploymentId, DeploymentKind, PaidBy, PtuDeployment, PtuRates,
    PtuSteps, UnitsDeployment,
};
use crate::scenario::{Scenario, load_bytes};
use crate::serving::{
    CallRecord, Charged, Fate, OutputCheck, OverflowTo, OverflowUnit, PublicId, PublicModel, Quota,
    QuotaModel, RateLimits, TargetId, TargetKind, TargetModel, TokenTariff, Window,
};
use crate::sim::{Outcome, Recorder, ToldCall, Trace, simulate};
use crate::units::{Money, SimSpan, SimTime, TokenPrice, UnitPrice};
use crate::world::DurationModel;
use crate::world::traffic::{Call, CallFlags};

/// A run with everything that is told of it.
pub(super) struct Run {
    pub(super) scenario: Scenario,
    pub(super) outcome: Outcome,
    pub(super) recorder: Recorder,
}

/// A scenario with one service on a machine that costs 2.00 an hour, until it is stopped after half an hour.
pub(super) fn scenario(start: &str, horizon: &str) -> Scenario {
    let text = format!(
        r#"(
            name: "situation", start: "{start}", horizon: "{horizon}", currency: "CNY",
            markets: [(name: "A", standard: "2.00")],
            services: [(name: "own")],
            strategies: [(name: "told", types: [(type: "A")])],
            actions: [(at: "30m", do: Stop)],
        )"#
    );
    let (scenario, report) = load_bytes("situation.ron", text.into_bytes(), &[]);
    let mut scenario = scenario.unwrap_or_else(|| panic!("{}", report.render(false)));
    scenario.callers = vec![caller("chat", "k1", "llm-1", "app"), caller("playground", "", "llm-1", "bmp")];
    scenario
}

fn caller(name: &str, api_key: &str, workspace: &str, channel: &str) -> Caller {
    let owned = str::to_owned;
    Caller {
        name: owned(name),
        api_key: owned(api_key),
        workspace: owned(workspace),
        channel: owned(channel),
        is_told: true,
        ..Caller::default()
    }
}

/// 100,000 input and 20,000 output TPM of qwen3-max-2025-09-23 at its list prices.
pub(super) fn ptu(paid_by: PaidBy) -> Deployment {
    let price = |text: &str| UnitPrice::parse(text).expect("a price");
    let rates =
        |input, output| PtuRates { input: price(input), output: price(output), thinking_output: None };
    let kind = DeploymentKind::Ptu(PtuDeployment {
        quota: quota(100_000, 20_000),
        steps: PtuSteps { input_min: 10_000, input_step: 10_000, output_min: 1_000, output_step: 1_000 },
        hourly: rates("0.000768", "0.00308"),
        daily: rates("0.009216", "0.03696"),
        unit_tpm: None,
        paid_by,
    });
    deployment("ptu", "qwen3-max-2025-09-23", kind)
}

/// Two replicas of qwen3-32b.
pub(super) fn units(paid_by: PaidBy) -> Deployment {
    let kind = DeploymentKind::Units(UnitsDeployment {
        spec: "MU1 x 4".to_owned(),
        is_pd_separated: false,
        replicas: 2,
        hourly: UnitPrice::parse("216").expect("a price"),
        monthly: Money::parse("104472").expect("an amount"),
        paid_by,
        pool: None,
        slots: None,
        autoscale: None,
    });
    deployment("mu", "qwen3-32b", kind)
}

fn deployment(name: &str, model: &str, kind: DeploymentKind) -> Deployment {
    Deployment {
        name: name.to_owned(),
        model: model.to_owned(),
        create_at: Some(SimTime::ZERO),
        pending: SimSpan::ZERO,
        deploy_time: DurationModel::Fixed(SimSpan::ZERO),
        deploy_fails: false,
        denial: None,
        kind,
        account: crate::account::AccountId(0),
        workspace: String::new(),
    }
}

pub(super) fn quota(input_tpm: u64, output_tpm: u64) -> Quota {
    Quota { input_tpm, output_tpm, thinking_output_tpm: None }
}

pub(super) fn after(span: &str) -> SimTime {
    SimTime::ZERO + span.parse::<SimSpan>().expect("a duration")
}

/// Runs the scenario with deployments and what the tenant does with the first of them.
pub(super) fn run(
    mut scenario: Scenario,
    deployments: Vec<Deployment>,
    actions: &[(&str, DeploymentAction)],
) -> Run {
    let strategy = &mut scenario.strategies[0];
    let action = |(at, action): &(&str, DeploymentAction)| (after(at), DeploymentId(0), action.clone());
    strategy.deployment_actions = actions.iter().map(action).collect();
    strategy.serving.targets = deployments.iter().map(target).collect();
    strategy.serving.routes = vec![vec![TargetId(0)]; 2];
    strategy.serving.publics = vec![public()];
    strategy.deployments = deployments;
    let world = scenario.world.draw(1, 0);
    let mut recorder = Recorder::default();
    let outcome = simulate(&scenario, &scenario.strategies[0], &world, &mut recorder);
    Run { scenario, outcome, recorder }
}

/// Where overflow goes.
fn public() -> PublicModel {
    PublicModel {
        model: "qwen3-max-2025-09-23".to_owned(),
        tariff: TokenTariff::default(),
        limits: RateLimits::default(),
        latency: None,
    }
}

fn target(deployment: &Deployment) -> TargetModel {
    let kind = TargetKind::Quota(QuotaModel {
        max_input_tokens: Some(128_000),
        unit: OverflowUnit::Call,
        output_check: OutputCheck::Post,
        window: Window::CalendarMinute,
        overflow: OverflowTo::Public(PublicId(0)),
        over_long_to: None,
        input_coefficients: Vec::new(),
        output_coefficients: Vec::new(),
        cache_factor_ppb: 1_000_000_000,
        shared_output_ppb: None,
    });
    let limits = RateLimits::default();
    TargetModel { name: deployment.name.clone(), limits, max_context_tokens: None, latency: None, kind }
}

impl Run {
    pub(super) fn told(&self) -> Told<'_> {
        Told {
            scenario: &self.scenario,
            strategy: &self.scenario.strategies[0],
            seed: 1,
            replication: 0,
            outcome: &self.outcome,
            recorder: &self.recorder,
        }
    }

    pub(super) fn bill(&self) -> Bill {
        Bill::new(&self.told())
    }

    pub(super) fn story(&self) -> String {
        story::render(&self.told(), true)
    }

    /// The bill as JSON, for the lines of one kind.
    pub(super) fn lines(&self, kind: &str) -> Vec<serde_json::Value> {
        let bill = serde_json::to_value(self.bill()).expect("a bill is JSON");
        let lines = bill["lines"].as_array().expect("a list").clone();
        lines.into_iter().filter(|line| line["kind"] == kind).collect()
    }

    /// One more call that is told, after everything that happened so far.
    pub(super) fn call(&mut self, record: CallRecord) {
        self.outcome.serving.overflow += record.charged.iter().map(|part| part.amount).sum();
        let at = record.call.at;
        let (day, minute) = (self.scenario.calendar.day_start(at), at);
        self.recorder.call(|| ToldCall { record, is_told: true, day, minute });
    }
}

/// A call of the first tenant to the first deployment.
pub(super) fn call(at: &str, input_tokens: u32, output_tokens: u32, fate: Fate) -> CallRecord {
    let (cached_tokens, estimated_output_tokens, tenant, flags) = (0, 0, 0, CallFlags::NONE);
    let at = after(at);
    let call =
        Call { at, input_tokens, output_tokens, cached_tokens, estimated_output_tokens, tenant, flags };
    let (waited, served_in, charged) = (SimSpan::ZERO, SimSpan::ZERO, Vec::new());
    CallRecord { call, target: Some(TargetId(0)), fate, waited, served_in, charged, searched: false }
}

/// Tokens at a price per million, in the second tier.
pub(super) fn charged(kind: &'static str, tokens: u64, per_million: &str) -> Charged {
    let price = TokenPrice::per_million(per_million).expect("a price");
    let (tier, model) = ("128k-256k".to_owned(), "qwen3-max-2025-09-23".to_owned());
    Charged { kind, tier, model, tokens, free: 0, package: 0, price, amount: price.of(tokens) }
}
