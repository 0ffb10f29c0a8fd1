//! Pictures of calls from a recorder made by hand, and from a run without any call.

use super::*;
use crate::report::sample::scenario;
use crate::scenario::deployment::DeploymentId;
use crate::sim::deployment::record::{DeploymentEventKind, DeploymentEventRecord, DeploymentView};
use crate::sim::deployment::status::DeploymentStatus;

const SIZE: StudySize = StudySize { seed: 1, replications: 1, threads: 1 };

fn at(minutes: i64) -> SimTime {
    // The scenario starts at half past a minute.
    SimTime::from_ms(minutes * 60_000 - 30_000)
}

fn event(at: SimTime, status: DeploymentStatus, input_tpm: u64) -> (usize, DeploymentEventRecord) {
    let quota = Quota { input_tpm, output_tpm: 200, thinking_output_tpm: None };
    let view = DeploymentView { status, quota, replicas: 0, created_at: None, expires_at: None };
    let (deployment, from) = (DeploymentId(0), DeploymentStatus::Running);
    (0, DeploymentEventRecord { at, deployment, from, view, kind: DeploymentEventKind::Resized })
}

/// Open from the first minute on, twice the size from the fourth, gone after the sixth; two minutes with calls.
fn recorder() -> Recorder {
    let mut recorder = Recorder {
        deployment_events: vec![
            event(SimTime::ZERO, DeploymentStatus::Deploying, 1_000),
            event(SimTime::ZERO, DeploymentStatus::Running, 1_000),
            event(at(3), DeploymentStatus::RunningResizing, 1_000),
            event(at(3), DeploymentStatus::Running, 2_000),
            event(at(6), DeploymentStatus::Gone, 2_000),
        ],
        ..Recorder::default()
    };
    let minute = MinuteTraffic {
        served_input: 900,
        served_output: 100,
        overflow_input: 500,
        overflow_output: 50,
        refused_input: 100,
        refused_output: 10,
    };
    recorder.minutes.insert((TargetId(0), at(0)), minute);
    recorder.minutes.insert((TargetId(0), at(3)), minute);
    recorder.minutes.insert((TargetId(1), at(3)), minute);
    recorder
}

#[test]
fn a_quota_steps_when_its_deployment_is_resized_and_has_a_gap_when_it_is_gone() {
    let scenario = scenario();
    let picture = traffic_picture(&scenario, &scenario.strategies[1], &recorder(), SIZE);
    let [input, output] = picture.lanes.as_slice() else { panic!("input and output") };
    assert_eq!(input.quota, [(0, None), (0, Some(1_000)), (150_000, Some(2_000)), (330_000, None)]);
    let first = TokenMinute { from_ms: -30_000, served: 900, overflowed: 500, refused: 100 };
    assert_eq!((input.minutes.len(), input.minutes[0]), (2, first));
    assert_eq!(output.minutes[1].overflowed, 50);
    assert!(
        picture.subtitle.contains("deployment \"ptu\", replication 0 of seed 1, from 2026-06-10 10:00:30")
    );
    // A day from 10:00:30 on: every two hours, the date at midnight.
    let labels: Vec<&str> = picture.ticks.iter().map(|(_, label)| label.as_str()).collect();
    assert_eq!(labels[..3], ["12:00", "14:00", "16:00"]);
    assert_eq!((labels[6], picture.ticks[6].0), ("06-11", (14 * 3_600 - 30) * 1_000));
}

#[test]
fn without_a_quota_all_targets_are_one_picture() {
    let scenario = scenario();
    let picture = traffic_picture(&scenario, &scenario.strategies[0], &recorder(), SIZE);
    assert!(picture.lanes.iter().all(|lane| lane.quota.is_empty()));
    assert_eq!(picture.lanes[0].minutes[1].served, 1_800, "two targets in the fourth minute");
    assert!(picture.subtitle.contains("all deployments"));
}

#[test]
fn demand_counts_what_was_not_served_and_minutes_without_calls() {
    let scenario = scenario();
    let lanes = utilisation_lanes(&scenario, &scenario.strategies[1], &recorder());
    let [lane] = lanes.as_slice() else { panic!("one quota") };
    assert_eq!(lane.name, "PTU: ptu");
    // 1,500 tokens of 1,000 at first, of 2,000 in the fourth minute; the sixth is the last.
    assert_eq!(lane.curves[0].demand, [1.5, 0.0, 0.0, 0.75, 0.0, 0.0]);
    assert_eq!(lane.curves[1].demand, [0.8, 0.0, 0.0, 0.8, 0.0, 0.0]);
}

#[test]
fn a_shared_quota_counts_output_with_its_factor() {
    let mut scenario = scenario();
    let TargetKind::Quota(model) = &mut scenario.strategies[1].serving.targets[0].kind else {
        panic!("a quota")
    };
    model.shared_output_ppb = Some(4_500_000_000);
    let lanes = utilisation_lanes(&scenario, &scenario.strategies[1], &recorder());
    let curves = &lanes[0].curves;
    assert_eq!((curves.len(), curves[0].name.as_str()), (1, "input and output, an output token counts 4.5"));
    // 900 + 450, 500 + 225, 100 + 45 of 1,000.
    assert!((curves[0].demand[0] - 2.22).abs() < 1e-12);
}

#[test]
fn pictures_of_calls_are_drawn_where_there_are_callers() {
    let mut scenario = scenario();
    let names = |scenario: &Scenario| -> Vec<&'static str> {
        draw(scenario, SIZE).expect("it can be drawn").into_iter().map(|(name, _)| name).collect()
    };
    assert_eq!(names(&scenario), ["traffic.svg", "traffic.png", "utilisation.svg", "utilisation.png"]);
    scenario.strategies.pop();
    assert_eq!(names(&scenario), ["traffic.svg", "traffic.png"], "there is no quota");
    scenario.callers.clear();
    assert_eq!(names(&scenario), [""; 0]);
}

#[test]
fn marks_of_time_are_round_and_few() {
    let step = |horizon: SimSpan| tick_step(horizon);
    assert_eq!(step(SimSpan::from_minutes(10)), SimSpan::MINUTE);
    assert_eq!(step(SimSpan::from_hours(24)), SimSpan::from_hours(2));
    assert_eq!(step(SimSpan::from_hours(24 * 30)), SimSpan::from_hours(24 * 3));
    for days in [1, 7, 45, 365, 3_650, 36_500] {
        let horizon = SimSpan::from_hours(24 * days);
        assert!(horizon.as_ms() / step(horizon).as_ms() <= TICKS, "{days} days");
    }
}
