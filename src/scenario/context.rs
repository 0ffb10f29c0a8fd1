//! What the decoders share: the findings so far, and what of the document is already known.

use super::data::{DataFiles, FileCache};
use super::decode::accounts::AccountDecl;
use super::decode::clocks::{ClockDecl, ShockDecl};
use super::decode::markets::MarketDecl;
use super::diagnostics::{Diagnostics, Span};
use super::suggest;
use crate::catalog::{MachineProfile, MachineRules};
use crate::units::{Calendar, SimSpan};
use std::path::PathBuf;

/// The state of one pass over a scenario.
pub(crate) struct Context {
    /// The findings.
    pub(crate) out: Diagnostics,
    /// Start and offset; `None` if the start is wrong.
    pub(crate) calendar: Option<Calendar>,
    /// The horizon; `None` if it is wrong.
    pub(crate) horizon: Option<SimSpan>,
    /// Clocks read so far.
    pub(crate) clocks: Declared<ClockDecl>,
    /// Shocks read so far.
    pub(crate) shocks: Declared<ShockDecl>,
    /// Markets read so far.
    pub(crate) markets: Declared<MarketDecl>,
    /// Accounts read so far: they come before whatever names them.
    pub(crate) accounts: Declared<AccountDecl>,
    /// Providers of machines that the scenario defines.
    pub(crate) providers: Declared<MachineProfile>,
    /// The rules of machines where a market names no provider, and the name of the provider they are from.
    pub(crate) machines: (MachineRules, String),
    /// The scenario names resources: a strategy may do without machines and deployments.
    pub(crate) has_resources: bool,
    /// The data files, each read once.
    pub(crate) data: DataFiles,
}

impl Context {
    /// Before anything is read; data files are found by `data`.
    pub(crate) fn new(data: DataFiles) -> Self {
        Self {
            out: Diagnostics::default(),
            calendar: None,
            horizon: None,
            clocks: Declared::default(),
            shocks: Declared::default(),
            markets: Declared::default(),
            accounts: Declared::default(),
            providers: Declared::default(),
            machines: (MachineRules::default(), String::new()),
            has_resources: false,
            data,
        }
    }

    /// For a file of its own that names no data files.
    pub(crate) fn empty() -> Self {
        Self::new(DataFiles::new(PathBuf::new(), PathBuf::new(), Vec::new(), FileCache::default()))
    }
}

/// Named declarations of one kind, in file order. Names are unique.
#[derive(Clone, Debug)]
pub(crate) struct Declared<T> {
    /// Their names.
    pub(crate) names: Vec<String>,
    /// Where the names stand.
    pub(crate) spans: Vec<Span>,
    /// What is declared.
    pub(crate) items: Vec<T>,
    /// False if the name of one could not be read; an unknown reference may then mean that one.
    pub(crate) complete: bool,
}

impl<T> Default for Declared<T> {
    fn default() -> Self {
        Self { names: Vec::new(), spans: Vec::new(), items: Vec::new(), complete: true }
    }
}

impl<T> Declared<T> {
    /// Adds a declaration; records a name that is taken.
    pub(crate) fn declare(&mut self, kind: &str, name: String, span: Span, item: T, out: &mut Diagnostics) {
        if let Some(first) = self.names.iter().position(|known| *known == name) {
            let finding =
                out.error(span, format!("there are two {} named \"{name}\"", suggest::plural(kind)));
            finding
                .label("again here")
                .related(self.spans[first], "first here")
                .help("give each its own name");
            return;
        }
        self.names.push(name);
        self.spans.push(span);
        self.items.push(item);
    }
}
