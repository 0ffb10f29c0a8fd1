//! Worked cases: small situations with the bill, the events and the statuses that the rules give.
//!
//! Each case is a pair in `tests/cases`: a scenario, and what is expected of it, worked out by hand from the rules.
//! Cells of an expected table are two or more blanks apart; a time of the scenario's first day is written without its
//! date. One section per strategy:
//!
//! * `lines`: every line of the bill, in any order; amounts compare at eight decimals (A-20);
//! * `total`: their sum;
//! * `events`: those that matter, in order, where it matters with their sentence; others may lie between them, but
//!   none that is said to `never` happen;
//! * `statuses`: every service, then every deployment and resource at the horizon, where it matters with the number of its replicas
//!   or its size;
//! * `calls` (may be left out): every call that is told, in order;
//! * `hours` (may be left out): the bill of every clock hour (P3), all items of a deployment together;
//! * `at TIME` (may be left out; as many as wanted): the list of deployments at an instant, then the services. TIME is
//!   a time as in the tables, or a duration after the start: `at 1h30m:`, `at 11:40:20:`, `at 2026-06-12 10:00:00:`.
//!
//! A scenario with accounts has three more tables, which may be left out. Their rows are all there, in the order of their
//! instants, each as far as it matters; under `bill has`, `ledger has` or `account has` only those that matter, in order:
//!
//! * `bill`: every line of the journal, with amount to be paid, tag (`-` without one), tokens that a free quota and that
//!   packages cover, what savings plans cover and a discount takes off (zero or less);
//! * `ledger`: every entry, with its amount and what is available after it;
//! * `account`: every event of an account, with what it is about (`-` if that is nothing) and what is available.
//!
//! Where there are several accounts, a whole row ends with the account.
//!
//! The rows, by their first cell. A later day may be written `06-11T10:00:00` or `2026-06-11 10:00:00`; commas in
//! numbers are left out or not.
//!
//! ```text
//! lines:
//!   own/0        standard compute  A    10:00:00  10:10:30  2.40  0.44
//!   ptu input    ptu  09:15:00  11:40:20  146 min  100000 TPM  0.000768/h  186.88     (price of one TPM, unit, replica)
//!   model units  mu   10:00:00  10:00:30  1 min    1 replica   51.00/h     0.85
//!   payment      order         ptu  2026-06-10 10:00:00  50803.20
//!   payment      cancellation  mu   2026-07-03 10:00:01  -272323.68                   (what came back is negative)
//!   tokens       ptu  overflow  context_128k-256k_input_token  128001  15.00/M  1.920015
//!   tokens       ft   served  06-11  input_token  2000  2.00/M  0.004                 (a day that is not the first)
//!   account      web search  3  0.012                                                 (what no deployment is charged)
//!   account      pool  10:00:00  1  20000                                             (bought: with its instant)
//!   resource     nb   EVS storage  09:00:00  15:00:00  100 GB  0.001/h  0.6
//!   resource     sms  SMS messages  10 messages  0.045  0.45                       (of the whole run)
//!   resource     pool  pool  10:00:00  1 term  20000  20000                          (paid in advance)
//! bill:                                    (issued, minute or hour, product, Instance ID, payable, tag, free, package …)
//!   10:05:00  10:00:00  Model inference  k1;llm-1;qwen3-max;input_token;app;0  0.002  key:dept value:a  0  0  0  0
//! ledger:
//!   10:05:00  issued: Model inference  0.002  -0.002
//! account:
//!   10:05:00  Overdue  1  -0.002
//! events:
//!   10:10:30  own/0  Running           A            Running                           (service: market, status after)
//!   06-17T01:59:59  ptu  ServiceSuspended  Running  Service Suspended                 (deployment: from, to)
//!   never  IdleReleased
//! hours:
//!   ptu  09:15:00  45 min  103.80
//! calls:
//!   10:05:00  chat  served
//!   10:05:01  chat  overflowed  1.950015                                              (charge; may be left out)
//!   10:05:02  chat  refused_too_many_requests
//! statuses:
//!   own  Stopped
//!   ptu  Running  100000 input + 20000 output TPM
//! at 30m:
//!   ptu  Running  100000 input + 20000 output TPM  10:00:00  06-16T23:59:59  update, monitor, scale  none
//!   own  Stopped  1  0
//! ```
//!
//! A row of `at` has the name, status, size, creation, expiry (`-` if there is none), actions and throttling of a
//! deployment; of a service its name, status, replicas and how many of them run. Cells at the end may be left out.
//!
//! `statuses` go on with every resource there is under the strategy. `still` (may be left out) has what bills on after the
//! horizon: name, item, rate per hour, day, month, message or term, the action that would end it, rules.
//!
//! A scenario that must not load has one section instead, `refused`, with what the report must say.

#[path = "cases/check.rs"]
mod check;
#[path = "cases/tables.rs"]
mod tables;

use check::{check_file, check_strategy};
use deploysim::scenario::load_file;
use std::path::{Path, PathBuf};
use tables::parse;

macro_rules! cases {
    ($($name:ident),+ $(,)?) => {
        const NAMES: &[&str] = &[$(stringify!($name)),+];
        $(#[test]
        fn $name() {
            check(stringify!($name));
        })+
    };
}

include!("cases/list.rs");

#[test]
fn every_file_is_a_case_that_runs() {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut on_disk: Vec<String> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "ron"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    on_disk.sort();
    let mut listed: Vec<String> = NAMES.iter().map(ToString::to_string).collect();
    listed.sort();
    assert_eq!(on_disk, listed, "tests/cases/list.rs names every scenario of tests/cases");
}

/// Load → draw → simulate → bill, for every strategy, against the expected tables.
fn check(name: &str) {
    let folder = folder();
    check_file(name, &folder.join(format!("{name}.ron")), &folder.join(format!("{name}.expected")));
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// A PTU deployment of glm-5.1 at its list prices.
fn ptu(
    name: &str,
    paid_by: deploysim::scenario::deployment::PaidBy,
) -> deploysim::scenario::deployment::Deployment {
    use deploysim::scenario::deployment::{Deployment, DeploymentKind, PtuDeployment, PtuRates, PtuSteps};
    use deploysim::serving::Quota;
    use deploysim::units::{SimSpan, SimTime, UnitPrice};

    let rates = |input, output| PtuRates {
        input: UnitPrice::parse(input).unwrap(),
        output: UnitPrice::parse(output).unwrap(),
        thinking_output: None,
    };
    Deployment {
        name: name.to_owned(),
        model: "glm-5.1".to_owned(),
        create_at: Some(SimTime::ZERO),
        pending: SimSpan::ZERO,
        deploy_time: deploysim::world::DurationModel::Fixed(SimSpan::ZERO),
        deploy_fails: false,
        denial: None,
        account: deploysim::account::AccountId(0),
        workspace: String::new(),
        kind: DeploymentKind::Ptu(PtuDeployment {
            quota: Quota { input_tpm: 200_000, output_tpm: 20_000, thinking_output_tpm: None },
            steps: PtuSteps { input_min: 10_000, input_step: 10_000, output_min: 1_000, output_step: 1_000 },
            hourly: rates("0.00216", "0.00864"),
            daily: rates("0.02592", "0.10368"),
            unit_tpm: None,
            paid_by,
        }),
    }
}

/// The shapes of deployments' tables: a subscription that ends, beside a service that is stopped.
#[test]
fn a_deployment_is_written_as_the_head_of_this_file_says() {
    use deploysim::scenario::deployment::{Deployment, PaidBy};
    use deploysim::serving::{RateLimits, SlotsModel, TargetId, TargetKind, TargetModel};
    use deploysim::units::SimSpan;

    let (scenario, _) = load_file(&folder().join("x32_stop_and_start.ron"), &[]);
    let mut scenario = scenario.unwrap();
    scenario.horizon = SimSpan::from_days(8);
    let strategy = &mut scenario.strategies[0];
    strategy.deployments =
        vec![ptu("week", PaidBy::Prepaid { periods: 7, auto_renew: None }), ptu("hours", PaidBy::PayAsYouGo)];
    // Nobody calls them, so it does not matter how they serve.
    let target = |deployment: &Deployment| TargetModel {
        name: deployment.name.clone(),
        limits: RateLimits::default(),
        max_context_tokens: None,
        latency: None,
        kind: TargetKind::Slots(SlotsModel::default()),
    };
    strategy.serving.targets = strategy.deployments.iter().map(target).collect();
    strategy.serving.routes = vec![vec![TargetId(0)]];
    let expected = parse(
        "
lines:
  chat/0      standard compute  A  10:00:00  10:10:30  2.40  0.44
  chat/0      standard compute  A  10:20:00  2026-06-18 10:00:00  2.40  460.00
  payment     order  week  2026-06-10 10:00:00  50803.20
  ptu input   hours  10:00:00  06-18T10:00:00  11520 min  200,000 TPM  0.00216/h  82944
  ptu output  hours  10:00:00  06-18T10:00:00  11520 min  20000 TPM  0.00864/h  33177.60
total:
  167385.24
events:
  10:00:00        week  Paid              Pending  Pending
  10:10:30        chat  Stopped           -        Stopped
  06-16T23:59:59  week  Expired           Running  Running
  06-17T01:59:59  week  ServiceSuspended  Running  Service Suspended  the 2h of grace are over: the service stops
  2026-06-17 15:59:59  week  Released     Service Suspended  Gone
  never  Renewed
calls:
statuses:
  chat   Running
  week   Gone
  hours  Running  200,000 input + 20000 output TPM
at 11m:
  week   Running  200000 input + 20000 output TPM  10:00:00  06-16T23:59:59
  hours  Running  200000 input + 20000 output TPM  10:00:00  -  update, monitor, scale, delete, experience, capacity pack  none
  chat   Stopped  1  0
at 2026-06-17 01:59:59:
  week   Service Suspended
  hours  Running
  chat   Running
",
    );
    check_strategy("shapes", &scenario, 0, &expected[0].1);
}
