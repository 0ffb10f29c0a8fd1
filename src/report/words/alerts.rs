//! The names of alerts.

use crate::ledger::AlertKind;
use crate::units::Money;

/// What an alert watches and where its threshold is, in a few words.
///
/// ```
/// use deploysim::ledger::AlertKind;
/// use deploysim::report::words::alerts::alert_name;
/// use deploysim::units::Money;
/// let half = AlertKind::MonthlyLimit { share_ppb: 500_000_000 };
/// assert_eq!(alert_name(half, Money::parse("2500").unwrap()), "50 % of limit (2500.00)");
/// // Awkward: a share of the limit that is no whole number of per cent.
/// let third = AlertKind::MonthlyLimit { share_ppb: 333_000_000 };
/// assert_eq!(alert_name(third, Money::parse("333").unwrap()), "33.3 % of limit (333.00)");
/// assert_eq!(alert_name(AlertKind::LowBalance, Money::parse("100").unwrap()), "balance 100.00");
/// ```
pub fn alert_name(kind: AlertKind, threshold: Money) -> String {
    match kind {
        AlertKind::MonthlyLimit { share_ppb } => {
            // 10⁻⁹ of the whole are 10⁻⁷ of a per cent.
            let percent = Money::from_pico(i128::from(share_ppb) * 100_000).to_string();
            let percent = percent.trim_end_matches('0').trim_end_matches('.');
            format!("{percent} % of limit ({threshold})")
        }
        AlertKind::Daily => format!("day's spending {threshold}"),
        AlertKind::Monthly => format!("month's spending {threshold}"),
        AlertKind::LowBalance => format!("balance {threshold}"),
    }
}
