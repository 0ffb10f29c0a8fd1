//! What must hold of accounts whatever the numbers are.

#[path = "random/dice.rs"]
mod dice;
#[path = "random/accounts.rs"]
mod random;

use deploysim::account::AccountModel;
use deploysim::ledger::{
    AccountEventKind, AccountId, BillLine, Entry, EntryKind, LineQuantity, Place, Product,
};
use deploysim::montecarlo::study::{StudySize, study};
use deploysim::report::{Bill, Told};
use deploysim::scenario::Scenario;
use deploysim::sim::{Outcome, Recorder, Silent, simulate};
use deploysim::units::{Money, RoundingMode, SimSpan, SimTime};
use std::collections::BTreeMap;

const SCENARIOS: u64 = 1_000;
/// Of these so many, with every strategy; of the others the first.
const WHOLE: u64 = 40;

/// A recorded run of one strategy, with every call.
fn recorded(scenario: &Scenario, strategy: usize, seed: u64) -> (Outcome, Recorder) {
    let world = scenario.world.draw(seed, 1);
    let mut recorder = Recorder { every_call: Some(Vec::new()), ..Recorder::default() };
    let outcome = simulate(scenario, &scenario.strategies[strategy], &world, &mut recorder);
    (outcome, recorder)
}

/// A recorded run of one strategy of a scenario, known by its seed.
#[derive(Clone, Copy)]
struct Run<'a> {
    scenario: &'a Scenario,
    index: usize,
    seed: u64,
    outcome: &'a Outcome,
    recorder: &'a Recorder,
}

/// Checks runs of these seeds.
fn every_run(seeds: impl Iterator<Item = u64>) {
    for seed in seeds {
        let scenario = random::read(&random::scenario(seed));
        let strategies = if seed < WHOLE { scenario.strategies.len() } else { 1 };
        for index in 0..strategies {
            let (outcome, recorder) = recorded(&scenario, index, seed);
            let run = Run { scenario: &scenario, index, seed, outcome: &outcome, recorder: &recorder };
            entries_balance_and_nothing_is_lost(&run);
            every_line_is_its_quantity_at_its_price_after_its_use(&run);
            lines_are_what_was_used(&run);
            discounts_of_a_class_are_rounded_once(&run);
            what_is_stopped_bills_nothing(&run);
            // It takes a second run, and a bill in words.
            if seed % 4 < 2 {
                telling_changes_nothing_and_the_total_is_the_cost(&run);
            }
        }
    }
}

#[test]
fn what_must_hold_holds_of_even_seeds() {
    every_run((0..SCENARIOS).step_by(2));
}

#[test]
fn what_must_hold_holds_of_odd_seeds() {
    every_run((1..SCENARIOS).step_by(2));
}

fn share(amount: Money, ppb: i64) -> Money {
    Money::from_ratio(amount.as_pico() * i128::from(ppb), 1_000_000_000, RoundingMode::HalfUp)
}

fn times(price: Money, count: u64) -> Money {
    Money::from_pico(price.as_pico() * i128::from(count))
}

fn telling_changes_nothing_and_the_total_is_the_cost(run: &Run<'_>) {
    let Run { scenario, index, seed, outcome, recorder } = *run;
    let strategy = &scenario.strategies[index];
    let silent = simulate(scenario, strategy, &scenario.world.draw(seed, 1), &mut Silent);
    assert_eq!(*outcome, silent, "random_{seed}, {}", strategy.name);
    let bill = Bill::new(&Told { scenario, strategy, seed, replication: 1, outcome, recorder });
    let money = |text: &str| Money::parse(text).unwrap_or_else(|_| panic!("{text} is money"));
    let signed = |text: &str| text.strip_prefix('-').map_or_else(|| money(text), |text| -money(text));
    let lines: Money = bill.lines.iter().map(|line| signed(line.amount())).sum();
    assert_eq!(lines, outcome.cost(), "random_{seed}, {}", strategy.name);
    assert_eq!(signed(&bill.total), outcome.cost(), "random_{seed}, {}", strategy.name);
}

/// An account as its entries tell it.
#[derive(Default)]
struct Retold {
    cash: Money,
    /// Lines that are not settled.
    lines: Money,
    /// Settled and not paid.
    owed: Money,
    /// What came in, and what went out of the cash.
    paid_in: Money,
    paid_out: Money,
    settled: Money,
    rounding: Money,
    tax: Money,
}

impl Retold {
    fn add(&mut self, entry: &Entry) {
        let (cash, debts) =
            (entry.to(Place::Cash), entry.to(Place::ThisMonth) + entry.to(Place::EarlierMonths));
        self.cash += cash;
        if cash > Money::ZERO {
            self.paid_in += cash;
        } else {
            self.paid_out += -cash;
        }
        match &entry.kind {
            EntryKind::Opening | EntryKind::Issued { .. } => self.lines += -debts,
            EntryKind::Purchase { .. } => {
                self.owed += -debts;
            }
            EntryKind::DebtPaid => self.owed += -debts,
            EntryKind::Settlement { exact, rounding, tax, paid, .. } => {
                assert_eq!(-cash, *paid);
                self.lines += -*exact;
                self.settled += *exact;
                self.owed += *exact + *rounding + *tax - *paid;
                self.rounding += *rounding;
                self.tax += *tax;
                assert_eq!(debts, *paid - *rounding - *tax);
            }
            EntryKind::Payment | EntryKind::TopUp | EntryKind::MonthBegins | EntryKind::Refund { .. } => {
                assert_eq!(debts, Money::ZERO);
            }
        }
    }

    fn available(&self, model: &AccountModel) -> Money {
        self.cash + model.opening.credit - share(self.lines, model.settlement.reserve_ppb) - self.owed
    }
}

fn entries_balance_and_nothing_is_lost(run: &Run<'_>) {
    let Run { scenario, seed, outcome, recorder, .. } = *run;
    for (index, model) in scenario.accounts.iter().enumerate() {
        let mut told = Retold::default();
        let (mut at, mut least) = (SimTime::ZERO, None);
        let entries: Vec<&Entry> =
            recorder.journal.entries.iter().filter(|entry| entry.account.0 == index).collect();
        for (place, entry) in entries.iter().enumerate() {
            let sum: Money = entry.postings.iter().map(|posting| posting.amount).sum();
            assert_eq!(sum, Money::ZERO, "random_{seed}: {entry:?}");
            assert!(at <= entry.at, "random_{seed}: {entry:?} after {at:?}");
            at = entry.at;
            told.add(entry);
            assert_eq!(told.available(model), entry.available, "random_{seed}: {entry:?}");
            // Debits of one settlement are one step.
            let is_debit = |entry: &Entry| matches!(entry.kind, EntryKind::Settlement { .. });
            let next = entries.get(place + 1).filter(|next| next.at == at && is_debit(next));
            if !is_debit(entry) || next.is_none() {
                least = Some(least.unwrap_or(entry.available).min(entry.available));
            }
        }
        let after = &outcome.accounts[index];
        assert_eq!(told.available(model), after.available, "random_{seed}, a{index}");
        assert_eq!(least, Some(after.least_available), "random_{seed}, a{index}");
        assert_eq!(told.paid_in, told.cash + told.paid_out, "random_{seed}, a{index}");
        assert_eq!(told.rounding, after.rounding, "random_{seed}, a{index}");
        let opening = model.opening.unsettled_current + model.opening.unsettled_earlier;
        assert_eq!(opening + after.issued, told.settled + told.lines, "random_{seed}, a{index}");
        let lines = recorder.journal.lines.iter().filter(|line| line.account == AccountId(index));
        let (issued, open): (Vec<&BillLine>, Vec<_>) =
            lines.partition(|line| line.issued_at < SimTime::ZERO + scenario.horizon);
        let payable =
            |lines: &[&BillLine]| -> Money { lines.iter().map(|line| line.amounts.payable()).sum() };
        assert_eq!(payable(&issued), after.issued, "random_{seed}, a{index}");
        assert_eq!(payable(&open), after.not_issued, "random_{seed}, a{index}");
        assert_eq!(after.issued_by_product.iter().copied().sum::<Money>(), after.issued);
        assert!(issued.is_sorted_by_key(|line| line.issued_at), "random_{seed}, a{index}");
    }
}

/// A line is of calls.
fn is_of_calls(line: &BillLine) -> bool {
    match line.quantity {
        LineQuantity::Tokens { calls, .. } => calls > 0,
        LineQuantity::Count { unit, .. } => unit == "call",
        LineQuantity::Time { .. } | LineQuantity::Period { .. } => false,
    }
}

fn every_line_is_its_quantity_at_its_price_after_its_use(run: &Run<'_>) {
    let Run { scenario, seed, recorder, .. } = *run;
    let unit = 10_i128.pow(12 - scenario.settings.line_decimals);
    for line in &recorder.journal.lines {
        let list = line.amounts.list;
        match line.quantity {
            LineQuantity::Tokens { tokens, free, package, price, .. } => {
                assert_eq!(price.of(tokens - free - package), list, "random_{seed}: {line:?}");
            }
            LineQuantity::Count { count, price, .. } => {
                assert_eq!(times(price, count), list, "random_{seed}: {line:?}");
            }
            LineQuantity::Period { billed, of, count, price, .. } => {
                let ms = i128::from(billed.as_ms()) * i128::from(count);
                let off = list.as_pico() * i128::from(of.as_ms()) - price.as_pico() * ms;
                assert!(off.abs() <= unit * i128::from(of.as_ms()), "random_{seed}: {line:?}");
            }
            LineQuantity::Time { billed, count, price, .. } => {
                // Nano an hour × milliseconds; a price that was divided among a count is off by less than one of it.
                let nano_ms = i128::from(price.as_nano()) * i128::from(billed.as_ms()) * i128::from(count);
                let slack = i128::from(count) * i128::from(billed.as_ms());
                let off = list.as_pico() * 3_600 - nano_ms;
                assert!(off.abs() <= unit * 3_600 + slack, "random_{seed}: {line:?}");
            }
        }
        let amounts = line.amounts;
        assert!(amounts.plan >= Money::ZERO && amounts.plan <= list, "random_{seed}: {line:?}");
        assert!(amounts.discount <= Money::ZERO, "random_{seed}: {line:?}");
        assert!(amounts.payable() >= Money::ZERO, "random_{seed}: {line:?}");
        // A meter that rounds up may bill more than the hour that it is issued after.
        if is_of_calls(line) {
            assert!(line.to_time <= line.issued_at, "random_{seed}: {line:?}");
        }
        assert!(line.from < line.issued_at, "random_{seed}: {line:?}");
    }
}

fn lines_are_what_was_used(run: &Run<'_>) {
    let Run { seed, outcome, recorder, .. } = *run;
    let lines = &recorder.journal.lines;
    let sum = |which: &dyn Fn(&BillLine) -> bool| -> Money {
        lines.iter().filter(|line| which(line)).map(|line| line.amounts.list).sum()
    };
    let is_time = |line: &BillLine| matches!(line.quantity, LineQuantity::Time { unit, .. } if unit != "job");
    let is_search = |line: &BillLine| is_of_calls(line) && line.product == Product::WebSearch;
    let (serving, name) = (&outcome.serving, format!("random_{seed}"));
    let tokens = sum(&|line| is_of_calls(line) && !is_search(line));
    assert_eq!(tokens, serving.tokens + serving.overflow, "{name}");
    assert_eq!(sum(&is_search), outcome.web_search, "{name}");
    let paid: Money = recorder.payments.iter().map(|payment| payment.amount).sum();
    let by_time = |product| sum(&|line: &BillLine| is_time(line) && line.product == product);
    assert_eq!(by_time(Product::Deployment), outcome.commitment - paid, "{name}");
    assert_eq!(by_time(Product::Machines), outcome.standard + outcome.spot + outcome.disk, "{name}");
    let others = sum(&|line: &BillLine| !is_of_calls(line) && !is_time(line));
    let charges: Money = outcome.accounts.iter().map(|account| account.charges).sum();
    assert_eq!(others, charges, "{name}");
    for (index, account) in outcome.accounts.iter().enumerate() {
        let mine = || lines.iter().filter(|line| line.account.0 == index);
        assert_eq!(mine().map(|line| line.amounts.plan).sum::<Money>(), account.covered_by_plans, "{name}");
        assert_eq!(mine().map(|line| line.amounts.discount).sum::<Money>(), account.discounts, "{name}");
    }
}

/// What is discounted together: a model, a deployment, a service, a job; of single charges each by itself.
fn class_of(line: &BillLine, place: usize) -> (Vec<String>, usize) {
    let own = |name: &str| vec![name.to_owned()];
    match line.quantity {
        LineQuantity::Count { unit: "call", .. } => (own("web search"), 0),
        LineQuantity::Count { unit: "piece", .. } if line.rules.contains(&"B21") => (own("messages"), 0),
        LineQuantity::Count { unit: "piece", .. } => (own(&line.billing_type), place),
        LineQuantity::Tokens { calls, .. } if calls > 0 && line.product != Product::Deployment => {
            (own(&line.model), 0)
        }
        LineQuantity::Tokens { .. }
        | LineQuantity::Count { .. }
        | LineQuantity::Time { .. }
        | LineQuantity::Period { .. }
            if line.product == Product::Machines =>
        {
            (own(&line.resource), 0)
        }
        LineQuantity::Tokens { .. }
        | LineQuantity::Count { .. }
        | LineQuantity::Time { .. }
        | LineQuantity::Period { .. } => (vec![line.resource.clone(), line.model.clone()], 0),
    }
}

fn discounts_of_a_class_are_rounded_once(run: &Run<'_>) {
    let Run { scenario, seed, recorder, .. } = *run;
    let mut classes: BTreeMap<_, (Money, Money)> = BTreeMap::new();
    for (place, line) in recorder.journal.lines.iter().enumerate() {
        let (names, place) = class_of(line, place);
        let sums = classes.entry((line.account, line.product, names, place)).or_default();
        sums.0 += line.amounts.list - line.amounts.plan;
        sums.1 += line.amounts.discount;
    }
    for ((account, product, names, _), (uncovered, discount)) in classes {
        let fits = |discount: &&deploysim::account::Discount| {
            discount.product.is_none_or(|wanted| wanted == product)
                && discount.item.as_ref().is_none_or(|item| names.contains(item))
        };
        let found = scenario.accounts[account.0].discounts.iter().find(fits);
        let off = 1_000_000_000 - found.map_or(1_000_000_000, |discount| discount.factor_ppb);
        assert_eq!(share(-uncovered, off), discount, "random_{seed}: {product:?} {names:?}");
    }
}

fn what_is_stopped_bills_nothing(run: &Run<'_>) {
    let Run { scenario, index: strategy, seed, recorder, .. } = *run;
    let tenants = &scenario.callers;
    for (index, model) in scenario.accounts.iter().enumerate() {
        let stops = stopped(scenario, recorder, index);
        let in_stop = |product: Product, at: SimTime| {
            stops.iter().any(|(of, from, until)| *of == product && *from < at && at < *until)
        };
        let calls = recorder.every_call.iter().flatten();
        let mine = calls.filter(|record| tenants[usize::from(record.call.tenant)].account.0 == index);
        // Bills that savings plans cover are served on (B18).
        for record in mine.filter(|_| model.savings_plans.is_empty()) {
            // A call that begins with a token of a quota is served whole.
            let is_covered = record.charged.iter().any(|part| part.free + part.package > 0);
            let charged: Money = record.charged.iter().map(|part| part.amount).sum();
            let target = &scenario.strategies[strategy].deployments;
            let product = match record.target.map(|target_id| &target[target_id.0].kind) {
                Some(deploysim::scenario::deployment::DeploymentKind::Tokens(_)) => Product::Deployment,
                _ => Product::Inference,
            };
            let is_served_for_money = (charged > Money::ZERO && !is_covered) || record.searched;
            assert!(!is_served_for_money || !in_stop(product, record.call.at), "random_{seed}: {record:?}");
        }
    }
}

/// When which product of an account was stopped.
fn stopped(scenario: &Scenario, recorder: &Recorder, account: usize) -> Vec<(Product, SimTime, SimTime)> {
    let mut open: BTreeMap<Product, SimTime> = BTreeMap::new();
    let mut closed = Vec::new();
    for event in recorder.journal.events.iter().filter(|event| event.account.0 == account) {
        match event.kind {
            AccountEventKind::Stopped { product } => {
                open.entry(product).or_insert(event.at);
            }
            AccountEventKind::Restored { product } => {
                closed.extend(open.remove(&product).map(|from| (product, from, event.at)));
            }
            AccountEventKind::Settled { .. } => {
                // What is not restored one by one was cleared: it stays lost, and is stopped no longer.
                closed.extend(open.iter().map(|(product, from)| (*product, *from, event.at)));
                open.clear();
            }
            _ => {}
        }
    }
    let end = SimTime::ZERO + scenario.horizon;
    closed.extend(open.into_iter().map(|(product, from)| (product, from, end)));
    closed
}

#[test]
fn results_do_not_depend_on_threads() {
    for seed in 0..25 {
        let scenario = random::read(&random::scenario(seed));
        let on = |threads| study(&scenario, StudySize { seed, replications: 5, threads }, &mut ()).unwrap();
        assert_eq!(on(1), on(2), "random_{seed}");
    }
}

/// What is told of an account.
fn journal_of(recorder: &Recorder, account: usize, before: SimTime) -> [String; 3] {
    let journal = &recorder.journal;
    let lines = journal.lines.iter().filter(|line| line.account.0 == account && line.issued_at < before);
    let entries = journal.entries.iter().filter(|entry| entry.account.0 == account && entry.at < before);
    let events = journal.events.iter().filter(|event| event.account.0 == account && event.at < before);
    let each = |all: Vec<String>| all.join("\n");
    [
        each(lines.map(|line| format!("{line:?}")).collect()),
        each(entries.map(|entry| format!("{entry:?}")).collect()),
        each(events.map(|event| format!("{event:?}")).collect()),
    ]
}

#[test]
fn what_comes_later_changes_nothing_before() {
    for seed in 0..SCENARIOS / 6 {
        let scenario = random::read(&random::scenario(seed));
        let whole = recorded(&scenario, 0, seed).1;
        let mut dice = random::Dice::new(seed);
        let mut shorter = scenario.clone();
        let cut = 1 + dice.below(scenario.horizon.as_ms() as u64) as i64;
        let cut = if cut > 3_600_000 && dice.once_in(2) { cut / 3_600_000 * 3_600_000 } else { cut };
        shorter.horizon = SimSpan::from_ms(cut);
        let part = recorded(&shorter, 0, seed).1;
        for account in 0..scenario.accounts.len() {
            let until = SimTime::ZERO + shorter.horizon;
            let (whole, part) = (journal_of(&whole, account, until), journal_of(&part, account, until));
            for (whole, part) in whole.iter().zip(&part) {
                assert_eq!(
                    first_difference(whole, part),
                    None,
                    "random_{seed}, a{account}, {:?}",
                    shorter.horizon
                );
            }
        }
    }
}

/// The first line in which two texts differ.
fn first_difference<'a>(left: &'a str, right: &'a str) -> Option<(&'a str, &'a str)> {
    let (mut left, mut right) = (left.lines(), right.lines());
    loop {
        match (left.next(), right.next()) {
            (None, None) => return None,
            (one, other) if one == other => {}
            (one, other) => return Some((one.unwrap_or(""), other.unwrap_or(""))),
        }
    }
}

#[test]
fn another_account_and_another_strategy_beside_move_nobody() {
    for seed in 0..SCENARIOS / 10 {
        let text = random::scenario(seed);
        let count = random::read(&text).accounts.len();
        let account = "    accounts: [\n        (name: \"beside\", cash: \"0.5\", arrears: MaaS, tax: \"3%\", issue: (delay: Uniform(min: \"1m\", max: \
                       \"9m\")), payments: [Every(first: \"1h\", every: \"7h\", amount: \"0.2\")], keys: [(id: \"kb\")], top_up: (below: 1, \
                       amount: \"0.3\", delay: LogNormal(median: \"2h\", sigma: 1.0)), jobs: [(name: \"jb\", kind: Training, start: \
                       \"1m\", end: \"2h\", price: PerHour(\"2\"))]),\n";
        let tenant = "    traffic: [\n        (tenant: \"beside\", account: \"beside\", to: [\"elsewhere\"], arrivals: Calls([(at: \"10s\", \
                      input: 90, output: 20), (at: \"40s\", input: 90, output: 20, web_search: true)])),\n";
        let strategy = "    strategies: [\n        (name: \"beside\", deployments: [Tokens(name: \"elsewhere\", base: \"qwen3-8b\", model: \
                        \"elsewhere\", account: \"beside\")]),\n";
        let mut more =
            text.replacen("    traffic: [\n", tenant, 1).replacen("    strategies: [\n", strategy, 1);
        more = more.replacen("    accounts: [\n", account, 1);
        if text.contains("services: [") {
            more = more.replacen(
                "\"beside\", deployments",
                "\"beside\", types: [(type: \"M\")], deployments",
                1,
            );
        }
        let (plain, more) = (random::read(&text), random::read(&more));
        let (alone, beside) = (recorded(&plain, 0, seed).1, recorded(&more, 1, seed).1);
        for index in 0..count {
            let alone = journal_of(&alone, index, SimTime::NEVER);
            let own = format!("AccountId({})", index + 1);
            let renamed = |text: String| text.replace(&own, &format!("AccountId({index})"));
            let beside = journal_of(&beside, index + 1, SimTime::NEVER).map(renamed);
            for (alone, beside) in alone.iter().zip(&beside) {
                assert_eq!(first_difference(alone, beside), None, "random_{seed}, a{index}");
            }
        }
    }
}

#[test]
fn odd_horizons_stop_nobody() {
    for seed in 0..200 {
        let scenario = random::read(&random::scenario(seed));
        let next_month = scenario.calendar.months_after(scenario.calendar.month_start(SimTime::ZERO), 1);
        let spans = [SimSpan::SECOND, SimSpan::from_seconds(3_599), next_month.since(SimTime::ZERO)];
        for horizon in spans.into_iter().filter(|span| *span <= scenario.horizon) {
            let odd = Scenario { horizon, ..scenario.clone() };
            let (outcome, recorder) = recorded(&odd, 0, seed);
            let run = Run { scenario: &odd, index: 0, seed, outcome: &outcome, recorder: &recorder };
            entries_balance_and_nothing_is_lost(&run);
            telling_changes_nothing_and_the_total_is_the_cost(&run);
        }
    }
}
