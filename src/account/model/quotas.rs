//! What covers calls: free quotas, packages, savings plans, Coding Plans and Token Plans (B17–B19, B24, B25, A-24).

use crate::ledger::Product;
use crate::units::{Money, SimTime};

/// A-24: what covers calls first, which tokens of a call, and calls of which products.
///
/// ```
/// use deploysim::account::{DeductionRules, Split};
/// use deploysim::ledger::Product;
///
/// let rules = DeductionRules::default();
/// assert!(!rules.packages_first && !rules.general_plans_first);
/// assert_eq!(rules.split, Split::InputFirst);
/// assert_eq!(rules.free_quotas, [Product::Inference], "real-time inference only");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeductionRules {
    /// Resource packages go before free quotas.
    pub packages_first: bool,
    /// General savings plans go before those of named models.
    pub general_plans_first: bool,
    /// Which tokens of a call are covered, if not all of them can be.
    pub split: Split,
    /// Products that free quotas cover: of inference and batch.
    pub free_quotas: Vec<Product>,
    /// Products that packages cover: of inference and batch.
    pub packages: Vec<Product>,
    /// Products that savings plans cover: of inference and batch.
    pub savings_plans: Vec<Product>,
}

impl Default for DeductionRules {
    fn default() -> Self {
        let all = vec![Product::Inference, Product::Batch];
        Self {
            packages_first: false,
            general_plans_first: false,
            split: Split::default(),
            free_quotas: vec![Product::Inference],
            packages: all.clone(),
            savings_plans: all,
        }
    }
}

/// A-24: which tokens of a call a free quota or package covers that is smaller than the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Split {
    /// Input (of it cached tokens last), then output (of it thinking tokens last).
    #[default]
    InputFirst,
    /// The other way round: thinking tokens first, uncached input last.
    OutputFirst,
    /// Each kind by its share of the call, in whole tokens: of the kinds up to each one their share together, rounded down.
    Proportional,
}

impl Split {
    /// How many tokens of each kind are covered by `left`, for uncached input, cached input, output and thinking.
    ///
    /// ```
    /// use deploysim::account::Split;
    ///
    /// assert_eq!(Split::InputFirst.cover([80, 0, 20, 0], 50), [50, 0, 0, 0]);
    /// assert_eq!(Split::OutputFirst.cover([80, 0, 20, 0], 50), [30, 0, 20, 0]);
    /// assert_eq!(Split::Proportional.cover([80, 0, 20, 0], 50), [40, 0, 10, 0]);
    /// assert_eq!(Split::Proportional.cover([80, 0, 20, 0], 200), [80, 0, 20, 0]);
    /// ```
    pub fn cover(self, kinds: [u64; 4], left: u64) -> [u64; 4] {
        let mut covered = [0; 4];
        match self {
            Self::InputFirst => take(kinds.iter().zip(&mut covered), left),
            Self::OutputFirst => take(kinds.iter().zip(&mut covered).rev(), left),
            Self::Proportional => {
                let whole: u128 = kinds.iter().map(|kind| u128::from(*kind)).sum();
                let taken = u128::from(left).min(whole);
                let (mut until, mut before) = (0, 0);
                for (kind, covered) in kinds.iter().zip(&mut covered) {
                    until += u128::from(*kind);
                    // At most `left`: it fits.
                    let share = (taken * until).checked_div(whole).unwrap_or(0) as u64;
                    (*covered, before) = (share - before, share);
                }
            }
        }
        covered
    }
}

fn take<'a>(kinds: impl Iterator<Item = (&'a u64, &'a mut u64)>, mut left: u64) {
    for (kind, covered) in kinds {
        *covered = left.min(*kind);
        left -= *covered;
    }
}

/// A free quota of one model (B17, A-24): input and output together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreeQuota {
    /// Model code, exactly (snapshots apart).
    pub model: String,
    /// Tokens left at activation, or at the scenario's start if that is later.
    pub tokens: u64,
    /// From when.
    pub from: SimTime,
    /// Until when (exclusive): 90 days later.
    pub until: SimTime,
    /// A-24: stop when it is used up, so that nothing is ever paid for this model.
    pub stop_when_used: bool,
}

/// A resource package: tokens paid in advance (A-24).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Model codes it covers; empty is every model.
    pub models: Vec<String>,
    /// Tokens.
    pub tokens: u64,
    /// What it costs.
    pub price: Money,
    /// When it is bought; before the start of the scenario, it has been paid.
    pub bought_at: SimTime,
    /// Until when (exclusive).
    pub until: SimTime,
}

/// A savings plan (A-24): a commitment per month that covers calls at bill time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavingsPlan {
    /// Its name.
    pub name: String,
    /// Model codes it covers: an "other-model" plan, which goes first. Empty is the general plan.
    pub models: Vec<String>,
    /// Allowance of each month, unused parts of which expire (dynamic months from the purchase).
    pub per_month: Money,
    /// Months.
    pub months: u32,
    /// What a unit of list price takes from the allowance, in units of 10⁻⁹: 0.88 is a discount of 12 %.
    pub factor_ppb: i64,
    /// What it costs: paid at once, or in equal parts at the beginning of each month.
    pub price: Money,
    /// Paid at once.
    pub all_upfront: bool,
    /// When it is bought; before the start of the scenario, what was due until then has been paid.
    pub bought_at: SimTime,
}

/// What a Coding Plan or Token Plan is (B19, B24, B25).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallPlanKind {
    /// No cancelling, no refund (B24).
    Coding,
    /// Unused seats can be given back, with a refund to the payment account (B25).
    TokenTeam {
        /// Seats that are used: these cannot be given back.
        seats_used: u32,
    },
}

/// A subscription by the month that serves the calls of the tenants that name it, whatever the balance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallPlan {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: CallPlanKind,
    /// Seats; 1 for a Coding Plan.
    pub seats: u32,
    /// Price of a seat and month.
    pub price: Money,
    /// When it is bought.
    pub bought_at: SimTime,
    /// When the first term ends (exclusive); later terms are natural months from [`Self::bought_at`].
    pub until: SimTime,
    /// Months of the first term.
    pub months: u32,
    /// Renewed by the month (A-42); fails while overdue (B19).
    pub auto_renew: bool,
    /// Allowance of each month and seat; what is left expires.
    pub allowance: Allowance,
}

/// What a month of a call plan allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowance {
    /// Any number of calls.
    Unlimited,
    /// So many calls.
    Calls(u64),
    /// So many tokens; a call that begins with one left is served whole.
    Tokens(u64),
}
