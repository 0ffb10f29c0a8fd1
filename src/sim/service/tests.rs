//! The grid of states and actions: real runs, driven into every state, meet every action.

mod random;

use super::Status;
use super::actions::{ServicePhase, ServiceRefusal, Verb, phase_refusal};
use crate::scenario::load_bytes;
use crate::scenario::model::ServiceId;
use crate::sim::{EventKind, EventRecord, Recorder, simulate};
use crate::units::{SimSpan, SimTime};

/// A way to have a service in a state at 30 minutes: its name, what its phase is then, its status, fields of the
/// service, what happens before, and more of the scenario.
struct State {
    name: &'static str,
    phase: ServicePhase,
    status: Status,
    service: &'static str,
    before: &'static str,
    scenario: &'static str,
}

const fn state(
    name: &'static str,
    phase: ServicePhase,
    status: Status,
    service: &'static str,
    before: &'static str,
) -> State {
    State { name, phase, status, service, before, scenario: "" }
}

const OVERDUE: &str = "accounts: [(name: \"main\", cash: 0, unsettled_earlier: \"1\",
    arrears: ModelStudio(machines_kept_for: \"10m\"))],";
const NO_MACHINES: &str =
    "public_models: [(model: \"pm\", limits: Unlimited, prices: [(input: 1, output: 2)])],";

#[rustfmt::skip]
const STATES: [State; 14] = [
    state("absent", ServicePhase::Absent, Status::Absent, "create_at: \"50m\"", ""),
    state("waiting", ServicePhase::Active, Status::Waiting, "plan: (types: [(type: \"none\")])", ""),
    state("deploying", ServicePhase::Active, Status::Deploying, "start_up: Never", ""),
    state("running", ServicePhase::Active, Status::Running, "", ""),
    state("restarting", ServicePhase::Active, Status::Restarting, "crashes: \"29m\", restart: Always(first: \"5m\")", ""),
    state("updating", ServicePhase::Active, Status::Running, "replicas: 2",
        "(at: \"25m\", service: \"s\", do: Update(image: \"v2\", rollout: Phased(step: 1, step_time: \"10m\"))),"),
    state("failed in part", ServicePhase::Active, Status::Running, "crashes: \"25m\", restart: Never",
        "(at: \"10m\", service: \"s\", do: Scale(2)),"),
    state("stopped", ServicePhase::Stopped, Status::Stopped, "", "(at: \"20m\", service: \"s\", do: Stop),"),
    State { scenario: OVERDUE, ..state("overdue", ServicePhase::Overdue, Status::Stopped, "", "") },
    state("deleting", ServicePhase::Deleting, Status::Deleting, "",
        "(at: \"20m\", service: \"s\", do: Delete(stuck_for: \"20m\")),"),
    state("deleted", ServicePhase::Deleted, Status::Deleted, "", "(at: \"20m\", service: \"s\", do: Delete),"),
    state("deployment failed", ServicePhase::DeploymentFailed, Status::DeploymentFailed, "disk_gib: 2001", ""),
    state("failed", ServicePhase::Failed, Status::Failed, "crashes: \"25m\", restart: Never", ""),
    State { scenario: NO_MACHINES, ..state("not rented", ServicePhase::Absent, Status::Absent, "", "") },
];

/// What is done at 30 minutes, by its column; whether the service has requests then, and is called.
const COLUMNS: [(&str, Verb, &str); 12] = [
    ("create", Verb::Create, "Create"),
    ("stop", Verb::Stop, "Stop"),
    ("start", Verb::Start, "Start"),
    ("scale", Verb::Scale, "Scale(3)"),
    ("types", Verb::Update, "Update(types: [(type: \"B\")])"),
    ("phased", Verb::Update, "Update(image: \"v3\", rollout: Phased(step: 1, step_time: \"1m\"))"),
    ("calls", Verb::Update, "Update(calls: [])"),
    ("disk", Verb::Update, "Update(disk_gib: 2001)"),
    ("delete", Verb::Delete, "Delete"),
    ("denied", Verb::Delete, "Delete(permission: false)"),
    ("called", Verb::Delete, "Delete"),
    ("busy", Verb::Delete, "Delete"),
];

/// The grid. `yes` is accepted; a refusal has its reason: by the status, `overdue`, E9 `busy`, E10 `called`, E11 `denied`,
/// E22 `disk`; `-` is ignored: nothing is heard of it. After a Stop at 20 minutes the requests of 10 to 40 minutes were
/// dropped at 25; whoever is stopped for arrears or has failed has none.
const GRID: &str = "
                     create  stop    start    scale   types   phased  calls   disk    delete  denied  called  busy
  absent             yes     status  status   status  status  status  status  status  status  status  status  status
  waiting            status  yes     status   yes     yes     yes     yes     disk    yes     denied  called  busy
  deploying          status  yes     status   yes     yes     yes     yes     disk    yes     denied  called  busy
  running            status  yes     status   yes     yes     yes     yes     disk    yes     denied  called  busy
  restarting         status  yes     status   yes     yes     yes     yes     disk    yes     denied  called  busy
  updating           status  yes     status   yes     yes     yes     yes     disk    yes     denied  called  busy
  failed in part     status  yes     status   yes     yes     yes     yes     disk    yes     denied  called  busy
  stopped            status  status  yes      yes     yes     yes     yes     disk    yes     denied  called  yes
  overdue            status  yes     overdue  yes     yes     yes     yes     disk    yes     denied  called  yes
  deleting           status  status  status   status  status  status  status  status  status  status  status  status
  deleted            yes     status  status   status  status  status  status  status  status  status  status  status
  deployment failed  status  status  status   status  disk    disk    disk    disk    yes     denied  called  yes
  failed             status  yes     yes      status  yes     yes     yes     disk    yes     denied  called  yes
  not rented         -       -       -        -       -       -       -       -       -       -       -       -
";

/// The scenario of a cell.
fn scenario_of(state: &State, column: &str, action: &str) -> String {
    // What is deleted at 20 minutes is busy, and called, later: it would not be deleted otherwise.
    let since = if state.before.contains("Delete") { "25m" } else { "10m" };
    let busy =
        if column == "busy" { format!("active_requests: [(\"{since}\", \"40m\")],") } else { String::new() };
    let calls = if column == "called" { "create_at: \"25m\", calls: [\"s\"]," } else { "" };
    let (strategy, plan) = if state.name == "not rented" {
        ("deployments: [Public(model: \"pm\")]", "plan: (types: [(type: \"B\")]),")
    } else {
        ("types: [(type: \"A\")]", "")
    };
    // A service that some action creates is created by actions only.
    let (service, first) = match (state.name, column) {
        ("absent", "create") => ("", "(at: \"50m\", service: \"s\", do: Create),"),
        (_, "create") => (state.service, "(at: \"0s\", service: \"s\", do: Create),"),
        _ => (state.service, ""),
    };
    let (before, more) = (state.before, state.scenario);
    format!(
        "(
        name: \"grid\", start: \"2026-06-10T10:00:00+08:00\", horizon: \"1h\", currency: \"CNY\",
        disk: (price: \"0.0014\"), {more}
        markets: [(name: \"A\", standard: 1), (name: \"B\", standard: 2), (name: \"none\", standard: 1, stock: Never)],
        services: [(name: \"s\", {busy} {service}), (name: \"y\", {calls} {plan})],
        strategies: [(name: \"x\", {strategy})],
        actions: [{first} {before} (at: \"30m\", service: \"s\", do: {action})],
    )"
    )
}

/// What a run makes of an action: the cell, and the status before.
fn answer(state: &State, column: &str, action: &str) -> (&'static str, Option<Status>) {
    let text = scenario_of(state, column, action);
    let (scenario, report) = load_bytes("grid.ron", text.clone().into_bytes(), &[]);
    let scenario = scenario.unwrap_or_else(|| panic!("{}\n{text}", report.render(false)));
    let mut recorder = Recorder::default();
    simulate(&scenario, &scenario.strategies[0], &scenario.world.draw(1, 0), &mut recorder);
    let at = SimTime::ZERO + SimSpan::from_minutes(30);
    let is_answer = |event: &&EventRecord| {
        event.at == at
            && event.service == ServiceId(0)
            && event.replica.is_none()
            && matches!(event.kind, EventKind::Acted(_) | EventKind::ActionRefused(_) | EventKind::Submitted)
    };
    let Some(event) = recorder.events.iter().find(is_answer) else { return ("-", None) };
    let cell = match &event.kind {
        EventKind::ActionRefused(refused) => match refused.reason {
            ServiceRefusal::Status => "status",
            ServiceRefusal::Overdue => "overdue",
            ServiceRefusal::ActiveRequests => "busy",
            ServiceRefusal::ReferencedBy(ServiceId(1)) => "called",
            ServiceRefusal::ReferencedBy(other) => panic!("called by {other:?}"),
            ServiceRefusal::PermissionDenied => "denied",
            ServiceRefusal::DiskTooLarge { disk_gib: 2_001, max_gib: 2_000 } => "disk",
            ServiceRefusal::DiskTooLarge { .. } => panic!("another disk"),
        },
        _ => "yes",
    };
    (cell, Some(event.from))
}

#[test]
fn every_state_answers_every_action_as_the_grid_says() {
    let mut rows = GRID.lines().filter(|line| !line.trim().is_empty());
    let columns: Vec<&str> = rows.next().unwrap().split_whitespace().collect();
    assert_eq!(columns, COLUMNS.map(|(name, ..)| name), "the columns of the grid");
    let mut wrong = Vec::new();
    for (state, row) in STATES.iter().zip(rows.by_ref()) {
        let cells = row.trim().strip_prefix(state.name).expect("rows are in the order of states");
        let cells: Vec<&str> = cells.split_whitespace().collect();
        assert_eq!(cells.len(), COLUMNS.len(), "cells of {}", state.name);
        for ((column, verb, action), expected) in COLUMNS.into_iter().zip(cells) {
            let (found, from) = answer(state, column, action);
            if found != expected || from.is_some_and(|from| from != state.status) {
                wrong.push(format!("{} × {column}: {found} in {from:?}, not {expected}", state.name));
            }
            // The table that decides says the same, as far as it decides.
            if found != "-" {
                let by_phase = phase_refusal(state.phase, verb);
                let is_by_phase = ["status", "overdue"].contains(&found);
                assert_eq!(by_phase.is_some(), is_by_phase, "{} × {column}", state.name);
            }
        }
    }
    assert!(rows.next().is_none(), "the grid has a row too many");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_grid_has_every_phase_every_status_and_every_verb() {
    for phase in ServicePhase::ALL {
        assert!(STATES.iter().any(|state| state.phase == phase), "{phase:?}");
    }
    for verb in Verb::ALL {
        assert!(COLUMNS.iter().any(|(_, of, _)| *of == verb), "{verb:?}");
    }
    let statuses = [
        Status::Absent,
        Status::Waiting,
        Status::Deploying,
        Status::Running,
        Status::Restarting,
        Status::Stopped,
        Status::Deleting,
        Status::Deleted,
        Status::DeploymentFailed,
        Status::Failed,
    ];
    for status in statuses {
        assert!(STATES.iter().any(|state| state.status == status), "{}", status.name());
    }
}
