//! The least value of a number at which a risk is small enough, as text and JSON.

use super::table::new_table;
use super::words::{count, grouped};
use crate::montecarlo::{Arrears, Least, Proportion, StudySize, Trial, Trials, replications_to_be_sure};
use crate::units::Money;
use serde::Serialize;
use std::fmt::Write as _;

#[cfg(test)]
mod tests;

/// What was searched for, and what was found.
#[derive(Clone)]
pub struct Found<'a> {
    /// Name of the scenario.
    pub scenario: &'a str,
    /// The strategy.
    pub strategy: &'a str,
    /// The account; none if any of several counts.
    pub account: Option<&'a str>,
    /// What must seldom happen.
    pub risk: Arrears,
    /// In at most this share of replications.
    pub target: f64,
    /// The number that varies, by its path.
    pub path: &'a str,
    /// How a value is written in the scenario.
    pub written: &'a dyn Fn(Money) -> String,
    /// The value in the file.
    pub present: Money,
    /// Which replications.
    pub size: StudySize,
    /// Length of a run, in words.
    pub horizon: String,
    /// Every value that was tried.
    pub trials: &'a Trials,
    /// The least value at which the share is at or under the target.
    pub least: Least,
    /// The least value at which the upper end of its interval is, too; none if there are too few replications for that.
    pub sure: Option<Least>,
    /// Why the scenario refused a value, if it refused one.
    pub refusal: Option<String>,
}

/// The answer. Values are text, as money is.
#[derive(Clone, Debug, Serialize)]
pub struct RiskSearch {
    /// Name of the scenario.
    pub scenario: String,
    /// The strategy.
    pub strategy: String,
    /// The account; null if any of several counts.
    pub account: Option<String>,
    /// `overdue`, `stopped`, `released` or `cleared`.
    pub risk: &'static str,
    /// The share of replications it may have.
    pub target: f64,
    /// The number that varies, by its path.
    pub path: String,
    /// Root of all luck.
    pub seed: u64,
    /// Replications of each value.
    pub replications: u64,
    /// The value in the file; null if it was not tried.
    pub present: Option<TriedResult>,
    /// The least value found with a share at or under the target; null if no value up to `highest` has one.
    pub least: Option<TriedResult>,
    /// The next lower value that was tried; null if there is none, or if the scenario refuses it.
    pub next_lower: Option<TriedResult>,
    /// The least value found at which the upper end of the 95 % interval is at or under the target.
    pub sure: SureResult,
    /// How far apart the found value and the next lower one may be.
    pub resolution: String,
    /// The lowest value tried.
    pub lowest: String,
    /// The highest value tried.
    pub highest: String,
    /// How many values were tried, all on the same worlds.
    pub evaluations: usize,
    /// Of them, refused by the scenario.
    pub refused: usize,
    /// Why it refused one; null if it refused none.
    pub refusal: Option<String>,
    /// The share never rose from one value tried to the next higher one, so that bisection finds the least.
    pub is_monotone: bool,
    /// Values that ran, from the least.
    pub tried: Vec<TriedResult>,
    /// Version of the program.
    pub version: &'static str,
    #[serde(skip)]
    written: Written,
}

/// What only the text shows.
#[derive(Clone, Debug)]
struct Written {
    horizon: String,
    rise: Option<(String, String)>,
    below: Option<String>,
}

/// To be 95 % sure.
#[derive(Clone, Debug, Serialize)]
pub struct SureResult {
    /// The value; null if none was found.
    pub least: Option<TriedResult>,
    /// The next lower value that was tried.
    pub next_lower: Option<TriedResult>,
    /// Where even no hit at all proves too little: replications that would do; null where there are enough, or where
    /// no number is.
    pub replications_needed: Option<usize>,
}

/// One value.
#[derive(Clone, Debug, Serialize)]
pub struct TriedResult {
    /// As it would be written.
    pub value: String,
    /// Replications in which it happened.
    pub hits: usize,
    /// Their share.
    pub probability: f64,
    /// Its 95 % interval (Wilson).
    pub ci95: [f64; 2],
}

/// The word for a risk on the command line and in JSON.
pub const fn risk_name(risk: Arrears) -> &'static str {
    match risk {
        Arrears::Overdue => "overdue",
        Arrears::Stopped => "stopped",
        Arrears::Released => "released",
        Arrears::Cleared => "cleared",
    }
}

impl RiskSearch {
    /// The answer of a search.
    pub fn new(found: &Found) -> Self {
        let trials = found.trials;
        let tried = |value: Money| match trials.get(value) {
            Some(Trial::Ran(hits)) => Some(tried(found, value, hits)),
            Some(Trial::Refused) | None => None,
        };
        let written = |value: Money| (found.written)(value);
        let all: Vec<TriedResult> = trials.ran().filter_map(|(value, _)| tried(value)).collect();
        let sure = SureResult {
            least: found.sure.and_then(|sure| sure.value).and_then(tried),
            next_lower: found.sure.and_then(|sure| sure.below).and_then(tried),
            replications_needed: match found.sure {
                Some(_) => None,
                None => replications_to_be_sure(found.target),
            },
        };
        let highest = found.sure.map_or(found.least.highest, |sure| sure.highest.max(found.least.highest));
        let lowest = found.sure.map_or(found.least.lowest, |sure| sure.lowest.min(found.least.lowest));
        Self {
            scenario: found.scenario.to_owned(),
            strategy: found.strategy.to_owned(),
            account: found.account.map(str::to_owned),
            risk: risk_name(found.risk),
            target: found.target,
            path: found.path.to_owned(),
            seed: found.size.seed,
            replications: found.size.replications,
            present: tried(found.present),
            least: found.least.value.and_then(tried),
            next_lower: found.least.below.and_then(tried),
            sure,
            resolution: written(found.least.resolution),
            lowest: written(lowest),
            highest: written(highest),
            evaluations: trials.count(),
            refused: trials.count() - all.len(),
            refusal: found.refusal.clone(),
            is_monotone: trials.rise().is_none(),
            tried: all,
            version: env!("CARGO_PKG_VERSION"),
            written: Written {
                horizon: found.horizon.clone(),
                rise: trials.rise().map(|(low, high)| (written(low), written(high))),
                below: found.least.below.map(written),
            },
        }
    }

    /// For a terminal.
    pub fn render(&self) -> String {
        let mut text = String::new();
        let account = self
            .account
            .as_ref()
            .map_or_else(|| "any account".to_owned(), |name| format!("account \"{name}\""));
        let target = percent(self.target);
        let _ = writeln!(
            text,
            "{}: the least value that keeps the risk of \"{}\" at or under {target}\n{}, strategy \"{}\", {account}: {} replication{} \
             of {}, seed {}\n\n{}\n",
            self.path,
            self.risk,
            self.scenario,
            self.strategy,
            grouped(self.replications),
            if self.replications == 1 { "" } else { "s" },
            self.written.horizon,
            self.seed,
            self.table()
        );
        match &self.least {
            Some(least) => {
                let _ = writeln!(text, "{} = {} does it ({}).", self.path, least.value, share(least));
            }
            None => {
                let _ = writeln!(text, "No value up to {} does it.", self.highest);
            }
        }
        text.push_str(&self.sure_words(&target));
        let _ = writeln!(
            text,
            "Tried {} from {} to {} on the same worlds; values found are exact to {}.",
            count(self.evaluations, "value"),
            self.lowest,
            self.highest,
            self.resolution
        );
        self.push_doubts(&mut text);
        text
    }

    fn table(&self) -> comfy_table::Table {
        let mut table = new_table(&["", "value", self.risk, "95 % interval"], 1);
        let rows = [
            ("in the file", &self.present),
            ("least", &self.least),
            ("next lower tried", &self.next_lower),
            ("to be 95 % sure", &self.sure.least),
            ("next lower tried", &self.sure.next_lower),
        ];
        for (name, tried) in rows {
            let Some(tried) = tried else { continue };
            let [low, high] = tried.ci95.map(|bound| bound * 100.0);
            let interval = format!("{low:.3} … {high:.3} %");
            table.add_row(vec![name.to_owned(), tried.value.clone(), share(tried), interval]);
        }
        table
    }

    fn sure_words(&self, target: &str) -> String {
        let needed = self.sure.replications_needed;
        match (&self.sure.least, needed) {
            (Some(sure), _) => {
                format!("To be 95 % sure: {} (its interval ends at or under {target}).\n", sure.value)
            }
            (None, Some(needed)) => format!(
                "To be 95 % sure takes at least {} replications: of {} not even a share of nought proves {target}.\n",
                grouped(needed as u64),
                grouped(self.replications)
            ),
            (None, None) if self.target <= 0.0 => {
                "No number of replications is sure that something never happens.\n".to_owned()
            }
            (None, None) => format!("No value up to {} makes it 95 % sure.\n", self.highest),
        }
    }

    /// What makes the found value less than the least.
    fn push_doubts(&self, text: &mut String) {
        if let Some((low, high)) = &self.written.rise {
            let _ = writeln!(
                text,
                "Beware: the risk rises between {low} and {high}, so that a lower value may do it, too."
            );
        }
        if let Some(why) = &self.refusal {
            let _ = writeln!(
                text,
                "The scenario refuses {} of them, which count as not enough: {why}",
                self.refused
            );
        }
        if let (None, Some(below), Some(_)) = (&self.next_lower, &self.written.below, &self.least) {
            let _ = writeln!(text, "The next lower value, {below}, is one of those.");
        }
    }
}

fn tried(found: &Found, value: Money, hits: usize) -> TriedResult {
    let n = found.size.replications as usize;
    let proportion = Proportion::of(hits, n).expect("a study has at least one replication");
    let ci95 = proportion.ci95.into();
    TriedResult { value: (found.written)(value), hits, probability: proportion.share, ci95 }
}

fn share(tried: &TriedResult) -> String {
    format!("{:.3} %", tried.probability * 100.0)
}

/// As few decimals as it needs.
fn percent(share: f64) -> String {
    let text = format!("{:.6}", share * 100.0);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}
