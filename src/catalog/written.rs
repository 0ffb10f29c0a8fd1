//! A catalog file as it is written: one type per kind of group, unknown fields refused.

use super::book::{Source, spec_parts};
use super::estimate::PtuSteps;
use super::price::{Amount, Factor, PerMillion, PerThousand, TimePrice};
use super::written_profile::WrittenProfile;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) provider: String,
    pub(super) region: String,
    pub(super) currency: String,
    pub(super) seen: String,
    pub(super) ptu: WrittenPtu,
    pub(super) units: Section<WrittenUnits>,
    pub(super) tokens: Section<WrittenTokens>,
    pub(super) public: Section<WrittenPublic>,
    pub(super) factors: WrittenFactors,
    pub(super) coefficients: Section<WrittenCoefficients>,
    pub(super) later_ptu: WrittenLater,
    pub(super) profiles: Vec<WrittenProfile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section<Row> {
    pub(super) source: WrittenSource,
    pub(super) rows: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenSource {
    pub(super) page: String,
    pub(super) url: String,
    pub(super) seen: String,
    #[serde(default)]
    pub(super) note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenPtu {
    pub(super) source: WrittenSource,
    pub(super) steps: WrittenSteps,
    pub(super) rows: Vec<WrittenPtuRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, try_from = "WrittenStepFields")]
pub(super) struct WrittenSteps(pub(super) PtuSteps);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenStepFields {
    pub(super) input_min: u64,
    pub(super) input_step: u64,
    pub(super) output_min: u64,
    pub(super) output_step: u64,
}

impl TryFrom<WrittenStepFields> for WrittenSteps {
    type Error = String;
    fn try_from(fields: WrittenStepFields) -> Result<Self, String> {
        let WrittenStepFields { input_min, input_step, output_min, output_step } = fields;
        for (least, step) in [(input_min, input_step), (output_min, output_step)] {
            if least == 0 || step == 0 || !least.is_multiple_of(step) {
                return Err(format!("a smallest purchase of {least} must be a multiple of its step, {step}"));
            }
        }
        Ok(Self(PtuSteps { input_min, input_step, output_min, output_step }))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenPtuRow {
    pub(super) name: Option<String>,
    pub(super) model: String,
    pub(super) max_input_tokens: u32,
    pub(super) hourly: WrittenPtuPrices,
    pub(super) daily: WrittenPtuPrices,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenPtuPrices {
    pub(super) input: TimePrice,
    pub(super) output: TimePrice,
    pub(super) thinking_output: Option<TimePrice>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenUnits {
    pub(super) family: String,
    pub(super) name: String,
    pub(super) model: String,
    pub(super) spec: Spec,
    pub(super) hourly: TimePrice,
    pub(super) monthly: Amount,
    #[serde(default)]
    pub(super) pd_separated: bool,
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Spec(pub(super) String, pub(super) u32);

impl TryFrom<String> for Spec {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let parts = spec_parts(&text).map(|(unit, count)| Self(unit, count));
        parts.ok_or_else(|| format!("\"{text}\" is no specification: write one as in \"MU1 x 4\""))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenTokens {
    pub(super) name: String,
    pub(super) model: String,
    pub(super) input: PerThousand,
    pub(super) output: PerThousand,
    pub(super) thinking_output: Option<PerThousand>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenPublic {
    pub(super) model: String,
    #[serde(default)]
    pub(super) mode: WrittenMode,
    #[serde(default)]
    pub(super) batch: bool,
    #[serde(default)]
    pub(super) cache: bool,
    #[serde(default)]
    pub(super) free_quota_tokens: u64,
    #[serde(default)]
    pub(super) note: String,
    pub(super) tiers: Vec<WrittenTier>,
}

#[derive(Deserialize, Default)]
pub(super) enum WrittenMode {
    #[default]
    Any,
    NonThinking,
    Thinking,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenTier {
    pub(super) up_to: Option<u32>,
    pub(super) input: PerMillion,
    pub(super) output: PerMillion,
    pub(super) thinking_output: Option<PerMillion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenFactors {
    pub(super) source: WrittenSource,
    // One kind is known: all tokens of a request at the tier of its input.
    #[serde(rename = "tiers")]
    pub(super) _tiers: WrittenTierRule,
    pub(super) batch: Factor,
    pub(super) cache_explicit_create: Factor,
    pub(super) cache_explicit_hit: Factor,
    pub(super) cache_implicit_hit: Factor,
    pub(super) free_quota_tokens_per_model: u64,
    pub(super) free_quota_days: u32,
    pub(super) deduction_order: Vec<String>,
    // One kind is known: when the bill is generated.
    #[serde(rename = "savings_plan_deducts_at")]
    pub(super) _savings_plan_deducts_at: WrittenDeduction,
    pub(super) savings_plan_excludes: Vec<String>,
    pub(super) web_search_per_call: Amount,
}

#[derive(Deserialize)]
pub(super) enum WrittenTierRule {
    WholeRequest,
}

#[derive(Deserialize)]
pub(super) enum WrittenDeduction {
    BillTime,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenCoefficients {
    pub(super) model: String,
    pub(super) cached: Factor,
    #[serde(default)]
    pub(super) input: Vec<WrittenCapacityTier>,
    #[serde(default)]
    pub(super) output: Vec<WrittenCapacityTier>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenCapacityTier {
    pub(super) above: u32,
    pub(super) factor: Factor,
    #[serde(default)]
    pub(super) marginal: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenLater {
    pub(super) source: WrittenSource,
    pub(super) regions: Vec<WrittenRegion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenRegion {
    pub(super) region: String,
    pub(super) rows: Vec<WrittenPtuRow>,
}

impl From<WrittenSource> for Source {
    fn from(written: WrittenSource) -> Self {
        let WrittenSource { page, url, seen, note } = written;
        Self { page, url, seen, note }
    }
}
