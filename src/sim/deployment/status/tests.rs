use super::DeploymentStatus::{
    Absent, Deleting, Deploying, DeploymentFailed, Gone, Pending, Restoring, Running, RunningResizing,
    RunningResizingFailed, ServiceSuspended, Stopped, Suspended, TakingOffline,
};
use super::*;
use std::collections::BTreeSet;
use std::fmt::Write;

/// The names of the statuses a deployment passes from Absent on.
fn life(triggers: &[Trigger]) -> Vec<&'static str> {
    let mut status = Absent;
    let mut passed = Vec::new();
    for &trigger in triggers {
        status = next(status, trigger).unwrap_or_else(|| panic!("{trigger:?} in {}", status.name()));
        passed.push(status.name());
    }
    passed
}

const UNTIL_RUNNING: [Trigger; 3] = [Trigger::Submit, Trigger::DeploymentBegins, Trigger::DeploymentSucceeds];

/// What follows Running.
fn after_running(triggers: &[Trigger]) -> Vec<&'static str> {
    life(&[&UNTIL_RUNNING, triggers].concat()).split_off(UNTIL_RUNNING.len())
}

#[test]
fn the_twelve_statuses_are_named_as_printed() {
    let printed = "Pending, Deploying, Running, Deployment Failed, Taking Offline, Service Suspended, Stopped, \
                   Deleting, Suspended (Unsubscribed/Overdue), Restoring, Running (Resizing), Running (Resizing Failed)";
    let ours = &DeploymentStatus::ALL[1..13];
    assert_eq!(ours.iter().map(|status| status.name()).collect::<Vec<_>>().join(", "), printed);
    assert_eq!((DeploymentStatus::ALL[0], DeploymentStatus::ALL[13]), (Absent, Gone));
}

#[test]
fn a_status_and_a_trigger_lead_to_one_status_and_say_why() {
    let mut seen = BTreeSet::new();
    for row in TRANSITIONS {
        assert!(seen.insert((row.from, row.trigger)), "{} has {:?} twice", row.from.name(), row.trigger);
        assert_ne!(row.from, row.to, "{:?} moves nothing", row.trigger);
        let (rule, reason) = row.reason.split_once(": ").expect("a rule and a reason");
        for id in rule.split(", ") {
            let (letter, number) = id.split_at(1);
            let number = number.trim_start_matches('-');
            assert!(letter.chars().all(char::is_uppercase) && number.parse::<u32>().is_ok(), "no rule: {id}");
        }
        assert!(!reason.is_empty());
    }
}

#[test]
fn every_status_is_reached_and_every_one_ends() {
    let spread = |from: DeploymentStatus| {
        let mut reached = BTreeSet::from([from]);
        loop {
            let more: BTreeSet<_> =
                TRANSITIONS.iter().filter(|row| reached.contains(&row.from)).map(|row| row.to).collect();
            let before = reached.len();
            reached.extend(more);
            if reached.len() == before {
                return reached;
            }
        }
    };
    assert_eq!(spread(Absent), DeploymentStatus::ALL.into_iter().collect());
    for status in DeploymentStatus::ALL {
        assert!(spread(status).contains(&Gone), "{} never ends", status.name());
    }
}

#[test]
fn a_normal_life() {
    let passed = life(
        &[
            &UNTIL_RUNNING[..],
            &[Trigger::ResizeBegins, Trigger::ResizeSucceeds, Trigger::Delete, Trigger::DeleteDone],
        ]
        .concat(),
    );
    assert_eq!(
        passed,
        ["Pending", "Deploying", "Running", "Running (Resizing)", "Running", "Deleting", "Gone"]
    );
}

#[test]
fn lives_with_trouble() {
    use Trigger::{
        DeploymentBegins, DeploymentFails, GraceOver, NoCompute, OfflineDone, OverdueKeepOver, Paid, Renewed,
        ResizeBegins, ResizeDropped, ResizeFails, RestoreDone, RetentionOver, Submit, TakeOffline,
        Unsubscribe,
    };
    assert_eq!(
        life(&[Submit, DeploymentBegins, DeploymentFails]),
        ["Pending", "Deploying", "Deployment Failed"]
    );
    assert_eq!(life(&[Submit, NoCompute]), ["Pending", "Deployment Failed"]);
    assert_eq!(
        after_running(&[OverdueKeepOver, Paid, RestoreDone]),
        ["Suspended (Unsubscribed/Overdue)", "Restoring", "Running"]
    );
    assert_eq!(
        after_running(&[ResizeBegins, ResizeFails, ResizeDropped]),
        ["Running (Resizing)", "Running (Resizing Failed)", "Running"]
    );
    assert_eq!(after_running(&[GraceOver, RetentionOver]), ["Service Suspended", "Gone"]);
    assert_eq!(
        after_running(&[GraceOver, Renewed, RestoreDone]),
        ["Service Suspended", "Restoring", "Running"]
    );
    assert_eq!(
        after_running(&[TakeOffline, OfflineDone, Unsubscribe]),
        ["Taking Offline", "Stopped", "Suspended (Unsubscribed/Overdue)"]
    );
}

#[test]
fn what_does_not_follow() {
    let leads_to = |from: DeploymentStatus| -> BTreeSet<DeploymentStatus> {
        TRANSITIONS.iter().filter(|row| row.from == from).map(|row| row.to).collect()
    };
    assert_eq!(leads_to(Deleting), BTreeSet::from([Gone]));
    assert_eq!(leads_to(Gone), BTreeSet::new());
    assert_eq!(leads_to(Absent), BTreeSet::from([Pending]));
    assert_eq!(leads_to(DeploymentFailed), BTreeSet::from([Deleting]));
    // Stopped is the end of serving; what was suspended or retained comes back only through Restoring.
    let comes_from = |to: DeploymentStatus| -> BTreeSet<DeploymentStatus> {
        TRANSITIONS.iter().filter(|row| row.to == to).map(|row| row.from).collect()
    };
    assert_eq!(
        comes_from(Running),
        BTreeSet::from([Deploying, Restoring, RunningResizing, RunningResizingFailed])
    );
    assert_eq!(comes_from(Restoring), BTreeSet::from([ServiceSuspended, Suspended]));
    assert_eq!(comes_from(Stopped), BTreeSet::from([TakingOffline]));
    assert_eq!(comes_from(RunningResizingFailed), BTreeSet::from([RunningResizing]));
    // A renewal is too late for what is unsubscribed or gone, a payment for what ended by its term.
    for status in [Suspended, Stopped, Gone] {
        assert_eq!(next(status, Trigger::Renewed), None);
    }
    assert_eq!(next(ServiceSuspended, Trigger::Paid), None);
    // Whatever is being resized runs, and a second resize waits for the first.
    assert_eq!(next(RunningResizing, Trigger::ResizeBegins), None);
}

#[test]
fn anything_that_exists_may_be_deleted() {
    for status in DeploymentStatus::ALL {
        let exists = ![Absent, Deleting, Gone].contains(&status);
        assert_eq!(next(status, Trigger::Delete), exists.then_some(Deleting), "{}", status.name());
    }
}

#[test]
fn who_serves_and_who_is_billed() {
    let serving = [Running, RunningResizing, RunningResizingFailed];
    for status in DeploymentStatus::ALL {
        assert_eq!(status.is_serving(), serving.contains(&status), "{}", status.name());
        let is_billed = status.is_serving() || status == TakingOffline;
        assert_eq!(status.bills_pay_as_you_go(), is_billed, "{}", status.name());
        assert_eq!(status.name().starts_with("Running"), status.is_serving());
    }
}

/// What the console offers, as one would write it on a page.
const OFFERED: &str = "\
PtuPayAsYouGo
  Pending, Deploying, Deployment Failed: Delete
  Running, Running (Resizing Failed): Update, Monitor, Scale, Delete, Experience, CapacityPack
  Suspended (Unsubscribed/Overdue), Restoring: Monitor, Delete
  Running (Resizing): Monitor, Delete, Experience
PtuPrepaid
  Running, Running (Resizing Failed): Update, Monitor, Scale, Renew, Experience, CapacityPack
  Deployment Failed: Delete
  Service Suspended: Monitor, Renew
  Suspended (Unsubscribed/Overdue): Monitor, Delete
  Restoring: Monitor
  Running (Resizing): Monitor, Renew, Experience
UnitsPayAsYouGo
  Pending, Deploying, Deployment Failed: Delete
  Running, Running (Resizing Failed): Update, Monitor, Scale, Delete, Experience
  Suspended (Unsubscribed/Overdue), Restoring: Monitor, Delete
  Running (Resizing): Monitor, Delete, Experience
UnitsPrepaid
  Running, Running (Resizing Failed): Update, Monitor, Scale, Renew, TakeOffline, Experience
  Deployment Failed: Delete
  Taking Offline, Restoring: Monitor
  Service Suspended: Monitor, Renew
  Stopped: Monitor, Unsubscribe
  Suspended (Unsubscribed/Overdue): Monitor, Delete
  Running (Resizing): Monitor, Renew, Experience
Tokens
  Pending, Deploying, Deployment Failed: Delete
  Running, Running (Resizing Failed): Update, Monitor, Scale, TakeOffline, Delete, Experience
  Taking Offline: Monitor
  Stopped, Suspended (Unsubscribed/Overdue), Restoring: Monitor, Delete
  Running (Resizing): Monitor, Delete, Experience
";

#[test]
fn what_the_console_offers() {
    let mut page = String::new();
    for method in MethodKind::ALL {
        // Statuses that offer the same on one line, in the order of the first of them.
        let mut lines: Vec<(Vec<&str>, &[ConsoleAction])> = Vec::new();
        for status in DeploymentStatus::ALL {
            let actions = allowed_actions(status, method);
            match lines.iter_mut().find(|(_, others)| *others == actions) {
                Some((names, _)) => names.push(status.name()),
                None if actions.is_empty() => {}
                None => lines.push((vec![status.name()], actions)),
            }
        }
        writeln!(page, "{method:?}").expect("a string takes all");
        for (names, actions) in lines {
            let actions: Vec<String> = actions.iter().map(|action| format!("{action:?}")).collect();
            writeln!(page, "  {}: {}", names.join(", "), actions.join(", ")).expect("a string takes all");
        }
    }
    assert_eq!(page, OFFERED);
}

#[test]
fn no_offer_hides_another() {
    for status in DeploymentStatus::ALL {
        for method in MethodKind::ALL {
            let rows = actions::OFFERS
                .iter()
                .filter(|(statuses, methods, _)| statuses.contains(&status) && methods.contains(&method));
            assert!(rows.count() <= 1, "{} of {method:?}", status.name());
        }
    }
}

#[test]
fn what_is_offered_can_happen() {
    for status in DeploymentStatus::ALL {
        for method in MethodKind::ALL {
            for &action in allowed_actions(status, method) {
                let can_happen = match action {
                    ConsoleAction::Scale => next(status, Trigger::ResizeBegins).is_some(),
                    ConsoleAction::TakeOffline => next(status, Trigger::TakeOffline).is_some(),
                    ConsoleAction::Delete => next(status, Trigger::Delete).is_some(),
                    ConsoleAction::Unsubscribe => next(status, Trigger::Unsubscribe).is_some(),
                    ConsoleAction::Renew => {
                        status.is_serving() || next(status, Trigger::Renewed) == Some(Restoring)
                    }
                    ConsoleAction::Update | ConsoleAction::Experience | ConsoleAction::CapacityPack => {
                        status.is_serving()
                    }
                    ConsoleAction::Monitor => ![Absent, Pending, Deploying, Deleting, Gone].contains(&status),
                };
                assert!(can_happen, "{action:?} of {method:?} in {}", status.name());
            }
        }
    }
}

#[test]
fn each_method_ends_in_its_own_way() {
    let offers = |status, method, action| allowed_actions(status, method).contains(&action);
    for status in DeploymentStatus::ALL {
        for method in MethodKind::ALL {
            let is_prepaid = [MethodKind::PtuPrepaid, MethodKind::UnitsPrepaid].contains(&method);
            let is_ptu = [MethodKind::PtuPrepaid, MethodKind::PtuPayAsYouGo].contains(&method);
            let name = status.name();
            assert!(
                !offers(status, method, ConsoleAction::Renew) || is_prepaid,
                "{method:?} renews in {name}"
            );
            assert!(
                !offers(status, method, ConsoleAction::CapacityPack) || is_ptu,
                "{method:?} packs in {name}"
            );
            for action in [ConsoleAction::Scale, ConsoleAction::Experience, ConsoleAction::Update] {
                assert!(!offers(status, method, action) || status.is_serving(), "{action:?} in {name}");
            }
        }
        // P8: paid in advance by the day, it stays until it ends.
        assert!(!offers(status, MethodKind::PtuPrepaid, ConsoleAction::Unsubscribe));
        assert!(!offers(status, MethodKind::PtuPrepaid, ConsoleAction::TakeOffline));
    }
    assert!(!offers(Running, MethodKind::UnitsPrepaid, ConsoleAction::Unsubscribe));
    assert!(!offers(Running, MethodKind::UnitsPrepaid, ConsoleAction::Delete));
}
