//! From what a bill calls its lines to kinds: tables, in the one place where they are.
//!
//! A line is looked at in four steps; the first that knows it decides.
//!
//! 1. What the user said of its label (`--map LABEL=KIND`).
//! 2. Its category: `ChargeCategory` of FOCUS, `LineItemType` of AWS ([`FOCUS_CATEGORIES`], [`CUR_CATEGORIES`],
//!    [`MODEL_STUDIO_CATEGORIES`]). Usage is
//!    looked at further.
//! 3. Its product ([`PRODUCTS`]): batch inference bills tokens too, but is compared as batch.
//! 4. The words of its item, else of its description, else of its product, in the order of [`ITEMS`].
//!
//! Two things are decided by more than words: an amount below zero of what is paid in advance is a refund, and a
//! machine priced dynamically is a spot machine. What nothing knows is [`LineKind::Other`] and listed by label.

use super::file::BillFormat;
use super::kind::LineKind;
use LineKind as Kind;

/// What a category says of a line.
#[derive(Clone, Copy)]
enum Means {
    /// All there is to say.
    Is(LineKind),
    /// Its words say more ([`ADJUSTMENTS`]), else this.
    Adjusts(LineKind),
    /// It was used: the product and the item decide.
    Usage,
}

/// `ChargeCategory` of FOCUS, without case and punctuation.
const FOCUS_CATEGORIES: &[(&str, Means)] = &[
    ("usage", Means::Usage),
    ("purchase", Means::Is(Kind::Subscription)),
    ("tax", Means::Is(Kind::Tax)),
    ("credit", Means::Adjusts(Kind::Discount)),
    ("adjustment", Means::Adjusts(Kind::Other)),
];

/// `lineItem/LineItemType` of AWS, without case and punctuation.
const CUR_CATEGORIES: &[(&str, Means)] = &[
    ("usage", Means::Usage),
    ("discountedusage", Means::Usage),
    ("savingsplancoveredusage", Means::Usage),
    ("savingsplannegation", Means::Is(Kind::Discount)),
    ("savingsplanupfrontfee", Means::Is(Kind::Subscription)),
    ("savingsplanrecurringfee", Means::Is(Kind::Subscription)),
    ("fee", Means::Is(Kind::Subscription)),
    ("rifee", Means::Is(Kind::Subscription)),
    ("credit", Means::Is(Kind::Discount)),
    ("discount", Means::Is(Kind::Discount)),
    ("bundleddiscount", Means::Is(Kind::Discount)),
    ("edpdiscount", Means::Is(Kind::Discount)),
    ("privateratediscount", Means::Is(Kind::Discount)),
    ("rivolumediscount", Means::Is(Kind::Discount)),
    ("sppdiscount", Means::Is(Kind::Discount)),
    ("refund", Means::Is(Kind::Refund)),
    ("tax", Means::Is(Kind::Tax)),
];

/// `Charge Type` as our own export of Model Studio's bill writes it; the real one has none.
const MODEL_STUDIO_CATEGORIES: &[(&str, Means)] = &[
    ("usage", Means::Usage),
    ("purchase", Means::Is(Kind::Subscription)),
    ("refund", Means::Is(Kind::Refund)),
    ("rounding", Means::Is(Kind::Rounding)),
    ("tax", Means::Is(Kind::Tax)),
];

/// Words that must all be there, in any order, for a kind. Latin words match whole words, with or without a plural; others
/// match anywhere.
type Words = (&'static [&'static str], LineKind);

/// What is neither used nor bought.
const ADJUSTMENTS: &[Words] = &[
    (&["rounding"], Kind::Rounding),
    (&["refund"], Kind::Refund),
    (&["退款"], Kind::Refund),
    (&["tax"], Kind::Tax),
    (&["vat"], Kind::Tax),
    (&["税"], Kind::Tax),
    (&["discount"], Kind::Discount),
    (&["credit"], Kind::Discount),
    (&["voucher"], Kind::Discount),
    (&["coupon"], Kind::Discount),
    (&["优惠"], Kind::Discount),
];

/// Products whose lines are of one kind whatever their items are.
const PRODUCTS: &[Words] = &[
    (&["batch"], Kind::Batch),
    (&["批量"], Kind::Batch),
    (&["training"], Kind::Training),
    (&["训练"], Kind::Training),
    (&["knowledge", "base"], Kind::KnowledgeBase),
    (&["知识库"], Kind::KnowledgeBase),
    (&["web", "search"], Kind::WebSearch),
    (&["联网搜索"], Kind::WebSearch),
    (&["notification"], Kind::Notifications),
    (&["plan"], Kind::Subscription),
    (&["资源包"], Kind::Subscription),
    (&["节省计划"], Kind::Subscription),
    (&["development", "platform"], Kind::Development),
];

/// Items, in the order they are asked for: what is bought in advance before tokens (a Token Plan has no tokens), throughput
/// by its unit before tokens, tokens before the deployment they overflowed from.
const ITEMS: &[Words] = &[
    (&["web", "search"], Kind::WebSearch),
    (&["联网搜索"], Kind::WebSearch),
    (&["batch"], Kind::Batch),
    (&["批量"], Kind::Batch),
    (&["training"], Kind::Training),
    (&["fine", "tuning"], Kind::Training),
    (&["finetuning"], Kind::Training),
    (&["训练"], Kind::Training),
    (&["knowledge", "base"], Kind::KnowledgeBase),
    (&["知识库"], Kind::KnowledgeBase),
    (&["notification"], Kind::Notifications),
    (&["sms"], Kind::Notifications),
    (&["短信"], Kind::Notifications),
    (&["token", "plan"], Kind::Subscription),
    (&["coding", "plan"], Kind::Subscription),
    (&["saving", "plan"], Kind::Subscription),
    (&["resource", "package"], Kind::Subscription),
    (&["capacity", "pack"], Kind::Subscription),
    (&["subscription"], Kind::Subscription),
    (&["renewal"], Kind::Subscription),
    (&["资源包"], Kind::Subscription),
    (&["节省计划"], Kind::Subscription),
    (&["包月"], Kind::Subscription),
    (&["tpm"], Kind::Ptu),
    (&["token", "per", "minute"], Kind::Ptu),
    (&["provisioned", "throughput"], Kind::Ptu),
    (&["thinking", "token"], Kind::ThinkingTokens),
    (&["reasoning", "token"], Kind::ThinkingTokens),
    (&["cache", "token"], Kind::CachedTokens),
    (&["cached", "token"], Kind::CachedTokens),
    (&["output", "token"], Kind::OutputTokens),
    (&["completion", "token"], Kind::OutputTokens),
    (&["input", "token"], Kind::InputTokens),
    (&["prompt", "token"], Kind::InputTokens),
    (&["token"], Kind::Tokens),
    (&["ptu"], Kind::Ptu),
    (&["model", "unit"], Kind::ModelUnits),
    (&["模型单元"], Kind::ModelUnits),
    (&["spot"], Kind::SpotCompute),
    (&["preemptible"], Kind::SpotCompute),
    (&["抢占式"], Kind::SpotCompute),
    (&["disk"], Kind::Disk),
    (&["volume"], Kind::Disk),
    (&["ebs"], Kind::Disk),
    (&["云盘"], Kind::Disk),
    (&["系统盘"], Kind::Disk),
    (&["storage"], Kind::Storage),
    (&["compute"], Kind::StandardCompute),
    (&["instance"], Kind::StandardCompute),
    (&["box", "usage"], Kind::StandardCompute),
    (&["host"], Kind::StandardCompute),
    (&["vm"], Kind::StandardCompute),
    (&["实例"], Kind::StandardCompute),
];

/// What a line says of itself.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LineParts<'a> {
    /// Charge category or line type; empty where the format has none.
    pub(super) category: &'a str,
    /// How its price comes about (`Dynamic`, `Spot`); empty where the format does not say.
    pub(super) pricing: &'a str,
    /// Service or product.
    pub(super) product: &'a str,
    /// Meter, usage type, or type in the Instance ID.
    pub(super) item: &'a str,
    /// Description, or billable item.
    pub(super) text: &'a str,
}

impl<'a> LineParts<'a> {
    /// What the line is called, where it has to be named.
    pub(super) fn label(&self) -> &'a str {
        let names = [self.item, self.text, self.product, self.category];
        names.into_iter().map(str::trim).find(|name| !name.is_empty()).unwrap_or("(no name)")
    }
}

/// The kind of a line.
pub(super) fn classify(format: BillFormat, parts: &LineParts<'_>, is_negative: bool) -> LineKind {
    let means = match format {
        BillFormat::Focus => category(FOCUS_CATEGORIES, parts.category),
        BillFormat::CurLegacy | BillFormat::Cur2 => category(CUR_CATEGORIES, parts.category),
        BillFormat::ModelStudio if !parts.category.trim().is_empty() => {
            category(MODEL_STUDIO_CATEGORIES, parts.category)
        }
        // Without a category, what is no usage is told by its words.
        BillFormat::ModelStudio => {
            any_of(ADJUSTMENTS, &[parts.item, parts.text, parts.product]).map_or(Means::Usage, Means::Is)
        }
    };
    let kind = match means {
        Means::Is(kind) => kind,
        Means::Adjusts(otherwise) => any_of(ADJUSTMENTS, &[parts.item, parts.text]).unwrap_or(otherwise),
        Means::Usage => any_of(PRODUCTS, &[parts.product])
            .or_else(|| any_of(ITEMS, &[parts.item, parts.text, parts.product]))
            .unwrap_or(Kind::Other),
    };
    let is_dynamic = ["dynamic", "spot"].contains(&parts.pricing.trim().to_lowercase().as_str());
    match kind {
        Kind::Subscription if is_negative => Kind::Refund,
        Kind::StandardCompute if is_dynamic => Kind::SpotCompute,
        kind => kind,
    }
}

/// What a category means; an unknown one is taken as usage, whose words may say more.
fn category(table: &[(&str, Means)], written: &str) -> Means {
    let plain: String =
        written.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    table.iter().find(|(name, _)| *name == plain).map_or(Means::Usage, |(_, means)| *means)
}

/// The kind of the first text that any entry of a table knows.
fn any_of(table: &[Words], texts: &[&str]) -> Option<LineKind> {
    texts.iter().find_map(|text| {
        let words = words_of(text);
        let has = |wanted: &str| {
            if wanted.is_ascii() {
                words.iter().any(|word| is_form_of(word, wanted))
            } else {
                text.contains(wanted)
            }
        };
        table.iter().find(|(wanted, _)| wanted.iter().all(|word| has(word))).map(|(_, kind)| *kind)
    })
}

/// The words of a name in any spelling: `SpotUsage:g5.xlarge`, `context_0-128k_input_token`, `InputTokenCount`.
fn words_of(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for c in text.chars() {
        let begins = !c.is_alphanumeric() || (after_small && c.is_uppercase());
        if begins {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        after_small = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// One word, or its plural.
fn is_form_of(word: &str, wanted: &str) -> bool {
    word.strip_prefix(wanted).is_some_and(|ending| ["", "s", "es"].contains(&ending))
}
