//! The list of deployments at an instant.

use super::situation::{Run, after, ptu, run, scenario, units};
use crate::report::console::{Console, ListedDeployment, parse_instant};
use crate::scenario::deployment::{DeploymentAction, PaidBy};
use crate::units::SimSpan;

fn at(run: &Run, span: &str) -> Console {
    Console::at(&run.told(), after(span))
}

fn listed(run: &Run, span: &str) -> ListedDeployment {
    at(run, span).deployments[0].clone()
}

#[test]
fn a_subscription_shows_its_service_time_and_what_may_be_done() {
    let prepaid = PaidBy::Prepaid { periods: 7, auto_renew: None };
    let run = run(scenario("2026-06-10T10:00:00+08:00", "10d"), vec![ptu(prepaid)], &[]);
    let running = listed(&run, "1d");
    assert_eq!((running.name.as_str(), running.model.as_str()), ("ptu", "qwen3-max-2025-09-23"));
    assert_eq!((running.status, running.billing_method), ("Running", "PTU, subscription by the day"));
    assert_eq!(running.details, "100,000 input + 20,000 output TPM");
    assert_eq!((running.rpm, running.tpm, running.throttling().as_str()), (None, None, "none"));
    assert_eq!(running.created.as_deref(), Some("2026-06-10T10:00:00+08:00"));
    assert_eq!(running.expires.as_deref(), Some("2026-06-16T23:59:59+08:00"));
    assert_eq!(running.actions, ["update", "monitor", "scale", "renew", "experience", "capacity pack"]);
    // It expires 6 days, 13 hours, 59 minutes and 59 seconds after the start, and stops two hours later.
    let statuses = ["6d13h59m58s", "6d13h59m59s", "6d15h59m58s", "6d15h59m59s"].map(|span| {
        let listed = listed(&run, span);
        (listed.status, listed.actions.len())
    });
    let (running, suspended) = (("Running", 6), ("Service Suspended", 2));
    assert_eq!(statuses, [running, running, running, suspended], "events at an instant have happened");
    let released = ["7d5h59m58s", "7d5h59m59s"].map(|span| listed(&run, span).status);
    assert_eq!(released, ["Service Suspended", "Gone"]);
    let text = at(&run, "1d").render();
    for cell in
        ["ptu", "capacity pack", "2026-06-10 10:00:00 –", "2026-06-16 23:59:59", "service on machines"]
    {
        assert!(text.contains(cell), "{cell} is missing in\n{text}");
    }
}

#[test]
fn what_is_not_submitted_yet_is_absent() {
    let mut later = units(PaidBy::Prepaid { periods: 1, auto_renew: None });
    (later.create_at, later.deploy_time) =
        (Some(after("1h")), crate::world::DurationModel::Fixed(SimSpan::HOUR));
    let run = run(scenario("2026-06-10T10:00:00+08:00", "1d"), vec![later], &[]);
    let absent = listed(&run, "59m59s");
    assert_eq!((absent.status, absent.details.as_str(), absent.created), ("Absent", "–", None));
    assert!(absent.actions.is_empty());
    let deploying = listed(&run, "1h");
    assert_eq!((deploying.status, deploying.details.as_str()), ("Deploying", "MU1 x 4 × 2 replicas"));
    assert_eq!(deploying.expires, None, "the month begins at Running");
    assert_eq!(listed(&run, "2h").expires.as_deref(), Some("2026-07-10T12:00:00+08:00"));
}

#[test]
fn a_status_that_changed_without_an_event_of_its_own_is_seen() {
    let mut scenario = scenario("2026-06-10T10:00:00+08:00", "3h");
    scenario.deployment_settings.delete_time = SimSpan::from_minutes(10);
    scenario.deployment_settings.resize_time = SimSpan::from_minutes(20);
    let quota = super::situation::quota(50_000, 10_000);
    let actions = [
        ("1h", DeploymentAction::ScaleQuota { quota, fails: false }),
        ("2h", DeploymentAction::Delete),
        ("2h30m", DeploymentAction::Create),
    ];
    let mut slower = ptu(PaidBy::PayAsYouGo);
    slower.deploy_time = crate::world::DurationModel::Sequence(vec![SimSpan::ZERO, SimSpan::HOUR]);
    let run = run(scenario, vec![slower], &actions);
    let status = |span: &str| listed(&run, span).status;
    assert_eq!([status("1h"), status("1h20m")], ["Running (Resizing)", "Running"]);
    assert_eq!(listed(&run, "1h20m").details, "50,000 input + 10,000 output TPM");
    assert_eq!([status("2h"), status("2h9m"), status("2h10m")], ["Deleting", "Deleting", "Gone"]);
    assert_eq!([status("2h29m"), status("2h30m")], ["Gone", "Deploying"], "gone until it is created again");
}

#[test]
fn services_on_machines_are_beside_them() {
    let run = run(scenario("2026-06-10T10:00:00+08:00", "1h"), vec![ptu(PaidBy::PayAsYouGo)], &[]);
    let seen = |span: &str| {
        let service = at(&run, span).services[0].clone();
        (service.status, service.replicas, service.running)
    };
    assert_eq!((seen("29m"), seen("30m")), (("Running", 1, 1), ("Stopped", 1, 0)));
}

#[test]
fn an_instant_is_a_time_or_a_duration_inside_the_run() {
    let scenario = scenario("2026-06-10T10:00:00+08:00", "1d");
    assert_eq!(parse_instant(&scenario, "1h30m"), Ok(after("90m")));
    assert_eq!(parse_instant(&scenario, "2026-06-10T04:00:00Z"), Ok(after("2h")));
    assert_eq!(parse_instant(&scenario, "0s"), Ok(after("0s")));
    for outside in ["1d", "2026-06-10T09:59:59+08:00", "2026-06-11T10:00:00+08:00"] {
        let wrong = parse_instant(&scenario, outside).expect_err("it is outside");
        assert!(
            wrong.contains("from 2026-06-10T10:00:00+08:00 to before 2026-06-11T10:00:00+08:00"),
            "{wrong}"
        );
        assert!(wrong.contains("below \"1d\""), "{wrong}");
    }
    let wrong = parse_instant(&scenario, "noon").expect_err("it is no time");
    assert!(wrong.contains("\"noon\" is no instant") && wrong.contains("\"1h30m\""), "{wrong}");
}
