//! Bills of scenarios, as the program writes them.

use crate::by_hand::Run;
use crate::checks::{Row, check, sum};
use deploysim::ledger::AccountId;
use deploysim::report::export::focus::{self, FocusVersion};
use deploysim::report::export::{Selection, What, charges, modelstudio, total};
use deploysim::scenario::load_file;
use deploysim::sim::{Recorder, simulate};
use deploysim::units::Money;
use std::path::Path;

pub(crate) const NAMES: [&str; 3] = ["quotas_and_plans", "commitments", "machines_in_arrears"];

impl Run {
    /// A run of one of the scenarios.
    pub(crate) fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/focus/scenarios");
        let (scenario, report) = load_file(&folder.join(format!("{name}.ron")), &[]);
        let scenario = scenario.unwrap_or_else(|| panic!("{}", report.render(false)));
        let world = scenario.world.draw(1, 0);
        let mut recorder = Recorder::default();
        let outcome = simulate(&scenario, &scenario.strategies[0], &world, &mut recorder);
        Self { scenario, outcome, recorder }
    }

    pub(crate) fn focus(&self, version: FocusVersion) -> Vec<u8> {
        let rows = focus::rows(&self.told(), &charges(&self.told()), Selection::default());
        focus::write(&rows, version).expect("memory is writable")
    }

    fn checked(&self) -> Vec<Row> {
        check(&self.focus(FocusVersion::V1_2), FocusVersion::V1_2, self.outcome.cost())
    }
}

#[test]
fn every_bill_is_the_cost_of_its_run_and_passes_the_checks() {
    for name in NAMES {
        let run = Run::new(name);
        assert_eq!(total(&charges(&run.told())), run.outcome.cost(), "{name}");
        let rows = run.checked();
        assert!(rows.len() <= 5_000, "{name}: {} rows", rows.len());
        check(&run.focus(FocusVersion::V1_4), FocusVersion::V1_4, run.outcome.cost());
    }
}

#[test]
fn the_bill_of_model_studio_has_the_same_total() {
    for name in NAMES {
        let run = Run::new(name);
        let csv = modelstudio::write(&run.told(), &charges(&run.told())).expect("memory is writable");
        let mut reader = csv::Reader::from_reader(csv.as_slice());
        let column =
            modelstudio::COLUMNS.iter().position(|name| *name == "Payable Amount").expect("a column");
        let amount = |row: csv::StringRecord| Money::parse(&row[column]).expect("an amount");
        let sum: Money = reader.records().map(|row| amount(row.expect("a row"))).sum();
        assert_eq!(sum, run.outcome.cost(), "{name}");
    }
}

#[test]
fn the_lines_of_an_invoice_are_what_its_settlement_took() {
    for name in NAMES {
        let run = Run::new(name);
        let all = charges(&run.told());
        let mut settled = 0;
        for account in (0..run.scenario.accounts.len()).map(AccountId) {
            for entry in run.recorder.journal.entries.iter().filter(|entry| entry.account == account) {
                let deploysim::ledger::EntryKind::Settlement { product, exact, .. } = entry.kind else {
                    continue;
                };
                let month = deploysim::report::export::Month::of(&run.scenario.calendar, entry.at)
                    .before(&run.scenario.calendar);
                let lines = all.iter().filter(|charge| {
                    charge.account == account
                        && charge.product() == product
                        && charge.invoice == Some(month)
                        && matches!(charge.what, What::Line(..))
                });
                assert_eq!(
                    lines.map(deploysim::report::export::Charge::amount).sum::<Money>(),
                    exact,
                    "{name}: {product:?}"
                );
                settled += 1;
            }
        }
        assert!(settled > 0, "{name} lives through a settlement");
    }
}

#[test]
fn what_is_paid_in_advance_is_used_or_not_and_the_rest_is_still_to_come() {
    let rows = Run::new("commitments").checked();
    let of = |id: &str, column: &str, value: &str| -> Vec<&Row> {
        let own = rows.iter().filter(|row| row["CommitmentDiscountId"] == id);
        own.filter(|row| row[column] == value).collect()
    };
    for id in ["main/deployment/ptu", "second/deployment/mu", "main/plan/coding", "main/plan/team"] {
        assert!(!of(id, "ChargeCategory", "Purchase").is_empty(), "{id}");
        assert!(!of(id, "CommitmentDiscountStatus", "Used").is_empty(), "{id}");
    }
    // Order, renewal, enlargement, capacity pack; one of its sizes came back.
    assert_eq!(of("main/deployment/ptu", "ChargeCategory", "Purchase").len(), 4);
    assert_eq!(of("main/deployment/ptu", "ChargeCategory", "Credit").len(), 1);
    // Given up: nothing of it is still to come.
    let units = of("second/deployment/mu", "ChargeCategory", "Purchase");
    assert_eq!(sum(units, "x_UnamortizedCost"), Money::ZERO);
    assert_eq!(of("second/deployment/mu", "ChargeCategory", "Credit").len(), 1);
}

#[test]
fn quotas_and_plans_cover_what_lines_say_they_do() {
    let run = Run::new("quotas_and_plans");
    let rows = run.checked();
    let with = |column: &str, text: &str| rows.iter().filter(|row| row[column].contains(text)).count();
    assert!(with("SkuPriceId", "/free-quota") > 0);
    for id in ["main/package/pack", "main/package/old", "main/savings-plan/sp", "main/savings-plan/general"] {
        assert!(with("CommitmentDiscountId", id) > 1, "{id}");
    }
    assert_eq!(with("ChargeDescription", "covered by what was paid in advance"), 0);
    assert!(with("ServiceName", "Web search") > 0 && with("ServiceName", "Notifications") > 0);
    assert!(with("x_InstanceId", ";llm-2;qwen3-max-2025-09-23;") > 0);
}

#[test]
fn spot_machines_say_their_bids_and_arrears_are_told() {
    let rows = Run::new("machines_in_arrears").checked();
    let spot: Vec<&Row> = rows.iter().filter(|row| row["PricingCategory"] == "Dynamic").collect();
    assert!(!spot.is_empty() && spot.iter().all(|row| row["x_BidPrice"] == "0.82"));
    assert!(rows.iter().any(|row| row["x_ArrearsState"] == "Overdue"));
    assert!(spot.iter().all(|row| row["RegionId"] == "cn-beijing"));
}
