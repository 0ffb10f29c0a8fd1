//! What the command line says of a value that varies: `PATH=a,b,c`, `PATH=lo..hi:steps`, `PATH=lo..hi`.

use super::EditError;
use super::quantity::Quantity;
use super::template::{Input, Template};

/// More values than this on one axis are a slip of the finger.
const STEPS_MOST: usize = 1_000;

/// An input and the values it takes, as they are written into the scenario.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Axis {
    /// What varies.
    pub input: Input,
    /// Its values in the order given; at least one, no two alike.
    pub values: Vec<String>,
}

/// An input and the two ends it moves between, in one unit, the lower one first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stretch {
    /// What varies.
    pub input: Input,
    /// The lower end.
    pub low: Quantity,
    /// The upper end.
    pub high: Quantity,
}

impl Axis {
    /// Reads `PATH=a,b,c` or `PATH=lo..hi:steps`.
    ///
    /// # Errors
    /// A path that leads nowhere, or values that cannot be read.
    pub fn parse(template: &Template, text: &str) -> Result<Self, EditError> {
        let wrong = |why: &str| EditError::Axis(text.to_owned(), why.to_owned());
        let (path, values) = text.split_once('=').ok_or_else(|| {
            wrong("write what varies and its values, as in PATH=a,b,c or PATH=lo..hi:steps")
        })?;
        let input = template.find(path)?;
        let values = match values.split_once("..") {
            Some((low, rest)) => {
                let (high, steps) = rest.split_once(':').ok_or_else(|| {
                    wrong("say how many values there are from one end to the other, as in 0.5..1.5:11")
                })?;
                let (low, high) = ends(low, high, text)?;
                let steps = steps.trim().parse().ok().filter(|steps| (2..=STEPS_MOST).contains(steps));
                let steps = steps.ok_or_else(|| wrong("the number of values is from 2 to 1000"))?;
                Quantity::spaced(&low, &high, steps).iter().map(Quantity::to_string).collect()
            }
            None => values.split(',').map(|value| value.trim().to_owned()).collect::<Vec<String>>(),
        };
        for (index, value) in values.iter().enumerate() {
            if value.is_empty() {
                return Err(wrong("a value between the commas is missing"));
            }
            if value.contains(['"', '\\']) || value.contains(char::is_control) {
                return Err(wrong("values have no quotes, which are written where the scenario has them"));
            }
            if values[..index].contains(value) {
                return Err(wrong(&format!("the value {value} is there twice")));
            }
        }
        Ok(Self { input, values })
    }

    /// The values as numbers in one unit, if they are such.
    pub fn numbers(&self) -> Option<(Vec<f64>, &'static str)> {
        let quantities: Option<Vec<Quantity>> =
            self.values.iter().map(|value| Quantity::parse(value)).collect();
        Quantity::on_one_axis(&quantities?)
    }
}

impl Stretch {
    /// Reads `PATH=lo..hi`.
    ///
    /// # Errors
    /// A path that leads nowhere or to no number, or ends that are no numbers of one unit.
    pub fn parse(template: &Template, text: &str) -> Result<Self, EditError> {
        let wrong = |why: &str| EditError::Axis(text.to_owned(), why.to_owned());
        let parts = text.split_once('=').and_then(|(path, ends)| Some((path, ends.split_once("..")?)));
        let (path, (low, high)) =
            parts.ok_or_else(|| wrong("write what varies and between what, as in PATH=lo..hi"))?;
        if high.contains(':') {
            return Err(wrong("only the two ends are given here, as in PATH=lo..hi"));
        }
        let input = template.find(path)?;
        let (low, high) = ends(low, high, text)?;
        if low.value() >= high.value() {
            return Err(wrong("the lower end comes first"));
        }
        Ok(Self { input, low, high })
    }
}

/// The ends of a range, in one unit.
fn ends(low: &str, high: &str, text: &str) -> Result<(Quantity, Quantity), EditError> {
    let wrong = |why: String| EditError::Axis(text.to_owned(), why);
    let read = |end: &str| {
        let why = || format!("\"{}\" is no number, percentage or duration", end.trim());
        Quantity::parse(end).ok_or_else(|| wrong(why()))
    };
    let (low, high) = (read(low)?, read(high)?);
    if low.unit() != high.unit() {
        return Err(wrong(format!("write both ends in one unit, not {low} and {high}")));
    }
    if low == high {
        return Err(wrong("both ends are the same".to_owned()));
    }
    Ok((low, high))
}
