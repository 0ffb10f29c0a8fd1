//! What happened, line by line: services, deployments and calls in the order in which it was recorded.

use super::{Column, accounts};
use crate::report::bill::{Happening, Scene, Told, scenes, status_after};
use crate::report::calls::fate_sentence;
use crate::report::words::{self, charges, clock, grouped};
use crate::scenario::Scenario;
use crate::serving::CallRecord;
use crate::sim::EventRecord;
use crate::sim::deployment::record::DeploymentEventRecord;
use crate::sim::resources::record::ResourceEventRecord;
use std::fmt::Write as _;

/// More calls than these are counted only.
const CALLS_SHOWN: usize = 200;

pub(super) fn render(text: &mut String, told: &Told<'_>, column: Column, explain: bool) {
    let _ = writeln!(text, "\nWhat happened");
    let mut calls = 0;
    for scene in scenes(told) {
        match scene {
            Scene::Turned(turn, places) => accounts::render_turn(text, told, column, &turn, places, explain),
            Scene::Happened(Happening::Service(record)) => {
                render_service(text, told.scenario, column, record);
            }
            Scene::Happened(Happening::Deployment(index, record)) => {
                render_deployment(text, told, column, index, record);
            }
            Scene::Happened(Happening::Resource(record)) => {
                render_resource(text, told.scenario, column, record);
            }
            Scene::Happened(Happening::Call(call)) => {
                calls += 1;
                if calls <= CALLS_SHOWN {
                    render_call(text, told, column, call, explain);
                }
            }
        }
    }
    if calls > CALLS_SHOWN {
        let more = grouped((calls - CALLS_SHOWN) as u64);
        let _ = writeln!(text, "  … and {more} more calls that are told; `--calls FILE` writes every call");
    }
}

fn render_service(text: &mut String, scenario: &Scenario, column: Column, record: &EventRecord) {
    let _ = writeln!(
        text,
        "  {}  {}{:<9}  {}  [{}]",
        clock(scenario, record.at),
        column.replica(scenario, record.service, record.replica),
        record.to.name(),
        words::event_sentence(scenario, &record.kind),
        words::event_rules(&record.kind).join(" ")
    );
}

fn render_resource(text: &mut String, scenario: &Scenario, column: Column, record: &ResourceEventRecord) {
    let resource = &scenario.resources[record.resource.0];
    let tag = resource.kind.tag();
    let _ = writeln!(
        text,
        "  {}  {}{:<9}  {}  [{}]",
        clock(scenario, record.at),
        column.name(&resource.name),
        record.to.name(tag),
        words::resources::event_sentence(scenario, record),
        words::resources::event_rules(tag, &record.kind).join(" ")
    );
}

fn render_deployment(
    text: &mut String,
    told: &Told<'_>,
    column: Column,
    index: usize,
    record: &DeploymentEventRecord,
) {
    let deployment = &told.strategy.deployments[record.deployment.0];
    let (from, to) = (record.from.name(), status_after(told, index).name());
    let change = if from == to { from.to_owned() } else { format!("{from} → {to}") };
    let _ = writeln!(
        text,
        "  {}  {}{change}: {}  [{}]",
        clock(told.scenario, record.at),
        column.name(&deployment.name),
        words::deployments::event_sentence(told.scenario, deployment, record),
        words::deployments::event_rules(deployment, record).join(" ")
    );
}

fn render_call(text: &mut String, told: &Told<'_>, column: Column, record: &CallRecord, explain: bool) {
    let target = record.target.and_then(|target| told.strategy.serving.targets.get(target.0));
    let _ = writeln!(
        text,
        "  {}  {}{} in, {} out → {}  [{}]",
        clock(told.scenario, record.call.at),
        column.name(&charges::caller(told.scenario, record)),
        grouped(record.call.input_tokens.into()),
        grouped(record.call.output_tokens.into()),
        fate_sentence(told.scenario, told.strategy, record),
        charges::fate_rules(record.fate, target, record.call.input_tokens).join(" ")
    );
    if explain {
        for part in &record.charged {
            let _ = writeln!(
                text,
                "      {}: {} tokens × {} {} per million = {}",
                charges::billing_type(&part.tier, part.kind),
                grouped(part.tokens),
                part.price,
                told.scenario.currency,
                part.amount
            );
        }
    }
}
