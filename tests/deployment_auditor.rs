//! A slow second opinion on whole runs with deployments and calls: from nothing but the list of events, the prices and
//! the settings, every payment, every charge by time and the fate of every call are worked out again.

#[path = "random/dice.rs"]
mod dice;
#[path = "random/deployments.rs"]
mod random;
#[expect(dead_code, reason = "only the steps at the desk are needed here")]
mod random_serving;
#[expect(dead_code, reason = "utilisation and waits are compared elsewhere")]
mod slow_desk;
mod slow_terms;

use deploysim::scenario::Scenario;
use deploysim::scenario::deployment::{DeploymentId, DeploymentKind, ReplicaSlots};
use deploysim::scenario::model::{ActionKind, Strategy};
use deploysim::serving::{CloseReason, Quota, SlotClass, TargetId};
use deploysim::sim::deployment::record::{DeploymentEventKind, DeploymentEventRecord};
use deploysim::sim::deployment::status::DeploymentStatus;
use deploysim::sim::{EventKind, EventRecord, Outcome, Recorder, simulate};
use deploysim::units::{Money, SimTime};
use random_serving::Step;
use slow_desk::SlowDesk;
use slow_terms::{Ledger, TimeCharge};
use std::collections::{BTreeMap, BTreeSet};

const SCENARIOS: u64 = 300;

/// A run with everything that was told of it.
struct Run<'run> {
    scenario: &'run Scenario,
    strategy: &'run Strategy,
    outcome: Outcome,
    recorder: Recorder,
    told: String,
}

#[test]
fn the_auditor_agrees_on_every_amount_and_every_call() {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for seed in 0..SCENARIOS {
        let scenario = random::read(&random::scenario(seed));
        let world = scenario.world.draw(seed, 0);
        for strategy in &scenario.strategies {
            let mut recorder = Recorder { every_call: Some(Vec::new()), ..Recorder::default() };
            let outcome = simulate(&scenario, strategy, &world, &mut recorder);
            let told = format!("random_{seed}, {}", strategy.name);
            let run = Run { scenario: &scenario, strategy, outcome, recorder, told };
            run.agrees_on_money();
            run.agrees_on_calls();
            for (_, event) in &run.recorder.deployment_events {
                let kind = format!("{:?}", event.kind);
                let kind = kind.split([' ', '(']).next().unwrap_or_default().to_owned();
                *seen.entry(kind).or_default() += 1;
            }
        }
    }
    println!("{seen:?}");
    let kinds = [
        "Deploying",
        "Running",
        "DeploymentFailed",
        "NoCompute",
        "Paid",
        "Refunded",
        "ActionRefused",
        "Resized",
        "ResizeFailed",
        "Approved",
        "ScaledByLoad",
        "ScaledBySchedule",
        "UpdateStep",
        "PackStarted",
        "PackEnded",
        "Expired",
        "ServiceSuspended",
        "Released",
        "Renewed",
        "IdleReleased",
        "TakingOffline",
        "Offline",
        "Deleting",
        "Gone",
        "Denied",
    ];
    for kind in kinds {
        assert!(
            seen.get(kind).is_some_and(|count| *count > 1),
            "the scenarios are not lively enough: {kind}"
        );
    }
}

impl Run<'_> {
    /// Payments, charges by time, hourly bills, the sum of all.
    fn agrees_on_money(&self) {
        let mut all = 0;
        for (index, deployment) in self.strategy.deployments.iter().enumerate() {
            let id = DeploymentId(index);
            let mut ledger = Ledger::new(self.scenario, deployment, &self.told);
            let events = self.recorder.deployment_events.iter().map(|(_, event)| event);
            events.filter(|event| event.deployment == id).for_each(|event| ledger.follow(event));
            ledger.finish();
            let found = self.recorder.payments.iter().filter(|payment| payment.deployment == id);
            let found: Vec<_> = found.map(|one| (one.at.as_ms(), one.amount.as_pico(), one.reason)).collect();
            assert_eq!(found, ledger.payments, "{}, {}", self.told, deployment.name);
            let mut found = self.time_charges(id);
            found.sort_unstable();
            ledger.charges.sort_unstable();
            assert_eq!(found, ledger.charges, "{}, {}", self.told, deployment.name);
            all += ledger.payments.iter().map(|(_, amount, _)| amount).sum::<i128>();
            all += ledger.charges.iter().map(|(.., amount)| amount).sum::<i128>();
        }
        assert_eq!(self.outcome.commitment, Money::from_pico(all), "{}", self.told);
    }

    /// What was charged by time; its bills by hour are in their hours and sum to its lines.
    fn time_charges(&self, id: DeploymentId) -> Vec<TimeCharge> {
        let usages = self.recorder.deployment_usages.iter().filter(|usage| usage.deployment == id);
        let charge = |usage: &deploysim::sim::deployment::record::DeploymentUsageRecord| {
            let lines: Money = usage.lines.iter().map(|line| line.amount).sum();
            let hours: Money = usage.hours.iter().map(|hour| hour.amount).sum();
            assert_eq!(lines, hours, "{}", self.told);
            for pair in usage.hours.windows(2) {
                let since = self.scenario.calendar.time_of_day(pair[1].from).as_ms();
                assert_eq!(since % 3_600_000, 0, "{}", self.told);
                assert!(pair[1].from.since(pair[0].from).as_ms() <= 3_600_000, "{}", self.told);
            }
            (usage.item, usage.from.as_ms(), usage.to.as_ms(), lines.as_pico())
        };
        usages.map(charge).collect()
    }

    /// Every call again, with what opened, closed and changed taken from the events.
    fn agrees_on_calls(&self) {
        let mut desk = SlowDesk::new(&self.strategy.serving);
        let mut changes = Changes::new(self);
        let calls = self.recorder.every_call.as_deref().unwrap_or_default();
        for record in calls {
            for step in changes.before(record.call.at) {
                desk.step(&step);
            }
            let expected = desk.step(&Step::Call(record.call)).expect("a call has a fate");
            let told = &self.told;
            assert_eq!(
                (record.target, record.fate, record.waited.as_ms(), record.served_in.as_ms()),
                (expected.target, expected.fate, expected.waited_ms, expected.served_ms),
                "{told}: {record:?}"
            );
            let charged: Vec<_> =
                record.charged.iter().map(|line| (line.kind, line.tokens, line.price)).collect();
            assert_eq!(charged, expected.charged, "{told}: {record:?}");
            changes.check(record);
        }
        assert_eq!(self.outcome.serving.call_price, desk.worth(), "{}", self.told);
    }
}

/// What the events say of who serves.
struct Changes<'run> {
    run: &'run Run<'run>,
    /// Events of deployments and of services still to come.
    events: &'run [(usize, DeploymentEventRecord)],
    services: &'run [EventRecord],
    serving: BTreeSet<usize>,
    quotas: BTreeMap<usize, Quota>,
    replicas: BTreeMap<usize, u32>,
    instances: u32,
    begun: bool,
}

impl<'run> Changes<'run> {
    fn new(run: &'run Run<'run>) -> Self {
        let (events, services) = (&run.recorder.deployment_events[..], &run.recorder.events[..]);
        let (serving, quotas, replicas) = (BTreeSet::new(), BTreeMap::new(), BTreeMap::new());
        Self { run, events, services, serving, quotas, replicas, instances: 0, begun: false }
    }

    /// No call is served by what does not serve.
    fn check(&self, record: &deploysim::serving::CallRecord) {
        let (Some(target), false) =
            (record.target, matches!(record.fate, deploysim::serving::Fate::Refused(_)))
        else {
            return;
        };
        let deploys = match self.run.strategy.deployments[target.0].kind {
            DeploymentKind::Ptu(_) | DeploymentKind::Units(_) | DeploymentKind::Tokens(_) => true,
            DeploymentKind::Public | DeploymentKind::Service(_) => false,
        };
        assert!(!deploys || self.serving.contains(&target.0), "{}: {record:?}", self.run.told);
    }

    /// Everything up to an instant, itself included: calls come after its events.
    fn before(&mut self, at: SimTime) -> Vec<Step> {
        let mut steps = vec![];
        if !std::mem::replace(&mut self.begun, true) {
            for (index, deployment) in self.run.strategy.deployments.iter().enumerate() {
                if matches!(deployment.kind, DeploymentKind::Public | DeploymentKind::Service(_)) {
                    steps.push(Step::Open(TargetId(index), SimTime::ZERO));
                }
            }
        }
        while let Some((event, rest)) = self.services.split_first().filter(|(event, _)| event.at <= at) {
            self.services = rest;
            self.service(event, &mut steps);
        }
        while let Some(((_, event), rest)) =
            self.events.split_first().filter(|((_, event), _)| event.at <= at)
        {
            self.events = rest;
            self.deployment(event, &mut steps);
        }
        steps
    }

    fn service(&mut self, event: &EventRecord, steps: &mut Vec<Step>) {
        let before = self.instances;
        match &event.kind {
            EventKind::Running { .. } => self.instances += 1,
            EventKind::Acted(ActionKind::Stop) => self.instances = 0,
            _ => return,
        }
        let ReplicaSlots { count, class } = self.run.scenario.markets[0].slots.expect("it serves");
        for (index, deployment) in self.run.strategy.deployments.iter().enumerate() {
            if matches!(deployment.kind, DeploymentKind::Service(_)) {
                let target = TargetId(index);
                steps.push(match self.instances.checked_sub(before) {
                    Some(more) => Step::Add(target, class, count * more, event.at),
                    None => Step::Remove(target, class, count * before, event.at),
                });
            }
        }
    }

    fn slots_of(&self, index: usize) -> Option<(SlotClass, u32)> {
        match &self.run.strategy.deployments[index].kind {
            DeploymentKind::Units(units) => units.slots.map(|slots| (slots.class, slots.count)),
            DeploymentKind::Ptu(_)
            | DeploymentKind::Tokens(_)
            | DeploymentKind::Public
            | DeploymentKind::Service(_) => None,
        }
    }

    fn deployment(&mut self, event: &DeploymentEventRecord, steps: &mut Vec<Step>) {
        let (index, at, view) = (event.deployment.0, event.at, event.view);
        let target = TargetId(index);
        let serves = view.status.is_serving();
        let (had, has) = if self.serving.contains(&index) {
            (self.replicas[&index], if serves { view.replicas } else { 0 })
        } else {
            (0, if serves { view.replicas } else { 0 })
        };
        if let Some((class, count)) = self.slots_of(index) {
            if has > had {
                steps.push(Step::Add(target, class, count * (has - had), at));
            } else if has < had {
                steps.push(Step::Remove(target, class, count * (had - has), at));
            }
        }
        if has != had
            && serves
            && matches!(self.run.strategy.deployments[index].kind, DeploymentKind::Tokens(_))
        {
            steps.push(Step::Replicas(target, has));
        }
        self.replicas.insert(index, view.replicas);
        // Outside, a quota is told when a pack ends.
        let is_told = serves || event.kind == DeploymentEventKind::PackEnded;
        let is_ptu = matches!(self.run.strategy.deployments[index].kind, DeploymentKind::Ptu(_));
        if is_ptu && is_told && self.quotas.insert(index, view.quota) != Some(view.quota) {
            steps.push(Step::Quota(target, view.quota, at));
        }
        if serves && self.serving.insert(index) {
            steps.push(Step::Open(target, at));
        } else if !serves && self.serving.remove(&index) {
            let why = match view.status {
                DeploymentStatus::ServiceSuspended => CloseReason::Suspended,
                _ => CloseReason::NotRunning,
            };
            steps.push(Step::Close(target, why, at));
        }
    }
}
