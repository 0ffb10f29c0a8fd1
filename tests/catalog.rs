//! The built-in price book: every figure of the provider's tables, what holds between them, and what a wrong file is
//! told. The tables themselves are not a part of the repository: where they are there, they are compared row by row.

use deploysim::catalog::{
    Catalog, EarlyTermination, PricedBy, ProfileOverflow, PtuOrder, PtuRow, PtuSteps, PublicMode, StepError,
    spec_parts,
};
use deploysim::serving::{OutputCheck, TokenPrices, Window};
use deploysim::units::{Money, SimSpan, TokenPrice, UnitPrice};
use deploysim::world::name_hash;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

const BOOK_TEXT: &str = include_str!("../scenarios/catalogs/alibaba-model-studio.ron");

fn book() -> &'static Catalog {
    Catalog::embedded(Catalog::DEFAULT).expect("the default price book")
}

/// Every row as one line, the same for the price book and for the provider's tables.
fn lines(book: &Catalog) -> Vec<String> {
    let mut lines = Vec::new();
    for row in &book.ptu {
        let PtuRow { model_name, model, max_input_tokens, hourly, daily } = row;
        let outputs = [(Some(hourly.output_per_1k_tpm), Some(daily.output_per_1k_tpm))]
            .into_iter()
            .chain([(hourly.thinking_output_per_1k_tpm, daily.thinking_output_per_1k_tpm)]);
        // The tables have a second row for thinking output, which repeats the input.
        for (hour, day) in outputs.filter_map(|(hour, day)| Some((hour?, day?))) {
            let inputs = (hourly.input_per_10k_tpm, daily.input_per_10k_tpm);
            lines.push(format!(
                "ptu|{model_name}|{model}|{max_input_tokens}|{}|{hour}|{}|{day}",
                inputs.0, inputs.1
            ));
        }
    }
    for row in &book.units {
        let mode = if row.is_pd_separated { "pd_separated" } else { "standard" };
        let (family, name, model) = (&row.family, &row.model_name, &row.model);
        let (unit, count, hourly, monthly) = (&row.unit, row.count, row.hourly, row.monthly);
        lines.push(format!("units|{family}|{name}|{model}|{unit}|{count}|{mode}|{hourly}|{monthly}"));
    }
    for row in &book.tokens {
        let TokenPrices { input, output, thinking_output, .. } = row.prices;
        let thinking = if row.has_thinking { thinking_output.to_string() } else { String::new() };
        lines.push(format!("tokens|{}|{}|{input}|{output}|{thinking}", row.model_name, row.model));
    }
    for row in &book.public {
        let mode = match row.mode {
            PublicMode::Any => "any",
            PublicMode::NonThinking => "non_thinking",
            PublicMode::Thinking => "thinking",
        };
        let mark = |is_set: bool| if is_set { "y" } else { "" };
        let (batch, cache, free) =
            (mark(row.batch_half_price), mark(row.context_cache), row.free_quota_tokens);
        let mut above = 0;
        for tier in &row.tariff.tiers {
            let up_to =
                if tier.input_up_to == u32::MAX { String::new() } else { tier.input_up_to.to_string() };
            let TokenPrices { input, output, thinking_output, .. } = tier.prices;
            let thinking = if row.has_thinking { thinking_output.to_string() } else { String::new() };
            let (model, note) = (&row.model, &row.note);
            let prices = format!("{input}|{output}|{thinking}");
            lines.push(format!(
                "public|{model}|{above}|{up_to}|{prices}|{mode}|{batch}|{cache}|{free}|{note}"
            ));
            above = tier.input_up_to;
        }
    }
    for part in &book.later_ptu {
        for row in &part.rows {
            let (hourly, daily) = (row.hourly, row.daily);
            lines.push(format!(
                "later|{}|{}|{}|{}|{}|{}|{}",
                part.region,
                row.model,
                row.max_input_tokens,
                hourly.input_per_10k_tpm,
                hourly.output_per_1k_tpm,
                daily.input_per_10k_tpm,
                daily.output_per_1k_tpm
            ));
        }
    }
    lines
}

/// The sum of a column of [`lines`], exactly.
fn sum(kind: &str, column: usize) -> String {
    let lines = lines(book());
    let cells = lines.iter().filter_map(|line| line.strip_prefix(kind)?.split('|').nth(column));
    let amounts = cells.filter(|cell| !cell.is_empty()).map(|cell| Money::parse(cell).expect("a price"));
    amounts.sum::<Money>().to_string()
}

#[test]
fn every_row_of_the_tables_is_there() {
    let lines = lines(book());
    let count = |kind: &str| lines.iter().filter(|line| line.starts_with(kind)).count();
    let counts = ["ptu|", "units|", "tokens|", "public|", "later|"].map(count);
    assert_eq!(counts, [13, 80, 11, 77, 16]);
    let book = book();
    assert_eq!((book.ptu.len(), book.public.len(), book.factors.coefficients.len()), (12, 41, 7));
}

#[test]
fn every_price_column_has_its_sum() {
    // Summed from the provider's tables by another program. The second qwen-plus row repeats an input price.
    assert_eq!([4, 5, 6, 7].map(|column| sum("ptu", column)), ["131.88", "43.88", "1582.56", "526.56"]);
    assert_eq!([7, 8].map(|column| sum("units", column)), ["27750.00", "13359654.00"]);
    // Per million tokens; the table says 0.0375, 0.115 and 0.035 per thousand.
    assert_eq!([3, 4, 5].map(|column| sum("tokens", column)), ["37.50", "115.00", "35.00"]);
    assert_eq!([4, 5, 6].map(|column| sum("public", column)), ["281.00", "1301.80", "461.60"]);
    assert_eq!([4, 5, 6, 7].map(|column| sum("later", column)), ["290.10", "88.88", "3480.73", "1066.49"]);
}

#[test]
fn no_figure_has_moved() {
    let text = lines(book()).join("\n") + "\n";
    // FNV-1a 64 of the same lines, written from the provider's tables by another program.
    assert_eq!(name_hash(&text), 0x60b2_7efd_1d0c_ba91);
}

#[test]
fn the_book_is_the_tables_row_by_row() {
    let table = |name: &str| shared_prices(name).map(|bytes| rows(&bytes));
    let (Some(ptu), Some(units), Some(tokens)) =
        (table("ptu.csv"), table("model_units.csv"), table("tokens.csv"))
    else {
        return;
    };
    let (Some(public), Some(later)) =
        (table("alibaba_payg_tokens_beijing.csv"), table("alibaba_ptu_later_versions.csv"))
    else {
        return;
    };
    let per_hour = |cell: &str| UnitPrice::parse(cell).expect("a price").to_string();
    let per_day = per_hour;
    let thousand =
        |cell: &str| TokenPrice::per_thousand(cell).map(|price| price.to_string()).unwrap_or_default();
    let million =
        |cell: &str| TokenPrice::per_million(cell).map(|price| price.to_string()).unwrap_or_default();
    let mut expected = Vec::new();
    for row in &ptu {
        let prices = ["hourly_input_per_10k_tpm", "hourly_output_per_1k_tpm", "daily_input_per_10k_tpm"];
        let prices = prices.map(|column| per_hour(&row[column])).join("|");
        let name = format!("{}|{}|{}", row["model_name"], row["model_code"], row["max_input_tokens"]);
        expected.push(format!("ptu|{name}|{prices}|{}", per_day(&row["daily_output_per_1k_tpm"])));
    }
    for row in &units {
        let words =
            ["family", "model_name", "model_code", "mu_type", "mu_count", "mode"].map(|column| &*row[column]);
        let monthly = Money::parse(&row["monthly_cny"]).expect("a price");
        expected.push(format!("units|{}|{}|{monthly}", words.join("|"), per_hour(&row["hourly_cny"])));
    }
    for row in &tokens {
        let columns = ["input_cny_per_1k", "output_cny_per_1k_non_thinking", "output_cny_per_1k_thinking"];
        let prices = columns.map(|column| thousand(&row[column])).join("|");
        expected.push(format!("tokens|{}|{}|{prices}", row["model_name"], row["model_code"]));
    }
    for row in &public {
        let tier = ["model_id", "tier_input_tokens_gt", "tier_input_tokens_le"].map(|column| &*row[column]);
        let prices = ["input_cny_per_1m", "output_cny_per_1m", "output_thinking_cny_per_1m"];
        let prices = prices.map(|column| million(&row[column])).join("|");
        let marks = ["mode", "batch_half_price", "context_cache_discount", "free_quota_tokens"];
        let marks = marks.map(|column| &*row[column]).join("|");
        let note = if row["note"] == "no tiers" { "" } else { &row["note"] };
        expected.push(format!("public|{}|{prices}|{marks}|{note}", tier.join("|")));
    }
    for row in &later {
        let columns = [
            "hourly_input_per_10k_tpm",
            "hourly_output_per_1k_tpm",
            "daily_input_per_10k_tpm",
            "daily_output_per_1k_tpm",
        ];
        let prices = columns.map(|column| per_hour(&row[column])).join("|");
        let name = format!("{}|{}|{}", row["region"], row["model_code"], row["max_input_tokens"]);
        expected.push(format!("later|{name}|{prices}"));
    }
    let lines = lines(book());
    for (line, expected) in lines.iter().zip(&expected) {
        assert_eq!(line, expected);
    }
    assert_eq!(lines.len(), expected.len());
}

#[test]
fn factors_are_those_of_the_table() {
    let factors = &book().factors;
    let ppb = [
        factors.batch_ppb,
        factors.cache_explicit_create_ppb,
        factors.cache_explicit_hit_ppb,
        factors.cache_implicit_hit_ppb,
    ];
    assert_eq!(ppb, [500_000_000, 1_250_000_000, 100_000_000, 200_000_000]);
    assert_eq!((factors.free_quota_tokens_per_model, factors.free_quota_days), (1_000_000, 90));
    assert_eq!(factors.web_search_per_call.to_string(), "0.004");
    assert_eq!(factors.deduction_order.first().map(String::as_str), Some("free_quota"));
    assert!(factors.savings_plan_excludes.iter().any(|what| what == "deployment"));
    let cached = |model: &str| book().coefficients(model).map(|row| row.cached_ppb / 1_000_000);
    let models = ["glm-5.2", "qwen3.8-max", "qwen3.7-flash-2026-07-15", "deepseek-v4-flash-0731"];
    assert_eq!(models.map(cached), [Some(250), Some(125), Some(200), Some(100)]);
    let models = ["qwen3.7-plus-2026-05-26", "glm-5.1", "deepseek-v4-pro"];
    assert_eq!(models.map(cached), [Some(200), Some(200), Some(80)]);
    let glm = book().coefficients("glm-5.1").expect("a row");
    assert_eq!((glm.input[1].input_above, glm.input[1].factor_ppb), (32_000, 1_330_000_000));
    assert!(glm.input[1].marginal && !glm.output[1].marginal);
    assert_eq!(glm.output[1].factor_ppb, 1_170_000_000);
}

/// Rulebook part 4, invariant 1.
#[test]
fn a_prepaid_day_is_twelve_hours_but_for_two_rounded_rows() {
    let mut exceptions = Vec::new();
    for row in &book().ptu {
        let pairs = [
            (Some(row.hourly.input_per_10k_tpm), Some(row.daily.input_per_10k_tpm)),
            (Some(row.hourly.output_per_1k_tpm), Some(row.daily.output_per_1k_tpm)),
            (row.hourly.thinking_output_per_1k_tpm, row.daily.thinking_output_per_1k_tpm),
        ];
        for (hourly, daily) in pairs.into_iter().filter_map(|(hour, day)| Some((hour?, day?))) {
            if daily.as_nano() != 12 * hourly.as_nano() {
                exceptions.push(format!("{} {hourly} {daily}", row.model));
            }
        }
    }
    assert_eq!(exceptions, ["qwen3.6-flash-2026-04-16 1.73 20.74", "qwen3.5-plus-2026-04-20 1.15 13.82"]);
}

/// Rulebook part 4, invariant 2, and W109: an hour of full use costs 4 or 6 times what its tokens cost.
#[test]
fn an_hour_of_full_use_is_four_or_six_times_its_tokens() {
    // A printed price is rounded to 0.01.
    let half_a_cent = 5_000_000_000_i128;
    let mut exceptions = Vec::new();
    for row in &book().ptu {
        let times = if row.model.starts_with("qwen") { 4 } else { 6 };
        let public = book().public(&row.model).expect("overflow of every PTU model has a price");
        let tokens = public.tariff.tiers[0].prices;
        let full_use = [
            (Some(row.hourly.input_per_10k_tpm), tokens.input.of(10_000 * 60)),
            (Some(row.hourly.output_per_1k_tpm), tokens.output.of(1_000 * 60)),
            (row.hourly.thinking_output_per_1k_tpm, tokens.thinking_output.of(1_000 * 60)),
        ];
        for (hourly, tokens) in full_use.into_iter().filter_map(|(hourly, tokens)| Some((hourly?, tokens))) {
            let off = i128::from(hourly.as_nano()) * 1_000 - times * tokens.as_pico();
            if off.abs() > half_a_cent {
                exceptions.push(format!("{} {hourly} against {tokens}", row.model));
            }
        }
    }
    // It was priced from an older list price: 2.13 times today's.
    assert_eq!(
        exceptions,
        ["qwen3-max-2025-09-23 7.68 against 3.60", "qwen3-max-2025-09-23 3.08 against 1.44"]
    );
}

/// Rulebook part 4, invariants 3 and 4: PD-separation has no premium.
#[test]
fn a_unit_costs_the_same_in_every_row_of_its_type() {
    let mut per_unit: BTreeMap<&str, (i64, i128)> = BTreeMap::new();
    for row in &book().units {
        let count = i64::from(row.count);
        assert_eq!(row.hourly.as_nano() % count, 0, "{} {}", row.model, row.spec);
        let price = (row.hourly.as_nano() / count, row.monthly.as_pico() / i128::from(count));
        assert_eq!(*per_unit.entry(&row.unit).or_insert(price), price, "{} {}", row.model, row.spec);
    }
    let whole = |(hourly, monthly): (i64, i128)| (hourly / 1_000_000_000, monthly / 1_000_000_000_000);
    let prices: Vec<(&str, (i64, i128))> =
        per_unit.into_iter().map(|(unit, price)| (unit, whole(price))).collect();
    let expected = [
        ("MU1", (54, 26_118)),
        ("MU2", (63, 30_036)),
        ("MU3", (137, 65_969)),
        ("MU5", (21, 10_139)),
        ("MU6", (25, 12_089)),
        ("MU8", (47, 22_400)),
        ("MU9", (51, 24_600)),
    ];
    assert_eq!(prices, expected);
}

/// Rulebook part 4, invariant 5.
#[test]
fn a_thinking_token_costs_two_and_a_half_others() {
    let thinking: Vec<_> = book().tokens.iter().filter(|row| row.has_thinking).collect();
    assert_eq!(thinking.len(), 3);
    for row in thinking {
        assert_eq!(
            row.prices.output.times_ppb(2_500_000_000),
            Some(row.prices.thinking_output),
            "{}",
            row.model
        );
    }
}

#[test]
fn codes_compare_exactly_as_printed() {
    assert!(book().public("kimi-k2.5").is_some() && book().units("kimi-k2.5").next().is_none());
    assert!(book().public("Kimi-K2.5").is_none() && book().units("Kimi-K2.5").next().is_some());
    assert!(book().public("MiniMax-M2.5").is_some() && book().public("minimax-m2.5").is_none());
    assert_eq!(
        book().units("qwen3-8b").map(|row| row.spec.as_str()).collect::<Vec<_>>(),
        ["MU1 x 2", "MU2 x 2", "MU5 x 1"]
    );
}

#[test]
fn a_tier_has_the_label_of_bills() {
    let labels = |model: &str| -> Vec<String> {
        let tiers = &book().public(model).expect("a public model").tariff.tiers;
        tiers.iter().map(|tier| tier.label.clone()).collect()
    };
    assert_eq!(labels("qwen3-max"), ["0-32k", "32k-128k", "128k-256k"]);
    assert_eq!(labels("qwen-plus"), ["0-128k", "128k-256k", "256k-1m"]);
    assert_eq!(labels("glm-5"), ["0-32k", "32k-198k"]);
    assert_eq!(labels("deepseek-v3.2"), [""]);
}

/// W95.
#[test]
fn batches_cost_half_and_cached_input_less_but_never_both() {
    let row = book().public("qwen3-max").expect("a public model");
    let cost = |prices: TokenPrices, fresh: u64, cached: u64, output: u64| {
        prices.input.of(fresh) + prices.cached_input.of(cached) + prices.output.of(output)
    };
    let real_time = row.tariff.tiers[0].prices;
    assert_eq!(cost(real_time, 20_000, 0, 1_000).to_string(), "0.06");
    let batch = row.batch_tariff(book().factors.batch_ppb).expect("half prices").tiers[0].prices;
    assert_eq!(cost(batch, 20_000, 0, 1_000).to_string(), "0.03");
    assert_eq!(cost(batch, 5_000, 15_000, 1_000).to_string(), "0.03");
    let explicit = row.tariff_with_cache(book().factors.cache_explicit_hit_ppb).expect("exact prices");
    assert_eq!(cost(explicit.tiers[0].prices, 5_000, 15_000, 1_000).to_string(), "0.02625");
    assert_eq!(real_time.cached_input.to_string(), "0.50");
    // Where the page gives no discount, cached input costs what input costs, and there are no batches.
    let row = book().public("qwen3-max-2025-09-23").expect("a public model");
    assert_eq!(row.tariff.tiers[0].prices.cached_input, row.tariff.tiers[0].prices.input);
    assert_eq!(row.batch_tariff(book().factors.batch_ppb), None);
}

/// W29, W46, and the two output prices of A-02.
#[test]
fn provisioned_throughput_costs_its_input_and_its_output() {
    let estimate = |model: &str, input_tpm, output_tpm, thinking_output_tpm| {
        let order = PtuOrder { input_tpm, output_tpm, thinking_output_tpm };
        let estimate = book().ptu(model).expect("a PTU model").estimate(&order);
        [estimate.hour, estimate.day(), estimate.prepaid_day, estimate.prepaid_month()]
            .map(|cost| cost.to_string())
    };
    let expected = ["138.40", "3321.60", "1660.80", "49824.00"];
    assert_eq!(estimate("qwen3-max-2025-09-23", 100_000, 20_000, None), expected);
    assert_eq!(estimate("glm-5.1", 200_000, 20_000, None)[2], "7257.60");
    // Input is charged once: 1.92 + 3 x 0.48 + 2 x 1.92.
    assert_eq!(estimate("qwen-plus-2025-12-01", 10_000, 3_000, Some(2_000))[0], "7.20");
}

/// W127.
#[test]
fn what_is_too_little_or_off_the_step_cannot_be_bought() {
    let check = |steps: PtuSteps, input_tpm, output_tpm| {
        steps.check(&PtuOrder { input_tpm, output_tpm, thinking_output_tpm: None })
    };
    let steps = book().ptu_steps;
    assert_eq!(steps, PtuSteps::DEFAULT);
    assert_eq!(check(steps, 10_000, 1_000), []);
    let too_little = StepError::BelowMinimum { what: "input", amount: 9_999, least: 10_000 };
    assert_eq!(check(steps, 9_999, 1_000), [too_little]);
    let off =
        StepError::OffStep { what: "input", amount: 15_000, step: 10_000, below: 10_000, above: 20_000 };
    assert_eq!(check(steps, 15_000, 1_000), [off]);
    let late = book().profile("alibaba_2026_late").and_then(|profile| profile.steps).expect("its steps");
    assert_eq!(check(late, 10_000, 1_000).len(), 2);
    assert_eq!(check(late, 210_000, 21_000), []);
}

#[test]
fn replicas_of_model_units_cost_their_row_times_their_number() {
    let row = book().units("qwen3-32b").find(|row| row.spec == "MU1 x 4").expect("a specification");
    let estimate = row.estimate(2);
    let costs = [estimate.hour, estimate.day(), estimate.month(), estimate.prepaid_month];
    assert_eq!(costs.map(|cost| cost.to_string()), ["432.00", "10368.00", "311040.00", "208944.00"]);
    assert_eq!(estimate.break_even_hours().to_string(), "483.70");
}

#[test]
fn profiles_say_only_what_their_pages_say() {
    let names: Vec<&str> = book().profiles.iter().map(|profile| profile.name.as_str()).collect();
    assert_eq!(names, ["seed_literal", "alibaba_2026_late", "azure_ptu", "gcp_pt"]);
    let profile = |name: &str| book().profile(name).expect("a profile");
    let seed = profile("seed_literal");
    assert_eq!((seed.window, seed.output_check), (Some(Window::CalendarMinute), Some(OutputCheck::Post)));
    assert_eq!(seed.early_termination, Some(EarlyTermination::Refused));
    let late = profile("alibaba_2026_late");
    assert_eq!(late.early_termination, Some(EarlyTermination::FactorPpb(1_200_000_000)));
    assert_eq!((late.retention, late.window), (Some(SimSpan::from_hours(14)), None));
    let azure = profile("azure_ptu");
    assert_eq!((azure.priced_by, azure.overflow), (PricedBy::Unit, Some(ProfileOverflow::Reject)));
    let google = profile("gcp_pt");
    assert_eq!(
        (google.shared_output_ppb, google.overflow),
        (Some(1_000_000_000), Some(ProfileOverflow::Public))
    );
    for profile in &book().profiles {
        assert!(profile.source.url.starts_with("https://") && !profile.source.seen.is_empty());
    }
}

#[test]
fn a_specification_may_be_written_in_several_ways() {
    let mu1 = Some(("MU1".to_owned(), 4));
    assert!(["MU1 x 4", "mu1x4", "MU1 × 4", " MU1  X 4 "].iter().all(|text| spec_parts(text) == mu1));
    assert_eq!(spec_parts("MU5"), Some(("MU5".to_owned(), 1)));
    for wrong in ["", "MU", "MU1 x 0", "MU1 x", "GPU x 4", "MU1 x 4 x 2", "MUx4"] {
        assert_eq!(spec_parts(wrong), None, "{wrong}");
    }
}

/// The built-in price book with one change, which is wrong.
fn told(from: &str, to: &str) -> String {
    let at = BOOK_TEXT.find(from).unwrap_or_else(|| panic!("{from} is not in the price book"));
    let text = format!("{}{to}{}", &BOOK_TEXT[..at], &BOOK_TEXT[at + from.len()..]);
    let error = Catalog::parse("mine.ron", &text).expect_err(to);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(error.text, lines[error.line - 1].trim_end(), "the line itself");
    error.to_string()
}

#[test]
fn a_wrong_file_is_told_the_line_and_what_would_be_right() {
    let first = "hourly: (input: \"28.8\", output: \"8.64\")";
    let line = 1 + BOOK_TEXT[..BOOK_TEXT.find(first).expect("a row")].matches('\n').count();
    for (from, to, said) in [
        ("input: \"28.8\"", "inptu: \"28.8\"", "did you mean `input`"),
        ("input: \"28.8\"", "input: 28.8", "write amounts and names in quotes"),
        ("input: \"28.8\"", "input: \"0\"", "out of range"),
        ("input: \"28.8\"", "input: \"-28.8\"", "out of range"),
        ("input: \"28.8\"", "input: \"28.80000000001\"", "more than 9 decimals"),
        ("input: \"28.8\"", "input: \"28,8\"", "not a decimal number"),
        ("input: \"28.8\", ", "", "`input` is missing"),
    ] {
        let told = told(from, to);
        assert!(told.starts_with(&format!("mine.ron:{line}:")), "{told}");
        assert!(told.contains(said), "{told}");
    }
    for (from, to, said) in [
        ("batch: \"0.5\"", "bach: \"0.5\"", "did you mean `batch`"),
        ("tiers: WholeRequest", "tiers: Marginal", "`WholeRequest`"),
        ("spec: \"MU3 x 8\"", "spec: \"GPU x 8\"", "no specification"),
        ("currency: \"CNY\"", "currency: \"RMB \"", "ISO 4217"),
        ("window: CalendarMinute", "window: Minute", "`Sliding`"),
        ("(up_to: 32000, input: \"2.5\"", "(up_to: 256000, input: \"2.5\"", "`up_to` must rise"),
        ("max_input_tokens: 256000", "max_input_tokens: 0", "above 0"),
        ("steps: (input_min: 10000", "steps: (input_min: 15000", "multiple of its step"),
        (", thinking_output: \"23.04\"", "", "an hourly and a daily price"),
        ("cache_implicit_hit: \"0.20\"", "cache_implicit_hit: \"0.123456789\"", "more than six decimals"),
        ("output: \"8.64\"), daily", "output: \"8.64\"], daily", "mine.ron:"),
    ] {
        let told = told(from, to);
        assert!(told.contains(said), "{to}: {told}");
    }
}

#[test]
fn a_row_that_is_there_twice_is_named_where_it_is_there_again() {
    for (row, said) in [
        (
            "            (name: \"GLM-5.1\", model: \"glm-5.1\", max_input_tokens: 64000,\n             \
             hourly: (input: \"21.6\", output: \"8.64\"), daily: (input: \"259.2\", output: \"103.68\")),\n",
            "ptu: `glm-5.1` is there twice",
        ),
        (
            "            (family: \"GLM\", name: \"GLM-4.7\", model: \"glm-4.7\",\n             \
             spec: \"MU6 x 32\", hourly: \"800\", monthly: \"386848\", pd_separated: true),\n",
            "units: `glm-4.7` with MU6 x 32, PD-separated is there twice",
        ),
        (
            "            (name: \"Qwen3-14B\", model: \"qwen3-14b\", input: \"0.001\", output: \"0.004\", thinking_output: \
             \"0.01\"),\n",
            "tokens: `qwen3-14b` is there twice",
        ),
    ] {
        let told = told(row, &format!("{row}{row}"));
        let at = BOOK_TEXT.find(row).expect("a row");
        // The second of the two.
        let line = 1 + BOOK_TEXT[..at + row.len()].matches('\n').count();
        assert!(told.starts_with(&format!("mine.ron:{line}:")), "{told}\nnot line {line}");
        assert!(told.contains(said), "{told}");
    }
    // The same specification in the other mode is another row.
    let two = "spec: \"MU1 x 16\", hourly: \"864\", monthly: \"417888\", pd_separated: true";
    let at = BOOK_TEXT.find(two).expect("a row");
    let eight = format!(
        "{}{}{}",
        &BOOK_TEXT[..at],
        "spec: \"MU1 x 8\", hourly: \"864\", monthly: \"417888\", pd_separated: true",
        &BOOK_TEXT[at + two.len()..]
    );
    assert!(Catalog::parse("mine.ron", &eight).is_ok());
}

#[test]
fn no_cut_of_the_file_makes_the_reader_panic() {
    for cut in (0..BOOK_TEXT.len()).step_by(997) {
        let error = Catalog::parse("cut.ron", &BOOK_TEXT[..cut]).expect_err("half a price book");
        assert!(error.line > 0 && error.column > 0 && !error.message.is_empty());
    }
}

/// The bytes of a shared price table, or a word that it is not there. The folder is `$DEPLOYSIM_SHARED`, else beside the
/// repository.
fn shared_prices(name: &str) -> Option<Vec<u8>> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let named = std::env::var_os("DEPLOYSIM_SHARED").map(PathBuf::from);
    let found =
        named.into_iter().chain([beside]).find_map(|folder| fs::read(folder.join("prices").join(name)).ok());
    if found.is_none() {
        // On the terminal itself: the test runner keeps to itself what a passing test prints.
        let words =
            format!("skipped: {name} is not there (set DEPLOYSIM_SHARED to the folder that holds prices/)\n");
        let _ = fs::OpenOptions::new()
            .write(true)
            .open("/dev/stderr")
            .and_then(|mut out| out.write_all(words.as_bytes()));
    }
    found
}

/// The rows of a CSV by the names of its columns.
fn rows(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(bytes).deserialize().map(|row| row.expect("a row")).collect()
}
