//! Each input a little less and a little more, on common worlds: a table and a tornado.

use crate::montecarlo::{Difference, Metric, StudySize};
use crate::report::figures::{self, Figure, Number, Scale, number};
use crate::report::plot::{Bar, BarRow, BarsPicture, PlotError, bars};
use crate::report::sweep::Picture;
use crate::report::table::new_table;
use crate::report::words::{count, grouped};
use crate::scenario::model::Strategy;
use crate::scenario::{Scenario, ScenarioHash};
use crate::units::SimSpan;
use serde::Serialize;
use std::fmt::Write as _;

/// More rows than this are in the JSON only.
const ROWS_MOST: usize = 25;
/// More bars than this tell no more.
const BARS_MOST: usize = 15;

/// The result. Money is text, everything else a number; fields are added by later versions and kept.
#[derive(Clone, Debug, Serialize)]
pub struct Sensitivity {
    /// Name of the scenario.
    pub scenario: String,
    /// Of the scenario as it stands in its file.
    pub scenario_hash: ScenarioHash,
    /// The strategy.
    pub strategy: String,
    /// Root of all luck.
    pub seed: u64,
    /// Replications of each point.
    pub replications: u64,
    /// ISO 4217 code.
    pub currency: String,
    /// By which share each input changes.
    pub by: String,
    /// The figure of the scenario as it stands.
    pub present: Figure,
    /// Inputs, from the one that matters most.
    pub inputs: Vec<InputResult>,
    /// Version of the program.
    pub version: &'static str,
    #[serde(skip)]
    asked: Metric,
    #[serde(skip)]
    horizon: SimSpan,
}

/// One input.
#[derive(Clone, Debug, Serialize)]
pub struct InputResult {
    /// Its path.
    pub path: String,
    /// Its value in the file; several where several places move together.
    pub present: String,
    /// With less of it.
    pub less: SideResult,
    /// With more of it.
    pub more: SideResult,
}

/// An input moved to one side.
#[derive(Clone, Debug, Serialize)]
pub struct SideResult {
    /// Its value.
    pub value: String,
    /// The figure less the present one, from the same worlds; null if the scenario refuses the value.
    pub change: Option<Number>,
    /// The 95 % interval of the change.
    pub ci95: Option<[Number; 2]>,
    /// What the scenario says to it.
    pub refusal: Option<String>,
    #[serde(skip)]
    plain: Option<(f64, Option<(f64, f64)>)>,
}

impl SideResult {
    /// A side that ran: its figure and the present one in each world.
    pub fn ran(metric: &Metric, value: String, changed: &[f64], present: &[f64], seed: u64) -> Self {
        let mut difference = Difference::new(metric.statistic, seed);
        difference.add(0.0, changed.to_vec(), present.to_vec());
        let change = difference.points().next().map_or(0.0, |(_, change)| change);
        let ci95 = difference.interval(0);
        Self {
            value,
            change: Some(number(metric, change)),
            ci95: ci95.map(|(low, high)| [low, high].map(|bound| number(metric, bound))),
            refusal: None,
            plain: Some((change, ci95)),
        }
    }

    /// A side that the scenario refuses.
    pub fn refused(value: String, refusal: String) -> Self {
        Self { value, change: None, ci95: None, refusal: Some(refusal), plain: None }
    }

    fn size(&self) -> f64 {
        self.plain.map_or(0.0, |(change, _)| change.abs())
    }
}

impl InputResult {
    fn size(&self) -> f64 {
        self.less.size().max(self.more.size())
    }

    fn is_refused(&self) -> bool {
        self.less.plain.is_none() && self.more.plain.is_none()
    }
}

impl Sensitivity {
    /// The result of inputs in any order.
    pub fn new(
        (scenario, strategy): (&Scenario, &Strategy),
        (metric, size): (Metric, StudySize),
        by: &str,
        present: Figure,
        mut inputs: Vec<InputResult>,
    ) -> Self {
        // Of equal ones the first in the file stays first.
        inputs.sort_by(|a, b| b.size().total_cmp(&a.size()));
        Self {
            scenario: scenario.name.clone(),
            scenario_hash: scenario.hash,
            strategy: strategy.name.clone(),
            seed: size.seed,
            replications: size.replications,
            currency: scenario.currency.clone(),
            by: by.to_owned(),
            present,
            inputs,
            version: env!("CARGO_PKG_VERSION"),
            asked: metric,
            horizon: scenario.horizon,
        }
    }

    fn scale(&self) -> Scale {
        let largest = self.inputs.iter().map(InputResult::size).fold(0.0, f64::max);
        Scale::new(&self.asked, largest)
    }

    /// Inputs that change the figure, from the one that matters most.
    fn effective(&self) -> Vec<&InputResult> {
        self.inputs.iter().filter(|input| input.size() > 0.0).collect()
    }

    /// For a terminal.
    pub fn render(&self) -> String {
        let mut text = String::new();
        let own = self.present.estimate.map(|one| {
            let scale = Scale::new(&self.asked, one.value.abs());
            format!("{} ± {}", scale.shown(one.value), scale.half(one.ci95))
        });
        let _ = writeln!(
            text,
            "{}: {} of \"{}\" is {}\n{} replications of each point in the same worlds, seed {}, all money in {}\n",
            self.scenario,
            figures::words(&self.asked, self.horizon),
            self.strategy,
            own.unwrap_or_default(),
            grouped(self.replications),
            self.seed,
            self.currency
        );
        let effective = self.effective();
        if effective.is_empty() {
            text.push_str("No input changes it.\n");
        } else {
            let _ = writeln!(text, "{}\n", self.table(&effective));
            text.push_str("± is half of the 95 % interval of the change, world by world.\n");
        }
        if effective.len() > ROWS_MOST {
            let _ = writeln!(text, "{} more are in sensitivity.json.", effective.len() - ROWS_MOST);
        }
        self.push_rest(&mut text);
        text
    }

    fn table(&self, effective: &[&InputResult]) -> comfy_table::Table {
        let (less, more) = (format!("−{}", self.by), format!("+{}", self.by));
        let mut table = new_table(&["input", "now", &less, "±", &more, "±"], 1);
        let scale = self.scale();
        for input in effective.iter().take(ROWS_MOST) {
            let mut row = vec![input.path.clone(), input.present.clone()];
            for side in [&input.less, &input.more] {
                row.push(side.plain.map_or_else(
                    || "refused".to_owned(),
                    |(change, _)| format!("{}{}", if change > 0.0 { "+" } else { "" }, scale.shown(change)),
                ));
                row.push(side.plain.map_or_else(String::new, |(_, ci95)| scale.half(ci95)));
            }
            table.add_row(row);
        }
        table
    }

    /// Inputs that change nothing, and those that cannot change.
    fn push_rest(&self, text: &mut String) {
        let still = self.inputs.iter().filter(|input| input.size() <= 0.0 && !input.is_refused());
        let still: Vec<&str> = still.map(|input| input.path.as_str()).collect();
        if !still.is_empty() {
            let _ = write!(
                text,
                "{}",
                crate::report::table::wrapped(&format!("Without effect: {}.", still.join(", ")))
            );
        }
        let refused: Vec<&InputResult> = self.inputs.iter().filter(|input| input.is_refused()).collect();
        if !refused.is_empty() {
            let _ = writeln!(text, "Refused, both less and more of it ({}):", count(refused.len(), "input"));
        }
        for input in refused {
            let why = input.less.refusal.as_deref().unwrap_or_default();
            let _ = writeln!(text, "  {} = {}: {why}", input.path, input.less.value);
        }
    }

    /// The tornado as SVG and PNG; none where no input has an effect.
    ///
    /// # Errors
    /// The name of the picture that could not be drawn, and why.
    pub fn draw(&self) -> Result<Vec<Picture>, (String, PlotError)> {
        let effective = self.effective();
        if effective.is_empty() {
            return Ok(Vec::new());
        }
        let scale = self.scale();
        let bar = |side: &SideResult| {
            let (change, ci95) = side.plain?;
            let interval = ci95.map(|(low, high)| (scale.on_axis(low), scale.on_axis(high)));
            Some(Bar { value: scale.on_axis(change), interval })
        };
        let row = |input: &&InputResult| BarRow {
            name: input.path.clone(),
            note: format!("{}: {} … {}", input.present, input.less.value, input.more.value),
            bars: vec![bar(&input.less), bar(&input.more)],
        };
        let unit = figures::unit_word(&self.asked, &self.currency);
        let picture = BarsPicture {
            title: format!("What moves {} of \"{}\"", self.asked, self.strategy),
            subtitle: format!(
                "{}: each input less and more by {}, {} replications in the same worlds, seed {}",
                self.scenario,
                self.by,
                grouped(self.replications),
                self.seed
            ),
            label: format!("change of the {}, {unit}", figures::words(&self.asked, self.horizon)),
            keys: vec![format!("−{}", self.by), format!("+{}", self.by)],
            decimals: scale.decimals(),
            rows: effective.iter().take(BARS_MOST).map(row).collect(),
        };
        let (svg, png) = bars(&picture).map_err(|error| ("sensitivity.svg".to_owned(), error))?;
        Ok(vec![("sensitivity.svg".to_owned(), svg.into_bytes()), ("sensitivity.png".to_owned(), png)])
    }
}
