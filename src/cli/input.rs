//! Loading a scenario for a command: diagnostics to stderr, exit code 3 if it is wrong.

use super::args::InputArgs;
use super::fail::Failure;
use crate::scenario::edit::EditError;
use crate::scenario::{self, Report, Scenario, Source};
use std::env;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// The scenario of a bare `deploysim`, as it stands in the repository.
const DEFAULT_SCENARIO: &str = include_str!("../../scenarios/default.ron");
const DEFAULT_SCENARIO_NAME: &str = "scenarios/default.ron";

/// Loads a scenario and what is to be said about it.
pub(super) fn load(path: Option<&Path>, input: &InputArgs) -> (Option<Scenario>, Report) {
    let dirs = data_dirs(input);
    match path {
        Some(path) => scenario::load_file(path, &dirs),
        None => scenario::load_bytes(DEFAULT_SCENARIO_NAME, DEFAULT_SCENARIO.as_bytes().to_vec(), &dirs),
    }
}

/// Loads a scenario that must be right; its warnings are shown unless the user asked for quiet.
pub(super) fn load_or_fail(path: Option<&Path>, input: &InputArgs, quiet: bool) -> Result<Scenario, Failure> {
    loaded_or_fail(load(path, input), &shown(path), quiet)
}

/// Likewise for one that was loaded from elsewhere.
pub(super) fn loaded_or_fail(
    (scenario, report): (Option<Scenario>, Report),
    shown: &str,
    quiet: bool,
) -> Result<Scenario, Failure> {
    let Some(scenario) = scenario else {
        super::note(&report.render(use_color()));
        return Err(Failure::Scenario(format!("{shown} cannot be run")));
    };
    if !quiet {
        super::note(&report.render_from(crate::scenario::Severity::Warning, use_color()));
    }
    Ok(scenario)
}

/// The text of a scenario, for a command that changes it.
pub(super) fn source(path: Option<&Path>, input: &InputArgs) -> Result<Source, EditError> {
    let dirs = data_dirs(input);
    match path {
        Some(path) => Source::read(path, &dirs),
        None => Ok(Source {
            path: DEFAULT_SCENARIO_NAME.to_owned(),
            text: DEFAULT_SCENARIO.to_owned(),
            base: Path::new(DEFAULT_SCENARIO_NAME).parent().map(Path::to_path_buf).unwrap_or_default(),
            data_dirs: dirs,
        }),
    }
}

/// The name of a scenario as the user knows it.
pub(super) fn shown(path: Option<&Path>) -> String {
    path.map_or_else(|| DEFAULT_SCENARIO_NAME.to_owned(), |path| path.display().to_string())
}

/// Directories to look for data in, after the scenario's own: the flags, then the environment.
pub(super) fn data_dirs(input: &InputArgs) -> Vec<PathBuf> {
    let from_environment = env::var_os("DEPLOYSIM_DATA");
    let environment =
        from_environment.iter().flat_map(env::split_paths).filter(|path| !path.as_os_str().is_empty());
    input.data_dirs.iter().cloned().chain(environment).collect()
}

/// Colours only on a terminal, and never with `NO_COLOR`.
pub(super) fn use_color() -> bool {
    std::io::stderr().is_terminal() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
