//! What the tokens of a call count in a quota: coefficients by the length of the input, and the cache's.

use super::model::{CapacityTier, QuotaModel};
use crate::world::traffic::Call;

const ONE_PPB: u128 = 1_000_000_000;

/// From a token of the input on, a factor in units of 10⁻⁹.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    from: u32,
    factor_ppb: u128,
}

/// How calls with more input than `above` are counted, token by token.
#[derive(Clone, Debug)]
struct Course {
    above: u32,
    stretches: Vec<Stretch>,
}

/// Converts tokens to quota tokens. Every product is rounded up once per call and quota.
#[derive(Clone, Debug)]
pub(super) struct Capacity {
    /// True if a token is a quota token.
    pub(super) is_plain: bool,
    input: Vec<Course>,
    /// (input above, factor)
    output: Vec<(u32, u128)>,
    cache_ppb: u128,
    shared_ppb: u128,
}

impl Capacity {
    pub(super) fn new(model: &QuotaModel) -> Self {
        let factor = |ppb: i64| u128::try_from(ppb).expect("factors are not negative");
        let output = model.output_coefficients.iter().map(|tier| (tier.input_above, factor(tier.factor_ppb)));
        let mut capacity = Self {
            is_plain: false,
            input: courses(&model.input_coefficients),
            output: output.collect(),
            cache_ppb: factor(model.cache_factor_ppb),
            shared_ppb: model.shared_output_ppb.map_or(ONE_PPB, factor),
        };
        capacity.is_plain = capacity.input.is_empty()
            && capacity.output.is_empty()
            && capacity.cache_ppb == ONE_PPB
            && capacity.shared_ppb == ONE_PPB;
        capacity
    }

    /// What the first tokens of a call's input count, cached ones first: a cache holds the beginning of a text.
    pub(super) fn input(&self, call: &Call, tokens: u32) -> u64 {
        if self.is_plain {
            return u64::from(tokens);
        }
        let all = [Stretch { from: 0, factor_ppb: ONE_PPB }];
        let course = self.input.iter().rfind(|course| call.input_tokens > course.above);
        let stretches = course.map_or(all.as_slice(), |course| &course.stretches);
        let mut sum = 0;
        for (index, stretch) in stretches.iter().enumerate() {
            let end = stretches.get(index + 1).map_or(tokens, |next| next.from.min(tokens));
            let count = end.saturating_sub(stretch.from);
            let cached = end.min(call.cached_tokens).saturating_sub(stretch.from);
            let weighed = u128::from(count - cached) * ONE_PPB + u128::from(cached) * self.cache_ppb;
            sum += weighed * stretch.factor_ppb;
        }
        rounded_up(sum)
    }

    /// What so many output tokens of a call count.
    pub(super) fn output(&self, call: &Call, tokens: u32) -> u64 {
        if self.is_plain {
            return u64::from(tokens);
        }
        let tier = self.output.iter().rfind(|(above, _)| call.input_tokens > *above);
        rounded_up(u128::from(tokens) * tier.map_or(ONE_PPB, |tier| tier.1) * self.shared_ppb)
    }

    /// The most of `tokens` whose count, as `count` tells, is at most `left`, and that count.
    pub(super) fn most(tokens: u32, left: u64, count: impl Fn(u32) -> u64) -> (u32, u64) {
        let all = count(tokens);
        if all <= left {
            return (tokens, all);
        }
        let (mut fits, mut exceeds) = (0, tokens);
        while exceeds - fits > 1 {
            let middle = fits + (exceeds - fits) / 2;
            if count(middle) <= left {
                fits = middle;
            } else {
                exceeds = middle;
            }
        }
        (fits, count(fits))
    }
}

/// From units of 10⁻¹⁸.
fn rounded_up(sum: u128) -> u64 {
    u64::try_from(sum.div_ceil(ONE_PPB * ONE_PPB)).expect("a call counts fewer than 2⁶⁴ quota tokens")
}

/// Tiers, each as the stretches of a call that belongs to it.
fn courses(tiers: &[CapacityTier]) -> Vec<Course> {
    let mut courses: Vec<Course> = Vec::new();
    for tier in tiers {
        let factor_ppb = u128::try_from(tier.factor_ppb).expect("factors are not negative");
        let before = courses.last().map(|course| course.stretches.clone());
        let stretches = if tier.marginal {
            let mut stretches = before.unwrap_or_else(|| vec![Stretch { from: 0, factor_ppb: ONE_PPB }]);
            stretches.push(Stretch { from: tier.input_above, factor_ppb });
            stretches
        } else {
            vec![Stretch { from: 0, factor_ppb }]
        };
        courses.push(Course { above: tier.input_above, stretches });
    }
    courses
}
