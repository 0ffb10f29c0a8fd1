//! A deterministic discrete-event simulator of deployment lifecycles and what they cost.
//!
//! `deploysim` answers questions such as "is spot with fallback cheaper than standard, how much provisioned throughput
//! should be bought, how sure is that, and why" for model services on rented machines and for deployments that sell
//! throughput, model units or tokens. A scenario file describes markets (prices and stock), traffic, services,
//! deployments, and strategies; every strategy meets the same simulated worlds, so that differences are the strategies' own. Each figure can be
//! opened into an itemised bill that adds up, and each line into the rule behind it.
//!
//! This page is the map. The rule ids (E15, A-13, …) are those of the project's rulebook of provider
//! documents ([`rulebook`], `deploysim rules`).
//!
//! # One direction
//!
//! ```text
//! scenario file ─► scenario (decode, check, resolve) ─► Scenario ────────┐
//!                                                         │              │  all strategies of a replication share one World
//!                                WorldModel::draw(seed, replication)     ▼
//!                                                         └──► sim::simulate ─► Outcome ─► montecarlo ─► report ─► files
//!
//!    loop: meet the calls before the next event ─► pop ─► handler ─► state change, new events, instances opened and ended
//!            │ in bulk, never on the queue: serving::Desk                 │ the only way back is an event; placement
//!            └─► fates, exact token charges                               │ looks once per instant
//!          ended instance ─► billing::Usage ─► exact charge ─► one rounding ─► Outcome; lines only if somebody listens
//!          charges of calls by the minute, of time by the hour ─► account::Books ─► bill issued ─► balance
//!            └─► one standing check at the end of the instant ─► calls refused, deployments released, restored
//! ```
//!
//! # Rooms, in reading order
//!
//! A module imports only from those above it.
//!
//! | room | owns |
//! |---|---|
//! | [`units`] | time, money, prices, the calendar: integers with a unit in the type, no floats |
//! | [`engine`] | the event queue: a total order, nothing about clouds |
//! | [`world`] | exogenous facts: price paths, stock, traffic, luck; drawn once, immutable; floats end here |
//! | [`billing`] | usage in, exact charges and lines out; terms, refunds |
//! | [`ledger`] | what accounts are charged, as facts: lines of bills, entries that balance, events |
//! | [`account`] | balances and terms: what is available, what plans take over, what follows from arrears |
//! | [`serving`] | what becomes of a call: quotas, overflow, limits, slots, token prices |
//! | [`catalog`] | price books and provider profiles as data: models' prices by code, estimates before deploying, the rules of machines |
//! | [`rulebook`] | the rules as data: what each says, where it comes from, what changes it, the lesson that shows it |
//! | [`scenario`] | the only reader of files: diagnostics, importers, resolving |
//! | [`sim`] | what decisions cause: lifecycle of services and deployments, placement, reclaim, metering; the main job is `sim/run.rs` |
//! | [`montecarlo`] | replications in parallel, estimates with intervals, paired comparisons, the best of several |
//! | [`shard`] | what replications left behind, as bytes: shards, checkpoints, what is checked before they are merged |
//! | [`report`] | tables, bills, JSON, CSV, pictures; files that appear whole or not at all |
//! | [`course`] | the lessons told: a question, a prediction, figures that are read from runs, rules with their sources |
//! | `serve` | the live page on loopback: requests, whose turn it is, what is refused (feature `serve`) |
//! | [`cli`] | the command line, progress, exit codes |
//!
//! # Invariants, each with a test
//!
//! 1. After a scenario has loaded, nothing fails but a bug: wrong input is a diagnostic, a broken invariant an assertion
//!    (release builds keep overflow checks).
//! 2. Simulated time never goes back, and no two entries of the queue compare equal: (time, rank, entity, sequence).
//!    The ranks are in [`sim::event::rank`], with a reason each (A-07).
//! 3. A world is a function of (seed, replication, model). Every series draws from a stream of its own, keyed by name:
//!    one more market, service or strategy moves nobody else's luck. Nothing in `sim` or `billing` holds a generator.
//! 4. Usage intervals are half-open. Cutting one anywhere changes no amount: what is posted is the difference of the
//!    cumulative charge.
//! 5. There is one division of money ([`units::Money::from_ratio`]) and no conversion from floats.
//! 6. A silent and a recorded run charge the same; the bill's total is the sum of its lines.
//! 7. Results are collected in replication order: the same bytes on any number of threads, and from any parts that a run
//!    was cut into ([`shard`]).
//! 8. Calls are met in order of time between events; cutting a minute anywhere changes no call's fate. No call and no token
//!    is lost: arrived = served + overflowed + refused.
//! 9. With accounts: bills are issued in order of time, and postings of every entry sum to zero; what is available is
//!    cash + credit − unsettled at each of them. Posting a bill freezes nothing: the standing check at the end of the
//!    instant does. What a class of charges is discounted and rounded to does not depend on how its bills are cut. Bills
//!    that cannot matter at their own instant are posted later, with the same result.
//! 10. The status of a deployment changes by the table [`sim::deployment::status::TRANSITIONS`] and by nothing else. What a
//!     tenant may do with a service in which phase is the table of [`sim::service::actions`]; a grid of real runs agrees.
//!
//! # To add …
//!
//! * **a price or stock process**: a variant in `world/model.rs`, its drawing beside `world/price.rs` or
//!   `world/stock.rs`, its decoding in `scenario/decode`; exhaustive matches list the rest.
//! * **a format of price histories**: `scenario/import`, recognised by content.
//! * **a figure or a process of fits to histories**: `montecarlo/history`, its words in `report/prices`.
//! * **a price book or a profile**: a RON file in `scenarios/catalogs`, its name in `catalog/book.rs`.
//! * **a format of traces**: `scenario/import/calls`, recognised by content.
//! * **a key of an EAS service's JSON**: a row of `scenario/import/eas/keys/table.rs`; one that is read, in `eas/service.rs` too.
//! * **a way for calls to arrive**: a variant in `world/traffic/model.rs`, its drawing beside `world/traffic/draw.rs`.
//! * **a rule of a quota**: a field of [`serving::QuotaModel`], its decision in `serving/quota.rs`; the slow second opinion
//!   in `tests/slow_desk` must answer too.
//! * **a kind of deployment**: a variant of [`scenario::deployment::DeploymentKind`]; exhaustive matches list the rest.
//! * **a kind of resource**: a variant of [`scenario::resource::ResourceKind`]; its phases and what bills in them in
//!   `sim/resources/table.rs`; exhaustive matches list the rest.
//! * **a rule of arrears**: a field of [`account::ArrearsRules`], its consequence in `sim/accounts/standing.rs`.
//! * **something that covers calls**: at the call in `serving/till.rs`, at bill time in `account/plans.rs`.
//! * **a charge of accounts**: a class in `scenario/charging.rs`, its instant in `sim/accounts`.
//! * **a format of bills**: out, `report/export`; in, `scenario/import/bills`, recognised by content.
//! * **a policy**: a field of [`scenario::model::Plan`], its decision in `sim/placement.rs` or `sim/reclaim.rs`, its words in
//!   `report/policies.rs`.
//! * **a provider of machines**: a RON file in `scenarios/catalogs`, its name in `catalog/machines.rs`; or, without code, a file
//!   of your own. A rule that none has yet: a field of [`catalog::MachineRules`].
//! * **a setting of an ambiguity**: a field of [`scenario::model::Settings`] with the rulebook's default, its path in
//!   `scenarios/rulebook` and in `tests/full`, which a test holds against each other.
//! * **a rule**: a row in `scenarios/rulebook`; whatever cites its id is held against it.
//! * **a lesson**: a scenario in `scenarios/lessons`, its bill in `tests/lessons`, its name in the rules it shows; its question and
//!   explanation in `scenarios/course`, its name in `chapters.ron` there and in `course/book.rs`.
//! * **a figure that lessons quote**: a variant of [`course::Figure`].
//! * **a measure by name** (`--metric`, thresholds, stopping rules): a variant of [`montecarlo::Measure`]; exhaustive matches list
//!   the rest.
//! * **a question of numbers that vary**: its points from [`scenario::edit`], run together by [`montecarlo::study_points`] (equal
//!   world models share their worlds), its arithmetic in `montecarlo`, its words and pictures in `report`.
//! * **a figure that `--baseline` follows**: a row of `HEADLINES` in `report/baseline`, where `replications.csv` has it in `read.rs`.
//! * **a figure of the comparison**: `sim/outcome.rs`, `shard/outcome.rs` (which does not compile without), a column in `montecarlo/study.rs`, `report/comparison.rs`.
//!
//! # As a library
//!
//! A scenario is loaded from text, so that everything wrong in it is found and told with its place ([`scenario::load_bytes`];
//! [`scenario::load_file`] for one on disk). What comes out is plain data: a program may make strategies of it, exchange
//! bids, leave services out. All strategies of a [`study`](montecarlo::study()) meet the same worlds, whose luck does not depend on
//! what was changed. What it gives is a column for each figure, in replication order, and estimates read columns.
//!
//! ```
//! use deploysim::montecarlo::{Metric, MoneyEstimate, Paired, StudySize, study};
//! use deploysim::scenario::{self, model::Bid};
//! use deploysim::units::UnitPrice;
//!
//! let text = br#"(
//!     start: "2026-06-01T00:00:00+08:00", horizon: "5d", currency: "CNY",
//!     markets: [(name: "A", standard: "1.60",
//!         spot_protected: MeanReverting(step: "10m", level: "0.80", speed: "0.05", noise: "0.03", floor: "0.2", cap: "1.60"))],
//!     services: [(name: "chat", start_up: "3m")],
//!     strategies: [(name: "spot", types: [(type: "A", bid: "1.00"), (type: "A")])],
//! )"#;
//! let (scenario, report) = scenario::load_bytes("inline.ron", text.to_vec(), &[]);
//! let mut scenario = scenario.unwrap_or_else(|| panic!("{}", report.render(false)));
//!
//! // One strategy for each bid, made in code of the one in the text.
//! let pattern = scenario.strategies.remove(0);
//! for bid in ["0.85", "1.20"] {
//!     let mut strategy = pattern.clone();
//!     strategy.name = format!("bid {bid}");
//!     strategy.plan.entries[0].bid = Some(Bid::Limit(UnitPrice::parse(bid).unwrap()));
//!     scenario.strategies.push(strategy);
//! }
//! let samples = study(&scenario, StudySize { seed: 1, replications: 200, threads: 1 }, &mut ()).unwrap();
//!
//! // The bill of each: its mean with a 95 % interval, and what one world in twenty exceeds.
//! for (strategy, column) in scenario.strategies.iter().zip(&samples) {
//!     let cost = MoneyEstimate::of(&column.cost).unwrap();
//!     let (low, high) = cost.mean.ci95.unwrap();
//!     println!("{}: {:.2} ({low:.2} to {high:.2}), p95 {:.2}", strategy.name, cost.mean.mean, cost.p95);
//!     assert!(low <= cost.mean.mean && cost.mean.mean <= high && cost.p50 <= cost.p95);
//! }
//! // The difference, world by world: a much narrower interval than two bills have.
//! let difference = Paired::of(&samples[0].cost, &samples[1].cost).unwrap().difference;
//! let (low, high) = difference.ci95.unwrap();
//! assert!(low <= difference.mean && difference.mean <= high);
//! // Any figure by its name, as on the command line.
//! let available = Metric::parse("availability.p5").unwrap().estimate(&samples[1]).unwrap();
//! assert!(0.9 < available.value && available.value <= 1.0);
//! ```
//!
//! Two things are the text's alone. [`scenario::Scenario::hash`] is the hash of what was loaded: what a program changes
//! afterwards is not in it. And nobody checks what is changed; to vary numbers with all checks and a hash of their own,
//! exchange them in the text by their paths ([`scenario::edit::Template`]), as `deploysim sweep` does.

pub mod units;
pub mod engine;
pub mod world;
pub mod billing;
pub mod ledger;
pub mod account;
pub mod serving;
pub mod catalog;
pub mod rulebook;
pub mod scenario;
pub mod sim;
pub mod montecarlo;
pub mod shard;
pub mod report;
pub mod course;
#[cfg(feature = "serve")]
pub mod serve;
pub mod cli;
