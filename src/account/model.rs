//! What a scenario says of an account, resolved: every number checked, every name an index.

mod quotas;
mod work;

pub use quotas::{Allowance, CallPlan, CallPlanKind, DeductionRules, FreeQuota, Package, SavingsPlan, Split};
pub use work::{Job, JobKind, JobPrice, SingleCharge, SinglePurchase};

use super::ArrearsRules;
pub use crate::ledger::AccountId;
use crate::ledger::Product;
use crate::units::{Money, RoundingMode, SimSpan, SimTime, UnitPrice};
use crate::world::DurationModel;

/// An account.
#[derive(Clone, Debug)]
pub struct AccountModel {
    /// Its name. Unique.
    pub name: String,
    /// What is on it and owed as the scenario begins.
    pub opening: Opening,
    /// What pays for purchases in advance.
    pub purchases_from: PaidFrom,
    /// Payments, by time: scripted and scheduled ones.
    pub payments: Vec<Payment>,
    /// The automatic top-up.
    pub top_up: Option<TopUp>,
    /// When lines of calls are issued.
    pub issue: IssueRules,
    /// When months are settled.
    pub settlement: Settlement,
    /// What covers calls first, and of which products.
    pub deduction: DeductionRules,
    /// Free quotas, in file order.
    pub free_quotas: Vec<FreeQuota>,
    /// Resource packages, in file order.
    pub packages: Vec<Package>,
    /// Savings plans, in file order.
    pub savings_plans: Vec<SavingsPlan>,
    /// Coding Plans and Token Plans, in file order.
    pub call_plans: Vec<CallPlan>,
    /// Negotiated discounts; the first that fits a charge holds.
    pub discounts: Vec<Discount>,
    /// Tax on every debit and purchase, in units of 10⁻⁹ of the rounded amount.
    pub tax_ppb: i64,
    /// Other currency that totals are reported in.
    pub reporting: Option<Reporting>,
    /// Alerts.
    pub alerts: Alerts,
    /// What happens when it is overdue.
    pub arrears: ArrearsRules,
    /// API keys that are declared; one that is not is always active.
    pub keys: Vec<ApiKey>,
    /// Workspaces with tags.
    pub workspaces: Vec<Workspace>,
    /// Jobs billed by the hour.
    pub jobs: Vec<Job>,
    /// Single charges: messages, pieces, anything.
    pub charges: Vec<SingleCharge>,
    /// Single purchases in advance.
    pub purchases: Vec<SinglePurchase>,
    /// What the tenant does with the account, by time and then file order.
    pub actions: Vec<AccountAction>,
}

/// The account as the scenario begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Opening {
    /// Cash.
    pub cash: Money,
    /// Credit limit.
    pub credit: Money,
    /// Unsettled lines of the present month. They settle with product [`Product::Other`].
    pub unsettled_current: Money,
    /// Unsettled amounts of earlier months.
    pub unsettled_earlier: Money,
}

/// What pays for purchases in advance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum PaidFrom {
    /// The balance: refused if it does not suffice, or while overdue.
    #[default]
    Balance,
    /// The tenant's payment account outside: refused while overdue only.
    PaymentAccount,
}

/// A payment onto the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// When it arrives.
    pub at: SimTime,
    /// How much.
    pub amount: Money,
}

/// An automatic top-up: asked for when the available balance falls below a limit, and not again before it has arrived.
#[derive(Clone, Debug, PartialEq)]
pub struct TopUp {
    /// Limit.
    pub below: Money,
    /// How much is paid each time.
    pub amount: Money,
    /// From the request to its arrival; drawn by keyed luck, the n-th the same whoever asks.
    pub delay: DurationModel,
}

/// when lines of calls are issued.
#[derive(Clone, Debug, PartialEq)]
pub struct IssueRules {
    /// From the beginning of the usage minute to the line; at least a minute. Random delays are drawn once per minute.
    pub delay: DurationModel,
    /// At these times of day (of the usage minute) another delay holds; the first that fits.
    pub peaks: Vec<Peak>,
}

/// A peak (B4).
#[derive(Clone, Debug, PartialEq)]
pub struct Peak {
    /// From this time of day,
    pub from: SimSpan,
    /// to this one (exclusive).
    pub to: SimSpan,
    /// From the beginning of the usage minute to the line; at least a minute.
    pub delay: DurationModel,
}

/// monthly settlement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// Day of the following month, 1 to 28.
    pub day: u32,
    /// Time of day.
    pub time: SimSpan,
    /// Decimals of a debit; two.
    pub decimals: u32,
    /// Rounding of a debit; half-up.
    pub rounding: RoundingMode,
    /// What an issued line reserves of the available balance, in units of 10⁻⁹ of its amount; 1 reserves no more than
    /// it comes to.
    pub reserve_ppb: i64,
}

impl Default for IssueRules {
    fn default() -> Self {
        Self { delay: DurationModel::Fixed(SimSpan::from_minutes(5)), peaks: Vec::new() }
    }
}

impl Default for Settlement {
    fn default() -> Self {
        Self {
            day: 1,
            time: SimSpan::ZERO,
            decimals: 2,
            rounding: RoundingMode::HalfUp,
            reserve_ppb: 1_000_000_000,
        }
    }
}

/// A negotiated discount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discount {
    /// Which product; `None` is every.
    pub product: Option<Product>,
    /// Which model, instance type, deployment, service or job, by its name; `None` is every.
    pub item: Option<String>,
    /// What is paid of the list price, in units of 10⁻⁹: 0.9 is a discount of 10 %.
    pub factor_ppb: i64,
}

/// One conversion rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reporting {
    /// ISO 4217 code.
    pub currency: String,
    /// Price of one unit of the scenario's currency in it.
    pub rate: UnitPrice,
}

/// Alerts (B21, A-23).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alerts {
    /// Monthly limit of spending; needed for [`Self::shares_ppb`].
    pub monthly_limit: Option<Money>,
    /// Shares of the limit that are told, in units of 10⁻⁹, ascending.
    pub shares_ppb: Vec<i64>,
    /// High consumption: spending of a civil day.
    pub daily: Vec<Money>,
    /// High consumption: spending of a calendar month.
    pub monthly: Vec<Money>,
    /// The available balance falls to this or below.
    pub low_balance: Vec<Money>,
    /// reaching a threshold is enough; otherwise it must be exceeded.
    pub when_reached: bool,
    /// What each message costs, and how many are sent for an alert, by way: name, messages, price of one.
    pub messages: Vec<Message>,
}

impl Default for Alerts {
    fn default() -> Self {
        Self {
            monthly_limit: None,
            shares_ppb: Vec::new(),
            daily: Vec::new(),
            monthly: Vec::new(),
            low_balance: Vec::new(),
            when_reached: true,
            messages: Vec::new(),
        }
    }
}

/// Messages of one alert by one way (M3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// `sms`, `email`, `http`.
    pub way: String,
    /// How many for each alert: recipients, or pieces.
    pub count: u64,
    /// Price of one.
    pub price: Money,
}

/// An API key that is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id, as tenants and bills write it.
    pub id: String,
    /// It exists from the start; otherwise an action creates it.
    pub exists_at_start: bool,
}

/// A workspace with tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// Its id.
    pub id: String,
    /// Tags in file order.
    pub tags: Vec<Tag>,
}

/// A cost tag (B13, A-22).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Key.
    pub key: String,
    /// Value.
    pub value: String,
    /// From when it is on lines, by their usage: the beginning of the day after it was enabled, by default.
    pub from: SimTime,
}

/// What the tenant does with the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountAction {
    /// When.
    pub at: SimTime,
    /// What.
    pub kind: AccountActionKind,
}

/// Actions on an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountActionKind {
    /// Creates the key with this index in [`AccountModel::keys`].
    CreateKey(usize),
    /// Enables it again.
    EnableKey(usize),
    /// Disables it.
    DisableKey(usize),
    /// Deletes it for good.
    DeleteKey(usize),
    /// Asks to cancel the call plan with this index (B24: it ends at its term).
    CancelPlan(usize),
    /// Switches the automatic renewal of a call plan.
    AutoRenewPlan(usize, bool),
    /// Renews a call plan by hand for so many months.
    RenewPlan(usize, u32),
    /// Gives seats of a Token Plan back (B25).
    UnsubscribeSeats(usize, u32),
    /// Subscribes to a model, by its code (M5, M8).
    Subscribe(String),
    /// Switches "stop when used" of the free quotas of a model, by its code.
    StopWhenUsed(String, bool),
}

impl AccountModel {
    /// An account without money, quotas and alerts, by the rules of Model Studio.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            opening: Opening::default(),
            purchases_from: PaidFrom::default(),
            payments: Vec::new(),
            top_up: None,
            issue: IssueRules::default(),
            settlement: Settlement::default(),
            deduction: DeductionRules::default(),
            free_quotas: Vec::new(),
            packages: Vec::new(),
            savings_plans: Vec::new(),
            call_plans: Vec::new(),
            discounts: Vec::new(),
            tax_ppb: 0,
            reporting: None,
            alerts: Alerts::default(),
            arrears: ArrearsRules::default(),
            keys: Vec::new(),
            workspaces: Vec::new(),
            jobs: Vec::new(),
            charges: Vec::new(),
            purchases: Vec::new(),
            actions: Vec::new(),
        }
    }

    /// What of the list price is paid for a product and any of these names, in units of 10⁻⁹.
    pub fn discount_ppb(&self, product: Product, names: &[&str]) -> i64 {
        let fits = |discount: &&Discount| {
            discount.product.is_none_or(|wanted| wanted == product)
                && discount.item.as_deref().is_none_or(|item| names.contains(&item))
        };
        self.discounts.iter().find(fits).map_or(1_000_000_000, |discount| discount.factor_ppb)
    }

    /// True if "stop when the free quota is used up" is on for a model's calls of an instant: the last field of their lines
    /// . What the tenant switched at that instant counts already.
    pub fn stops_when_used(&self, model: &str, at: SimTime) -> bool {
        let mut of_model = self.free_quotas.iter().filter(|quota| quota.model == model).peekable();
        if of_model.peek().is_none() {
            return false;
        }
        let at_first = of_model.any(|quota| quota.stop_when_used);
        let switched = self.actions.iter().filter(|action| action.at <= at).filter_map(|action| {
            if let AccountActionKind::StopWhenUsed(code, on) = &action.kind
                && code == model
            {
                Some((action.at, *on))
            } else {
                None
            }
        });
        switched.max_by_key(|(at, _)| *at).map_or(at_first, |(_, on)| on)
    }

    /// The tag of a workspace on a line used at an instant (B11, A-22).
    pub fn tag(&self, workspace: &str, used_at: SimTime) -> String {
        let tags = self.workspaces.iter().filter(|known| known.id == workspace).flat_map(|known| &known.tags);
        let in_force = tags.filter(|tag| tag.from <= used_at);
        in_force.map(|tag| format!("key:{} value:{}", tag.key, tag.value)).collect::<Vec<_>>().join("; ")
    }
}
