//! Runs whose journals are written by hand, with everything that a bill can hold.

use deploysim::account::{AccountModel, Allowance, CallPlan, CallPlanKind, Package, SavingsPlan};
use deploysim::ledger::{
    AccountEvent, AccountEventKind, AccountId, BillLine, ChargedTo, Entry, EntryKind, Journal, LineAmounts,
    LineQuantity, Place, Posting, Product,
};
use deploysim::report::Told;
use deploysim::report::export::{Charge, charges, total};
use deploysim::scenario::{Scenario, load_bytes};
use deploysim::sim::{Outcome, Recorder, simulate};
use deploysim::units::{Money, RoundingMode, SimSpan, SimTime, TokenPrice, UnitPrice};

/// A run with a journal of its own.
pub(crate) struct Run {
    pub(crate) scenario: Scenario,
    pub(crate) outcome: Outcome,
    pub(crate) recorder: Recorder,
}

/// Prepaid throughput and calls on an account of the name, from the evening of 2026-06-27 in Beijing.
const SCENARIO: &str = r#"(
    name: "by_hand",
    start: "2026-06-27T20:00:00+08:00",
    horizon: "12d",
    currency: "CNY",
    traffic: [
        (tenant: "app", api_key: "k1", workspace: "llm-1", arrivals: Calls([
            (at: "1h", input: 60000, output: 900), (at: "30h", input: 60000, output: 900),
        ])),
    ],
    public_models: [(model: "qwen3-max-2025-09-23", limits: Unlimited)],
    markets: [(name: "gpu", region: "cn-beijing", standard: "10", spot_protected: "4.25")],
    services: [(name: "own")],
    strategies: [(
        name: "told",
        types: [(type: "gpu", bid: "5")],
        deployments: [Ptu(name: "ptu", model: "qwen3-max-2025-09-23", input_tpm: 100000, output_tpm: 2000, paid_by: Days(20))],
    )],
)"#;

pub(crate) fn money(text: &str) -> Money {
    Money::parse(text).expect("an amount")
}

pub(crate) fn at(span: &str) -> SimTime {
    SimTime::ZERO + span.parse::<SimSpan>().expect("a duration")
}

/// A line of tokens of the model, by the minute.
pub(crate) fn tokens(from: &str, tokens: u64, per_million: &str) -> BillLine {
    let price = TokenPrice::per_million(per_million).expect("a price");
    let from = at(from);
    BillLine {
        account: AccountId(0),
        product: Product::Inference,
        billing_type: "context_0-32k_input_token".to_owned(),
        resource: String::new(),
        model: "qwen3-max-2025-09-23".to_owned(),
        to: ChargedTo {
            api_key: "k1".to_owned(),
            workspace: "llm-1".to_owned(),
            channel: "app".to_owned(),
            stops_when_free_quota_used: false,
            tag: "key:dept value:a, \"b\"; key:env value:test".to_owned(),
        },
        is_overflow: false,
        from,
        to_time: from + SimSpan::MINUTE,
        issued_at: from + SimSpan::from_minutes(5),
        quantity: LineQuantity::Tokens { tokens, free: 0, package: 0, calls: 3, price },
        amounts: LineAmounts { list: price.of(tokens), ..LineAmounts::default() },
        rules: &["B2"],
    }
}

/// The same with so many tokens covered by a free quota and by packages.
pub(crate) fn covered(mut line: BillLine, by_free: u64, by_package: u64) -> BillLine {
    if let LineQuantity::Tokens { tokens, free, package, price, .. } = &mut line.quantity {
        (*free, *package) = (by_free, by_package);
        line.amounts.list = price.of(*tokens - by_free - by_package);
    }
    line
}

/// The same with an amount covered by plans and a discount on the rest.
pub(crate) fn reduced(mut line: BillLine, plan: &str, discount: &str) -> BillLine {
    line.amounts = LineAmounts { plan: money(plan), discount: money(discount), ..line.amounts };
    line
}

/// A line by time of a resource.
pub(crate) fn time(
    product: Product,
    kind: &str,
    span: (&str, &str),
    of: (u64, &'static str, &str),
    list: &str,
) -> BillLine {
    let (from, billed) = (at(span.0), span.1.parse::<SimSpan>().expect("a duration"));
    let price = UnitPrice::parse(of.2).expect("a price");
    BillLine {
        product,
        billing_type: kind.to_owned(),
        resource: "own".to_owned(),
        model: "gpu".to_owned(),
        to: ChargedTo::default(),
        from,
        to_time: from + billed,
        issued_at: from + billed,
        quantity: LineQuantity::Time { billed, count: of.0, unit: of.1, price },
        amounts: LineAmounts { list: money(list), ..LineAmounts::default() },
        rules: &["E2"],
        ..tokens(span.0, 0, "1")
    }
}

/// A line of things.
pub(crate) fn things(product: Product, kind: &str, from: &str, count: u64, price: &str) -> BillLine {
    let list = Money::from_pico(money(price).as_pico() * i128::from(count));
    BillLine {
        product,
        billing_type: kind.to_owned(),
        quantity: LineQuantity::Count { count, unit: "call", price: money(price) },
        amounts: LineAmounts { list, ..LineAmounts::default() },
        ..tokens(from, 0, "1")
    }
}

fn entry(when: SimTime, kind: EntryKind, to_provider: Money) -> Entry {
    let postings = vec![
        Posting { place: Place::Cash, amount: -to_provider },
        Posting { place: Place::Provider, amount: to_provider },
    ];
    Entry { account: AccountId(0), at: when, kind, postings, available: Money::ZERO }
}

/// Something that was bought in advance, with its tax.
pub(crate) fn purchase(when: &str, product: Product, what: &str, price: &str) -> Entry {
    let price = money(price);
    entry(at(when), EntryKind::Purchase { product, what: what.to_owned(), price }, with_tax(price))
}

/// Something that came back.
pub(crate) fn refund(when: &str, product: Product, what: &str, price: &str) -> Entry {
    let price = money(price);
    entry(at(when), EntryKind::Refund { product, what: what.to_owned(), price }, -with_tax(price))
}

/// A settlement.
pub(crate) fn settlement(when: &str, product: Product, exact: &str, rounding: &str, tax: &str) -> Entry {
    let (exact, rounding, tax) = (money(exact), money(rounding), money(tax));
    let kind = EntryKind::Settlement { product, exact, rounding, tax, paid: exact + rounding + tax };
    entry(at(when), kind, rounding + tax)
}

/// The account of these runs.
fn account() -> AccountModel {
    let mut account = AccountModel::named("main");
    account.packages = vec![Package {
        name: "pack".to_owned(),
        models: Vec::new(),
        tokens: 300,
        price: money("10"),
        bought_at: SimTime::ZERO,
        until: at("10d"),
    }];
    account.savings_plans = vec![SavingsPlan {
        name: "sp".to_owned(),
        models: vec!["qwen3-max-2025-09-23".to_owned()],
        per_month: money("100"),
        months: 3,
        factor_ppb: 880_000_000,
        price: money("280"),
        all_upfront: true,
        bought_at: SimTime::ZERO,
    }];
    account.call_plans = vec![CallPlan {
        name: "team".to_owned(),
        kind: CallPlanKind::TokenTeam { seats_used: 6 },
        seats: 10,
        price: money("150"),
        bought_at: at("1d"),
        until: at("31d"),
        months: 1,
        auto_renew: false,
        allowance: Allowance::Unlimited,
    }];
    account.tax_ppb = 60_000_000;
    account
}

/// What the payments of prepaid throughput come to with 6 % tax.
fn with_tax(amount: Money) -> Money {
    Money::from_ratio(amount.as_pico() * 106, 100, RoundingMode::HalfUp).round_to(2, RoundingMode::HalfUp)
}

/// A run of the scenario with an account, and a journal with these lines and entries beside the payments of its
/// deployments.
pub(crate) fn run(lines: Vec<BillLine>, entries: Vec<Entry>) -> Run {
    let (scenario, report) = load_bytes("by_hand.ron", SCENARIO.as_bytes().to_vec(), &[]);
    let mut scenario = scenario.unwrap_or_else(|| panic!("{}", report.render(false)));
    let world = scenario.world.draw(1, 0);
    let mut recorder = Recorder::default();
    let outcome = simulate(&scenario, &scenario.strategies[0], &world, &mut recorder);
    scenario.accounts = vec![account()];
    let paid = recorder.payments.iter().map(|payment| {
        let (product, what, price) = (Product::Deployment, "ptu".to_owned(), payment.amount);
        entry(payment.at, EntryKind::Purchase { product, what, price }, with_tax(price))
    });
    let entries = paid.chain(entries).collect();
    let event =
        |when: &str, kind| AccountEvent { account: AccountId(0), at: at(when), kind, available: Money::ZERO };
    let events = vec![
        event("2d", AccountEventKind::Overdue { episode: 1 }),
        event("2d3h", AccountEventKind::Settled { episode: 1 }),
    ];
    recorder.journal = Journal { lines, entries, events };
    Run { scenario, outcome, recorder }
}

/// One of everything. The month ends after 3 days and 4 hours.
pub(crate) fn everything() -> Run {
    let lines = vec![
        tokens("1h", 1_234, "2.5"),
        reduced(tokens("2h", 1_000_003, "8"), "0", "-0.8000024"),
        covered(tokens("3h", 1_000, "2.5"), 400, 250),
        covered(tokens("4h", 100, "2.5"), 0, 60),
        reduced(tokens("5h", 20_000_000, "8"), "113.636363636363", "-4.636363636364"),
        reduced(tokens("6h", 1_000_000, "8"), "8", "0"),
        tokens("6h1m", 0, "8"),
        time(Product::Machines, "spot_compute", ("7h", "20m"), (1, "instance", "4.25"), "1.416666666667"),
        time(Product::Machines, "system_disk", ("7h", "47m"), (20, "GiB", "0.0008"), "0.012533333333"),
        time(Product::Deployment, "ptu_input", ("8h", "59m"), (100_000, "TPM", "0.000768"), "75.52"),
        things(Product::WebSearch, "web_search", "9h", 7, "0.004"),
        BillLine { is_overflow: true, ..tokens("2d1h", 128_001, "15") },
        // Used in the last minutes of the month, issued in it and after its settlement.
        tokens("3d3h50m", 11, "1"),
        BillLine { issued_at: at("3d4h3m"), ..tokens("3d3h58m", 13, "1") },
        tokens("5d", 1_000_000, "2.5"),
        // Issued after the horizon.
        BillLine { issued_at: at("12d"), ..tokens("11d23h59m", 17, "1") },
    ];
    let entries = vec![
        purchase("0s", Product::Plans, "pack", "10"),
        purchase("0s", Product::Plans, "sp", "280"),
        purchase("1d", Product::Plans, "team", "1500"),
        refund("2d", Product::Plans, "team", "300"),
        purchase("2d", Product::Other, "dedicated pool", "20000"),
        settlement("3d4h", Product::Inference, "58.123456", "-0.003456", "3.49"),
        settlement("3d4h", Product::WebSearch, "0.028", "0.002", "0.00"),
    ];
    run(lines, entries)
}

/// Pay-as-you-go alone.
pub(crate) fn tokens_only() -> Run {
    let minutes = (0..400_u64).map(|minute| {
        let line = tokens(&format!("{}m", minute * 30), 1_000 + minute * 37, "2.5");
        BillLine {
            billing_type: if minute % 2 == 0 { "input_token" } else { "output_token" }.to_owned(),
            ..line
        }
    });
    run(minutes.collect(), vec![settlement("3d4h", Product::Inference, "1.500001", "-0.000001", "0.09")])
}

/// Machines alone, by seconds that no decimal number of hours holds.
pub(crate) fn machines_only() -> Run {
    let lines = (1..=300_i64).map(|second| {
        let amount = Money::from_ratio(4_250_000_000_000 * i128::from(second), 3_600, RoundingMode::HalfUp);
        let span = format!("{second}s");
        let from = format!("{second}h");
        time(Product::Machines, "spot_compute", (&from, &span), (1, "instance", "4.25"), &amount.to_string())
    });
    let lines = lines.filter(|line| line.from < at("12d"));
    run(lines.collect(), Vec::new())
}

impl Run {
    pub(crate) fn told(&self) -> Told<'_> {
        Told {
            scenario: &self.scenario,
            strategy: &self.scenario.strategies[0],
            seed: 1,
            replication: 0,
            outcome: &self.outcome,
            recorder: &self.recorder,
        }
    }

    /// What its bill comes to by the journal: lines and what entries say the provider took for anything else.
    pub(crate) fn by_the_journal(&self) -> Money {
        let lines: Money = self.recorder.journal.lines.iter().map(|line| line.amounts.payable()).sum();
        let entries: Money =
            self.recorder.journal.entries.iter().map(|entry| entry.to(Place::Provider)).sum();
        lines + entries
    }

    pub(crate) fn charges(&self) -> Vec<Charge<'_>> {
        let charges = charges(&self.told());
        assert_eq!(total(&charges), self.by_the_journal());
        charges
    }
}
