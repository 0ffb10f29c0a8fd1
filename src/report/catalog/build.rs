//! From a price book to what a reader is shown of it.

use super::machines::MachineHead;
use super::view::{
    CatalogHead, CatalogList, CatalogSummary, CostView, LaterPtuView, ModelPrices, Offer, ProfileHead,
    PtuEstimateView, PtuPricesView, PtuView, PublicView, SectionSummary, TierView, UnitsEstimateView,
    UnitsView,
};
use crate::catalog::{
    Catalog, LaterPtu, PtuOrder, PtuPrices, PtuProfile, PtuRow, PtuSteps, PublicMode, PublicRow, Source,
    TokenRow, UnitsRow,
};
use crate::scenario::machine_profiles;
use crate::serving::TokenTier;
use crate::units::TokenPrice;

/// What is asked about a model beside its prices.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Provisioned throughput to estimate.
    pub order: Option<&'a PtuOrder>,
    /// The smallest purchase and its step.
    pub steps: PtuSteps,
    /// Replicas of model units to estimate.
    pub replicas: Option<u32>,
    /// Only this specification of model units.
    pub spec: Option<&'a str>,
}

impl CatalogList {
    /// The price books that are part of the program.
    pub fn embedded() -> Self {
        let books = Catalog::names().into_iter().filter_map(Catalog::embedded);
        let machines = machine_profiles().iter().map(MachineHead::new).collect();
        Self { catalogs: books.map(CatalogHead::new).collect(), machines }
    }
}

impl CatalogHead {
    fn new(book: &Catalog) -> Self {
        let profile = |profile: &PtuProfile| ProfileHead {
            name: profile.name.clone(),
            title: profile.title.clone(),
            provider: profile.provider.clone(),
            url: profile.source.url.clone(),
            seen: profile.source.seen.clone(),
        };
        Self {
            name: book.name.clone(),
            title: book.title.clone(),
            provider: book.provider.clone(),
            region: book.region.clone(),
            currency: book.currency.clone(),
            seen: book.seen.clone(),
            models: book.models().len(),
            profiles: book.profiles.iter().map(profile).collect(),
        }
    }
}

impl CatalogSummary {
    /// A price book.
    pub fn new(book: &Catalog) -> Self {
        let sources = &book.sources;
        let later = || book.later_ptu.iter().flat_map(|part| &part.rows);
        let mut unit_models: Vec<&str> = book.units.iter().map(|row| row.model.as_str()).collect();
        unit_models.dedup();
        let thinking = book.ptu.iter().filter(|row| row.hourly.thinking_output_per_1k_tpm.is_some()).count();
        let tiers = book.public.iter().map(|row| row.tariff.tiers.len()).sum();
        let coefficients = book.factors.coefficients.len();
        let sections = [
            ("PTU", book.ptu.len() + thinking, book.ptu.len(), &sources.ptu),
            ("model units", book.units.len(), unit_models.len(), &sources.units),
            ("token deployments", book.tokens.len(), book.tokens.len(), &sources.tokens),
            ("pay-as-you-go", tiers, book.public.len(), &sources.public),
            ("PTU coefficients", coefficients, coefficients, &sources.coefficients),
            ("PTU, later pages", later().count(), later().count(), &sources.later_ptu),
        ];
        let section = |(what, rows, models, source): (&'static str, usize, usize, &Source)| SectionSummary {
            what,
            rows,
            models,
            page: source.page.clone(),
            url: source.url.clone(),
            seen: source.seen.clone(),
            note: source.note.clone(),
        };
        let mut models = book.models();
        models.sort_by_key(|model| model.to_lowercase());
        Self {
            head: CatalogHead::new(book),
            sections: sections.into_iter().map(section).collect(),
            offers: models.into_iter().map(|model| Offer::new(book, model)).collect(),
        }
    }
}

impl Offer {
    /// What a price book sells of a model.
    pub fn new(book: &Catalog, model: &str) -> Self {
        Self {
            model: model.to_owned(),
            ptu: book.ptu(model).is_some(),
            units: book.units(model).map(|row| row.spec.clone()).collect(),
            tokens: book.tokens(model).is_some(),
            public: book.public(model).is_some(),
        }
    }
}

impl ModelPrices {
    /// Everything a price book says of a model.
    pub fn new(book: &Catalog, model: &str, question: &Question) -> Self {
        let is_wanted = |row: &&UnitsRow| question.spec.is_none_or(|spec| row.spec == spec);
        let units = book.units(model).filter(is_wanted);
        let models = book.models();
        let others = models.into_iter().filter(|other| *other != model && other.starts_with(model));
        Self {
            catalog: book.name.clone(),
            currency: book.currency.clone(),
            model: model.to_owned(),
            ptu: book.ptu(model).map(|row| PtuView::new(row, question)),
            units: units.map(|row| UnitsView::new(row, question.replicas)).collect(),
            tokens: book.tokens(model).map(|row| token_view(book, row)),
            public: book.public(model).map(|row| PublicView::new(book, row)),
            later_ptu: later_ptu(book, model),
            see_also: others.map(str::to_owned).collect(),
        }
    }
}

impl PtuView {
    fn new(row: &PtuRow, question: &Question) -> Self {
        let PtuSteps { input_min, input_step, output_min, output_step } = question.steps;
        let estimate = question.order.map(|order| {
            let estimate = row.estimate(order);
            PtuEstimateView {
                input_tpm: order.input_tpm,
                output_tpm: order.output_tpm,
                thinking_output_tpm: order.thinking_output_tpm,
                costs: CostView {
                    hour: estimate.hour.to_string(),
                    day: estimate.day().to_string(),
                    month: estimate.month().to_string(),
                    prepaid_month: estimate.prepaid_month().to_string(),
                },
                prepaid_day: estimate.prepaid_day.to_string(),
                prepaid_cheaper_above_hours_a_day: format!("{:.1}", estimate.break_even_hours()),
            }
        });
        Self {
            max_input_tokens: row.max_input_tokens,
            hourly: ptu_prices(&row.hourly),
            daily: ptu_prices(&row.daily),
            input_min,
            input_step,
            output_min,
            output_step,
            estimate,
        }
    }
}

fn later_ptu(book: &Catalog, model: &str) -> Vec<LaterPtuView> {
    let rows = book.later_ptu.iter().flat_map(|part| part.rows.iter().map(move |row| (part, row)));
    let view = |(part, row): (&LaterPtu, &PtuRow)| LaterPtuView {
        region: part.region.clone(),
        max_input_tokens: row.max_input_tokens,
        hourly: ptu_prices(&row.hourly),
        daily: ptu_prices(&row.daily),
    };
    rows.filter(|(_, row)| row.model == model).map(view).collect()
}

fn ptu_prices(prices: &PtuPrices) -> PtuPricesView {
    PtuPricesView {
        input_per_10k_tpm: prices.input_per_10k_tpm.to_string(),
        output_per_1k_tpm: prices.output_per_1k_tpm.to_string(),
        thinking_output_per_1k_tpm: prices.thinking_output_per_1k_tpm.map(|price| price.to_string()),
    }
}

impl UnitsView {
    fn new(row: &UnitsRow, replicas: Option<u32>) -> Self {
        let estimate = replicas.map(|replicas| {
            let estimate = row.estimate(replicas);
            UnitsEstimateView {
                replicas,
                costs: CostView {
                    hour: estimate.hour.to_string(),
                    day: estimate.day().to_string(),
                    month: estimate.month().to_string(),
                    prepaid_month: estimate.prepaid_month.to_string(),
                },
                prepaid_cheaper_above_hours_a_month: format!("{:.1}", estimate.break_even_hours()),
            }
        });
        Self {
            spec: row.spec.clone(),
            pd_separated: row.is_pd_separated,
            hourly: row.hourly.to_string(),
            monthly: row.monthly.to_string(),
            estimate,
        }
    }
}

impl PublicView {
    fn new(book: &Catalog, row: &PublicRow) -> Self {
        let batch = row.batch_tariff(book.factors.batch_ppb);
        let tiers = row.tariff.tiers.iter().enumerate();
        let view = |(index, tier): (usize, &TokenTier)| {
            let batch = batch.as_ref().map(|tariff| tariff.tiers[index].prices);
            let thinks = |price: TokenPrice| row.has_thinking.then(|| price.to_string());
            let cached =
                |factor_ppb: i64| row.context_cache.then(|| times(tier.prices.input, factor_ppb)).flatten();
            TierView {
                tier: tier.label.clone(),
                input: tier.prices.input.to_string(),
                implicit_cache_hit: cached(book.factors.cache_implicit_hit_ppb),
                explicit_cache_create: cached(book.factors.cache_explicit_create_ppb),
                explicit_cache_hit: cached(book.factors.cache_explicit_hit_ppb),
                output: tier.prices.output.to_string(),
                thinking_output: thinks(tier.prices.thinking_output),
                batch_input: batch.map(|prices| prices.input.to_string()),
                batch_output: batch.map(|prices| prices.output.to_string()),
                batch_thinking_output: batch.and_then(|prices| thinks(prices.thinking_output)),
            }
        };
        Self {
            mode: match row.mode {
                PublicMode::Any => "any",
                PublicMode::NonThinking => "non_thinking",
                PublicMode::Thinking => "thinking",
            },
            free_quota_tokens: row.free_quota_tokens,
            note: row.note.clone(),
            tiers: tiers.map(view).collect(),
        }
    }
}

fn times(price: TokenPrice, factor_ppb: i64) -> Option<String> {
    price.times_ppb(factor_ppb).map(|price| price.to_string())
}

fn token_view(book: &Catalog, row: &TokenRow) -> TierView {
    TierView {
        tier: String::new(),
        input: row.prices.input.to_string(),
        implicit_cache_hit: times(row.prices.input, book.factors.cache_implicit_hit_ppb),
        explicit_cache_create: None,
        explicit_cache_hit: None,
        output: row.prices.output.to_string(),
        thinking_output: row.has_thinking.then(|| row.prices.thinking_output.to_string()),
        batch_input: None,
        batch_output: None,
        batch_thinking_output: None,
    }
}
