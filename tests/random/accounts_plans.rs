//! Of random accounts: what is bought in advance, what is worked, what is done.

use super::{Account, Dice, MODELS};
use std::fmt::Write as _;

impl Account<'_> {
    /// Packages, savings plans, call plans, discounts, tax.
    pub(super) fn plans(&self, index: u64, text: &mut String, dice: &mut Dice) {
        let models = |dice: &mut Dice| {
            if dice.once_in(2) { format!("models: [\"{}\"], ", dice.pick(&MODELS)) } else { String::new() }
        };
        let mut packages = String::new();
        for place in 0..dice.below(3) {
            let (models, tokens, price) =
                (models(dice), dice.between(1, 2_000), dice.pick(&["0", "0.3", "12"]));
            let bought_at = self.bought(dice);
            let days = if bought_at.contains('T') { "200" } else { dice.pick(&["1", "7", "40"]) };
            let _ = write!(
                packages,
                "(name: \"pack {place}\", {models}tokens: {tokens}, price: \"{price}\", bought_at: \"{bought_at}\", days: {days}), "
            );
        }
        let mut savings = String::new();
        for place in 0..dice.below(3) {
            let (models, per_month) = (models(dice), dice.pick(&["0.05", "1", "70"]));
            let (months, factor) = (dice.between(1, 3), dice.pick(&["1", "0.88", "0.333333333"]));
            let price = dice.pick(&["", "price: 5, ", "price: \"0.1\", "]);
            let _ = write!(
                savings,
                "(name: \"savings {place}\", {models}per_month: \"{per_month}\", months: {months}, factor: \"{factor}\", {price}upfront: \
                 {}, bought_at: \"{}\"), ",
                dice.once_in(2),
                self.bought(dice)
            );
        }
        let _ = write!(text, ", packages: [{packages}], savings_plans: [{savings}]");
        deduction(text, &mut dice.clone());
        let renew = dice.once_in(2);
        let allowance = dice.pick(&["", ", calls: 4", ", tokens: 700"]);
        let _ = write!(
            text,
            ", coding_plans: [(name: \"coding{index}\", price: \"{}\", bought_at: \"{}\", months: {}, auto_renew: {renew}{allowance})]",
            dice.pick(&["0", "0.2", "39.9"]),
            self.at(dice),
            dice.between(1, 2)
        );
        let _ = write!(
            text,
            ", token_plans: [(name: \"team{index}\", seats: 5, seats_used: 2, price: \"{}\", bought_at: \"{}\", months: 1, auto_renew: \
             {}, tokens: {})]",
            dice.pick(&["0.1", "15"]),
            self.bought(dice),
            !renew,
            dice.between(10, 900)
        );
        let mut discounts = String::new();
        for _ in 0..dice.below(3) {
            discounts += dice.pick(&[
                "(product: Inference, item: \"pm\", factor: \"0.9\"), ",
                "(product: Deployment, factor: \"0.77\"), ",
                "(item: \"units a\", factor: \"0.333333333\"), ",
                "(product: Machines, factor: \"85%\"), ",
                "(product: Notifications, factor: \"0.000000001\"), ",
                "(product: Inference, factor: \"0.123456789\"), ",
            ]);
        }
        let _ = write!(text, ", discounts: [{discounts}]");
        if dice.once_in(2) {
            let _ = write!(text, ", tax: \"{}\"", dice.pick(&["6%", "13%", "0.5%"]));
        }
    }

    /// Jobs, single charges, purchases.
    pub(super) fn work(&self, text: &mut String, dice: &mut Dice) {
        let mut jobs = String::new();
        for place in 0..dice.below(4) {
            let start = dice.below(self.horizon - 1);
            let end =
                if dice.once_in(3) { (start / 3_600 + 1) * 3_600 } else { start + dice.between(1, 20_000) };
            let kind = dice.pick(&["Training", "Batch", "KnowledgeBase"]);
            let price = dice.pick(&[
                "PerHour(\"12\")",
                "PerHour(\"0.000007\")",
                "Fixed(\"5.00\")",
                "Tokens(count: 12345, per_million: \"5.5\")",
            ]);
            let _ = write!(
                jobs,
                "(name: \"job {place}\", kind: {kind}, model: \"qwen3-8b\", workspace: \"llm-1\", start: \"{start}s\", end: \"{end}s\", \
                 price: {price}), "
            );
        }
        let mut charges = String::new();
        for _ in 0..dice.below(4) {
            let product = dice.pick(&["Notifications", "Other", "Machines", "WebSearch"]);
            let _ = write!(
                charges,
                "(at: \"{}\", product: {product}, item: \"sms\", count: {}, price: \"{}\"), ",
                self.at(dice),
                dice.between(1, 9),
                dice.pick(&["0.045", "3", "0.000000000007"])
            );
        }
        let mut purchases = String::new();
        for _ in 0..dice.below(3) {
            let (at, price) = (self.at(dice), dice.pick(&["0.015", "8", "700"]));
            let _ = write!(purchases, "(at: \"{at}\", product: Other, what: \"pool\", price: \"{price}\"), ");
        }
        let _ = write!(text, ", jobs: [{jobs}], charges: [{charges}], purchases: [{purchases}]");
    }

    /// What the tenant does with the account.
    pub(super) fn actions(&self, index: u64, text: &mut String, dice: &mut Dice) {
        // A key that is never created would be a warning.
        let mut act = |at: String, action: &str| {
            let _ = writeln!(text, "        (at: \"{at}\", account: \"a{index}\", do: {action}),");
        };
        act(self.at(dice), &format!("CreateKey(\"a{index}k2\")"));
        if !self.features.actions {
            return;
        }
        let mut seats = 3;
        for _ in 0..dice.below(7) {
            let key = dice.pick(&["k1", "k2"]);
            let action = match dice.below(10) {
                0 => format!("DisableKey(\"a{index}{key}\")"),
                1 => format!("EnableKey(\"a{index}{key}\")"),
                2 => format!("DeleteKey(\"a{index}{key}\")"),
                3 => format!("CancelPlan(\"coding{index}\")"),
                4 => format!("AutoRenewPlan(name: \"team{index}\", on: {})", dice.once_in(2)),
                5 => format!(
                    "RenewPlan(name: \"{}{index}\", months: {})",
                    dice.pick(&["coding", "team"]),
                    dice.between(1, 2)
                ),
                6 if seats > 0 && self.features.plans => {
                    seats -= 1;
                    format!("UnsubscribeSeats(plan: \"team{index}\", seats: 1)")
                }
                7 => format!("StopWhenUsed(model: \"pm\", on: {})", dice.once_in(2)),
                _ => format!("Subscribe(\"{}\")", dice.pick(&["pm", "qwen3-32b"])),
            };
            act(self.at(dice), &action);
        }
    }
}

/// Now and then another order, another split, other products.
fn deduction(text: &mut String, dice: &mut Dice) {
    let products = ["[]", "[Inference]", "[Batch]", "[Inference, Batch]"];
    if dice.once_in(2) {
        let _ = write!(
            text,
            ", deduction: (first: {}, plans_first: {}, split: {}, free_quotas: {}, packages: {}, savings_plans: {})",
            dice.pick(&["FreeQuota", "Package"]),
            dice.pick(&["OtherModel", "General"]),
            dice.pick(&["InputFirst", "OutputFirst", "Proportional"]),
            dice.pick(&products),
            dice.pick(&products),
            dice.pick(&products),
        );
    }
}
