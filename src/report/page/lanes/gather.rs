//! The lanes of a replication, from what was recorded.

use super::{Block, Lane, LaneKind, Limit, Look};
use crate::ledger::AccountEventKind;
use crate::report::Told;
use crate::report::bill::status_after;
use crate::report::pictures::{MachineStory, quotas, token_lanes};
use crate::report::plot::{HeldBlock, HeldKind, PriceLane, TokenLane};
use crate::scenario::model::ServiceId;
use crate::serving::TargetId;
use crate::sim::resources::table::ResourcePhase;
use crate::units::SimTime;
use crate::world::World;
use std::collections::BTreeMap;

/// Replicas of services that get lanes.
const REPLICAS_MOST: usize = 6;
/// Points of one lane; minutes are put together to keep to it.
const POINTS_MOST: i64 = 1_500;
/// Changes of a price or balance that are all kept.
const PATH_MOST: usize = 12_000;
const MS_PER_MINUTE: i64 = 60_000;

/// Every lane, and what is left out.
pub(super) fn lanes(told: &Told<'_>, world: &World) -> (Vec<Lane>, String) {
    let mut lanes = Vec::new();
    let left_out = machines(told, world, &mut lanes);
    deployments(told, &mut lanes);
    calls(told, &mut lanes);
    resources(told, &mut lanes);
    accounts(told, &mut lanes);
    (lanes, left_out)
}

/// Prices that replicas met, each market once, and what each replica had.
fn machines(told: &Told<'_>, world: &World, lanes: &mut Vec<Lane>) -> String {
    let scenario = told.scenario;
    if !scenario.rents_machines(told.strategy) {
        return String::new();
    }
    let replicas: Vec<(ServiceId, u32)> = scenario
        .services
        .iter()
        .enumerate()
        .flat_map(|(index, service)| (0..service.replicas).map(move |replica| (ServiceId(index), replica)))
        .collect();
    let is_only = replicas.len() == 1;
    let (mut prices, mut held, mut names) = (Vec::new(), Vec::new(), Vec::<String>::new());
    for (service, replica) in replicas.iter().take(REPLICAS_MOST) {
        let story = MachineStory::of(scenario, told.strategy, (world, told.recorder), (*service, *replica));
        for lane in story.lanes() {
            if !names.contains(&lane.name) {
                names.push(lane.name.clone());
                // What one of several replicas held is not the market's.
                let shade = if is_only { lane.held.clone() } else { Vec::new() };
                let (series, horizon) = (prices.len(), scenario.horizon.as_ms());
                prices.push(price(&lane, &scenario.currency, shade, (series, horizon)));
            }
        }
        let name = &scenario.services[service.0].name;
        let whose = if is_only { name.clone() } else { format!("{name}/{replica}") };
        held.push(Lane {
            name: format!("{whose}: held"),
            unit: String::new(),
            series: None,
            kind: LaneKind::Blocks {
                blocks: story.held_blocks().into_iter().map(|block| held_block(block, &names)).collect(),
                marks: story.reclaims().into_iter().map(|(at, _)| at).collect(),
            },
        });
    }
    lanes.extend(prices);
    lanes.extend(held);
    match replicas.len().saturating_sub(REPLICAS_MOST) {
        0 => String::new(),
        more => format!(
            "{} more have no lane; the list of events has all.",
            crate::report::words::count(more, "replica")
        ),
    }
}

fn price(lane: &PriceLane, currency: &str, shade: Vec<(i64, i64)>, (series, horizon): (usize, i64)) -> Lane {
    let whole = |value: Option<f64>, name| value.map(|value| Limit { name, points: vec![(0, Some(value))] });
    let mut points: Vec<(i64, Option<f64>)> =
        lane.points.iter().map(|(at, value)| (*at, Some(*value))).collect();
    points.retain(|(at, _)| *at < horizon);
    let (name, points) = thinned(format!("{}: price", lane.name), points);
    Lane {
        name,
        unit: format!("{currency}/h"),
        series: Some(series),
        kind: LaneKind::Steps {
            points,
            limits: [whole(lane.bid, "bid"), whole(lane.standard, "standard")]
                .into_iter()
                .flatten()
                .collect(),
            shade,
            decimals: 4,
        },
    }
}

/// Of a very long path every second, third, … value, so that the page stays one that can be sent; its name says so.
fn thinned(name: String, points: Vec<(i64, Option<f64>)>) -> (String, Vec<(i64, Option<f64>)>) {
    let every = points.len().div_ceil(PATH_MOST).max(1);
    let name = if every == 1 { name } else { format!("{name}, one value in {every}") };
    (name, points.into_iter().step_by(every).collect())
}

fn held_block(block: HeldBlock, names: &[String]) -> Block {
    let look = match block.kind {
        HeldKind::Running => Look::Running(names.iter().position(|name| *name == block.label).unwrap_or(0)),
        HeldKind::Starting => Look::Starting,
        HeldKind::Waiting => Look::Waiting,
        HeldKind::Stopped => Look::Off,
    };
    let label = match block.kind {
        HeldKind::Starting => format!("{}, starting", block.label),
        HeldKind::Running | HeldKind::Waiting | HeldKind::Stopped => block.label,
    };
    Block { from_ms: block.from_ms, to_ms: block.to_ms, label, look }
}

/// A state from each change to the next.
struct States {
    blocks: Vec<Block>,
    open: Option<(i64, String, Look)>,
}

impl States {
    fn new() -> Self {
        Self { blocks: Vec::new(), open: None }
    }

    fn change(&mut self, at: SimTime, label: &str, look: Look) {
        if self.open.as_ref().is_some_and(|(_, open, _)| open == label) {
            return;
        }
        self.close(at.as_ms());
        self.open = Some((at.as_ms(), label.to_owned(), look));
    }

    fn close(&mut self, to_ms: i64) {
        if let Some((from_ms, label, look)) = self.open.take()
            && from_ms < to_ms
        {
            self.blocks.push(Block { from_ms, to_ms, label, look });
        }
    }

    fn into_lane(mut self, name: String, horizon: i64) -> Lane {
        self.close(horizon);
        Lane {
            name,
            unit: String::new(),
            series: None,
            kind: LaneKind::Blocks { blocks: self.blocks, marks: Vec::new() },
        }
    }
}

fn deployments(told: &Told<'_>, lanes: &mut Vec<Lane>) {
    let mut all: BTreeMap<usize, States> = BTreeMap::new();
    for (index, (_, event)) in told.recorder.deployment_events.iter().enumerate() {
        let status = status_after(told, index);
        let look = if status.is_serving() { Look::Running(event.deployment.0) } else { Look::Off };
        all.entry(event.deployment.0).or_insert_with(States::new).change(event.at, status.name(), look);
    }
    for (index, states) in all {
        let name = format!("{}: status", told.strategy.deployments[index].name);
        lanes.push(states.into_lane(name, told.scenario.horizon.as_ms()));
    }
}

/// Tokens by the minute against each quota; without quotas all of them together.
fn calls(told: &Told<'_>, lanes: &mut Vec<Lane>) {
    if told.recorder.minutes.is_empty() {
        return;
    }
    let targets: Vec<Option<TargetId>> = quotas(told.strategy).map(Some).collect();
    let targets = if targets.is_empty() { vec![None] } else { targets };
    let horizon = told.scenario.horizon.as_ms();
    for target in targets {
        let whose = target.map_or("all calls", |target| told.strategy.deployments[target.0].name.as_str());
        let of_target = token_lanes(told.strategy, told.recorder, target);
        lanes.extend(of_target.iter().map(|lane| tokens(whose, lane, horizon)));
    }
}

fn tokens(whose: &str, lane: &TokenLane, horizon: i64) -> Lane {
    let stretch = (horizon / MS_PER_MINUTE / POINTS_MOST + 1) * MS_PER_MINUTE;
    let mut most: BTreeMap<i64, u64> = BTreeMap::new();
    for minute in &lane.minutes {
        let asked = minute.served + minute.overflowed + minute.refused;
        let slot = most.entry(minute.from_ms.div_euclid(stretch) * stretch).or_default();
        *slot = asked.max(*slot);
    }
    let mut points = Vec::new();
    for (at, asked) in &most {
        if points.last().is_none_or(|(last, _): &(i64, Option<f64>)| last + stretch < *at) {
            points.push((points.last().map_or(0, |(last, _)| last + stretch).max(0), Some(0.0)));
        }
        points.push((*at, Some(*asked as f64)));
    }
    if let Some((last, _)) = most.last_key_value().filter(|(last, _)| *last + stretch < horizon) {
        points.push((last + stretch, Some(0.0)));
    }
    points.dedup_by_key(|(at, _)| *at);
    let minutes = stretch / MS_PER_MINUTE;
    let of = if minutes == 1 { String::new() } else { format!(", the busiest minute of each {minutes}") };
    let quota: Vec<(i64, Option<f64>)> =
        lane.quota.iter().map(|(at, quota)| (*at, quota.map(|quota| quota as f64))).collect();
    Lane {
        name: format!("{whose}: {} asked for{of}", lane.name),
        unit: "TPM".to_owned(),
        series: None,
        kind: LaneKind::Steps {
            points,
            limits: if quota.is_empty() { Vec::new() } else { vec![Limit { name: "quota", points: quota }] },
            shade: Vec::new(),
            decimals: 0,
        },
    }
}

fn resources(told: &Told<'_>, lanes: &mut Vec<Lane>) {
    let mut all: BTreeMap<usize, States> = BTreeMap::new();
    for (_, _, event) in &told.recorder.resource_events {
        let tag = told.scenario.resources[event.resource.0].kind.tag();
        let is_active = event.to == ResourcePhase::Active;
        let look = if is_active { Look::Running(event.resource.0) } else { Look::Off };
        all.entry(event.resource.0).or_insert_with(States::new).change(event.at, event.to.name(tag), look);
    }
    for (index, states) in all {
        let name = format!("{}: status", told.scenario.resources[index].name);
        lanes.push(states.into_lane(name, told.scenario.horizon.as_ms()));
    }
}

/// What is available on each account, and how it stands.
fn accounts(told: &Told<'_>, lanes: &mut Vec<Lane>) {
    let journal = &told.recorder.journal;
    for (index, account) in told.scenario.accounts.iter().enumerate() {
        let mut points: Vec<(i64, Option<f64>)> = Vec::new();
        for entry in journal.entries.iter().filter(|entry| entry.account.0 == index) {
            let point = (entry.at.as_ms(), Some(entry.available.to_f64()));
            match points.last_mut() {
                Some(last) if last.0 == point.0 => *last = point,
                Some(_) | None => points.push(point),
            }
        }
        points.retain(|(at, _)| *at < told.scenario.horizon.as_ms());
        let (name, points) = thinned(format!("{}: available", account.name), points);
        lanes.push(Lane {
            name,
            unit: told.scenario.currency.clone(),
            series: None,
            kind: LaneKind::Steps {
                points,
                limits: vec![Limit { name: "zero", points: vec![(0, Some(0.0))] }],
                shade: Vec::new(),
                decimals: 2,
            },
        });
        lanes.push(standing(told, index));
    }
}

fn standing(told: &Told<'_>, account: usize) -> Lane {
    let mut states = States::new();
    states.change(SimTime::ZERO, "in order", Look::Running(0));
    let mut events: Vec<_> =
        told.recorder.journal.events.iter().filter(|event| event.account.0 == account).collect();
    events.sort_by_key(|event| event.at);
    for event in events {
        match event.kind {
            AccountEventKind::Overdue { .. } => states.change(event.at, "overdue", Look::Starting),
            AccountEventKind::Stopped { .. } => states.change(event.at, "stopped", Look::Waiting),
            AccountEventKind::RetentionBegins => states.change(event.at, "retention", Look::Waiting),
            AccountEventKind::Cleared => states.change(event.at, "cleared", Look::Alarm),
            AccountEventKind::Settled { .. } | AccountEventKind::Restored { .. } => {
                states.change(event.at, "in order", Look::Running(0));
            }
            _ => {}
        }
    }
    let name = format!("{}: standing", told.scenario.accounts[account].name);
    states.into_lane(name, told.scenario.horizon.as_ms())
}
