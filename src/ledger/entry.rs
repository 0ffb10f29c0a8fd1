//! Entries of the journal: amounts that move between the places money can be.

use super::{AccountId, Product};
use crate::units::{Money, SimTime};

/// Where an amount can be. Postings of an entry sum to zero over all places.
///
/// The balance of an account is `cash + credit − unsettled of this month − unsettled of earlier months` (B15). The
/// unsettled places hold debts: a line of 1.00 posts −1.00 to `ThisMonth` and +1.00 to `Provider`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Place {
    /// Cash on the account.
    Cash,
    /// Lines of the present month that are issued and not settled (a debt: zero or less).
    ThisMonth,
    /// Lines of earlier months that are not settled, and what was settled and could not be paid (a debt).
    EarlierMonths,
    /// The tenant's payment account outside (a bank, a card).
    Outside,
    /// The provider: what it has charged, less what it gave back.
    Provider,
}

/// One amount to one place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Posting {
    /// Where.
    pub place: Place,
    /// How much is added there.
    pub amount: Money,
}

/// Why amounts moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// The account as the scenario begins.
    Opening,
    /// Lines were issued: all of one instant and product.
    Issued {
        /// Product Name.
        product: Product,
        /// They belong to an earlier month.
        is_late: bool,
    },
    /// A payment that the scenario scripts or schedules.
    Payment,
    /// An automatic top-up arrived.
    TopUp,
    /// Something was bought in advance.
    Purchase {
        /// Product Name.
        product: Product,
        /// What.
        what: String,
        /// Its price, without tax.
        price: Money,
    },
    /// A purchase came back.
    Refund {
        /// Product Name.
        product: Product,
        /// What.
        what: String,
        /// What comes back, without tax.
        price: Money,
    },
    /// Another month begins: what is unsettled is of an earlier month from now on.
    MonthBegins,
    /// The debit of a product at the monthly settlement, rounded once.
    Settlement {
        /// Product Name.
        product: Product,
        /// Lines that are settled, exactly.
        exact: Money,
        /// What rounding adds: a line of the ledger of its own.
        rounding: Money,
        /// Tax on the rounded amount.
        tax: Money,
        /// Paid from cash at once; the rest stays in [`Place::EarlierMonths`].
        paid: Money,
    },
    /// Cash paid what an earlier settlement had left open.
    DebtPaid,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whose.
    pub account: AccountId,
    /// When.
    pub at: SimTime,
    /// Why.
    pub kind: EntryKind,
    /// What moved; sums to zero.
    pub postings: Vec<Posting>,
    /// What is available afterwards (B15).
    pub available: Money,
}

impl Entry {
    /// Of a purchase its price, without tax; of a refund what comes back, as a negative amount; else nothing.
    pub fn price(&self) -> Money {
        match &self.kind {
            EntryKind::Purchase { price, .. } => *price,
            EntryKind::Refund { price, .. } => -*price,
            EntryKind::Opening
            | EntryKind::Issued { .. }
            | EntryKind::Payment
            | EntryKind::TopUp
            | EntryKind::MonthBegins
            | EntryKind::Settlement { .. }
            | EntryKind::DebtPaid => Money::ZERO,
        }
    }

    /// What it adds to a place.
    pub fn to(&self, place: Place) -> Money {
        self.postings.iter().filter(|posting| posting.place == place).map(|posting| posting.amount).sum()
    }
}

/// Everything that was told of accounts in one run, in order.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    /// Lines in the order they were issued; those not issued before the horizon come last.
    pub lines: Vec<super::BillLine>,
    /// Entries in order.
    pub entries: Vec<Entry>,
    /// Events in order.
    pub events: Vec<super::AccountEvent>,
}
