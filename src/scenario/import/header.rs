//! What a CSV file is, by its first line.

use super::Format;
use super::columns::{NAMES, Role, plain, role};
use super::decode::Source;
use super::number;
use super::problem::{DataProblem, nearest, shown};

/// The header, understood.
pub(super) struct Header {
    pub(super) names: Vec<String>,
    pub(super) roles: Vec<Role>,
    pub(super) format: Format,
    pub(super) offset: usize,
}

impl Header {
    pub(super) fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

const KNOWN: &str = "known are time,price; time,zone,available; tick,time,<zones>; the columns of AWS \
                     describe-spot-price-history; and Google Cloud's sampled_at_unix,machine_type,region,…";

/// The separator that the first line of content has most of.
pub(super) fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#')).unwrap_or("");
    let count = |separator: u8| first.bytes().filter(|byte| *byte == separator).count();
    // The last of equals wins in max_by_key, so the comma stands last.
    [b'\t', b';', b','].into_iter().max_by_key(|separator| count(*separator)).unwrap_or(b',')
}

/// What the file is, by its header.
pub(super) fn recognise(source: &Source, names: Vec<String>, offset: usize) -> Result<Header, DataProblem> {
    let mut roles: Vec<Role> = names.iter().map(|name| role(name)).collect();
    if !roles.contains(&Role::Time)
        && let Some(spare) = roles.iter_mut().find(|role| **role == Role::SpareTime)
    {
        *spare = Role::Time;
    }
    let refused = match kind(&names, &roles) {
        Ok(format) => match repeated(&names, &roles, format) {
            None => return Ok(Header { names, roles, format, offset }),
            Some((first, second)) => {
                let message =
                    format!("the columns {} and {} hold the same thing", shown(first), shown(second));
                (message, "keep one of them".to_owned())
            }
        },
        Err(refused) => refused,
    };
    Err(DataProblem {
        line: Some(source.line(offset)),
        text: Some(shown(source.line_text(offset)).into()),
        ..DataProblem::of_file(&source.file, refused.0, refused.1)
    })
}

/// The format of a header, or why it has none: message and help.
fn kind(names: &[String], roles: &[Role]) -> Result<Format, (String, String)> {
    let has = |role: Role| roles.contains(&role);
    let prices = roles.iter().any(|role| matches!(role, Role::Price(_)));
    let kinds = usize::from(prices) + usize::from(has(Role::Discount)) + usize::from(has(Role::Units));
    let timed = has(Role::Time) || has(Role::Milliseconds);
    let named = |wanted: &str| names.iter().any(|name| plain(name) == wanted);
    match kinds {
        _ if !timed => Err(not_recognised(names, roles)),
        // Beside a column of values, a tick is only a row number.
        0 if has(Role::Tick) => Ok(Format::AvailabilityTicks),
        0 => Err(not_recognised(names, roles)),
        1 if has(Role::Units) => Ok(Format::AvailabilityCsv),
        1 if has(Role::Discount) => Ok(Format::DiscountCsv),
        1 if named("sampledatunix") || named("spotusdperhour") => Ok(Format::GcpChanges),
        1 if named("productdescription") || (named("spotprice") && named("availabilityzone")) => {
            Ok(Format::AwsSpotCsv)
        }
        1 => Ok(Format::PriceCsv),
        _ => Err((
            "the file mixes prices, discounts and availability".to_owned(),
            "put each into a file of its own".to_owned(),
        )),
    }
}

/// The first two columns that hold the same thing.
fn repeated<'a>(names: &'a [String], roles: &[Role], format: Format) -> Option<(&'a str, &'a str)> {
    for (n, role) in roles.iter().enumerate() {
        let earlier = match role {
            Role::Unknown if format == Format::AvailabilityTicks => {
                names[..n].iter().position(|name| *name == names[n])
            }
            Role::Unknown | Role::SpareTime => None,
            _ => roles[..n].iter().position(|earlier| earlier == role),
        };
        if let Some(first) = earlier {
            return Some((&names[first], &names[n]));
        }
    }
    None
}

/// What to say of a header that none of the formats has: message and help.
fn not_recognised(names: &[String], roles: &[Role]) -> (String, String) {
    let say = |message: &str, help: String| (message.to_owned(), help);
    let first = names.first().map_or("", String::as_str);
    if first.starts_with('<') {
        return say("the file is a web page or XML, not CSV or JSON", "fetch the data itself".to_owned());
    }
    if roles.iter().all(|role| *role == Role::Unknown) && number::parse_time(first, false).is_some() {
        return say("the file has no header line", format!("name the columns in the first line: {KNOWN}"));
    }
    let timed = roles.contains(&Role::Time) || roles.contains(&Role::Milliseconds);
    let on_demand = roles.contains(&Role::OnDemand);
    let valued = roles.iter().any(|role| matches!(role, Role::Price(_) | Role::Discount | Role::Units));
    if on_demand && !timed {
        let help = "write the standard price into the scenario as a number".to_owned();
        return say("the file is a price list without times, not a history", help);
    }
    let meant: Vec<String> = names
        .iter()
        .zip(roles)
        .filter(|(_, role)| **role == Role::Unknown)
        .filter_map(|(name, _)| Some(format!("is \"{}\" meant as {}?", shown(name), nearest(name, NAMES)?)))
        .collect();
    let hint = if meant.is_empty() { KNOWN.to_owned() } else { meant.join(" ") };
    match (timed, valued) {
        (true, _) if on_demand => say("no column of spot prices", hint),
        (true, _) => say("no column of prices, discounts or availability", hint),
        (false, true) => say("no column of times", hint),
        (false, false) => say("the header is of no known kind of history", hint),
    }
}
