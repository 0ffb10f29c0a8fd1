//! Random scenarios with resources: what is told is what is charged, and an account is charged the same.

use deploysim::ledger::{EntryKind, LineQuantity};
use deploysim::scenario::resource::{ResourceKind, ResourceTag};
use deploysim::scenario::{Scenario, Severity, Source, load};
use deploysim::sim::resources::record::{ResourceChargeKind, ResourceUsageRecord};
use deploysim::sim::{Outcome, Recorder, Silent, simulate};
use deploysim::units::{Money, SimTime};
use std::fmt::Write as _;

/// A small generator: what is drawn matters, not how well.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len() as u64) as usize]
    }

    /// An instant of the run, sometimes a full hour.
    fn at(&mut self) -> String {
        match self.below(3) {
            0 => format!("{}h", self.below(48)),
            1 => format!("{}m", self.below(2_880)),
            _ => format!("{}s", self.below(172_800)),
        }
    }
}

const NAMES: [&str; 12] =
    ["wf", "nb", "tj", "rt", "batch", "vol", "data", "pool", "group", "sms", "gateway", "archive"];

fn text(seed: u64, account: &str) -> String {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) + 1);
    let mut resources = format!(
        "Workflow(name: \"wf\", nodes: [(name: \"a\", price: \"2.03\"), (name: \"b\", price: \"0.7\")]),
         Notebook(name: \"nb\", price: \"5.01\", evs: (gb: {}, price: \"0.0013\")),
         TrainingJob(name: \"tj\", price: \"8.00\", runs_for: \"{}m\"),
         RealTimeService(name: \"rt\", price: \"4.1\", replicas: {}),
         BatchService(name: \"batch\", pool: \"pool\", price: \"3\", runs_for: \"7h\"),
         Evs(name: \"vol\", gb: 50, price: \"0.001\"), Obs(name: \"data\", gb: 10, price: \"0.00021\"),
         Pool(name: \"pool\", price: \"77.7\", term: Days(1), auto_renew: {}),
         Dedicated(name: \"group\", machines: 2, price: \"9.00\"),
         Notifications(name: \"sms\", way: Http, price: \"0.045\", traffic: (per_gb: \"0.8\", message_kb: 31), on_services: [\"chat\"],
             events: [(at: \"{}\", count: 3), (at: \"{}\")]),",
        dice.below(200) + 1,
        dice.below(900) + 1,
        dice.below(4) + 1,
        dice.pick(&["true", "false"]),
        dice.at(),
        dice.at()
    );
    let per = dice.pick(&["PerHour", "PerDay", "PerMonth"]);
    let _ = write!(resources, "Other(name: \"gateway\", price: {per}(\"31.37\")),");
    let per = dice.pick(&["PerGbHour", "PerGbDay", "PerGbMonth"]);
    let _ = write!(resources, "Other(name: \"archive\", price: {per}(\"0.0137\"), gb: {}),", dice.below(99));
    let mut actions = String::new();
    for _ in 0..dice.below(25) {
        let (at, name) = (dice.at(), dice.pick(&NAMES));
        let action = match name {
            "data" if dice.below(2) == 0 => format!("Store({})", dice.below(60)),
            _ => dice.pick(&["Start", "Stop", "Delete", "Stop", "Delete"]).to_owned(),
        };
        let _ = write!(actions, "(at: \"{at}\", resource: \"{name}\", do: {action}),");
    }
    let (stop, whole) = (dice.at(), dice.pick(&["ProRata", "Whole"]));
    let granule = dice.pick(&["Second", "Minute", "Hour"]);
    format!(
        "(start: \"2026-01-30T21:17:05+08:00\", horizon: \"2d\", currency: \"CNY\", {account}
          settings: (resource_periods: {whole}, resource_metering: (granularity: {granule})),
          markets: [(name: \"own\", dedicated: \"group\"), (name: \"A\", standard: \"1.5\")],
          services: [(name: \"chat\", start_up: \"90s\")], resources: [{resources}],
          actions: [{actions} (at: \"{stop}\", service: \"chat\", do: Stop)],
          strategies: [(name: \"s\", types: [(type: \"own\"), (type: \"A\")])])"
    )
}

fn scenario(seed: u64, account: &str) -> Scenario {
    let text = text(seed, account);
    let source =
        Source { path: "random.ron".to_owned(), text: text.clone(), base: ".".into(), data_dirs: vec![] };
    let (scenario, report) = load(source);
    assert_eq!(report.count(Severity::Error), 0, "{}\n{text}", report.render(false));
    scenario.unwrap()
}

fn run(scenario: &Scenario, seed: u64) -> (Outcome, Recorder) {
    let world = scenario.world.draw(seed, 0);
    let mut recorder = Recorder::default();
    let outcome = simulate(scenario, &scenario.strategies[0], &world, &mut recorder);
    let silent = simulate(scenario, &scenario.strategies[0], &world, &mut Silent);
    assert_eq!(outcome, silent, "seed {seed}: a silent run charges the same");
    (outcome, recorder)
}

fn sum_of_usages<'a>(usages: impl Iterator<Item = &'a ResourceUsageRecord>) -> Money {
    usages.map(ResourceUsageRecord::total).sum()
}

#[test]
fn what_is_told_is_what_is_charged() {
    for seed in 0..300 {
        let scenario = scenario(seed, "");
        let (outcome, recorder) = run(&scenario, seed);
        for tag in ResourceTag::ALL {
            let is_of =
                |id: deploysim::scenario::resource::ResourceId| scenario.resources[id.0].kind.tag() == tag;
            let by_time =
                sum_of_usages(recorder.resource_usages.iter().filter(|usage| is_of(usage.resource)));
            let charges = recorder.resource_charges.iter().filter(|charge| is_of(charge.resource));
            let at_once: Money = charges.map(|charge| charge.amount).sum();
            assert_eq!(outcome.resources.of(tag), by_time + at_once, "seed {seed}: {}", tag.name());
        }
        // Lines of an interval follow each other without gap, and their amounts are those of one division.
        for usage in &recorder.resource_usages {
            let counts = usage.counts();
            let metered = usage.usage(&counts, scenario.settings.resource_periods, &scenario.calendar);
            assert_eq!(metered.amount(usage.to, scenario.settings.rounding()), usage.total(), "seed {seed}");
            assert!(usage.lines.iter().is_sorted_by(|a, b| a.to <= b.from), "seed {seed}");
        }
        dedicated_machines_are_never_overbooked(&scenario, seed, &recorder);
    }
}

/// Instances on dedicated machines are no more than are owned, and are on no bill but with their disks.
fn dedicated_machines_are_never_overbooked(scenario: &Scenario, seed: u64, recorder: &Recorder) {
    let group = scenario.resources.iter().position(|one| matches!(one.kind, ResourceKind::Dedicated { .. }));
    let owned = recorder.resource_usages.iter().filter(|usage| Some(usage.resource.0) == group);
    let owned: Vec<(SimTime, SimTime)> = owned.map(|usage| (usage.from, usage.to)).collect();
    for usage in &recorder.usages {
        let is_dedicated = scenario.markets[usage.market.0].dedicated.is_some();
        let is_compute = usage.item != deploysim::sim::Item::Disk;
        assert!(
            !(is_dedicated && is_compute),
            "seed {seed}: an instance on dedicated machines bills nothing"
        );
        if is_dedicated {
            assert!(owned.iter().any(|(from, to)| *from <= usage.from && usage.to <= *to), "seed {seed}");
        }
    }
}

#[test]
fn an_account_is_charged_the_same_to_the_last_decimal() {
    for seed in 0..300 {
        let rich = "accounts: [(name: \"main\", cash: \"1000000\")],";
        let (with, without) = (scenario(seed, rich), scenario(seed, ""));
        let ((charged, recorder), (plain, _)) = (run(&with, seed), run(&without, seed));
        assert_eq!(charged.resources, plain.resources, "seed {seed}: an account changes no charge");
        let names: Vec<&str> = with.resources.iter().map(|resource| resource.name.as_str()).collect();
        let lines = recorder.journal.lines.iter().filter(|line| names.contains(&line.resource.as_str()));
        let listed: Money = lines.clone().map(|line| line.amounts.list).sum();
        let is_term = |kind| matches!(kind, ResourceChargeKind::Term { .. });
        let terms = recorder.resource_charges.iter().filter(|charge| is_term(charge.kind));
        let paid: Money = terms.map(|charge| charge.amount).sum();
        assert_eq!(listed + paid, charged.resources.total(), "seed {seed}: bill = lines + terms");
        let bought: Money = recorder
            .journal
            .entries
            .iter()
            .filter(|entry| matches!(entry.kind, EntryKind::Purchase { .. }))
            .map(deploysim::ledger::Entry::price)
            .sum();
        assert_eq!(bought, paid, "seed {seed}: terms are purchases");
        for entry in &recorder.journal.entries {
            let sum: Money = entry.postings.iter().map(|posting| posting.amount).sum();
            assert_eq!(sum, Money::ZERO, "seed {seed}: postings balance");
        }
        for line in lines {
            if let LineQuantity::Period { billed, of, count, price, .. } = line.quantity {
                let exact = price.as_pico() * i128::from(count) * i128::from(billed.as_ms());
                let off = line.amounts.list.as_pico() * i128::from(of.as_ms()) - exact;
                assert!(off.abs() <= i128::from(of.as_ms()), "seed {seed}: {line:?}");
            }
        }
        let last = charged.accounts[0].issued + charged.accounts[0].not_issued;
        assert_eq!(
            last,
            recorder.journal.lines.iter().map(|line| line.amounts.payable()).sum(),
            "seed {seed}"
        );
    }
}

#[test]
fn arrears_freeze_what_bills_by_use_and_a_payment_restores_it() {
    let (mut frozen, mut restored) = (0, 0);
    for seed in 0..100 {
        let poor = "accounts: [(name: \"main\", cash: \"90\", payments: [(at: \"40h\", amount: \"5000\")], arrears: MaaS)],";
        let scenario = scenario(seed, poor);
        let (outcome, recorder) = run(&scenario, seed);
        let listed: Money = recorder.journal.lines.iter().map(|line| line.amounts.list).sum();
        let paid = recorder.resource_charges.iter();
        let paid = paid.filter(|charge| matches!(charge.kind, ResourceChargeKind::Term { .. }));
        let paid: Money = paid.map(|charge| charge.amount).sum();
        let machines = outcome.standard + outcome.spot + outcome.disk;
        assert_eq!(listed + paid, outcome.resources.total() + machines, "seed {seed}");
        for (_, _, event) in &recorder.resource_events {
            use deploysim::sim::resources::record::ResourceEventKind;
            frozen += u32::from(event.kind == ResourceEventKind::Suspended);
            restored += u32::from(event.kind == ResourceEventKind::Restored);
        }
    }
    assert!(frozen > 100 && restored > 50, "{frozen} frozen, {restored} restored");
}
