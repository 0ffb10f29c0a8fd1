//! The pictures of calls: tokens by the minute against a quota, and how much of each quota was asked for.

use super::Picture;
use crate::montecarlo::StudySize;
use crate::report::plot::{
    PlotError, TokenLane, TokenMinute, TrafficPicture, UtilisationCurve, UtilisationLane, UtilisationPicture,
    traffic, utilisation,
};
use crate::report::words;
use crate::scenario::Scenario;
use crate::scenario::deployment::DeploymentKind;
use crate::scenario::model::Strategy;
use crate::serving::{Quota, QuotaModel, TargetId, TargetKind};
use crate::sim::{self, MinuteTraffic, Recorder};
use crate::units::{Calendar, SimSpan, SimTime};

#[cfg(test)]
mod tests;

/// The replication that is drawn.
const REPLICATION: u64 = 0;
/// More quotas than this are not drawn; the picture says so.
const QUOTAS_DRAWN: usize = 8;
/// Marks of a time axis, at most.
const TICKS: i64 = 12;
/// One whole, where factors are in units of 10⁻⁹.
const WHOLE_PPB: i64 = 1_000_000_000;

/// The told strategy's tokens by the minute, and the use of every quota: each where there are calls for it.
pub(super) fn draw(scenario: &Scenario, size: StudySize) -> Result<Vec<Picture>, (&'static str, PlotError)> {
    let told = scenario.telling_strategy();
    let mut pictures = Vec::new();
    if scenario.callers.is_empty() {
        return Ok(pictures);
    }
    let world = scenario.world.draw(size.seed, REPLICATION);
    let mut lanes = Vec::new();
    for strategy in &scenario.strategies {
        let is_told = std::ptr::eq(strategy, told) && !strategy.deployments.is_empty();
        if !is_told && quotas(strategy).next().is_none() {
            continue;
        }
        let mut recorder = Recorder::default();
        sim::simulate(scenario, strategy, &world, &mut recorder);
        if is_told {
            let picture = traffic_picture(scenario, strategy, &recorder, size);
            let (svg, png) = traffic(&picture).map_err(|error| ("traffic.svg", error))?;
            pictures.extend([("traffic.svg", svg.into_bytes()), ("traffic.png", png)]);
        }
        lanes.extend(utilisation_lanes(scenario, strategy, &recorder));
    }
    if !lanes.is_empty() {
        let (svg, png) = utilisation(&utilisation_picture(scenario, lanes, size))
            .map_err(|error| ("utilisation.svg", error))?;
        pictures.extend([("utilisation.svg", svg.into_bytes()), ("utilisation.png", png)]);
    }
    Ok(pictures)
}

/// The deployments of a strategy that have a quota, in order.
pub(in crate::report) fn quotas(strategy: &Strategy) -> impl Iterator<Item = TargetId> {
    let deployments = strategy.deployments.iter().enumerate();
    deployments
        .filter(|(_, one)| matches!(one.kind, DeploymentKind::Ptu(_)))
        .map(|(index, _)| TargetId(index))
}

/// The quota model of a target, if it has one.
fn quota_model(strategy: &Strategy, target: TargetId) -> Option<&QuotaModel> {
    match &strategy.serving.targets.get(target.0)?.kind {
        TargetKind::Quota(model) => Some(model),
        TargetKind::Public(_) | TargetKind::Tokens(_) | TargetKind::Slots(_) => None,
    }
}

/// One kind of quota: how it is counted.
struct Kind {
    name: String,
    /// The quota of this kind; 0 is none.
    quota: fn(&Quota) -> u64,
    /// What an input and an output token count, in units of 10⁻⁹.
    input_ppb: i64,
    output_ppb: i64,
}

impl Kind {
    /// Tokens of a minute as this quota counts them.
    fn tokens(&self, input: u64, output: u64) -> u64 {
        let parts = [(input, self.input_ppb), (output, self.output_ppb)];
        let ppb: i128 = parts.iter().map(|(tokens, ppb)| i128::from(*tokens) * i128::from(*ppb)).sum();
        u64::try_from((ppb + i128::from(WHOLE_PPB) - 1) / i128::from(WHOLE_PPB)).unwrap_or(u64::MAX)
    }

    fn minute(&self, from_ms: i64, minute: &MinuteTraffic) -> TokenMinute {
        TokenMinute {
            from_ms,
            served: self.tokens(minute.served_input, minute.served_output),
            overflowed: self.tokens(minute.overflow_input, minute.overflow_output),
            refused: self.tokens(minute.refused_input, minute.refused_output),
        }
    }
}

/// The kinds of tokens that are counted apart. Minutes do not tell thinking from other output, so those two quotas are
/// drawn as one.
fn kinds(model: Option<&QuotaModel>, steps: &[(SimTime, Option<Quota>)]) -> Vec<Kind> {
    let kind = |name: String, quota, input_ppb, output_ppb| Kind { name, quota, input_ppb, output_ppb };
    if let Some(output_ppb) = model.and_then(|model| model.shared_output_ppb) {
        let factor = output_ppb as f64 / WHOLE_PPB as f64;
        let name = format!("input and output, an output token counts {factor}");
        return vec![kind(name, |quota| quota.input_tpm, WHOLE_PPB, output_ppb)];
    }
    let thinks = |quota: &Quota| quota.thinking_output_tpm.is_some();
    let is_sum = steps.iter().any(|(_, quota)| quota.as_ref().is_some_and(thinks));
    let output = if is_sum { "output, both quotas together" } else { "output" };
    vec![
        kind("input".to_owned(), |quota| quota.input_tpm, WHOLE_PPB, 0),
        kind(
            output.to_owned(),
            |quota| quota.output_tpm + quota.thinking_output_tpm.unwrap_or(0),
            0,
            WHOLE_PPB,
        ),
    ]
}

/// A quota counts tokens with factors that minutes do not tell: the reader must know.
fn factors_note(model: Option<&QuotaModel>) -> &'static str {
    let has_factors = model.is_some_and(|model| {
        !model.input_coefficients.is_empty()
            || !model.output_coefficients.is_empty()
            || model.cache_factor_ppb != WHOLE_PPB
    });
    if has_factors { "; tokens as sent, though the quota counts some with a factor" } else { "" }
}

/// When which quota was open: (from then on, quota while it serves).
fn quota_steps(recorder: &Recorder, target: TargetId) -> Vec<(SimTime, Option<Quota>)> {
    let own = recorder.deployment_events.iter().map(|(_, event)| event);
    let own = own.filter(|event| event.deployment.0 == target.0);
    let mut steps: Vec<(SimTime, Option<Quota>)> = Vec::new();
    for event in own {
        let quota = event.view.status.is_serving().then_some(event.view.quota);
        if steps.last().is_none_or(|(_, last)| *last != quota) {
            steps.push((event.at, quota));
        }
    }
    steps
}

/// A lane for each kind of tokens of a deployment with a quota; without one, of all that there are together.
pub(in crate::report) fn token_lanes(
    strategy: &Strategy,
    recorder: &Recorder,
    target: Option<TargetId>,
) -> Vec<TokenLane> {
    let model = target.and_then(|target| quota_model(strategy, target));
    let steps = target.map_or_else(Vec::new, |target| quota_steps(recorder, target));
    let minutes = minutes_of(recorder, target);
    let lane = |kind: Kind| {
        let quota: Vec<(i64, Option<u64>)> =
            steps.iter().map(|(at, quota)| (at.as_ms(), quota.as_ref().map(kind.quota))).collect();
        let is_provisioned = quota.iter().any(|(_, quota)| quota.is_some_and(|quota| quota > 0));
        TokenLane {
            name: kind.name.clone(),
            minutes: minutes.iter().map(|(at, minute)| kind.minute(at.as_ms(), minute)).collect(),
            quota: if is_provisioned { quota } else { Vec::new() },
        }
    };
    kinds(model, &steps).into_iter().map(lane).collect()
}

/// The first deployment with a quota, or all there are if none has one.
fn traffic_picture(
    scenario: &Scenario,
    strategy: &Strategy,
    recorder: &Recorder,
    size: StudySize,
) -> TrafficPicture {
    let target = quotas(strategy).next();
    let model = target.and_then(|target| quota_model(strategy, target));
    let lanes = token_lanes(strategy, recorder, target);
    let (ticks, axis) = time_axis(scenario);
    let which = target.map_or_else(
        || "all deployments".to_owned(),
        |target| format!("deployment \"{}\"", strategy.deployments[target.0].name),
    );
    TrafficPicture {
        title: format!("Tokens per minute under \"{}\"", strategy.name),
        subtitle: format!(
            "{}, {which}, replication {REPLICATION} of seed {}, from {}{}",
            scenario.name,
            size.seed,
            words::clock(scenario, SimTime::ZERO),
            factors_note(model)
        ),
        horizon_ms: scenario.horizon.as_ms(),
        ticks,
        axis,
        lanes,
    }
}

/// Minutes with traffic of one target, or of all together, in time order.
fn minutes_of(recorder: &Recorder, target: Option<TargetId>) -> Vec<(SimTime, MinuteTraffic)> {
    let mut sums: std::collections::BTreeMap<SimTime, MinuteTraffic> = std::collections::BTreeMap::new();
    let own = recorder.minutes.iter().filter(|((of, _), _)| target.is_none_or(|target| target == *of));
    for ((_, at), minute) in own {
        let sum = sums.entry(*at).or_default();
        sum.served_input += minute.served_input;
        sum.served_output += minute.served_output;
        sum.overflow_input += minute.overflow_input;
        sum.overflow_output += minute.overflow_output;
        sum.refused_input += minute.refused_input;
        sum.refused_output += minute.refused_output;
    }
    sums.into_iter().collect()
}

/// One lane for each deployment whose quota was open.
fn utilisation_lanes(scenario: &Scenario, strategy: &Strategy, recorder: &Recorder) -> Vec<UtilisationLane> {
    let lane = |target: TargetId| {
        let steps = quota_steps(recorder, target);
        let minutes = minutes_of(recorder, Some(target));
        let curves = kinds(quota_model(strategy, target), &steps).into_iter().filter_map(|kind| {
            let demand = demand(scenario, &kind, &steps, &minutes);
            (!demand.is_empty()).then_some(UtilisationCurve { name: kind.name, demand })
        });
        let curves: Vec<UtilisationCurve> = curves.collect();
        let name = format!("{}: {}", strategy.name, strategy.deployments[target.0].name);
        (!curves.is_empty()).then_some(UtilisationLane { name, curves })
    };
    quotas(strategy).filter_map(lane).collect()
}

/// Demand over quota in every civil minute at whose end the quota was open, those without calls too.
fn demand(
    scenario: &Scenario,
    kind: &Kind,
    steps: &[(SimTime, Option<Quota>)],
    minutes: &[(SimTime, MinuteTraffic)],
) -> Vec<f64> {
    let into_minute = scenario.calendar.time_of_day(SimTime::ZERO).as_ms() % SimSpan::MINUTE.as_ms();
    let mut from = SimTime::ZERO - SimSpan::from_ms(into_minute);
    let end = SimTime::ZERO + scenario.horizon;
    let (mut steps, mut minutes) = (steps.iter().peekable(), minutes.iter().peekable());
    let (mut quota, mut demand) = (0, Vec::new());
    while from < end {
        let to = from + SimSpan::MINUTE;
        while let Some((_, next)) = steps.next_if(|(at, _)| *at < to) {
            quota = next.as_ref().map_or(0, kind.quota);
        }
        let mut tokens = 0.0;
        while let Some((_, minute)) = minutes.next_if(|(at, _)| *at < to) {
            let minute = kind.minute(from.as_ms(), minute);
            tokens += minute.served as f64 + minute.overflowed as f64 + minute.refused as f64;
        }
        if quota > 0 {
            demand.push(tokens / quota as f64);
        }
        from = to;
    }
    demand
}

fn utilisation_picture(
    scenario: &Scenario,
    mut lanes: Vec<UtilisationLane>,
    size: StudySize,
) -> UtilisationPicture {
    let more = lanes.len().saturating_sub(QUOTAS_DRAWN);
    lanes.truncate(QUOTAS_DRAWN);
    let left_out = if more > 0 { format!("; {more} more not drawn") } else { String::new() };
    let has_factors = scenario
        .strategies
        .iter()
        .flat_map(|strategy| quotas(strategy).map(|target| factors_note(quota_model(strategy, target))));
    let note = has_factors.max().unwrap_or("");
    UtilisationPicture {
        title: format!("How much of each quota was asked for: {}", scenario.name),
        subtitle: format!(
            "each minute a quota was open, replication {REPLICATION} of seed {}{left_out}{note}",
            size.seed
        ),
        lanes,
    }
}

/// Marks at round civil times with their labels, and what the labels are.
pub(in crate::report) fn time_axis(scenario: &Scenario) -> (Vec<(i64, String)>, String) {
    let (calendar, horizon) = (&scenario.calendar, scenario.horizon);
    let step = tick_step(horizon);
    let midnight = calendar.day_start(SimTime::ZERO);
    let end = SimTime::ZERO + horizon;
    let mut ticks = Vec::new();
    let mut at = midnight;
    while at <= end {
        if at >= SimTime::ZERO {
            ticks.push((at.as_ms(), tick_label(calendar, at, step)));
        }
        at = at + step;
    }
    let full = calendar.format(SimTime::ZERO);
    let offset = &full[full.len().saturating_sub(6)..];
    let axis = if step < SimSpan::DAY {
        format!("time of day, date at midnight ({offset})")
    } else {
        format!("date ({offset})")
    };
    (ticks, axis)
}

/// A round distance that puts at most [`TICKS`] marks on the horizon.
fn tick_step(horizon: SimSpan) -> SimSpan {
    const MINUTES: [i64; 10] = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360];
    const DAYS: [i64; 9] = [1, 2, 3, 7, 14, 28, 91, 182, 364];
    let minutes = MINUTES.into_iter().map(SimSpan::from_minutes);
    let days = DAYS.into_iter().map(|days| SimSpan::from_hours(24 * days));
    let fits = |step: &SimSpan| horizon.as_ms() / step.as_ms() <= TICKS;
    let wide = SimSpan::from_ms((horizon.as_ms() / SimSpan::DAY.as_ms() / TICKS + 1) * SimSpan::DAY.as_ms());
    minutes.chain(days).find(fits).unwrap_or(wide)
}

/// A date, or a time of day where marks lie closer; the year where they lie farther apart than a month.
fn tick_label(calendar: &Calendar, at: SimTime, step: SimSpan) -> String {
    let date = calendar.format_date(at);
    let is_midnight = calendar.time_of_day(at) == SimSpan::ZERO;
    let part = match (is_midnight, step.as_ms() > 31 * SimSpan::DAY.as_ms()) {
        (true, true) => date.get(..10),
        (true, false) => date.get(5..10),
        (false, _) => return calendar.format(at).get(11..16).unwrap_or_default().to_owned(),
    };
    part.unwrap_or_default().to_owned()
}
