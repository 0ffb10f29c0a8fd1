//! One plain number that a search moves.

use super::template::{Input, Place, Template};
use super::{EditError, Source};
use crate::scenario::diagnostics::Report;
use crate::scenario::model::Scenario;
use crate::units::Money;

/// A number of a scenario that may be written anew.
#[derive(Clone, Debug)]
pub struct Variable {
    template: Template,
    input: Input,
    value: Money,
    decimals: u32,
    is_whole: bool,
}

impl Variable {
    /// Finds the number at a path such as `accounts[0].cash`.
    ///
    /// # Errors
    /// No such path, more than one value there, or one that is no plain number.
    pub fn find(source: Source, path: &str) -> Result<Self, EditError> {
        let template = Template::new(source)?;
        let is_plain = |place: &&Place| place.quantity().is_some_and(|quantity| quantity.unit().is_empty());
        let plain = |template: &Template| {
            template.alone().filter(is_plain).map(|place| place.path().to_owned()).collect::<Vec<_>>()
        };
        let (input, place) = template.find_one(path).map_err(|error| match error {
            // Only plain numbers would do here.
            EditError::NotAValue { path, found, .. } => {
                EditError::NotANumber { path, found, paths: plain(&template) }
            }
            other => other.with_paths(plain(&template)),
        })?;
        let number = place.quantity().filter(|quantity| quantity.unit().is_empty());
        let Some(number) = number else {
            let found = place.described();
            return Err(EditError::NotANumber { path: path.to_owned(), found, paths: plain(&template) });
        };
        let (value, decimals) = (number.value(), number.decimals());
        let is_whole = place.is_whole();
        Ok(Self { template, input, value, decimals, is_whole })
    }

    /// The path it was found by.
    pub fn path(&self) -> &str {
        self.input.path()
    }

    /// The value as it stands in the file.
    pub fn value(&self) -> Money {
        self.value
    }

    /// Written without quotes and without a point: perhaps a count, which has no fractions.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// The least difference worth trying: 1 of a whole number, else a hundredth, or a unit of the last decimal written.
    pub fn unit(&self) -> Money {
        let decimals = if self.is_whole { 0 } else { self.decimals.max(2) };
        Money::from_pico(10_i128.pow(Money::SCALE - decimals))
    }

    /// A value as it would be written.
    pub fn written(&self, value: Money) -> String {
        if self.is_whole { format!("{value:.0}") } else { value.to_string() }
    }

    /// The scenario's text with another value.
    pub fn text_with(&self, value: Money) -> String {
        self.template.text_with(&[(&self.input, &self.written(value))])
    }

    /// Loads the scenario with another value; the report says why it cannot run if it cannot.
    pub fn load_with(&self, value: Money) -> (Option<Scenario>, Report) {
        self.template.load_with(&[(&self.input, &self.written(value))])
    }
}
