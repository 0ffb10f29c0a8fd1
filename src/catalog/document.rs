//! From a catalog file as it is written to a [`Catalog`].

use super::book::{
    CapacityCoefficients, Catalog, Factors, LaterPtu, PtuPrices, PtuRow, PublicMode, PublicRow, Sources,
    TokenRow, UnitsRow,
};
use super::error::CatalogError;
use super::profile::PtuProfile;
use super::written::{
    Spec, Written, WrittenCapacityTier, WrittenCoefficients, WrittenMode, WrittenPtuPrices, WrittenPtuRow,
    WrittenPublic, WrittenRegion, WrittenTokens, WrittenUnits,
};
use crate::serving::{CapacityTier, TokenPrices, TokenTariff, TokenTier};
use crate::units::TokenPrice;
use ron::extensions::Extensions;

/// Reads a catalog file.
pub(super) fn read(path: &str, text: &str) -> Result<Catalog, CatalogError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let options = ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME);
    let written: Written =
        options.from_str(text).map_err(|error| CatalogError::from_ron(path, text, &error))?;
    let reader = Reader { path, text };
    reader.catalog(written)
}

/// Reads rows, and finds the place of what does not fit between them.
struct Reader<'file> {
    path: &'file str,
    text: &'file str,
}

impl Reader<'_> {
    fn catalog(&self, written: Written) -> Result<Catalog, CatalogError> {
        let factor = written.factors.cache_implicit_hit.0;
        let coefficients: Vec<_> = written.coefficients.rows.into_iter().map(coefficients).collect();
        let catalog = Catalog {
            sources: Sources {
                ptu: written.ptu.source.into(),
                units: written.units.source.into(),
                tokens: written.tokens.source.into(),
                public: written.public.source.into(),
                factors: written.factors.source.into(),
                coefficients: written.coefficients.source.into(),
                later_ptu: written.later_ptu.source.into(),
            },
            name: written.name,
            title: written.title,
            provider: written.provider,
            region: written.region,
            currency: written.currency,
            seen: written.seen,
            ptu: self.ptu_rows("ptu", &[], written.ptu.rows)?,
            ptu_steps: written.ptu.steps.0,
            units: written.units.rows.into_iter().map(units_row).collect(),
            tokens: self.token_rows(written.tokens.rows, factor)?,
            public: self.public_rows(written.public.rows, factor)?,
            factors: Factors {
                batch_ppb: written.factors.batch.0,
                cache_explicit_create_ppb: written.factors.cache_explicit_create.0,
                cache_explicit_hit_ppb: written.factors.cache_explicit_hit.0,
                cache_implicit_hit_ppb: factor,
                free_quota_tokens_per_model: written.factors.free_quota_tokens_per_model,
                free_quota_days: written.factors.free_quota_days,
                deduction_order: written.factors.deduction_order,
                savings_plan_excludes: written.factors.savings_plan_excludes,
                web_search_per_call: written.factors.web_search_per_call.0,
                coefficients,
            },
            later_ptu: self.later(written.later_ptu.regions)?,
            profiles: written.profiles.into_iter().map(PtuProfile::from).collect(),
        };
        self.check(&catalog)?;
        Ok(catalog)
    }

    /// What holds between rows.
    fn check(&self, catalog: &Catalog) -> Result<(), CatalogError> {
        let currency = &catalog.currency;
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            let error = self.wrong(
                "currency",
                0,
                "currency",
                currency,
                "this is no ISO 4217 currency code".to_owned(),
            );
            return Err(error.help("write three capital letters, as in \"CNY\""));
        }
        let units = catalog.units.iter().map(|row| (row.model.as_str(), unit_key(row)));
        self.unique("units", "model", units)?;
        self.unique("tokens", "model", catalog.tokens.iter().map(|row| (row.model.as_str(), String::new())))?;
        self.unique("public", "model", catalog.public.iter().map(|row| (row.model.as_str(), String::new())))?;
        let coefficients = catalog.factors.coefficients.iter();
        self.unique("coefficients", "model", coefficients.map(|row| (row.model.as_str(), String::new())))?;
        let profiles = catalog.profiles.iter().map(|profile| (profile.name.as_str(), String::new()));
        self.unique("profiles", "name", profiles)?;
        for row in &catalog.factors.coefficients {
            for tiers in [&row.input, &row.output] {
                let starts_at_none = tiers.first().is_none_or(|tier| tier.input_above == 0);
                if !starts_at_none || !tiers.is_sorted_by(|a, b| a.input_above < b.input_above) {
                    let message = format!("{}: `above` must start at 0 and rise", row.model);
                    return Err(self.wrong("coefficients", 0, "model", &row.model, message));
                }
            }
        }
        Ok(())
    }

    /// No two rows of a section have the same name and the same rest.
    fn unique<'row>(
        &self,
        section: &str,
        field: &str,
        rows: impl Iterator<Item = (&'row str, String)>,
    ) -> Result<(), CatalogError> {
        let mut seen: Vec<(&str, String)> = Vec::new();
        for (name, rest) in rows {
            if seen.iter().any(|(other, other_rest)| *other == name && *other_rest == rest) {
                let earlier = seen.iter().filter(|(other, _)| *other == name).count();
                let message = format!("{section}: `{name}`{rest} is there twice");
                let error = self.wrong(section, earlier, field, name, message);
                return Err(error.help("take one of the two rows away"));
            }
            seen.push((name, rest));
        }
        Ok(())
    }

    fn ptu_rows(
        &self,
        section: &str,
        before: &[LaterPtu],
        rows: Vec<WrittenPtuRow>,
    ) -> Result<Vec<PtuRow>, CatalogError> {
        let mut read: Vec<PtuRow> = Vec::with_capacity(rows.len());
        for row in rows {
            let model = row.model.as_str();
            let already =
                before.iter().flat_map(|part| &part.rows).filter(|other| other.model == model).count();
            let wrong = |message: String| Err(self.wrong(section, already, "model", model, message));
            if read.iter().any(|other| other.model == model) {
                let error = self.wrong(
                    section,
                    already + 1,
                    "model",
                    model,
                    format!("{section}: `{model}` is there twice"),
                );
                return Err(error.help("take one of the two rows away"));
            }
            if row.max_input_tokens == 0 {
                return wrong(format!("{model}: max_input_tokens must be above 0"));
            }
            if row.hourly.thinking_output.is_some() != row.daily.thinking_output.is_some() {
                return wrong(format!(
                    "{model}: thinking output needs an hourly and a daily price, or neither"
                ));
            }
            read.push(PtuRow {
                model_name: row.name.unwrap_or_else(|| row.model.clone()),
                max_input_tokens: row.max_input_tokens,
                hourly: ptu_prices(&row.hourly),
                daily: ptu_prices(&row.daily),
                model: row.model,
            });
        }
        Ok(read)
    }

    fn later(&self, regions: Vec<WrittenRegion>) -> Result<Vec<LaterPtu>, CatalogError> {
        let mut read: Vec<LaterPtu> = Vec::new();
        for WrittenRegion { region, rows } in regions {
            let rows = self.ptu_rows("later_ptu", &read, rows)?;
            read.push(LaterPtu { region, rows });
        }
        Ok(read)
    }

    fn token_rows(&self, rows: Vec<WrittenTokens>, cached_ppb: i64) -> Result<Vec<TokenRow>, CatalogError> {
        let read = |row: WrittenTokens| {
            let thinking = row.thinking_output.map(|price| price.0);
            let prices = token_prices(row.input.0, row.output.0, thinking, Some(cached_ppb));
            match prices {
                Some(prices) => {
                    let has_thinking = thinking.is_some();
                    Ok(TokenRow { model_name: row.name, model: row.model, prices, has_thinking })
                }
                None => Err(self.inexact("tokens", &row.model)),
            }
        };
        rows.into_iter().map(read).collect()
    }

    fn public_rows(&self, rows: Vec<WrittenPublic>, cached_ppb: i64) -> Result<Vec<PublicRow>, CatalogError> {
        rows.into_iter().map(|row| self.public_row(row, cached_ppb)).collect()
    }

    fn public_row(&self, row: WrittenPublic, cached_ppb: i64) -> Result<PublicRow, CatalogError> {
        let wrong =
            |message: &str| self.wrong("public", 0, "model", &row.model, format!("{}: {message}", row.model));
        let has_thinking = row.tiers.iter().any(|tier| tier.thinking_output.is_some());
        if row.tiers.is_empty() {
            return Err(wrong("there is no tier"));
        }
        if has_thinking && row.tiers.iter().any(|tier| tier.thinking_output.is_none()) {
            return Err(wrong("thinking output needs a price in every tier, or in none"));
        }
        let mut tiers: Vec<TokenTier> = Vec::with_capacity(row.tiers.len());
        for tier in &row.tiers {
            let above = tiers.last().map_or(0, |tier| tier.input_up_to);
            let input_up_to = tier.up_to.unwrap_or(u32::MAX);
            if input_up_to <= above {
                return Err(wrong("`up_to` must rise from tier to tier; only the last may leave it out"));
            }
            let thinking = tier.thinking_output.map(|price| price.0);
            let prices = token_prices(tier.input.0, tier.output.0, thinking, row.cache.then_some(cached_ppb));
            let prices = prices.ok_or_else(|| self.inexact("public", &row.model))?;
            tiers.push(TokenTier { label: label(above, tier.up_to), input_up_to, prices });
        }
        Ok(PublicRow {
            tariff: TokenTariff { tiers },
            has_thinking,
            mode: match row.mode {
                WrittenMode::Any => PublicMode::Any,
                WrittenMode::NonThinking => PublicMode::NonThinking,
                WrittenMode::Thinking => PublicMode::Thinking,
            },
            batch_half_price: row.batch,
            context_cache: row.cache,
            free_quota_tokens: row.free_quota_tokens,
            note: row.note,
            model: row.model,
        })
    }

    fn inexact(&self, section: &str, model: &str) -> CatalogError {
        let message = format!(
            "{model}: the input price times cache_implicit_hit has more than six decimals per million"
        );
        self.wrong(section, 0, "model", model, message).help("round the factor or the price")
    }

    /// A mistake at the row of `section` whose `field` has this value, the one after `earlier` others of that value.
    fn wrong(
        &self,
        section: &str,
        earlier: usize,
        field: &str,
        value: &str,
        message: String,
    ) -> CatalogError {
        let byte = self.find(section, earlier, field, value);
        CatalogError::at_byte(self.path, self.text, byte, message)
    }

    /// Where the value is written; the section or the beginning if it is written in another way.
    fn find(&self, section: &str, earlier: usize, field: &str, value: &str) -> usize {
        let text = self.text;
        let after_word = |at: usize, word: &str| {
            let is_whole = !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let rest = text[at + word.len()..].trim_start();
            if is_whole { rest.strip_prefix(':') } else { None }
        };
        let start = text.match_indices(section).find(|(at, word)| after_word(*at, word).is_some());
        let start = start.map_or(0, |(at, _)| at);
        let quoted = format!("\"{value}\"");
        let mut found = text[start..].match_indices(field).filter_map(|(at, word)| {
            let rest = after_word(start + at, word)?.trim_start();
            rest.starts_with(&quoted).then(|| text.len() - rest.len())
        });
        found.nth(earlier).unwrap_or(start)
    }
}

fn unit_key(row: &UnitsRow) -> String {
    format!(" with {}{}", row.spec, if row.is_pd_separated { ", PD-separated" } else { "" })
}

fn units_row(row: WrittenUnits) -> UnitsRow {
    let Spec(unit, count) = row.spec;
    UnitsRow {
        family: row.family,
        model_name: row.name,
        model: row.model,
        spec: format!("{unit} x {count}"),
        unit,
        count,
        is_pd_separated: row.pd_separated,
        hourly: row.hourly.0,
        monthly: row.monthly.0,
    }
}

fn ptu_prices(written: &WrittenPtuPrices) -> PtuPrices {
    PtuPrices {
        input_per_10k_tpm: written.input.0,
        output_per_1k_tpm: written.output.0,
        thinking_output_per_1k_tpm: written.thinking_output.map(|price| price.0),
    }
}

/// Without a price of its own thinking output costs what output costs, and cached input what input costs.
fn token_prices(
    input: TokenPrice,
    output: TokenPrice,
    thinking: Option<TokenPrice>,
    cached_ppb: Option<i64>,
) -> Option<TokenPrices> {
    let cached_input = match cached_ppb {
        Some(factor) => input.times_ppb(factor)?,
        None => input,
    };
    Some(TokenPrices { input, cached_input, output, thinking_output: thinking.unwrap_or(output) })
}

fn coefficients(row: WrittenCoefficients) -> CapacityCoefficients {
    let tiers = |tiers: Vec<WrittenCapacityTier>| {
        let tier = |tier: WrittenCapacityTier| CapacityTier {
            input_above: tier.above,
            factor_ppb: tier.factor.0,
            marginal: tier.marginal,
        };
        tiers.into_iter().map(tier).collect()
    };
    CapacityCoefficients {
        model: row.model,
        cached_ppb: row.cached.0,
        input: tiers(row.input),
        output: tiers(row.output),
    }
}

/// A tier as bills write it (B30): `0-128k`, `256k-1m`; nothing without a bound.
fn label(above: u32, up_to: Option<u32>) -> String {
    let short = |tokens: u32| match tokens {
        0 => "0".to_owned(),
        millions if millions.is_multiple_of(1_000_000) => format!("{}m", millions / 1_000_000),
        thousands if thousands.is_multiple_of(1_000) => format!("{}k", thousands / 1_000),
        other => other.to_string(),
    };
    match up_to {
        Some(up_to) => format!("{}-{}", short(above), short(up_to)),
        None if above == 0 => String::new(),
        None => format!("{}-", short(above)),
    }
}
