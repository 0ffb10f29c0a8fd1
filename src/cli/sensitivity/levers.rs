//! Inputs that move up and down by a share of what they are.

use crate::scenario::Scenario;
use crate::scenario::edit::{EditError, Input, Quantity, Template};
use crate::units::{Money, RoundingMode};

/// One whole, in units of 10⁻¹².
const WHOLE: i128 = 1_000_000_000_000;
/// Lists of at least this many numbers move together.
const LIST: usize = 3;

/// One or several numbers that move together, each by the same share of its own value.
pub(super) struct Lever {
    path: String,
    parts: Vec<Part>,
}

#[derive(Clone)]
struct Part {
    input: Input,
    present: Quantity,
    is_whole: bool,
}

/// A lever moved to one side.
pub(super) struct Side {
    parts: Vec<(Part, Quantity)>,
}

impl Lever {
    /// Those of these paths; without paths every number but the horizon and what stands under `other`.
    pub(super) fn all(
        template: &Template,
        paths: &[String],
        other: &[String],
    ) -> Result<Vec<Self>, EditError> {
        if !paths.is_empty() {
            return paths.iter().map(|path| Self::new(template, path)).collect();
        }
        let is_own = |path: &String| path != "horizon" && !other.iter().any(|start| path.starts_with(start));
        let own = template.numbers().into_iter().filter(is_own);
        let mut found: Vec<String> = Vec::new();
        let mut lists: Vec<(String, Vec<String>)> = Vec::new();
        for path in own {
            let list = path.strip_suffix(']').and_then(|path| path.rsplit_once('[')).map(|(list, _)| list);
            match list {
                Some(list) if lists.last().is_some_and(|(name, _)| name == list) => {
                    lists.last_mut().expect("it is there").1.push(path);
                }
                Some(list) => {
                    found.push(String::new());
                    lists.push((list.to_owned(), vec![path]));
                }
                None => found.push(path),
            }
        }
        let mut lists = lists.into_iter();
        let mut levers = Vec::new();
        for path in found {
            let paths = match path.as_str() {
                "" => match lists.next() {
                    Some((list, items)) if items.len() >= LIST => vec![format!("{list}[*]")],
                    Some((_, items)) => items,
                    None => Vec::new(),
                },
                _ => vec![path],
            };
            for path in paths {
                levers.push(Self::new(template, &path)?);
            }
        }
        // What is nothing has no share.
        levers.retain(|lever| lever.parts.iter().any(|part| part.present.value() != Money::ZERO));
        Ok(levers)
    }

    fn new(template: &Template, path: &str) -> Result<Self, EditError> {
        let input = template.find(path)?;
        let part = |input: Input| {
            let place = template.places_of(&input).next().expect("an input has a place");
            let present = place.quantity().ok_or_else(|| EditError::NotANumber {
                path: input.path().to_owned(),
                found: format!("\"{}\"", place.written()),
                paths: template.numbers(),
            })?;
            Ok(Part { is_whole: place.is_whole(), present, input })
        };
        let parts = template.each(&input).into_iter().map(part).collect::<Result<_, _>>()?;
        Ok(Self { path: path.trim().to_owned(), parts })
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The values in the file.
    pub(super) fn present(&self) -> String {
        shown(self.parts.iter().map(|part| &part.present))
    }

    /// The lever moved down and up by a share in units of 10⁻¹².
    pub(super) fn sides(&self, share: i128) -> [Side; 2] {
        let side = |factor: i128| {
            let moved = |part: &Part| {
                let value =
                    Money::from_ratio(part.present.value().as_pico() * factor, WHOLE, RoundingMode::HalfEven);
                let value = value.round_to(part.present.finest_decimals(), RoundingMode::HalfEven);
                (part.clone(), part.present.with(value))
            };
            Side { parts: self.parts.iter().map(moved).collect() }
        };
        [side(WHOLE - share), side(WHOLE + share)]
    }
}

impl Side {
    /// Its values.
    pub(super) fn shown(&self) -> String {
        shown(self.parts.iter().map(|(_, value)| value))
    }

    /// Loads the scenario with it. Where the file has a whole number and the scenario takes no other, the next whole one.
    pub(super) fn load(
        self,
        load: impl Fn(&[(&Input, &str)]) -> Result<Scenario, String>,
    ) -> (Self, Result<Scenario, String>) {
        let with = |side: &Self| {
            let written: Vec<String> = side.parts.iter().map(|(_, value)| value.to_string()).collect();
            let settings = side.parts.iter().zip(&written);
            load(&settings.map(|((part, _), value)| (&part.input, value.as_str())).collect::<Vec<_>>())
        };
        let refusal = match with(&self) {
            Ok(scenario) => return (self, Ok(scenario)),
            Err(refusal) => refusal,
        };
        let whole = self.rounded();
        if whole.parts.iter().zip(&self.parts).all(|(new, old)| new.1 == old.1) {
            return (self, Err(refusal));
        }
        if whole.parts.iter().all(|(part, value)| *value == part.present) {
            let why = format!("it is a whole number: {} is the same as before", whole.shown());
            return (self, Err(why));
        }
        match with(&whole) {
            Ok(scenario) => (whole, Ok(scenario)),
            Err(_) => (self, Err(refusal)),
        }
    }

    /// With whole numbers where the file has some.
    fn rounded(&self) -> Self {
        let round = |(part, value): &(Part, Quantity)| {
            let rounded = value.with(value.value().round_to(0, RoundingMode::HalfUp));
            (part.clone(), if part.is_whole { rounded } else { value.clone() })
        };
        Self { parts: self.parts.iter().map(round).collect() }
    }
}

/// Values in a few words: all of a few, the ends of many.
fn shown<'a>(values: impl Iterator<Item = &'a Quantity>) -> String {
    let mut all: Vec<String> = Vec::new();
    for value in values.map(Quantity::to_string) {
        if !all.contains(&value) {
            all.push(value);
        }
    }
    match all.as_slice() {
        [first, .., last] if all.len() > LIST => format!("{first}, …, {last}"),
        _ => all.join(", "),
    }
}

/// A share above 0 and below 1, as a fraction or in per cent, in units of 10⁻¹².
pub(super) fn parse_share(text: &str) -> Result<i128, String> {
    let read = Quantity::parse(text).and_then(|quantity| match quantity.unit() {
        "%" => Some(quantity.value().as_pico() / 100),
        "" => Some(quantity.value().as_pico()),
        _ => None,
    });
    read.filter(|share| (1..WHOLE).contains(share))
        .ok_or_else(|| format!("--by {text}: write a share above 0 and below 1, as in 10% or 0.1"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Source;
    use std::path::PathBuf;

    const TEXT: &str = r#"(
        start: "2026-06-01T00:00:00+08:00", horizon: "1d", currency: "CNY",
        markets: [(name: "A", standard: "2.00", spot_protected: "0.80")],
        traffic: [(tenant: "t", arrivals: Stochastic(per_minute: 7, day_profile: [0.5, 1, 1.5], week_profile: [1, 2]))],
        services: [(name: "chat", replicas: 1, start_up: "3m")],
        strategies: [(name: "spot", types: [(type: "A", bid: "1.50", after: "0s"), (type: "A")]), (name: "none", types: [(type: "A")])],
    )"#;

    fn template_of(text: &str) -> Template {
        let (path, base) = ("levers.ron".to_owned(), PathBuf::new());
        Template::new(Source { path, text: text.to_owned(), base, data_dirs: Vec::new() }).expect("it is RON")
    }

    fn template() -> Template {
        template_of(TEXT)
    }

    #[test]
    fn every_number_is_a_lever_but_the_horizon_zeros_and_other_strategies() {
        let paths = |other: &[&str]| {
            let other: Vec<String> = other.iter().map(|start| (*start).to_owned()).collect();
            let levers = Lever::all(&template(), &[], &other).expect("they are numbers");
            levers.iter().map(|lever| lever.path().to_owned()).collect::<Vec<_>>()
        };
        let all = [
            "markets[0].standard",
            "markets[0].spot_protected",
            "traffic[0].arrivals.per_minute",
            "traffic[0].arrivals.day_profile[*]",
            "traffic[0].arrivals.week_profile[0]",
            "traffic[0].arrivals.week_profile[1]",
            "services[0].replicas",
            "services[0].start_up",
        ];
        assert_eq!(paths(&["strategies[0]."]), all);
        assert_eq!(paths(&["strategies[1]."]).last().map(String::as_str), Some("strategies[0].types[0].bid"));
    }

    #[test]
    fn a_lever_moves_each_of_its_numbers_by_a_share_of_its_own() {
        let lever = |path: &str| Lever::new(&template(), path).expect("a number");
        let moved = |path: &str, share: i128| lever(path).sides(share).map(|side| side.shown());
        assert_eq!(moved("services[0].start_up", WHOLE / 10), ["2.7m", "3.3m"]);
        assert_eq!(
            moved("markets[0].standard + markets[0].spot_protected", WHOLE / 4),
            ["1.5, 0.6", "2.5, 1"]
        );
        assert_eq!(
            moved("traffic[0].arrivals.day_profile[*]", WHOLE / 2),
            ["0.25, 0.5, 0.75", "0.75, 1.5, 2.25"]
        );
        assert_eq!(lever("traffic[0].arrivals.day_profile[*]").present(), "0.5, 1, 1.5");
        assert!(Lever::new(&template(), "strategies[0].name").is_err());
    }

    #[test]
    fn a_whole_number_moves_to_the_next_whole_one_or_not_at_all() {
        let only_whole = |settings: &[(&Input, &str)]| {
            let [(_, value)] = settings else { panic!("one number") };
            // Nothing serves the calls of the text above.
            let rows = TEXT.lines().filter(|line| !line.contains("traffic"));
            let template = template_of(&rows.collect::<Vec<_>>().join("\n"));
            let input = template.find("services[0].replicas").expect("it is there");
            template.load_with(&[(&input, value)]).0.ok_or_else(|| format!("{value} is not whole"))
        };
        let lever = Lever::new(&template(), "services[0].replicas").expect("a number");
        let [less, more] = lever.sides(WHOLE * 6 / 10).map(|side| side.load(only_whole));
        assert_eq!((less.0.shown().as_str(), more.0.shown().as_str()), ("0.4", "2"));
        assert_eq!(more.1.expect("two replicas").services[0].replicas, 2);
        assert!(less.1.is_err(), "none at all is refused");
        let [_, more] = lever.sides(WHOLE / 10).map(|side| side.load(only_whole));
        assert_eq!(more.1.err().as_deref(), Some("it is a whole number: 1 is the same as before"));
    }

    #[test]
    fn a_share_is_a_fraction_or_a_percentage() {
        assert_eq!(parse_share("10%"), Ok(WHOLE / 10));
        assert_eq!(parse_share("0.25"), Ok(WHOLE / 4));
        for wrong in ["0", "100%", "-5%", "1h", "much"] {
            assert!(parse_share(wrong).is_err(), "{wrong}");
        }
    }
}
