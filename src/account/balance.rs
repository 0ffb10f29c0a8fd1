//! What is on an account and owed: the available balance (B15) and the monthly settlement (A-26).

use super::model::{Opening, Settlement};
use crate::ledger::Product;
use crate::units::{Money, RoundingMode};

/// One in units of 10⁻⁹.
const ONE_PPB: i128 = 1_000_000_000;

/// Cash, credit and debts.
///
/// ```
/// use deploysim::account::{Balance, Opening, Settlement};
/// use deploysim::ledger::Product;
/// use deploysim::units::Money;
/// let amount = |text: &str| Money::parse(text).unwrap();
/// let opening = Opening {
///     cash: amount("100"),
///     unsettled_current: amount("60"),
///     unsettled_earlier: amount("40"),
///     ..Opening::default()
/// };
/// let mut balance = Balance::new(opening, Settlement::default());
/// // Awkward: nothing left is not overdue; a cent less is (B14).
/// assert!(!balance.is_overdue());
/// balance.issue(Product::Inference, amount("0.01"), false);
/// assert_eq!(balance.available().to_string(), "-0.01");
/// assert!(balance.is_overdue());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    cash: Money,
    credit: Money,
    /// Lines that are issued and not settled: of the present month, and of earlier ones.
    this_month: [Money; Product::ALL.len()],
    earlier: [Money; Product::ALL.len()],
    /// Their sum.
    lines: Money,
    /// What was debited and could not be paid.
    owed: Money,
    settlement: Settlement,
}

/// The debit of one product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Debit {
    /// Product Name.
    pub product: Product,
    /// Its lines, exactly.
    pub exact: Money,
    /// What rounding adds.
    pub rounding: Money,
    /// Tax on the rounded amount.
    pub tax: Money,
    /// Paid from cash at once.
    pub paid: Money,
    /// What is available once it is debited, and before the next product is (B15).
    pub available: Money,
}

impl Debit {
    /// What is debited.
    pub fn amount(&self) -> Money {
        self.exact + self.rounding + self.tax
    }
}

/// Tax on an amount, rounded to so many decimals once: the amount itself may have more.
pub fn tax_on(amount: Money, tax_ppb: i64, decimals: u32, rounding: RoundingMode) -> Money {
    let unit = 10_i128.pow(Money::SCALE.saturating_sub(decimals));
    let exact = amount.as_pico() * i128::from(tax_ppb);
    Money::from_pico(Money::from_ratio(exact, ONE_PPB * unit, rounding).as_pico() * unit)
}

impl Balance {
    /// As the scenario begins.
    pub fn new(opening: Opening, settlement: Settlement) -> Self {
        let only_other = |amount: Money| {
            let mut of = [Money::ZERO; Product::ALL.len()];
            of[Product::Other.index()] = amount;
            of
        };
        Self {
            cash: opening.cash,
            credit: opening.credit,
            this_month: only_other(opening.unsettled_current),
            earlier: only_other(opening.unsettled_earlier),
            lines: opening.unsettled_current + opening.unsettled_earlier,
            owed: Money::ZERO,
            settlement,
        }
    }

    /// (cash + credit) − (unsettled of this month + unsettled of earlier months), B15; lines reserve what the settings say.
    #[inline]
    pub fn available(&self) -> Money {
        self.cash + self.credit - self.reserved() - self.owed
    }

    fn reserved(&self) -> Money {
        let ppb = i128::from(self.settlement.reserve_ppb);
        if ppb == ONE_PPB {
            return self.lines;
        }
        Money::from_ratio(self.lines.as_pico() * ppb, ONE_PPB, RoundingMode::HalfUp)
    }

    /// Below zero (B14).
    #[inline]
    pub fn is_overdue(&self) -> bool {
        self.available() < Money::ZERO
    }

    /// Cash.
    pub const fn cash(&self) -> Money {
        self.cash
    }

    /// Lines of the present month that are not settled.
    pub fn this_month(&self) -> Money {
        self.this_month.iter().copied().sum()
    }

    /// Lines of earlier months that are not settled, and what was settled and not paid.
    pub fn earlier_months(&self) -> Money {
        self.earlier.iter().copied().sum::<Money>() + self.owed
    }

    /// What was settled and not paid.
    pub const fn owed(&self) -> Money {
        self.owed
    }

    /// A line is issued: of this month, or late, of an earlier one (A-26).
    #[inline]
    pub fn issue(&mut self, product: Product, payable: Money, is_late: bool) {
        let lines = if is_late { &mut self.earlier } else { &mut self.this_month };
        lines[product.index()] += payable;
        self.lines += payable;
    }

    /// Another month begins; what moves to the earlier ones.
    pub fn begin_month(&mut self) -> Money {
        let mut moved = Money::ZERO;
        for (earlier, this) in self.earlier.iter_mut().zip(&mut self.this_month) {
            *earlier += *this;
            moved += *this;
            *this = Money::ZERO;
        }
        moved
    }

    /// Settles every product's lines of earlier months: one rounding each (A-20), tax on top, cash pays.
    pub fn settle(&mut self, tax_ppb: i64) -> Vec<Debit> {
        let mut debits = Vec::new();
        for product in Product::ALL {
            let exact = std::mem::take(&mut self.earlier[product.index()]);
            if exact == Money::ZERO {
                continue;
            }
            let Settlement { decimals, rounding: mode, .. } = self.settlement;
            let rounded = exact.round_to(decimals, mode);
            let tax = tax_on(rounded, tax_ppb, decimals, mode);
            self.lines += -exact;
            let paid = self.take_cash(rounded + tax);
            let available = self.available();
            debits.push(Debit { product, exact, rounding: rounded - exact, tax, paid, available });
        }
        debits
    }

    /// Takes an amount from the cash; what is missing is owed. A negative amount is a credit. What was paid.
    fn take_cash(&mut self, amount: Money) -> Money {
        let paid = if amount < Money::ZERO { amount } else { amount.min(self.cash) };
        self.cash += -paid;
        self.owed += amount - paid;
        paid
    }

    /// Money arrives; it pays what is owed first. What it paid of that.
    pub fn pay_in(&mut self, amount: Money) -> Money {
        self.cash += amount;
        let paid = self.owed.min(self.cash);
        self.cash += -paid;
        self.owed += -paid;
        paid
    }

    /// Pays a purchase; what the cash does not cover is owed (there is credit for it). What was paid from cash.
    pub fn purchase(&mut self, amount: Money) -> Money {
        self.take_cash(amount)
    }
}
