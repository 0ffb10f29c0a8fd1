//! One replication along its time: lanes for prices, what was held, statuses, calls against quotas and balances, under
//! one cursor that reads all of them at one instant.

mod draw;
mod gather;

use crate::report::Told;
use crate::report::bill::Bill;
use crate::report::pictures::time_axis;
use crate::report::words;
use crate::units::SimTime;
use crate::world::World;
use maud::{Markup, html};
use serde::Serialize;

/// Events beyond these are not stopped at.
const STOPS_MOST: usize = 4_000;

/// A lane of the timeline.
struct Lane {
    /// Whose it is, and of what.
    name: String,
    /// Of its values.
    unit: String,
    /// Whose colour it has: the index of a type among the prices.
    series: Option<usize>,
    kind: LaneKind,
}

enum LaneKind {
    /// A value that holds until the next; none where it is not known.
    Steps { points: Vec<(i64, Option<f64>)>, limits: Vec<Limit>, shade: Vec<(i64, i64)>, decimals: usize },
    /// What somebody was doing.
    Blocks { blocks: Vec<Block>, marks: Vec<i64> },
}

/// A value that others are held against.
struct Limit {
    name: &'static str,
    points: Vec<(i64, Option<f64>)>,
}

/// A stretch of one state.
struct Block {
    from_ms: i64,
    to_ms: i64,
    label: String,
    look: Look,
}

/// How a state looks: a colour and a pattern, so that neither is the only sign.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Look {
    /// Working; the index of what it works on.
    Running(usize),
    Starting,
    Waiting,
    Off,
    Alarm,
}

/// A lane as the script reads it.
#[derive(Serialize)]
struct LaneData<'a> {
    n: &'a str,
    u: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    d: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    p: Vec<(i64, Option<f64>)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    l: Vec<LimitData<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    b: Vec<(i64, i64, &'a str)>,
}

/// A limit: its name, and from when on it is so much.
type LimitData<'a> = (&'a str, &'a [(i64, Option<f64>)]);

/// Everything the script reads.
#[derive(Serialize)]
struct Data<'a> {
    /// The civil time of the start, with its offset.
    start: String,
    horizon: i64,
    lanes: Vec<LaneData<'a>>,
    /// When something happened, and what.
    events: Vec<(i64, String)>,
}

pub(super) fn section(told: &Told<'_>, world: &World) -> Markup {
    let scenario = told.scenario;
    let (lanes, left_out) = gather::lanes(told, world);
    let (ticks, axis) = time_axis(scenario);
    let data = Data {
        start: scenario.calendar.format(SimTime::ZERO),
        horizon: scenario.horizon.as_ms(),
        lanes: lanes.iter().map(data_of).collect(),
        events: stops(told),
    };
    // Nothing in it can end the element it stands in.
    let json = serde_json::to_string(&data).unwrap_or_default().replace('<', "\\u003c");
    html! {
        section class="timeline" aria-labelledby="timeline" {
            h2 id="timeline" { "One replication, from start to end" }
            p class="note" {
                "“" (told.strategy.name) "”, replication " (told.replication) " of seed " (told.seed) ", from "
                (words::clock(scenario, SimTime::ZERO)) ". "
                span class="scripted" { "Point at it, or use the arrow keys, to read every lane at one instant." }
            }
            (draw::key(&lanes))
            div class="cursor-bar scripted" {
                button type="button" data-step="-1" { "← earlier event" }
                button type="button" data-step="1" { "later event →" }
                output class="cursor-time" {}
            }
            div class="lanes" tabindex="0" role="slider" aria-label="Instant of the replication"
                aria-valuemin="0" aria-valuemax=(scenario.horizon.as_ms() / 1_000) aria-valuenow="0" aria-valuetext="start" {
                @for lane in &lanes { (draw::lane(lane, scenario.horizon.as_ms())) }
                (draw::axis(&ticks, scenario.horizon.as_ms()))
                span class="cursor" aria-hidden="true" {}
            }
            p class="axis-label" { (axis) }
            @if !left_out.is_empty() { p class="note" { (left_out) } }
            dl class="readout scripted" aria-live="off" {}
            script type="application/json" class="lanes-data" { (maud::PreEscaped(json)) }
        }
    }
}

fn data_of(lane: &Lane) -> LaneData<'_> {
    let empty =
        LaneData { n: &lane.name, u: &lane.unit, d: None, p: Vec::new(), l: Vec::new(), b: Vec::new() };
    match &lane.kind {
        LaneKind::Steps { points, limits, decimals, .. } => LaneData {
            d: Some(*decimals),
            p: points.clone(),
            l: limits.iter().map(|limit| (limit.name, limit.points.as_slice())).collect(),
            ..empty
        },
        LaneKind::Blocks { blocks, .. } => LaneData {
            b: blocks.iter().map(|block| (block.from_ms, block.to_ms, block.label.as_str())).collect(),
            ..empty
        },
    }
}

/// The instants at which something happened.
fn stops(told: &Told<'_>) -> Vec<(i64, String)> {
    let bill = Bill::new(told);
    let calendar = &told.scenario.calendar;
    let ms = |text: &str| calendar.parse_instant(text).ok().map(SimTime::as_ms);
    let mut stops: Vec<(i64, String)> = bill
        .events
        .iter()
        .filter_map(|event| Some((ms(&event.at)?, format!("{}: {}", event.deployment, event.detail))))
        .collect();
    for account in &bill.accounts {
        stops.extend(account.turns.iter().filter_map(|turn| {
            let about = if turn.detail.is_empty() { String::new() } else { format!(", {}", turn.detail) };
            Some((ms(&turn.at)?, format!("{}: {}{about}", account.name, turn.event)))
        }));
    }
    stops.sort_by_key(|(at, _)| *at);
    stops.truncate(STOPS_MOST);
    stops
}
