//! What is written of accounts is what is resolved, exactly.

use deploysim::account::{
    AccountAction, AccountActionKind, AccountId, AccountModel, Alerts, Allowance, ApiKey, ArrearsRules,
    CallPlan, CallPlanKind, DeductionRules, Discount, FreeQuota, IssueRules, Job, JobKind, JobPrice, Message,
    Opening, Package, PaidFrom, Payment, Peak, QuotasInArrears, Reporting, SavingsPlan, Scope, Settlement,
    SingleCharge, SinglePurchase, Split, Tag, TopUp, Workspace,
};
use deploysim::ledger::Product;
use deploysim::scenario::{Report, Scenario, Severity, Source, load};
use deploysim::serving::{TargetId, TokenPrices};
use deploysim::units::{Money, RoundingMode, SimSpan, SimTime, TokenPrice, UnitPrice};
use deploysim::world::DurationModel;

const MODEL: &str = "qwen3-max-2025-09-23";

fn read(text: &str) -> (Option<Scenario>, Report) {
    let path = "accounts.ron".to_owned();
    load(Source { path, text: text.to_owned(), base: std::path::PathBuf::new(), data_dirs: vec![] })
}

fn full() -> Scenario {
    let (scenario, report) = read(include_str!("full/accounts.ron"));
    let scenario = scenario.unwrap_or_else(|| panic!("{}", report.render(false)));
    assert_eq!(report.count(Severity::Warning), 0, "{}", report.render(false));
    scenario
}

/// A scenario of this currency and these parts, with one public model.
fn with(currency: &str, parts: &str) -> (Option<Scenario>, Report) {
    read(&format!(
        "(start: \"2026-01-31T22:00:00+08:00\", horizon: \"120d\", currency: \"{currency}\",
          public_models: [(model: \"m\", limits: Unlimited, prices: [(input: 1, output: 2)])],
          strategies: [(name: \"s\", deployments: [Public(model: \"m\")])], {parts})"
    ))
}

/// The only account of a scenario of these fields.
fn account(fields: &str) -> AccountModel {
    let (scenario, report) = with("CNY", &format!("accounts: [({fields})]"));
    let mut scenario = scenario.unwrap_or_else(|| panic!("{}", report.render(false)));
    assert_eq!(scenario.accounts.len(), 1);
    scenario.accounts.remove(0)
}

fn money(text: &str) -> Money {
    Money::parse(text).expect("an amount")
}

/// So long after the start of the full scenario, which is 10:00 of 2 June.
fn at(span: &str) -> SimTime {
    SimTime::ZERO + span.parse::<SimSpan>().expect("a span")
}

/// An instant of the calendar of the full scenario.
fn on(civil: &str) -> SimTime {
    let calendar = full().calendar;
    calendar.parse_instant(&format!("2026-{civil}:00+08:00")).expect("an instant")
}

#[test]
fn money_is_as_written() {
    let main = &full().accounts[0];
    assert_eq!(main.name, "main");
    let opening = Opening {
        cash: money("1000"),
        credit: money("200"),
        unsettled_current: money("60"),
        unsettled_earlier: money("40"),
    };
    assert_eq!(main.opening, opening);
    assert_eq!(main.purchases_from, PaidFrom::PaymentAccount);
    let payment = |when: &str, amount: &str| Payment { at: at(when), amount: money(amount) };
    let expected = [
        payment("1d", "100"),
        payment("2d", "500"),
        payment("60h", "100"),
        payment("3d", "1000"), // 5 June, 10:00
        payment("4d", "100"),
        payment("132h", "100"),
    ];
    assert_eq!(main.payments, expected);
    let delay = DurationModel::LogNormal { median: SimSpan::from_hours(2), sigma: 1.0 };
    assert_eq!(main.top_up, Some(TopUp { below: money("100"), amount: money("500"), delay }));
}

#[test]
fn billing_is_as_written() {
    let main = &full().accounts[0];
    let minutes = SimSpan::from_minutes;
    let peak = |from: i64, to: i64, delay: i64| Peak {
        from: minutes(from),
        to: minutes(to),
        delay: DurationModel::Fixed(minutes(delay)),
    };
    let issue = IssueRules {
        delay: DurationModel::Uniform(minutes(2), minutes(10)),
        peaks: vec![peak(600, 720, 45), peak(1_410, 1_440, 30)],
    };
    assert_eq!(main.issue, issue);
    let settlement = Settlement {
        day: 3,
        time: minutes(390),
        decimals: 4,
        rounding: RoundingMode::HalfEven,
        reserve_ppb: 1_500_000_000,
    };
    assert_eq!(main.settlement, settlement);
    let discount = |product, item: Option<&str>, factor_ppb| Discount {
        product,
        item: item.map(str::to_owned),
        factor_ppb,
    };
    let discounts = [
        discount(Some(Product::Inference), Some(MODEL), 900_000_000),
        discount(None, Some("ptu"), 1_000_000_000),
        discount(Some(Product::Machines), None, 850_000_000),
    ];
    assert_eq!(main.discounts, discounts);
    assert_eq!(main.tax_ppb, 60_000_000);
    let rate = UnitPrice::parse("0.14").expect("a rate");
    assert_eq!(main.reporting, Some(Reporting { currency: "USD".to_owned(), rate }));
}

#[test]
fn quotas_and_plans_are_as_written() {
    let main = &full().accounts[0];
    let from = on("03-10T00:00");
    let until = from + SimSpan::from_days(100);
    let model = MODEL.to_owned();
    assert_eq!(main.free_quotas, [FreeQuota { model, tokens: 1_000_000, from, until, stop_when_used: true }]);
    let package = |name: &str, models: &[&str], tokens, price, bought_at, until| Package {
        name: name.to_owned(),
        models: models.iter().map(|model| (*model).to_owned()).collect(),
        tokens,
        price: money(price),
        bought_at,
        until,
    };
    let packages = [
        package("pack", &[MODEL], 300, "10", at("1d"), at("366d")),
        package("any", &[], 7, "0", SimTime::ZERO, on("07-01T00:00")),
    ];
    assert_eq!(main.packages, packages);
    let savings = SavingsPlan {
        name: "sp".to_owned(),
        models: vec![MODEL.to_owned(), "tuned".to_owned()],
        per_month: money("1000"),
        months: 3,
        factor_ppb: 880_000_000,
        price: money("2800"),
        all_upfront: false,
        bought_at: on("05-31T12:00"),
    };
    let general = SavingsPlan {
        name: "general".to_owned(),
        models: Vec::new(),
        per_month: money("10"),
        months: 2,
        factor_ppb: 1_000_000_000,
        price: money("20"), // what it allows
        all_upfront: true,
        bought_at: SimTime::ZERO,
    };
    assert_eq!(main.savings_plans, [savings, general]);
    let coding = CallPlan {
        name: "coding".to_owned(),
        kind: CallPlanKind::Coding,
        seats: 1,
        price: money("200"),
        bought_at: on("05-20T00:00"),
        until: on("06-21T00:00"),
        months: 1,
        auto_renew: true,
        allowance: Allowance::Calls(18_000),
    };
    let team = CallPlan {
        name: "team".to_owned(),
        kind: CallPlanKind::TokenTeam { seats_used: 6 },
        seats: 10,
        price: money("150"),
        bought_at: SimTime::ZERO,
        until: on("08-02T10:00"), // two natural months later
        months: 2,
        auto_renew: false,
        allowance: Allowance::Tokens(25_000_000),
    };
    assert_eq!(main.call_plans, [coding, team]);
}

#[test]
fn alerts_and_arrears_are_as_written() {
    let main = &full().accounts[0];
    let message = |way: &str, count, price| Message { way: way.to_owned(), count, price: money(price) };
    let alerts = Alerts {
        monthly_limit: Some(money("5000")),
        shares_ppb: vec![500_000_000, 800_000_000, 1_000_000_000],
        daily: vec![money("500"), money("900.5")],
        monthly: vec![money("4000")],
        low_balance: vec![Money::ZERO, money("100")],
        when_reached: false,
        messages: vec![message("sms", 2, "0.045"), message("http", 1, "0")],
    };
    assert_eq!(main.alerts, alerts);
    let arrears = ArrearsRules {
        calls_stop_after: SimSpan::from_minutes(5),
        quotas: QuotasInArrears::Continue,
        scope: Scope::Product,
        kept_for: SimSpan::HOUR,
        units_kept_for: SimSpan::from_minutes(90),
        machines_kept_for: SimSpan::HOUR,
        keeps_task: false,
        grace: SimSpan::from_days(2),
        retention: Some(SimSpan::from_days(3)),
        resubscribe: false,
    };
    assert_eq!(main.arrears, arrears);
}

#[test]
fn keys_workspaces_jobs_and_single_payments_are_as_written() {
    let main = &full().accounts[0];
    let key = |id: &str, exists_at_start| ApiKey { id: id.to_owned(), exists_at_start };
    assert_eq!(main.keys, [key("k1", true), key("k2", false)]);
    let tag = |key: &str, value: &str, from| Tag { key: key.to_owned(), value: value.to_owned(), from };
    // enabled on the first of June, on lines from the second on, which began before the run.
    let tags = vec![
        tag("dept", "a", on("06-02T00:00")),
        tag("team", "b", SimTime::ZERO - SimSpan::from_days(36_525)),
    ];
    assert_eq!(main.workspaces, [Workspace { id: "llm-1".to_owned(), tags }]);
    let job =
        |name: &str, kind, [model, api_key, workspace]: [&str; 3], [start, end]: [&str; 2], price| Job {
            name: name.to_owned(),
            kind,
            model: model.to_owned(),
            api_key: api_key.to_owned(),
            workspace: workspace.to_owned(),
            start: at(start),
            end: at(end),
            price,
        };
    let hourly = JobPrice::PerHour(UnitPrice::parse("12").expect("a price"));
    let tokens =
        JobPrice::Tokens { tokens: 1_000_000, price: TokenPrice::per_million("5").expect("a price") };
    let jobs = [
        job("finetune", JobKind::Training, ["qwen3-8b", "k1", "llm-1"], ["1h", "3h25m"], hourly),
        job("nightly", JobKind::Batch, [""; 3], ["1d", "2d"], JobPrice::Fixed(money("5"))),
        job("library", JobKind::KnowledgeBase, [""; 3], ["0s", "1d"], tokens),
    ];
    assert_eq!(main.jobs, jobs);
    let charge = SingleCharge {
        at: at("3h"),
        product: Product::Notifications,
        item: "sms".to_owned(),
        count: 10,
        price: money("0.045"),
    };
    assert_eq!(main.charges, [charge]);
    let purchase = SinglePurchase {
        at: SimTime::ZERO,
        product: Product::Other,
        what: "dedicated pool".to_owned(),
        price: money("20000"),
    };
    assert_eq!(main.purchases, [purchase]);
}

#[test]
fn actions_come_by_time_and_then_in_file_order() {
    let scenario = full();
    let action = |hours, kind| AccountAction { at: SimTime::ZERO + SimSpan::from_hours(hours), kind };
    let of_main = [
        action(1, AccountActionKind::CreateKey(1)),
        action(2, AccountActionKind::DisableKey(0)),
        action(2, AccountActionKind::AutoRenewPlan(0, false)),
        action(2, AccountActionKind::RenewPlan(0, 2)),
        action(3, AccountActionKind::CancelPlan(0)),
        action(3, AccountActionKind::UnsubscribeSeats(1, 4)),
        action(4, AccountActionKind::StopWhenUsed(MODEL.to_owned(), false)),
        action(5, AccountActionKind::EnableKey(0)),
        action(6, AccountActionKind::DeleteKey(0)),
    ];
    assert_eq!(scenario.accounts[0].actions, of_main);
    let of_second = [action(4, AccountActionKind::Subscribe("tuned".to_owned()))];
    assert_eq!(scenario.accounts[1].actions, of_second);
    assert_eq!(scenario.strategies[0].deployment_actions.len(), 1);
}

#[test]
fn services_deployments_and_tenants_have_the_account_they_name() {
    let scenario = full();
    assert_eq!(scenario.services[0].account, AccountId(1));
    let strategy = &scenario.strategies[0];
    let payers: Vec<(&str, usize)> =
        strategy.deployments.iter().skip(3).map(|one| (one.name.as_str(), one.account.0)).collect();
    assert_eq!(payers, [("own", 1), ("ptu", 0), ("theirs", 1), ("ours", 0)]);
    assert_eq!(strategy.deployments[4].workspace, "llm-1");
    let callers: Vec<_> =
        scenario.callers.iter().map(|caller| (caller.account.0, caller.call_plan, caller.key)).collect();
    assert_eq!(callers, [(0, Some(0), Some(0)), (0, Some(1), None), (1, None, None), (0, None, Some(1))]);
    // Public models are everybody's; own machines and deployments are met by the tenants of their account.
    let routes: Vec<Vec<usize>> = strategy
        .serving
        .routes
        .iter()
        .map(|route| route.iter().map(|TargetId(target)| *target).collect())
        .collect();
    assert_eq!(routes, [vec![0, 1, 2, 4, 6], vec![1, 4], vec![0, 1, 2, 3, 5], vec![6]]);
}

#[test]
fn preview_models_cost_nothing_and_are_told_apart() {
    let scenario = full();
    assert_eq!(scenario.preview_models, ["preview"]);
    assert_eq!(scenario.batch_models, ["batch"]);
    let publics = &scenario.strategies[0].serving.publics;
    let preview = publics.iter().find(|public| public.model == "preview").expect("the model");
    assert_eq!(preview.tariff.tiers.len(), 1);
    assert_eq!(preview.tariff.tiers[0].prices, TokenPrices::default());
    assert_eq!(preview.tariff.tiers[0].label, "");
}

#[test]
fn an_account_without_fields_has_the_defaults() {
    let found = account("");
    assert_eq!(format!("{found:?}"), format!("{:?}", AccountModel::named("account")));
}

#[test]
fn parts_have_defaults() {
    let found = account(
        "free_quotas: [(model: \"m\", tokens: 5)], coding_plans: [(name: \"c\", price: 1)],
         token_plans: [(name: \"t\", seats: 3, price: 1)], top_up: (below: 1, amount: 2), settlement: (), issue: (),
         alerts: (), payments: [], keys: [], jobs: []",
    );
    let quota = &found.free_quotas[0];
    assert_eq!((quota.from, quota.until), (SimTime::ZERO, at("90d")));
    assert!(!quota.stop_when_used);
    // A plan from 31 January at 22:00 ends on the last day of February at that time.
    let plans: Vec<_> = found.call_plans.iter().map(|plan| (plan.until, plan.allowance, plan.kind)).collect();
    let (end, all_used) = (at("28d"), CallPlanKind::TokenTeam { seats_used: 3 });
    assert_eq!(
        plans,
        [(end, Allowance::Unlimited, CallPlanKind::Coding), (end, Allowance::Unlimited, all_used)]
    );
    assert_eq!(found.top_up.map(|top_up| top_up.delay), Some(DurationModel::Fixed(SimSpan::ZERO)));
    assert_eq!((found.settlement, found.issue), (Settlement::default(), IssueRules::default()));
    assert_eq!(found.alerts, Alerts::default());
}

#[test]
fn monthly_payments_come_on_their_day_from_the_start_to_the_horizon() {
    let times = |fields: &str| -> Vec<SimTime> {
        account(&format!("payments: [Monthly({fields}, amount: 1)]"))
            .payments
            .iter()
            .map(|one| one.at)
            .collect()
    };
    // The run begins on 31 January at 22:00 and ends on 31 May at 22:00.
    assert_eq!(times("day: 28"), [at("650h"), at("1322h"), at("2066h"), at("2786h")]);
    assert_eq!(times("day: 1, time: \"00:00\""), [at("2h"), at("674h"), at("1418h"), at("2138h")]);
}

#[test]
fn every_set_of_rules_can_be_named() {
    let rules = |written: &str| account(&format!("arrears: {written}")).arrears;
    assert_eq!(rules("ModelStudio"), ArrearsRules::model_studio());
    assert_eq!(rules("ModelStudioStopAll"), ArrearsRules::model_studio_stop_all());
    assert_eq!(rules("MaaS"), ArrearsRules::maas());
    for level in 0..=5 {
        let expected = ArrearsRules::huawei_general(level);
        assert_eq!(Some(rules(&format!("HuaweiGeneral(level: {level})"))), expected);
    }
    let kept = rules("ModelStudioStopAll(kept_for: \"2h\")");
    assert_eq!([kept.kept_for, kept.units_kept_for, kept.machines_kept_for], [SimSpan::from_hours(2); 3]);
    let machines = rules("ModelStudio(machines_kept_for: \"0s\")");
    assert_eq!((machines.kept_for, machines.machines_kept_for), (SimSpan::DAY, SimSpan::ZERO));
    assert_eq!(kept.quotas, QuotasInArrears::StopAll);
}

#[test]
fn searches_have_the_known_price_in_yuan_and_a_stated_one_elsewhere() {
    let tenant = "traffic: [(tenant: \"t\", arrivals: Constant(per_minute: 1), input: 1, output: 1, web_search_share: 1)],";
    let price = |currency: &str, parts: &str| with(currency, parts).0.map(|scenario| scenario.web_search);
    assert_eq!(price("CNY", tenant), Some(money("0.004")));
    assert_eq!(price("USD", tenant), None);
    assert_eq!(price("USD", &format!("{tenant} web_search: \"0.56\"")), Some(money("0.00056")));
    assert_eq!(price("USD", ""), Some(Money::ZERO));
    let (_, report) = with("CNY", tenant);
    assert_eq!(report.count(Severity::Note), 1, "{}", report.render(false));
}

#[test]
fn what_covers_calls_first_is_as_written() {
    let expected = DeductionRules {
        packages_first: true,
        general_plans_first: true,
        split: Split::Proportional,
        free_quotas: vec![Product::Inference, Product::Batch],
        packages: vec![Product::Inference],
        savings_plans: vec![],
    };
    assert_eq!(full().accounts[0].deduction, expected);
    assert_eq!(full().accounts[1].deduction, DeductionRules::default());
    assert_eq!(account("deduction: ()").deduction, DeductionRules::default());
}
