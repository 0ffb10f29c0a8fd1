//! `deploysim catalog`: price books, what a model costs, and what a deployment would cost before it is deployed.

use super::args::{CatalogArgs, Format};
use super::fail::Failure;
use super::results::to_json;
use crate::catalog::MachineProfile;
use crate::catalog::{Catalog, PricedBy, PtuOrder, PtuSteps, spec_parts};
use crate::report::catalog::{self, CatalogList, CatalogSummary, MachineView, ModelPrices, Offer, Question};
use crate::scenario::data::read_at_most;
use crate::scenario::suggest;
use crate::scenario::{machine_profiles, parse_machine_profile};
use std::borrow::Cow;
use std::path::Path;

/// Larger files are no price books.
const LARGEST_CATALOG: u64 = 16 << 20;

pub(super) fn catalog(args: &CatalogArgs) -> Result<(), Failure> {
    if args.catalog.is_none() && args.model.is_none() {
        let list = CatalogList::embedded();
        return show(args.format, &list, catalog::render_list);
    }
    if let (Some(named), None) = (&args.catalog, &args.model)
        && let Some(profile) = machines(named)?
    {
        return show(args.format, &MachineView::new(&profile), catalog::render_machines);
    }
    let book = load(args.catalog.as_deref().unwrap_or(Catalog::DEFAULT))?;
    let Some(wanted) = &args.model else {
        return show(args.format, &CatalogSummary::new(&book), catalog::render_summary);
    };
    let model = find_model(&book, wanted)?;
    let order = ptu_order(args);
    let spec = units_spec(&book, model, args)?;
    let steps = ptu_steps(&book, args.profile.as_deref())?;
    if let Some(order) = &order {
        check_order(&book, model, order, steps)?;
    }
    let question = Question { order: order.as_ref(), steps, replicas: args.replicas, spec: spec.as_deref() };
    show(args.format, &ModelPrices::new(&book, model, &question), catalog::render_model)
}

fn show<T: serde::Serialize>(format: Format, what: &T, render: impl Fn(&T) -> String) -> Result<(), Failure> {
    super::print(&match format {
        Format::Text => render(what),
        Format::Json => to_json(what),
    })
}

/// A provider of machines by its name, or one of the user's own by its path; nothing if that names a price book.
fn machines(named: &str) -> Result<Option<MachineProfile>, Failure> {
    if let Some(profile) = machine_profiles().iter().find(|profile| profile.name == named) {
        return Ok(Some(profile.clone()));
    }
    // What cannot be read is reported as a price book.
    let bytes = read_at_most(Path::new(named), LARGEST_CATALOG).ok();
    let Some(text) = bytes.and_then(|bytes| String::from_utf8(bytes).ok()) else { return Ok(None) };
    let is_book = text.lines().any(|line| line.trim_start().starts_with("ptu:"));
    if is_book || Catalog::embedded(named).is_some() {
        return Ok(None);
    }
    let profile = parse_machine_profile(named, &text, machine_profiles());
    profile.map(Some).map_err(|report| Failure::Scenario(report.render(false)))
}

/// A built-in price book by its name, or one of the user's own by its path.
fn load(name: &str) -> Result<Cow<'static, Catalog>, Failure> {
    if let Some(book) = Catalog::embedded(name) {
        return Ok(Cow::Borrowed(book));
    }
    let path = Path::new(name);
    let is_path =
        path.exists() || path.components().count() > 1 || path.extension().is_some_and(|end| end == "ron");
    if !is_path {
        let mut names = Catalog::names();
        names.extend(machine_profiles().iter().map(|profile| profile.name.as_str()));
        let near = suggest::nearest(name, &names).map(|near| format!("; did you mean `{near}`?"));
        let is_model = Catalog::embedded(Catalog::DEFAULT).is_some_and(|book| find_model(book, name).is_ok());
        let help = if is_model { format!("; a model is given by `--model {name}`") } else { String::new() };
        return Err(Failure::Usage(format!(
            "there is no price book or provider \"{name}\"{}\nhelp: there is {}, or the path of your own, as in ./{name}.ron{help}",
            near.unwrap_or_default(),
            names.join(", ")
        )));
    }
    let bytes = read_at_most(path, LARGEST_CATALOG)
        .map_err(|error| Failure::Scenario(format!("cannot read {name}: {error}")))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::Scenario(format!("{name} is not UTF-8 text: save it as UTF-8")))?;
    Catalog::parse(name, &text).map(Cow::Owned).map_err(|error| Failure::Scenario(error.to_string()))
}

/// The model of this code, else the only one that begins with it, else the only one that contains it.
fn find_model<'book>(book: &'book Catalog, wanted: &str) -> Result<&'book str, Failure> {
    let models = book.models();
    if let Some(model) = models.iter().find(|model| **model == wanted) {
        return Ok(model);
    }
    let lower = wanted.to_lowercase();
    let matching = |fits: fn(&str, &str) -> bool| -> Vec<&'book str> {
        models.iter().copied().filter(|model| fits(&model.to_lowercase(), &lower)).collect()
    };
    let mut found = matching(|model, part| model.starts_with(part));
    if found.is_empty() {
        found = matching(|model, part| model.contains(part));
    }
    match found.as_slice() {
        [only] => Ok(only),
        [] => {
            let near = suggest::nearest(wanted, &models).map(|near| format!("; did you mean `{near}`?"));
            let message =
                format!("no model of {} is called \"{wanted}\"{}", book.name, near.unwrap_or_default());
            Err(Failure::Usage(format!("{message}\nhelp: `deploysim catalog {}` lists them all", book.name)))
        }
        several => {
            let offers: Vec<Offer> = several.iter().map(|model| Offer::new(book, model)).collect();
            let table = catalog::render_offers(&offers);
            Err(Failure::Usage(format!("{} models fit \"{wanted}\": write one of\n{table}", several.len())))
        }
    }
}

fn ptu_order(args: &CatalogArgs) -> Option<PtuOrder> {
    let (Some(input_tpm), Some(output_tpm)) = (args.input_tpm, args.output_tpm) else { return None };
    Some(PtuOrder { input_tpm, output_tpm, thinking_output_tpm: args.thinking_output_tpm })
}

/// The smallest purchase and step of a profile, else of the price book.
fn ptu_steps(book: &Catalog, profile: Option<&str>) -> Result<PtuSteps, Failure> {
    let Some(name) = profile else { return Ok(book.ptu_steps) };
    let Some(profile) = book.profile(name) else {
        let names: Vec<&str> = book.profiles.iter().map(|profile| profile.name.as_str()).collect();
        let near = suggest::nearest(name, &names).map(|near| format!("; did you mean `{near}`?"));
        return Err(Failure::Usage(format!(
            "{} has no profile \"{name}\"{}\nhelp: there is {}",
            book.name,
            near.unwrap_or_default(),
            names.join(", ")
        )));
    };
    match profile.priced_by {
        PricedBy::Throughput => Ok(profile.steps.unwrap_or(book.ptu_steps)),
        PricedBy::Unit => Err(Failure::Usage(format!(
            "{name} sells units per hour, not tokens per minute: there is nothing to estimate from its prices"
        ))),
    }
}

/// Whether an order can be bought, with every reason why not.
fn check_order(book: &Catalog, model: &str, order: &PtuOrder, steps: PtuSteps) -> Result<(), Failure> {
    let Some(row) = book.ptu(model) else {
        let sold = book.ptu.iter().map(|row| row.model.as_str());
        let near: Vec<&str> = sold.clone().filter(|other| other.starts_with(model)).collect();
        let offered = if near.is_empty() { sold.collect() } else { near };
        return Err(Failure::Usage(format!(
            "{model} is not sold as provisioned throughput\nhelp: this is: {}",
            offered.join(", ")
        )));
    };
    if order.thinking_output_tpm.is_some() && row.hourly.thinking_output_per_1k_tpm.is_none() {
        return Err(Failure::Usage(format!(
            "{model} does not sell thinking output apart\nhelp: leave --thinking-output-tpm out; its thinking output \
             counts as output"
        )));
    }
    let errors: Vec<String> = steps.check(order).iter().map(ToString::to_string).collect();
    if errors.is_empty() { Ok(()) } else { Err(Failure::Usage(errors.join("\nerror: "))) }
}

/// The specification as the price book writes it.
fn units_spec(book: &Catalog, model: &str, args: &CatalogArgs) -> Result<Option<String>, Failure> {
    let specs: Vec<&str> = book.units(model).map(|row| row.spec.as_str()).collect();
    if specs.is_empty() && (args.replicas.is_some() || args.spec.is_some()) {
        return Err(Failure::Usage(format!("{model} is not sold as model units")));
    }
    let Some(written) = &args.spec else { return Ok(None) };
    let spec = spec_parts(written).map(|(unit, count)| format!("{unit} x {count}"));
    match spec.filter(|spec| specs.contains(&spec.as_str())) {
        Some(spec) => Ok(Some(spec)),
        None => Err(Failure::Usage(format!(
            "{model} has no specification \"{written}\"\nhelp: there is {}",
            specs.join(", ")
        ))),
    }
}
