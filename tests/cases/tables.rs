//! What the program says of a strategy, as tables of text; and the same tables read from an expected file.

use deploysim::ledger::LineQuantity;
use deploysim::report::bill::{BillLine, ResourceLine, StillBilling, StoryEvent};
use deploysim::report::console::{Console, ListedDeployment};
use deploysim::report::words::accounts as words;
use deploysim::report::{Bill, Told};
use deploysim::scenario::Scenario;
use deploysim::scenario::model::Strategy;
use deploysim::sim::{Recorder, Silent, simulate};
use deploysim::units::{Money, RoundingMode, SimSpan, SimTime, TokenPrice, UnitPrice};
use std::collections::BTreeMap;

/// One row of a table.
pub(crate) type Row = Vec<String>;
/// The tables of one strategy by their names.
pub(crate) type Tables = BTreeMap<String, Vec<Row>>;

/// Tables of accounts; with ` has` after their names only some of their rows are expected.
pub(crate) const ACCOUNTS: [&str; 3] = ["bill", "ledger", "account"];

/// First cells of lines by time.
const BY_TIME: [&str; 5] = ["ptu input", "ptu output", "ptu thinking output", "ptu units", "model units"];

/// What the program says of one strategy, in the shape of an expected file; the list of deployments at the instants for
/// which `expected` has one.
pub(crate) fn tables(scenario: &Scenario, strategy: usize, expected: &Tables) -> Tables {
    let strategy = &scenario.strategies[strategy];
    let world = scenario.world.draw(1, 0);
    let mut recorder = Recorder::default();
    let outcome = simulate(scenario, strategy, &world, &mut recorder);
    // A run that nobody listens to may take a shorter way; it comes to the same.
    assert_eq!(
        outcome,
        simulate(scenario, strategy, &world, &mut Silent),
        "the same without anybody listening"
    );
    let told = Told { scenario, strategy, seed: 1, replication: 0, outcome: &outcome, recorder: &recorder };
    let bill = Bill::new(&told);
    assert_eq!(Money::parse(&bill.total).unwrap(), outcome.cost(), "the bill's total is the outcome's cost");
    let times = Times::of(scenario);
    // The list of the last instant shows services as the run left them.
    let last = Console::at(&told, SimTime::ZERO + scenario.horizon - SimSpan::from_ms(1));
    let listed: Vec<_> = last.services.iter().map(|service| (service.status, service.replicas)).collect();
    let left = outcome.statuses.iter().map(|status| status.name()).zip(outcome.replicas.iter().copied());
    assert_eq!(listed, left.collect::<Vec<_>>(), "services in the list of the last instant");
    let calls = bill.calls.iter().map(|call| {
        vec![times.cell(&call.time), call.tenant.clone(), call.fate.to_owned(), amount_cell(&call.charge)]
    });
    let statuses = bill.deployments.iter().map(|service| {
        let size = service.size.as_ref().map(|size| size.replace(',', ""));
        let third = match service.model {
            Some(_) => size.unwrap_or_else(|| "-".to_owned()),
            None => service.replicas.to_string(),
        };
        vec![service.name.clone(), service.status.to_owned(), third]
    });
    let resources = bill.resources.iter().map(|one| vec![one.name.clone(), one.status.to_owned()]);
    let statuses = statuses.chain(resources);
    let still = bill.still_billing.iter().map(|one| still_row(&times, one));
    let mut tables = Tables::from([
        ("lines".to_owned(), bill.lines.iter().map(|line| line_row(&times, line)).collect()),
        ("total".to_owned(), vec![vec![amount_cell(&bill.total)]]),
        ("events".to_owned(), bill.events.iter().map(|event| event_row(strategy, &times, event)).collect()),
        ("statuses".to_owned(), statuses.collect()),
        ("calls".to_owned(), calls.collect()),
        ("still".to_owned(), still.collect()),
        ("hours".to_owned(), hour_rows(&times, &bill)),
    ]);
    tables.extend(accounts(scenario, &times, &recorder));
    for table in expected.keys() {
        if let Some(at) = table.strip_prefix("at ") {
            let list = Console::at(&told, times.instant(scenario, at));
            let deployments = list.deployments.iter().map(|deployment| listed_row(&times, deployment));
            let services = list.services.iter().map(|service| {
                let (status, replicas) = (service.status.to_owned(), service.replicas.to_string());
                vec![service.name.clone(), status, replicas, service.running.to_string()]
            });
            tables.insert(table.clone(), deployments.chain(services).collect());
        }
    }
    tables
}

/// What the journal says of accounts: bills, entries, events.
fn accounts(scenario: &Scenario, times: &Times, recorder: &Recorder) -> Vec<(String, Vec<Row>)> {
    let journal = &recorder.journal;
    let several = scenario.accounts.len() > 1;
    let whose = |row: Row, account: usize| -> Row {
        if several { row.into_iter().chain([scenario.accounts[account].name.clone()]).collect() } else { row }
    };
    let clock = |at: SimTime| times.cell(&scenario.calendar.format(at));
    // Several accounts tell of themselves in turns: rows go by their instants.
    let mut lines: Vec<_> = journal.lines.iter().collect();
    lines.sort_by_key(|line| line.issued_at);
    let mut entries: Vec<_> = journal.entries.iter().collect();
    entries.sort_by_key(|entry| entry.at);
    let bill = lines.into_iter().map(|line| {
        let amounts = &line.amounts;
        let (free, package) = match line.quantity {
            LineQuantity::Tokens { free, package, .. } => (free, package),
            LineQuantity::Time { .. } | LineQuantity::Period { .. } | LineQuantity::Count { .. } => (0, 0),
        };
        let tag = if line.to.tag.is_empty() { "-".to_owned() } else { line.to.tag.clone() };
        let row = vec![
            clock(line.issued_at),
            clock(line.from),
            line.product.name().to_owned(),
            line.instance_id(),
            amount_cell(&amounts.payable().to_string()),
            tag,
            free.to_string(),
            package.to_string(),
            amount_cell(&amounts.plan.to_string()),
            amount_cell(&amounts.discount.to_string()),
        ];
        whose(row, line.account.0)
    });
    let ledger = entries.into_iter().map(|entry| {
        let amount = words::entry_amount(entry).to_string();
        let row = vec![
            clock(entry.at),
            words::entry_name(&entry.kind),
            amount_cell(&amount),
            amount_cell(&entry.available.to_string()),
        ];
        whose(row, entry.account.0)
    });
    let mut events: Vec<_> = journal.events.iter().collect();
    events.sort_by_key(|event| event.at);
    let events = events.into_iter().map(|event| {
        let detail = words::event_detail(&event.kind);
        let detail = if detail.is_empty() { "-".to_owned() } else { detail };
        let name = words::event_name(&event.kind).to_owned();
        let row = vec![clock(event.at), name, detail, amount_cell(&event.available.to_string())];
        whose(row, event.account.0)
    });
    vec![
        ("bill".to_owned(), bill.collect()),
        ("ledger".to_owned(), ledger.collect()),
        ("account".to_owned(), events.collect()),
    ]
}

/// Something that bills on: name, item, rate, what ends it, rules, until when it is paid.
fn still_row(times: &Times, one: &StillBilling) -> Row {
    let rate = format!("{}/{}", amount_cell(&one.rate), one.per);
    let mut row = vec![one.name.clone(), one.item.clone(), rate, one.ends_by.clone(), one.rules.join(" ")];
    row.extend(one.until.as_deref().map(|until| times.cell(until)));
    row
}

fn resource_row(times: &Times, line: &ResourceLine) -> Row {
    let is_plural = !["GB", "KB"].contains(&line.unit) && line.quantity != 1;
    let mut row = vec![line.kind.to_owned(), line.deployment.clone(), line.item.clone()];
    row.extend([&line.from, &line.to].into_iter().filter(|time| !time.is_empty()).map(|at| times.cell(at)));
    row.push(format!("{} {}{}", line.quantity, line.unit, if is_plural { "s" } else { "" }));
    let per = if line.per.is_empty() { String::new() } else { format!("/{}", line.per) };
    row.push(format!("{}{per}", amount_cell(&line.unit_price)));
    row.push(amount_cell(&line.amount));
    row
}

fn line_row(times: &Times, line: &BillLine) -> Row {
    match line {
        BillLine::Machine(line) => vec![
            format!("{}/{}", line.deployment, line.replica),
            line.item.to_owned(),
            line.market.clone(),
            times.cell(&line.from),
            times.cell(&line.to),
            price_cell(&line.unit_price),
            amount_cell(&line.amount),
        ],
        BillLine::Time(line) => {
            let hours: Money = line.hours.iter().map(|hour| Money::parse(&hour.amount).unwrap()).sum();
            assert_eq!(hours.to_string(), line.amount, "a line is the sum of its hours");
            let each = UnitPrice::parse(&line.unit_price).unwrap().as_nano() / i64::from(line.price_per);
            let is_plural = line.unit != "TPM" && line.quantity != 1;
            vec![
                line.item.to_lowercase(),
                line.deployment.clone(),
                times.cell(&line.from),
                times.cell(&line.to),
                if line.billed_minutes.fract() == 0.0 {
                    format!("{} min", line.billed_minutes)
                } else {
                    format!("{} s", line.billed_s)
                },
                format!("{} {}{}", line.quantity, line.unit, if is_plural { "s" } else { "" }),
                format!("{}/h", UnitPrice::from_nano(each)),
                amount_cell(&line.amount),
            ]
        }
        BillLine::Payment(line) => vec![
            line.kind.to_owned(),
            line.item.to_owned(),
            line.deployment.clone(),
            times.cell(&line.at),
            amount_cell(&line.amount),
        ],
        BillLine::Account(line) => {
            let mut row = vec![line.kind.to_owned(), line.item.clone()];
            // Searches are summed up by the day, what was bought has its instant.
            let is_day = line.at.len() == times.first_day().len();
            match line.at.as_str() {
                "" => {}
                day if is_day && day == times.first_day() => {}
                day if is_day => row.push(day[5..].to_owned()),
                instant => row.push(times.canonical(instant)),
            }
            row.extend([line.quantity.to_string(), amount_cell(&line.amount)]);
            row
        }
        BillLine::Resource(line) => resource_row(times, line),
        BillLine::Tokens(line) => {
            let how = if line.overflow { "overflow" } else { "served" };
            let mut row = vec![line.kind.to_owned(), line.deployment.clone(), how.to_owned()];
            if line.day != times.first_day() {
                row.push(line.day[5..].to_owned());
            }
            row.extend([line.item.clone(), line.quantity.to_string(), format!("{}/M", line.unit_price)]);
            row.push(amount_cell(&line.amount));
            row
        }
    }
}

/// The bill of each clock hour (P3), deployment by deployment: its lines by time together.
fn hour_rows(times: &Times, bill: &Bill) -> Vec<Row> {
    let mut hours: Vec<(String, String, f64, Money)> = Vec::new();
    for line in &bill.lines {
        let BillLine::Time(line) = line else { continue };
        for hour in &line.hours {
            let amount = Money::parse(&hour.amount).unwrap();
            let is_this = |(name, from, ..): &&mut (String, String, f64, Money)| {
                *name == line.deployment && *from == hour.from
            };
            match hours.iter_mut().find(is_this) {
                Some((.., sum)) => *sum += amount,
                None => {
                    hours.push((line.deployment.clone(), hour.from.clone(), hour.billed_minutes, amount));
                }
            }
        }
    }
    let row = |(name, from, minutes, amount): (String, String, f64, Money)| {
        vec![name, times.cell(&from), format!("{minutes} min"), amount_cell(&amount.to_string())]
    };
    hours.into_iter().map(row).collect()
}

fn event_row(strategy: &Strategy, times: &Times, event: &StoryEvent) -> Row {
    let is_deployment = strategy.deployments.iter().any(|deployment| deployment.name == event.deployment);
    let who = event
        .replica
        .map_or_else(|| event.deployment.clone(), |replica| format!("{}/{replica}", event.deployment));
    let middle = match (&event.market, is_deployment) {
        (Some(market), false) => market.clone(),
        (None, false) => "-".to_owned(),
        (_, true) => event.from.to_owned(),
    };
    vec![
        times.cell(&event.at),
        who,
        event.event.to_owned(),
        middle,
        event.to.to_owned(),
        event.detail.clone(),
    ]
}

fn listed_row(times: &Times, deployment: &ListedDeployment) -> Row {
    let time =
        |time: &Option<String>| time.as_deref().map_or_else(|| "-".to_owned(), |time| times.cell(time));
    vec![
        deployment.name.clone(),
        deployment.status.to_owned(),
        if deployment.created.is_some() { deployment.details.replace(',', "") } else { "-".to_owned() },
        time(&deployment.created),
        time(&deployment.expires),
        if deployment.actions.is_empty() { "-".to_owned() } else { deployment.actions.join(", ") },
        deployment.throttling().replace(',', "").replace('\n', ", "),
    ]
}

/// How the tables write times: on the first day without the date, later with month and day.
pub(crate) struct Times {
    /// The start as RFC 3339.
    start: String,
}

impl Times {
    fn of(scenario: &Scenario) -> Self {
        Self { start: scenario.calendar.format(SimTime::ZERO) }
    }

    fn first_day(&self) -> &str {
        &self.start[..10]
    }

    /// A time of the program, which is RFC 3339 in the scenario's offset.
    fn cell(&self, time: &str) -> String {
        let time = &time[..time.len() - "+08:00".len()];
        if time[..10] == *self.first_day() { time[11..].to_owned() } else { time[5..].to_owned() }
    }

    /// A cell of an expected file: a time with its full date is written as the tables write it.
    fn canonical(&self, cell: &str) -> String {
        let shape: String = cell.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        match shape.get(..19) {
            Some("0000-00-00 00:00:00") => self.cell(&format!("{}+08:00", cell.replace(' ', "T"))),
            _ => cell.to_owned(),
        }
    }

    /// The instant that `at` names.
    fn instant(&self, scenario: &Scenario, text: &str) -> SimTime {
        if let Ok(span) = text.parse::<SimSpan>() {
            return SimTime::ZERO + span;
        }
        let (year, offset) = (&self.start[..5], &self.start[self.start.len() - 6..]);
        let civil = match self.canonical(text) {
            time if time.contains('T') => format!("{year}{time}{offset}"),
            time => format!("{}T{time}{offset}", self.first_day()),
        };
        scenario.calendar.parse_instant(&civil).unwrap_or_else(|error| panic!("`at {text}`: {error}"))
    }
}

/// The expected tables as the program writes them: times, commas in sizes.
pub(crate) fn canonical(scenario: &Scenario, expected: &Tables) -> Tables {
    let times = Times::of(scenario);
    let table = |(name, rows): (&String, &Vec<Row>)| {
        let whole = name.strip_suffix(" has").filter(|name| ACCOUNTS.contains(name)).unwrap_or(name);
        let is_known = ["lines", "total", "events", "statuses", "calls", "hours", "still"].contains(&whole);
        let is_known = is_known || ACCOUNTS.contains(&whole) || name.starts_with("at ");
        assert!(is_known, "there is no table `{name}`");
        let cell = |(index, cell): (usize, &String)| match index {
            2 if name == "statuses" || name.starts_with("at ") => cell.replace(',', ""),
            _ => times.canonical(cell),
        };
        let row = |row: &Row| row.iter().enumerate().map(cell).collect();
        (name.clone(), rows.iter().map(row).collect())
    };
    expected.iter().map(table).collect()
}

/// Reads an expected file.
pub(crate) fn parse(text: &str) -> Vec<(String, Tables)> {
    let mut sections: Vec<(String, Tables)> = Vec::new();
    let mut table = String::new();
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        if let Some(strategy) = line.strip_prefix("strategy: ") {
            sections.push((strategy.trim().to_owned(), Tables::new()));
        } else if let Some(name) = line.strip_suffix(':').filter(|name| !name.starts_with(' ')) {
            name.clone_into(&mut table);
            if sections.is_empty() {
                sections.push((String::new(), Tables::new()));
            }
            sections.last_mut().unwrap().1.insert(table.clone(), Vec::new());
        } else {
            let cells =
                line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(ToOwned::to_owned);
            let mut row: Row = cells.collect();
            match table.as_str() {
                "lines" => read_line(&mut row, line),
                "total" => row[0] = amount_cell(&row[0]),
                "bill" | "bill has" => read_amounts(&mut row, &[4, 8, 9]),
                "ledger" | "ledger has" => read_amounts(&mut row, &[2, 3]),
                "account" | "account has" => read_amounts(&mut row, &[3]),
                "still" => {
                    assert!(row.len() >= 3, "what bills on has a rate: {line}");
                    row[2] = rate_cell(&row[2]);
                }
                "hours" => {
                    assert_eq!(row.len(), 4, "an hour has four cells: {line}");
                    row[3] = amount_cell(&row[3]);
                }
                "calls" => {
                    assert!(
                        matches!(row.len(), 3 | 4),
                        "a call has three cells, or four with its charge: {line}"
                    );
                    row.iter_mut().skip(3).for_each(|charge| *charge = amount_cell(charge));
                }
                _ => {}
            }
            sections.last_mut().unwrap().1.get_mut(&table).unwrap().push(row);
        }
    }
    sections
}

/// Amounts of a row, as far as it goes, as the program writes them.
fn read_amounts(row: &mut Row, places: &[usize]) {
    for &place in places {
        row.iter_mut().skip(place).take(1).for_each(|amount| *amount = amount_cell(amount));
    }
}

/// Prices and amounts of a line as the program writes them.
fn read_line(row: &mut Row, line: &str) {
    match row[0].as_str() {
        "payment" => assert_eq!(row.len(), 5, "a payment has five cells: {line}"),
        "resource" => {
            assert!((6..=8).contains(&row.len()), "a resource has six to eight cells: {line}");
            let (quantity, price) = (row.len() - 3, row.len() - 2);
            row[quantity] = row[quantity].replace(',', "");
            row[price] = rate_cell(&row[price]);
        }
        "account" => {
            assert!(
                matches!(row.len(), 4 | 5),
                "an account's line has four cells, or five with its instant: {line}"
            );
        }
        "tokens" => {
            assert!(matches!(row.len(), 7 | 8), "tokens have seven cells, or eight with the day: {line}");
            let price = row.len() - 2;
            let per_million =
                row[price].strip_suffix("/M").unwrap_or_else(|| panic!("a price per million: {line}"));
            row[price] = format!("{}/M", TokenPrice::per_million(per_million).unwrap());
            row[price - 1] = row[price - 1].replace(',', "");
        }
        item if BY_TIME.contains(&item) => {
            assert_eq!(row.len(), 8, "a line by time has eight cells: {line}");
            row[5] = row[5].replace(',', "");
            let hourly = row[6].strip_suffix("/h").unwrap_or_else(|| panic!("a price per hour: {line}"));
            row[6] = format!("{}/h", price_cell(hourly));
        }
        _ => {
            assert_eq!(row.len(), 7, "a line has seven cells: {line}");
            row[5] = price_cell(&row[5]);
        }
    }
    let amount = row.len() - 1;
    row[amount] = amount_cell(&row[amount]);
}

pub(crate) fn show(tables: &Tables) -> String {
    let table = |(name, rows): (&String, &Vec<Row>)| {
        let rows: Vec<String> = rows.iter().map(|row| format!("  {}", row.join("  "))).collect();
        format!("{name}:\n{}", rows.join("\n"))
    };
    tables.iter().map(table).collect::<Vec<_>>().join("\n")
}

fn amount_cell(text: &str) -> String {
    format!("{:.8}", Money::parse(text).unwrap().round_to(8, RoundingMode::HalfUp))
}

/// An amount, perhaps per something.
fn rate_cell(text: &str) -> String {
    match text.split_once('/') {
        Some((amount, per)) => format!("{}/{per}", amount_cell(amount)),
        None => amount_cell(text),
    }
}

fn price_cell(text: &str) -> String {
    UnitPrice::parse(text).unwrap().to_string()
}
