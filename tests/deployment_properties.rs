//! What must hold of deployments and their calls whatever the numbers are.

#[path = "random/dice.rs"]
mod dice;
#[path = "random/deployments.rs"]
mod random;

use deploysim::montecarlo::study::{StudySize, run_strategies, study};
use deploysim::report::{Bill, Told};
use deploysim::scenario::Scenario;
use deploysim::scenario::deployment::{DeploymentAction, DeploymentKind};
use deploysim::serving::{CallCounts, CallRecord, TokenCounts};
use deploysim::sim::deployment::record::{DeploymentEventKind, DeploymentEventRecord};
use deploysim::sim::{Outcome, Recorder, Silent, simulate};
use deploysim::units::Money;

const SCENARIOS: u64 = 40;

/// A recorded run of one strategy, with every call.
fn recorded(scenario: &Scenario, strategy: usize, seed: u64) -> (Outcome, Recorder) {
    let world = scenario.world.draw(seed, 1);
    let mut recorder = Recorder { every_call: Some(Vec::new()), ..Recorder::default() };
    let outcome = simulate(scenario, &scenario.strategies[strategy], &world, &mut recorder);
    (outcome, recorder)
}

#[test]
fn telling_changes_nothing_and_the_total_is_the_sum_of_the_lines() {
    for seed in 0..SCENARIOS {
        let scenario = random::read(&random::scenario(seed));
        let world = scenario.world.draw(seed, 1);
        for (index, strategy) in scenario.strategies.iter().enumerate() {
            let (outcome, recorder) = recorded(&scenario, index, seed);
            let silent = simulate(&scenario, strategy, &world, &mut Silent);
            assert_eq!(outcome, silent, "random_{seed}, {}", strategy.name);
            let (outcome, recorder, scenario) = (&outcome, &recorder, &scenario);
            let bill = Bill::new(&Told { scenario, strategy, seed, replication: 1, outcome, recorder });
            let money = |text: &str| Money::parse(text).unwrap_or_else(|_| panic!("{text} is money"));
            let signed = |text: &str| text.strip_prefix('-').map_or_else(|| money(text), |text| -money(text));
            let lines: Money = bill.lines.iter().map(|line| signed(line.amount())).sum();
            assert_eq!(lines, outcome.cost(), "random_{seed}, {}", strategy.name);
            assert_eq!(signed(&bill.total), outcome.cost(), "random_{seed}, {}", strategy.name);
        }
    }
}

fn plus(a: TokenCounts, b: TokenCounts) -> (u64, u64) {
    (a.input + b.input, a.output + b.output)
}

/// Calls, input tokens and output tokens of all fates.
fn all_of(counts: &CallCounts) -> (u64, u64, u64) {
    let calls = counts.served + counts.overflowed + counts.refused.iter().sum::<u64>();
    let taken = plus(counts.served_tokens, counts.overflowed_tokens);
    (calls, taken.0 + counts.refused_tokens.input, taken.1 + counts.refused_tokens.output)
}

#[test]
fn every_call_that_arrives_is_served_overflows_or_is_refused() {
    for seed in 0..SCENARIOS {
        let scenario = random::read(&random::scenario(seed));
        let world = scenario.world.draw(seed, 1);
        let mut arrived = vec![(0, 0, 0); scenario.callers.len()];
        let mut calls = Vec::new();
        for minute in 0..(scenario.horizon.as_ms() + 59_999) / 60_000 {
            world.traffic.minute(&scenario.world.traffic, minute, &mut calls);
            for call in calls.iter().filter(|call| call.at.as_ms() < scenario.horizon.as_ms()) {
                let sums: &mut (u64, u64, u64) = &mut arrived[usize::from(call.tenant)];
                sums.0 += 1;
                sums.1 += u64::from(call.input_tokens);
                sums.2 += u64::from(call.output_tokens);
            }
        }
        for outcome in run_strategies(&scenario, &world) {
            let met: Vec<_> = outcome.serving.tenants.iter().map(all_of).collect();
            assert_eq!(met, arrived, "random_{seed}");
            let whole = arrived.iter().fold((0, 0, 0), |a, b| (a.0 + b.0, a.1 + b.1, a.2 + b.2));
            assert_eq!(all_of(&outcome.serving.calls), whole, "random_{seed}");
        }
    }
}

#[test]
fn results_do_not_depend_on_threads() {
    for seed in 0..12 {
        let scenario = random::read(&random::scenario(seed));
        let on = |threads| study(&scenario, StudySize { seed, replications: 6, threads }, &mut ()).unwrap();
        assert_eq!(on(1), on(2), "random_{seed}");
    }
}

/// What took effect: not what was refused, nor changes to the present size.
fn effects(recorder: &Recorder) -> Vec<DeploymentEventRecord> {
    let is_effect = |kind: &DeploymentEventKind| !matches!(kind, DeploymentEventKind::ActionRefused(..));
    recorder
        .deployment_events
        .iter()
        .map(|(_, event)| event.clone())
        .filter(|event| is_effect(&event.kind))
        .collect()
}

/// What a run leaves behind, but for refused actions.
fn traces(recorder: &Recorder) -> (String, &[CallRecord]) {
    let told = (effects(recorder), &recorder.deployment_usages, &recorder.payments);
    (format!("{told:?}"), recorder.every_call.as_deref().unwrap_or_default())
}

#[test]
fn actions_that_are_refused_change_nothing() {
    for seed in 0..SCENARIOS {
        let scenario = random::read(&random::scenario(seed));
        let mut dice = dice::Dice::new(seed + 1_000_000);
        for index in 0..scenario.strategies.len() {
            let plain = recorded(&scenario, index, seed);
            let mut more = scenario.clone();
            let strategy = &mut more.strategies[index];
            for (id, deployment) in strategy.deployments.iter().enumerate() {
                let id = deploysim::scenario::deployment::DeploymentId(id);
                // What no status of a method allows: refused at every instant.
                let refused = match &deployment.kind {
                    DeploymentKind::Tokens(_) => vec![
                        DeploymentAction::Renew { periods: 1 },
                        DeploymentAction::AutoRenew(None),
                        DeploymentAction::Unsubscribe,
                    ],
                    DeploymentKind::Ptu(_) => vec![DeploymentAction::Deactivate],
                    DeploymentKind::Units(_) | DeploymentKind::Public | DeploymentKind::Service(_) => vec![],
                };
                for action in refused {
                    let at =
                        deploysim::units::SimTime::from_ms(dice.below(more.horizon.as_ms() as u64) as i64);
                    strategy.deployment_actions.push((at, id, action));
                }
            }
            strategy.deployment_actions.sort_by_key(|(at, ..)| *at);
            let with_more = recorded(&more, index, seed);
            assert_eq!(traces(&plain.1), traces(&with_more.1), "random_{seed}");
            assert_eq!(plain.0.cost(), with_more.0.cost(), "random_{seed}");
            assert_eq!(plain.0.serving, with_more.0.serving, "random_{seed}");
        }
    }
}

#[test]
fn whoever_is_not_called_moves_nobody() {
    for seed in 0..SCENARIOS {
        let text = random::scenario(seed);
        // A tenant that calls nobody here, a strategy beside, and a deployment that nobody is sent to and none follows.
        let tenant = "    traffic: [\n        (tenant: \"t9\", to: [\"elsewhere\"], arrivals: Stochastic(per_minute: 0.01), input: \
                      Fixed(10), output: Fixed(10)),\n";
        let strategy = "    strategies: [\n        (name: \"beside\", deployments: [Ptu(name: \"elsewhere\", model: \"pm\", input_tpm: \
                        100, output_tpm: 10, steps: (input: 100, output: 10), prices: (hourly_input: \"7.68\", hourly_output: \
                        \"3.08\"), deploy_time: Exponential(mean: \"9m\"))]),\n";
        let more = text.replacen("    traffic: [\n", tenant, 1).replacen("    strategies: [\n", strategy, 1);
        let more = if text.contains("services: [") {
            more.replacen("\"beside\", ", "\"beside\", types: [(type: \"M\")], ", 1)
        } else {
            more
        };
        let (plain, more) = (random::read(&text), random::read(&more));
        for index in 0..plain.strategies.len() {
            let (outcome, recorder) = recorded(&plain, index, seed);
            let (_, beside) = recorded(&more, index + 1, seed);
            let (events, calls) = traces(&recorder);
            let (events_beside, mut calls_beside) = (traces(&beside).0, traces(&beside).1.to_vec());
            assert_eq!(events, events_beside, "random_{seed}");
            calls_beside.retain(|record| record.call.tenant > 0);
            for record in &mut calls_beside {
                record.call.tenant -= 1;
            }
            assert_eq!(calls, calls_beside, "random_{seed}");
            let amounts =
                |recorder: &Recorder| -> Money { recorder.tokens.values().map(|line| line.amount).sum() };
            assert_eq!(
                amounts(&recorder),
                outcome.serving.overflow + outcome.serving.tokens,
                "random_{seed}"
            );
            assert_eq!(amounts(&recorder), amounts(&beside), "random_{seed}");
        }
    }
}
