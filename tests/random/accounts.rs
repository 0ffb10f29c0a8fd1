//! Random scenarios with accounts, as text, from a seed: the random deployments and calls with one to three accounts put
//! on top, poor enough to fall into arrears and rich enough to come out again, whose bills meet the ends of minutes,
//! hours and months.

#[path = "deployments.rs"]
pub(crate) mod deployments;
#[path = "accounts_plans.rs"]
mod plans;

pub(crate) use crate::dice::Dice;
pub(crate) use deployments::read;
use std::fmt::Write as _;

/// What a random scenario may contain: each is switched on or off by its own coin.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "switches that do not depend on each other")]
pub(crate) struct Features {
    /// The tenant has packages, plans, discounts, tax.
    pub plans: bool,
    /// Jobs, single charges, purchases.
    pub work: bool,
    /// What is done with the account while it runs.
    pub actions: bool,
    /// Lines are issued after delays that are drawn.
    pub luck: bool,
}

impl Features {
    /// Each is there in two of three scenarios.
    pub(crate) fn of(seed: u64) -> Self {
        let dice = &mut deployments::dice(seed ^ 0xfea7);
        let mut on = || !dice.once_in(3);
        Self { plans: on(), work: on(), actions: on(), luck: on() }
    }
}

/// Models that accounts have quotas and plans of.
const MODELS: [&str; 3] = ["pm", "qwen3-32b", "night"];
/// Names of deployments that have an account.
const OWNED: [&str; 5] = ["ptu a", "ptu b", "units a", "units b", "tokens a"];

/// A random scenario.
pub(crate) fn scenario(seed: u64) -> String {
    let dice = &mut deployments::dice(seed ^ 0xacc0);
    let features = Features::of(seed);
    let plain = deployments::scenario(seed);
    let horizon = number_after(&plain, "horizon: \"");
    let start = text_after(&plain, "start: \"");
    let count = [1, 1, 2, 3][dice.below(4) as usize];
    let owners: Vec<(&str, u64)> = OWNED.iter().map(|name| (*name, dice.below(count))).collect();
    let account = Account { features, horizon, start: &start, is_dear: dice.once_in(2) };
    let is_evicted = plain.contains(MACHINES) && deployments::dice(seed ^ 0xe71c).once_in(2);
    let mut accounts = String::from(if is_evicted { EVICTIONS } else { "" });
    accounts += "    accounts: [\n";
    let mut actions = String::new();
    for index in 0..count {
        account.write(index, &mut accounts, &mut actions, dice);
    }
    accounts += "    ],\n";
    let mut text = String::new();
    for line in plain.lines() {
        let line = if is_evicted { evicted(line) } else { line.to_owned() };
        text += &changed(&line, &owners, count, &account, dice);
        match line.trim() {
            "public_models: [" => text += &publics(dice),
            "actions: [" => text += &actions,
            line if line.starts_with("name: \"random_") => text += &accounts,
            _ => {}
        }
    }
    text
}

/// Where machines are rented in the plain scenario.
const MACHINES: &str = "markets: [(name: \"M\", standard: \"1.30\",";
/// Rules under which machines that are taken back may be free, and leave their disks behind.
const EVICTIONS: &str = "    disk: (price: \"0.0036\"),\n    providers: [(name: \"kept\", like: \"google-compute\", \
                         free_if_reclaimed_within: \"40m\")],\n";

/// A line of the plain scenario, in which machines are rented as spot first.
fn evicted(line: &str) -> String {
    let spot = "provider: \"kept\", spot_unprotected: \"0.47\", spot_stock: OnOff(on: \"50m\", off: \"4m\"),";
    let types = "types: [(type: \"M\", bid: NoLimit), (type: \"M\", after: \"10m\")]";
    let line = line.replace(MACHINES, &format!("{MACHINES} {spot}"));
    line.replace("types: [(type: \"M\")]", types)
}

/// A line of the plain scenario, with accounts.
fn changed(line: &str, owners: &[(&str, u64)], count: u64, account: &Account<'_>, dice: &mut Dice) -> String {
    let mut line = format!("{line}\n");
    if line.contains("(tenant: \"") {
        return tenant(&line, owners, count, dice);
    }
    if line.contains("(model: \"") && account.is_dear {
        line = line.replace("input: \"2.4\", output: \"7.1\"", "input: \"2400\", output: \"7100\"");
        line = line.replace("input: \"4.8\", output: \"14.3\"", "input: \"4800.7\", output: \"14300\"");
    }
    if dice.once_in(3) {
        // Calls that end in another minute than they begin in.
        line = line.replace("latency: (first: \"400ms\"", "latency: (first: \"47s\"");
    }
    for (name, owner) in owners {
        let (plain, owned) =
            (format!("(name: \"{name}\""), format!("(name: \"{name}\", account: \"a{owner}\""));
        let workspace = line.contains("workspace_privilege");
        line = line.replace(&plain, &owned);
        if line.contains(&owned) && !workspace && dice.once_in(3) {
            line = line.replace(&owned, &format!("{owned}, workspace: \"llm-1\""));
        }
    }
    if line.contains("deployments: [") && !line.contains("settings") {
        let more =
            ["", "            Public(model: \"night\"),\n", "            Public(model: \"preview\"),\n"];
        line += more[dice.below(3) as usize];
    }
    if line.contains("services: [(") {
        line = line.replace("(name: \"own\"", "(name: \"own\", account: \"a0\"");
    }
    line
}

/// Whose a tenant is: of the account of what it calls first; what is of another account it cannot call.
fn tenant(line: &str, owners: &[(&str, u64)], count: u64, dice: &mut Dice) -> String {
    let owner_of = |name: &str| owners.iter().find(|(known, _)| *known == name).map(|(_, owner)| *owner);
    let place = line.find(", to: [").map(|at| (at, at + line[at..].find(']').expect("a list ends") + 1));
    let (mut line, named) = match place {
        Some((from, to)) => {
            let names: Vec<String> =
                line[from..to].split('"').skip(1).step_by(2).map(str::to_owned).collect();
            (format!("{}{}", &line[..from], &line[to..]), names)
        }
        None => (line.to_owned(), vec![]),
    };
    let account = named.iter().find_map(|name| owner_of(name)).unwrap_or_else(|| dice.below(count));
    let mine: Vec<String> = named
        .into_iter()
        .filter(|name| owner_of(name).is_none_or(|owner| owner == account))
        // Throughput is called by the code of its model, too: the public model of that code by its own name.
        .map(|name| format!("\"{}\"", if name == "pm" { "public" } else { name.as_str() }))
        .collect();
    let to = if mine.is_empty() { String::new() } else { format!(", to: [{}]", mine.join(", ")) };
    let key = match dice.below(3) {
        0 => String::new(),
        _ => format!(", api_key: \"a{account}{}\"", dice.pick(&["k1", "k2"])),
    };
    let plan = match dice.below(6) {
        0 => format!(", plan: \"{}{account}\"", dice.pick(&["coding", "team"])),
        _ => String::new(),
    };
    let channel = dice.pick(&["", ", channel: App", ", workspace: \"llm-1\""]);
    let at = line.find(", arrivals").expect("a tenant has arrivals");
    line.insert_str(at, &format!("{to}, account: \"a{account}\"{key}{plan}{channel}"));
    line
}

/// Models beside those of the deployments: batch, by the hour, and one that costs nothing.
fn publics(dice: &mut Dice) -> String {
    let price = dice.pick(&["0.3", "970"]);
    format!(
        "        (model: \"night\", batch: true, limits: Unlimited, prices: [(input: \"{price}\", output: 1)]),\n        \
         (model: \"preview\", preview: true, limits: Unlimited),\n"
    )
}

fn text_after(text: &str, mark: &str) -> String {
    let from = text.find(mark).expect("it is there") + mark.len();
    text[from..].chars().take_while(|c| *c != '"').collect()
}

fn number_after(text: &str, mark: &str) -> u64 {
    let digits: String = text_after(text, mark).chars().take_while(char::is_ascii_digit).collect();
    digits.parse().expect("a number")
}

/// What all accounts of a scenario have in common.
struct Account<'a> {
    features: Features,
    /// Seconds.
    horizon: u64,
    start: &'a str,
    /// Calls cost much.
    is_dear: bool,
}

impl Account<'_> {
    fn write(&self, index: u64, text: &mut String, actions: &mut String, dice: &mut Dice) {
        let _ = write!(text, "        (name: \"a{index}\"");
        self.money(text, dice);
        self.billing(text, dice);
        self.quotas(text, dice);
        if self.features.plans {
            self.plans(index, text, dice);
        } else {
            // Tenants may name them.
            let _ = write!(
                text,
                ", coding_plans: [(name: \"coding{index}\", price: 1, calls: 9)], token_plans: [(name: \"team{index}\", \
                 price: 1, seats: 1, bought_at: \"{}\")]",
                self.past()
            );
        }
        if self.features.work {
            self.work(text, dice);
        }
        let _ = write!(
            text,
            ", keys: [(id: \"a{index}k1\"), (id: \"a{index}k2\", created: false)], workspaces: [(id: \"llm-1\", tags: \
             [(key: \"dept\", value: \"x\"), (key: \"team\", value: \"y\", enabled_at: \"{}\")])]",
            self.at(dice)
        );
        text.push_str("),\n");
        self.actions(index, actions, dice);
    }

    /// An instant within the run, often at a full hour, sometimes the start.
    fn at(&self, dice: &mut Dice) -> String {
        match dice.below(6) {
            0 => "0s".to_owned(),
            1 if self.horizon > 3_600 => format!("{}h", dice.below(self.horizon / 3_600)),
            _ => format!("{}s", dice.below(self.horizon)),
        }
    }

    /// An instant before the start, of the same month.
    fn past(&self) -> String {
        let (month, day) = (&self.start[..8], &self.start[8..10]);
        let day: u32 = day.parse().expect("a day");
        format!("{month}{:02}T17:03:00+08:00", day - 2)
    }

    fn bought(&self, dice: &mut Dice) -> String {
        if dice.once_in(3) { self.past() } else { self.at(dice) }
    }

    fn money(&self, text: &mut String, dice: &mut Dice) {
        let cash = match (self.is_dear, dice.below(4)) {
            (_, 0) => dice.pick(&["0", "0.01", "0.000001"]).to_owned(),
            (false, 1) => format!("0.{:03}", dice.below(1_000)),
            (true, 1) | (false, 2) => dice.below(40).to_string(),
            _ => format!("{}.5", dice.below(3_000)),
        };
        let _ = write!(text, ", cash: \"{cash}\"");
        if dice.once_in(3) {
            let _ = write!(text, ", credit: \"{}\"", dice.pick(&["0.5", "20", "300"]));
        }
        if dice.once_in(4) {
            let _ = write!(
                text,
                ", unsettled_current: \"{}\", unsettled_earlier: \"{}\"",
                dice.pick(&["0", "0.005", "7.123456789012"]),
                dice.pick(&["0", "0.015", "3"])
            );
        }
        if dice.once_in(3) {
            text.push_str(", purchases_from: PaymentAccount");
        }
        let mut payments = String::new();
        for _ in 0..dice.below(4) {
            let (at, amount) = (self.at(dice), dice.pick(&["0.01", "3", "250", "4000"]));
            let _ = write!(payments, "(at: \"{at}\", amount: \"{amount}\"), ");
        }
        if dice.once_in(4) {
            payments += "Monthly(day: 5, time: \"10:00\", amount: \"80\"), ";
        }
        if !payments.is_empty() {
            let _ = write!(text, ", payments: [{payments}]");
        }
        if dice.once_in(3) {
            let drawn = ["\"25m\"", "\"90m\"", "LogNormal(median: \"2h\", sigma: 1.0)"];
            let delay = drawn[dice.below(if self.features.luck { 3 } else { 2 }) as usize];
            let (below, amount) = (dice.pick(&["0", "5", "0.1"]), dice.pick(&["20", "60", "900"]));
            let _ = write!(text, ", top_up: (below: \"{below}\", amount: \"{amount}\", delay: {delay})");
        }
    }

    fn billing(&self, text: &mut String, dice: &mut Dice) {
        if dice.once_in(2) {
            let drawn = ["\"25m\"", "\"5m\"", "\"59m59s\"", "\"30h\"", "Uniform(min: \"2m\", max: \"10m\")"];
            let delay = drawn[dice.below(if self.features.luck { 5 } else { 4 }) as usize];
            let peaks = dice.pick(&[
                "",
                ", peaks: [(from: \"10:00\", to: \"12:00\", delay: \"45m\")]",
                ", peaks: [(from: \"23:30\", to: \"24:00\", delay: \"31m\"), (from: \"00:00\", to: \"12:00\", delay: \"2m\")]",
            ]);
            let _ = write!(text, ", issue: (delay: {delay}{peaks})");
        }
        if dice.once_in(2) {
            let _ = write!(
                text,
                ", settlement: (day: {}, time: \"{}\", decimals: {}, rounding: {}, reserve: \"{}\")",
                dice.pick(&["1", "1", "3", "28"]),
                dice.pick(&["00:00", "06:30", "23:59"]),
                dice.pick(&["2", "2", "0", "4"]),
                dice.pick(&["HalfUp", "HalfEven", "Down"]),
                dice.pick(&["1", "1", "1.5", "3"])
            );
        }
        let arrears = dice.pick(&[
            "",
            "",
            "ModelStudio(kept_for: \"2h\")",
            "ModelStudio(kept_for: \"0s\", calls_stop_after: \"7m\", retention: \"30h\", resubscribe: true)",
            "ModelStudio(quotas: StopAll, keeps_task: false, kept_for: \"1h\")",
            "ModelStudioStopAll",
            "MaaS",
            "MaaS(grace: \"5h\", retention: \"20h\")",
            "HuaweiGeneral(level: 0)",
            "HuaweiGeneral(level: 3)",
        ]);
        if !arrears.is_empty() {
            let _ = write!(text, ", arrears: {arrears}");
        }
        if dice.once_in(2) {
            let messages = if dice.once_in(2) {
                ", messages: [(way: Sms, count: 2, price: \"0.045\"), (way: Http, price: 0)]"
            } else {
                ""
            };
            let _ = write!(
                text,
                ", alerts: (monthly_limit: \"500\", at: [\"0.1%\", \"10%\", \"100%\"], daily: [\"0.5\", \"90\"], monthly: [\"4\"], \
                 low_balance: [0, \"10\"], when: {}{messages})",
                dice.pick(&["Reached", "Exceeded"])
            );
        }
    }

    fn quotas(&self, text: &mut String, dice: &mut Dice) {
        let mut quotas = String::new();
        for model in MODELS {
            if !dice.once_in(3) {
                continue;
            }
            let (tokens, stops) = (dice.between(1, 3_000), dice.once_in(3));
            let days = dice.pick(&["1", "20", "90"]);
            let activated = self.bought(dice);
            // What began long ago must still be valid for a day.
            let days = if activated.contains('T') { "90" } else { days };
            let _ = write!(
                quotas,
                "(model: \"{model}\", tokens: {tokens}, activated: \"{activated}\", days: {days}, stop_when_used: {stops}), "
            );
        }
        if !quotas.is_empty() {
            let _ = write!(text, ", free_quotas: [{quotas}]");
        }
    }
}
