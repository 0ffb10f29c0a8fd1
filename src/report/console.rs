//! The list of deployments at an instant, as the console shows it (D4, D5, D15), and the services on machines beside it.
//!
//! It is put together from what was recorded: events at the instant itself have happened.

use super::bill::{Told, status_after};
use super::services::ServiceStanding;
use super::table::new_table;
use super::words::{clock, deployments as names, grouped};
use crate::scenario::deployment::{Deployment, DeploymentId, DeploymentKind};
use crate::scenario::model::ServiceId;
use crate::serving::RateLimits;
use crate::sim::deployment::record::DeploymentView;
use crate::sim::deployment::status::{
    ConsoleAction, DeploymentStatus, MethodKind, Trigger, allowed_actions, next,
};
use crate::units::SimTime;
use serde::Serialize;
use std::fmt::Write as _;

/// The list at an instant.
#[derive(Clone, Debug, Serialize)]
pub struct Console {
    /// Name of the scenario.
    pub scenario: String,
    /// Name of the strategy.
    pub strategy: String,
    /// Root of all luck.
    pub seed: u64,
    /// Index of the replication.
    pub replication: u64,
    /// The instant.
    pub at: String,
    /// What the console deploys, in the strategy's order; those that are not submitted yet are Absent.
    pub deployments: Vec<ListedDeployment>,
    /// Services on rented machines, in the scenario's order.
    pub services: Vec<ListedService>,
}

/// A deployment as the console lists it.
#[derive(Clone, Debug, Serialize)]
pub struct ListedDeployment {
    /// Service name.
    pub name: String,
    /// Model code (D14).
    pub model: String,
    /// Status (D4).
    pub status: &'static str,
    /// Billing method.
    pub billing_method: &'static str,
    /// Quota, or spec × replicas.
    pub details: String,
    /// Limits by the minute: calls; none is unlimited.
    pub rpm: Option<u64>,
    /// Limits by the minute: tokens; none is unlimited.
    pub tpm: Option<u64>,
    /// When it was created (D15).
    pub created: Option<String>,
    /// When its term ends (D15); none if it has none, or if it begins at Running.
    pub expires: Option<String>,
    /// What the tenant may do (D5).
    pub actions: Vec<&'static str>,
}

/// A service on rented machines.
#[derive(Clone, Debug, Serialize)]
pub struct ListedService {
    /// Its name.
    pub name: String,
    /// Its status: as far as its furthest replica.
    pub status: &'static str,
    /// Replicas asked for.
    pub replicas: u32,
    /// Of these, in Running.
    pub running: u32,
}

impl Console {
    /// The list at an instant of the run.
    pub fn at(told: &Told<'_>, at: SimTime) -> Self {
        let deployments = told.strategy.deployments.iter().enumerate();
        let listed = deployments.filter_map(|(index, deployment)| {
            MethodKind::of(&deployment.kind)
                .map(|method| listed(told, at, DeploymentId(index), deployment, method))
        });
        Self {
            scenario: told.scenario.name.clone(),
            strategy: told.strategy.name.clone(),
            seed: told.seed,
            replication: told.replication,
            at: told.scenario.calendar.format(at),
            deployments: listed.collect(),
            services: (0..told.scenario.services.len())
                .map(|index| service(told, at, ServiceId(index)))
                .collect(),
        }
    }

    /// The list as text.
    pub fn render(&self) -> String {
        let mut text = String::new();
        let _ = writeln!(
            text,
            "{}: \"{}\", replication {} of seed {}, at {}",
            self.scenario,
            self.strategy,
            self.replication,
            self.seed,
            readable(&self.at)
        );
        if !self.deployments.is_empty() {
            let header = ["service name", "model code", "status", "billing method", "details", "throttling"];
            let header: Vec<&str> = header.into_iter().chain(["service time", "actions"]).collect();
            let mut table = new_table(&header, header.len());
            for deployment in &self.deployments {
                table.add_row(vec![
                    deployment.name.clone(),
                    deployment.model.clone(),
                    deployment.status.to_owned(),
                    deployment.billing_method.to_owned(),
                    deployment.details.clone(),
                    deployment.throttling(),
                    deployment.service_time(),
                    deployment.actions.join("\n"),
                ]);
            }
            let _ = writeln!(text, "\n{table}");
        }
        if !self.services.is_empty() {
            let mut table = new_table(&["service on machines", "status", "replicas", "running"], 2);
            for service in &self.services {
                let counts = [service.replicas.to_string(), service.running.to_string()];
                let row = [service.name.clone(), service.status.to_owned()].into_iter().chain(counts);
                table.add_row(row.collect::<Vec<_>>());
            }
            let _ = writeln!(text, "\n{table}");
        }
        text
    }
}

impl ListedDeployment {
    /// Its limits as the console writes them.
    pub fn throttling(&self) -> String {
        let limit = |limit: Option<u64>, unit| limit.map(|limit| format!("{} {unit}", grouped(limit)));
        let limits: Vec<String> =
            [limit(self.rpm, "RPM"), limit(self.tpm, "TPM")].into_iter().flatten().collect();
        if limits.is_empty() { "none".to_owned() } else { limits.join("\n") }
    }

    /// From creation to expiration.
    fn service_time(&self) -> String {
        match (&self.created, &self.expires) {
            (None, _) => "–".to_owned(),
            (Some(created), None) => format!("{} –", readable(created)),
            (Some(created), Some(expires)) => format!("{} –\n{}", readable(created), readable(expires)),
        }
    }
}

/// A civil time without its offset.
fn readable(time: &str) -> String {
    time[..time.len().saturating_sub(6)].replace('T', " ")
}

fn listed(
    told: &Told<'_>,
    at: SimTime,
    id: DeploymentId,
    deployment: &Deployment,
    method: MethodKind,
) -> ListedDeployment {
    let events = told.recorder.deployment_events.iter().enumerate();
    let last = events.rev().find(|(_, (_, event))| event.deployment == id && event.at <= at);
    let (status, view) = match last {
        Some((index, (_, event))) => (status_after(told, index), Some(event.view)),
        None => (DeploymentStatus::Absent, None),
    };
    let format = |at: SimTime| told.scenario.calendar.format(at);
    let limits = limits(told, id, view);
    let expires = view.and_then(|view| view.expires_at).filter(|expiry| *expiry != SimTime::NEVER);
    ListedDeployment {
        name: deployment.name.clone(),
        model: deployment.model.clone(),
        status: status.name(),
        billing_method: names::method_words(&deployment.kind),
        details: view.map_or_else(
            || "–".to_owned(),
            |view| names::size_words(&deployment.kind, view.quota, view.replicas),
        ),
        rpm: limits.rpm,
        tpm: limits.tpm,
        created: view.and_then(|view| view.created_at).map(format),
        expires: expires.map(format),
        actions: actions(told, status, method, expires.is_some())
            .into_iter()
            .map(names::console_action)
            .collect(),
    }
}

/// Limits beyond which calls are refused (D11); each replica of a token deployment brings them once (T4).
fn limits(told: &Told<'_>, id: DeploymentId, view: Option<DeploymentView>) -> RateLimits {
    let limits =
        told.strategy.serving.targets.get(id.0).map_or_else(RateLimits::default, |target| target.limits);
    let times = match &told.strategy.deployments[id.0].kind {
        DeploymentKind::Tokens(tokens) => u64::from(view.map_or(tokens.replicas, |view| view.replicas)),
        DeploymentKind::Ptu(_)
        | DeploymentKind::Units(_)
        | DeploymentKind::Public
        | DeploymentKind::Service(_) => 1,
    };
    let scaled = |limit: Option<u64>| limit.map(|limit| limit.saturating_mul(times));
    RateLimits { rpm: scaled(limits.rpm), tpm: scaled(limits.tpm) }
}

/// What the console offers; giving a PTU subscription up only where a scenario allows it at all.
fn actions(
    told: &Told<'_>,
    status: DeploymentStatus,
    method: MethodKind,
    has_term: bool,
) -> Vec<ConsoleAction> {
    let mut offered = allowed_actions(status, method).to_vec();
    let may_end = told.scenario.deployment_settings.terms.ptu_early_factor_ppb.is_some();
    if method == MethodKind::PtuPrepaid && may_end && has_term && next(status, Trigger::Unsubscribe).is_some()
    {
        offered.push(ConsoleAction::Unsubscribe);
    }
    offered
}

/// A service by its events.
fn service(told: &Told<'_>, at: SimTime, id: ServiceId) -> ListedService {
    let model = &told.scenario.services[id.0];
    let mut standing = ServiceStanding::new(model);
    let events = told.recorder.events.iter().take_while(|event| event.at <= at);
    for event in events.filter(|event| event.service == id) {
        standing.meet(event);
    }
    let (replicas, running) = (standing.wanted(), standing.running());
    ListedService { name: model.name.clone(), status: standing.status().name(), replicas, running }
}

/// Reads an instant of the run: a time with an offset, or a duration after the start.
///
/// # Errors
/// What is wrong with it, and what would be right.
pub fn parse_instant(scenario: &crate::scenario::Scenario, text: &str) -> Result<SimTime, String> {
    let at = match (scenario.calendar.parse_instant(text), text.parse()) {
        (Ok(at), _) => at,
        (Err(_), Ok(span)) => SimTime::ZERO + span,
        (Err(_), Err(_)) => {
            return Err(format!(
                "\"{text}\" is no instant: write a time with an offset, as in \"{}\", or a duration after the start, as in \"1h30m\"",
                scenario.calendar.format(SimTime::ZERO)
            ));
        }
    };
    let end = SimTime::ZERO + scenario.horizon;
    if at < SimTime::ZERO || at >= end {
        return Err(format!(
            "{} is not in the run: write a time from {} to before {}, or a duration below \"{}\"",
            clock(scenario, at),
            scenario.calendar.format(SimTime::ZERO),
            scenario.calendar.format(end),
            scenario.horizon
        ));
    }
    Ok(at)
}
