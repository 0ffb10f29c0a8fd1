//! What calls need to know of accounts: whose they are, what covers their tokens, what a search costs.

use crate::account::{ClassId, Split};
use crate::units::SimTime;

/// Index of an allowance in [`Accounting::allowances`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct AllowanceId(pub usize);

/// Index of a call plan in [`Accounting::call_plans`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct CallPlanId(pub usize);

/// The accounts behind the calls of one strategy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounting {
    /// How many accounts there are.
    pub accounts: usize,
    /// One per tenant.
    pub tenants: Vec<TenantAccount>,
    /// What the tokens of each target are charged as, where it has a price of its own; in the order of targets.
    pub targets: Vec<Option<ClassId>>,
    /// What the tokens of each public model are charged as, account by account.
    pub publics: Vec<Vec<PublicClass>>,
    /// What web searches are charged as, account by account.
    pub searches: Vec<ClassId>,
    /// Free quotas and packages of all accounts.
    pub allowances: Vec<TokenAllowance>,
    /// How many call plans all accounts have.
    pub call_plans: usize,
}

/// A tenant's account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TenantAccount {
    /// Whose.
    pub account: usize,
    /// The call plan that serves its calls.
    pub call_plan: Option<CallPlanId>,
}

/// A public model as one account meets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicClass {
    /// What its tokens are charged as.
    pub class: ClassId,
    /// What covers its tokens, in the order of deduction,
    pub covered_by: Vec<AllowanceId>,
    /// and which tokens of a call, if not all.
    pub split: Split,
    /// Preview and invite-only models bill nothing and use no quota (B27).
    pub is_preview: bool,
}

/// A free quota or a resource package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenAllowance {
    /// Tokens left.
    pub tokens: u64,
    /// From when it covers,
    pub from: SimTime,
    /// until when (exclusive).
    pub until: SimTime,
    /// A free quota; otherwise a package, which counts once it is paid.
    pub is_free: bool,
    /// Of a free quota: calls are refused when it is used up.
    pub stop_when_used: bool,
}

impl Accounting {
    /// A public model as a tenant's account meets it.
    pub(super) fn public(&self, public: usize, tenant: usize) -> &PublicClass {
        &self.publics[public][self.tenants[tenant].account]
    }
}
