//! Price books for a terminal: what there is, what a model costs, what a deployment would cost.

mod build;
mod machines;
mod view;

pub use build::Question;
pub use machines::{MachineHead, MachineView, RuleView, SourceView, render_machines};
pub use view::{
    CatalogHead, CatalogList, CatalogSummary, CostView, LaterPtuView, ModelPrices, Offer, ProfileHead,
    PtuEstimateView, PtuPricesView, PtuView, PublicView, SectionSummary, TierView, UnitsEstimateView,
    UnitsView,
};

use super::table::{new_table, wrapped};
use super::words::grouped;
use comfy_table::Table;
use std::fmt::Write as _;

/// Price books and ways of selling provisioned throughput.
pub fn render_list(list: &CatalogList) -> String {
    let mut text = String::new();
    let mut books = new_table(&["price book", "provider", "region", "currency", "seen", "models"], 5);
    for book in &list.catalogs {
        let words = [&book.name, &book.provider, &book.region, &book.currency, &book.seen].map(Clone::clone);
        books.add_row(words.into_iter().chain([book.models.to_string()]).collect::<Vec<_>>());
    }
    let _ = writeln!(text, "{books}\n");
    for book in &list.catalogs {
        let _ = writeln!(text, "{}\n", profile_table(book));
    }
    let _ = writeln!(text, "{}", machines::render_machine_list(&list.machines));
    text.push_str(
        "`deploysim catalog NAME` shows a price book and its models, or a provider of machines and its rules,\n\
         `deploysim catalog --model CODE` what one costs, `deploysim catalog PATH` a price book of your own: a changed copy of\n\
         scenarios/catalogs/alibaba-model-studio.ron.\n",
    );
    text
}

fn profile_table(book: &CatalogHead) -> Table {
    let mut table = new_table(&["profile", "sells provisioned throughput as", "provider", "seen"], 4);
    for profile in &book.profiles {
        let cells = [&profile.name, &profile.title, &profile.provider, &profile.seen];
        table.add_row(cells.map(Clone::clone).to_vec());
    }
    table
}

/// A price book: its sections with their sources, and its models.
pub fn render_summary(summary: &CatalogSummary) -> String {
    let head = &summary.head;
    let mut text = format!("{}\n", head.title);
    let _ = writeln!(
        text,
        "{}: {} models, all money in {}, region {}, seen {}\n",
        head.name, head.models, head.currency, head.region, head.seen
    );
    let mut sections = new_table(&["prices", "models", "rows", "seen", "source"], 1);
    left(&mut sections, &[3, 4]);
    for section in &summary.sections {
        sections.add_row(vec![
            section.what.to_owned(),
            section.models.to_string(),
            section.rows.to_string(),
            section.seen.clone(),
            section.page.clone(),
        ]);
    }
    let _ = writeln!(text, "{sections}");
    let mut told: Vec<&str> = Vec::new();
    for section in &summary.sections {
        if !told.contains(&section.url.as_str()) {
            told.push(&section.url);
            let _ = writeln!(text, "{}", section.url);
        }
    }
    for section in summary.sections.iter().filter(|section| !section.note.is_empty()) {
        text.push_str(&wrapped(&format!("{}: {}", section.what, section.note)));
    }
    let _ = writeln!(text, "\n{}\n", profile_table(head));
    let _ = writeln!(text, "{}", render_offers(&summary.offers));
    text.push_str(
        "PTU: provisioned throughput. tuned: token deployments of models fine-tuned from it. public: pay-as-you-go.\n\
         `--model CODE` (or a part that only one code has) shows what a model costs.\n",
    );
    text
}

/// What is sold of each model.
pub fn render_offers(offers: &[Offer]) -> Table {
    let mut table = new_table(&["model", "PTU", "model units", "tuned", "public"], 5);
    for offer in offers {
        let mark = |sold: bool| if sold { "yes" } else { "–" }.to_owned();
        let units = if offer.units.is_empty() { "–".to_owned() } else { offer.units.join(", ") };
        table.add_row(vec![
            offer.model.clone(),
            mark(offer.ptu),
            units,
            mark(offer.tokens),
            mark(offer.public),
        ]);
    }
    table
}

/// What a model costs, and what a deployment of it would cost.
pub fn render_model(prices: &ModelPrices) -> String {
    let mut text = format!("{} in {}, all money in {}\n", prices.model, prices.catalog, prices.currency);
    if let Some(ptu) = &prices.ptu {
        text.push_str(&ptu_text(ptu));
    }
    if !prices.units.is_empty() {
        text.push_str(&units_text(&prices.units));
    }
    if let Some(tokens) = &prices.tokens {
        let table = tier_table(std::slice::from_ref(tokens));
        let _ =
            writeln!(text, "\nToken deployment of a model fine-tuned from it, per million tokens\n{table}");
    }
    if let Some(public) = &prices.public {
        text.push_str(&public_text(public));
    }
    if !prices.later_ptu.is_empty() {
        text.push_str(&later_text(&prices.later_ptu));
    }
    if !prices.see_also.is_empty() {
        text.push_str(&wrapped(&format!("\nsee also {}", prices.see_also.join(", "))));
    }
    text
}

fn ptu_text(ptu: &PtuView) -> String {
    let mut text = "\nProvisioned throughput (PTU)\n".to_owned();
    let mut table = new_table(&["", "per hour", "prepaid, per day"], 1);
    let mut row = |what: &str, hourly: &str, daily: &str| {
        table.add_row(vec![what.to_owned(), money(hourly), money(daily)]);
    };
    row("10K input TPM", &ptu.hourly.input_per_10k_tpm, &ptu.daily.input_per_10k_tpm);
    row("1K output TPM", &ptu.hourly.output_per_1k_tpm, &ptu.daily.output_per_1k_tpm);
    if let (Some(hourly), Some(daily)) =
        (&ptu.hourly.thinking_output_per_1k_tpm, &ptu.daily.thinking_output_per_1k_tpm)
    {
        row("1K thinking output TPM", hourly, daily);
    }
    let _ = writeln!(text, "{table}");
    let _ = writeln!(
        text,
        "longest input {} tokens; sold from {} input + {} output TPM, in steps of {} and {}",
        grouped(u64::from(ptu.max_input_tokens)),
        grouped(ptu.input_min),
        grouped(ptu.output_min),
        grouped(ptu.input_step),
        grouped(ptu.output_step)
    );
    if let Some(estimate) = &ptu.estimate {
        let thinking = estimate.thinking_output_tpm.map(|tpm| format!(" + {} thinking output", grouped(tpm)));
        let _ = writeln!(
            text,
            "\nEstimate: PTU of {} input + {} output{} TPM",
            grouped(estimate.input_tpm),
            grouped(estimate.output_tpm),
            thinking.unwrap_or_default()
        );
        let mut table = cost_table();
        add_costs(&mut table, None, &estimate.costs, Some(&estimate.prepaid_day));
        let hours = &estimate.prepaid_cheaper_above_hours_a_day;
        let _ = writeln!(text, "{table}\nprepaid is cheaper for more than {hours} hours a day");
    }
    text
}

fn later_text(rows: &[LaterPtuView]) -> String {
    let header =
        ["region", "10K input, hour", "1K output, hour", "input, day", "output, day", "longest input"];
    let mut table = new_table(&header, 1);
    for row in rows {
        let prices = [
            &row.hourly.input_per_10k_tpm,
            &row.hourly.output_per_1k_tpm,
            &row.daily.input_per_10k_tpm,
            &row.daily.output_per_1k_tpm,
        ];
        let prices = prices.into_iter().map(|price| money(price));
        let longest = grouped(u64::from(row.max_input_tokens));
        table.add_row(std::iter::once(row.region.clone()).chain(prices).chain([longest]).collect::<Vec<_>>());
    }
    format!(
        "\nPTU on later versions of the provider's page, per 10K input and 1K output TPM; not used by default\n{table}\n"
    )
}

fn units_text(units: &[UnitsView]) -> String {
    let mut text = "\nModel units, per replica\n".to_owned();
    let mut table = new_table(&["specification", "mode", "per hour", "prepaid, per month"], 2);
    for row in units {
        let mode = if row.pd_separated { "PD-separated" } else { "standard" };
        table.add_row(vec![row.spec.clone(), mode.to_owned(), money(&row.hourly), money(&row.monthly)]);
    }
    let _ = writeln!(text, "{table}");
    for row in units {
        let Some(estimate) = &row.estimate else { continue };
        let replicas = estimate.replicas;
        let many = if replicas == 1 { "" } else { "s" };
        let mode = if row.pd_separated { ", PD-separated" } else { "" };
        let _ = writeln!(
            text,
            "\nEstimate: {} replica{many} of {}{mode}",
            grouped(u64::from(replicas)),
            row.spec
        );
        let mut table = cost_table();
        add_costs(&mut table, Some("prepaid month"), &estimate.costs, None);
        let hours = money(&estimate.prepaid_cheaper_above_hours_a_month);
        let _ = writeln!(text, "{table}\nprepaid is cheaper for more than {hours} hours a month");
    }
    text
}

fn cost_table() -> Table {
    new_table(&["", "hour", "day", "30 days"], 1)
}

/// Pay-as-you-go and prepaid, one line each; a prepaid month stands under the 30 days.
fn add_costs(table: &mut Table, prepaid: Option<&str>, costs: &CostView, prepaid_day: Option<&str>) {
    table.add_row(vec![
        "pay-as-you-go".to_owned(),
        money(&costs.hour),
        money(&costs.day),
        money(&costs.month),
    ]);
    let day = prepaid_day.map_or_else(|| "–".to_owned(), money);
    let prepaid = prepaid.unwrap_or("prepaid days").to_owned();
    table.add_row(vec![prepaid, "–".to_owned(), day, money(&costs.prepaid_month)]);
}

fn public_text(public: &PublicView) -> String {
    let mut text = "\nPay-as-you-go, per million tokens".to_owned();
    if public.tiers.len() > 1 {
        text.push_str(", by the input tokens of the call");
    }
    match public.mode {
        "thinking" => text.push_str("; it always thinks"),
        "non_thinking" => text.push_str("; it does not think"),
        _ => {}
    }
    let _ = writeln!(text, "\n{}", tier_table(&public.tiers));
    if public.tiers.iter().any(|tier| tier.batch_input.is_some() && tier.implicit_cache_hit.is_some()) {
        text.push_str("batches have no cache discount\n");
    }
    if public.free_quota_tokens > 0 {
        let _ = writeln!(text, "free quota of a new account: {} tokens", grouped(public.free_quota_tokens));
    }
    if !public.note.is_empty() {
        text.push_str(&wrapped(&format!("note: {}", public.note)));
    }
    text
}

/// One kind's price in a tier.
type Price = fn(&TierView) -> Option<&String>;

/// Prices by kind, one column per tier; kinds without a price are left out.
fn tier_table(tiers: &[TierView]) -> Table {
    let labels = tiers.iter().map(|tier| if tier.tier.is_empty() { "any input" } else { &tier.tier });
    let header: Vec<&str> = std::iter::once("").chain(labels).collect();
    let mut table = new_table(&header, 1);
    let kinds: [(&str, Price); 9] = [
        ("input", |tier| Some(&tier.input)),
        ("input, implicit cache hit", |tier| tier.implicit_cache_hit.as_ref()),
        ("input, explicit cache written", |tier| tier.explicit_cache_create.as_ref()),
        ("input, explicit cache hit", |tier| tier.explicit_cache_hit.as_ref()),
        ("output", |tier| Some(&tier.output)),
        ("thinking output", |tier| tier.thinking_output.as_ref()),
        ("batch input", |tier| tier.batch_input.as_ref()),
        ("batch output", |tier| tier.batch_output.as_ref()),
        ("batch thinking output", |tier| tier.batch_thinking_output.as_ref()),
    ];
    for (kind, price) in kinds {
        if tiers.iter().any(|tier| price(tier).is_some()) {
            let prices =
                tiers.iter().map(|tier| price(tier).map_or_else(|| "–".to_owned(), |text| money(text)));
            table.add_row(std::iter::once(kind.to_owned()).chain(prices).collect::<Vec<_>>());
        }
    }
    table
}

/// Columns that are words although numbers stand before them.
fn left(table: &mut Table, columns: &[usize]) {
    for index in columns {
        if let Some(column) = table.column_mut(*index) {
            column.set_cell_alignment(comfy_table::CellAlignment::Left);
        }
    }
}

/// An amount with its thousands apart.
fn money(amount: &str) -> String {
    let (whole, rest) = amount.split_once('.').map_or((amount, None), |(whole, rest)| (whole, Some(rest)));
    let whole = whole.parse::<u64>().map_or_else(|_| whole.to_owned(), grouped);
    rest.map_or_else(|| whole.clone(), |rest| format!("{whole}.{rest}"))
}
