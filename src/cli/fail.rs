//! What can go wrong, and the exit code of each.

use crate::montecarlo::StudyError;
use crate::report::plot::PlotError;
use crate::scenario::edit::EditError;
use crate::shard::ShardError;
use std::process::ExitCode;

/// The exit code of an interrupted program: 128 and the number of the signal.
pub(super) const INTERRUPTED: i32 = 130;

/// The exit code of a run in which a threshold failed, as k6 has it.
const THRESHOLD_FAILED: u8 = 99;

/// Why a command did not succeed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The scenario, a catalog or a data file is wrong; everything has been said on stderr.
    #[error("{0}")]
    Scenario(String),
    /// The command line does not fit the scenario.
    #[error("{0}")]
    Usage(String),
    /// A file could not be written.
    #[error("cannot write {0}: {1}")]
    Write(String, #[source] std::io::Error),
    /// A picture could not be drawn.
    #[error("cannot draw {0}: {1}")]
    Plot(String, #[source] PlotError),
    /// The interrupt signal could not be watched.
    #[error("cannot watch for an interruption: {0}")]
    Signal(#[from] ctrlc::Error),
    /// The threads could not be started.
    #[error("{0}")]
    Threads(String),
    /// The live page cannot be served.
    #[cfg(feature = "serve")]
    #[error("cannot serve on port {0} of loopback: {1}")]
    Serve(u16, #[source] std::io::Error),
    /// A shard or checkpoint cannot be read.
    #[error("cannot read {0}: {1}")]
    Shard(String, #[source] ShardError),
    /// What must not happen has happened; everything is written and shown.
    #[error("{0}")]
    Thresholds(String),
    /// The user interrupted.
    #[error("interrupted; nothing was written")]
    Interrupted,
    /// The user interrupted what was shown.
    #[error("interrupted")]
    Stopped,
    /// The user interrupted, and so many replications are in a checkpoint.
    #[error("interrupted; {0} replications are kept in {1}: --resume goes on from there")]
    InterruptedKept(u64, String),
}

impl Failure {
    /// What a study failed with; `csv` is the file it was writing.
    pub(super) fn from_study(error: StudyError, csv: &str) -> Self {
        match error {
            StudyError::Interrupted => Self::Interrupted,
            StudyError::Io(error) => Self::Write(csv.to_owned(), error),
            StudyError::Threads(error) => Self::Threads(format!("cannot start the threads: {error}")),
        }
    }

    /// What a value that should vary failed with: a path that leads nowhere is a matter of the command line, a file that
    /// vanished one of the scenario.
    pub(super) fn from_edit(error: &EditError) -> Self {
        match error {
            EditError::Read(..) | EditError::Syntax(_) => Self::Scenario(error.to_string()),
            EditError::NoSuchPath { .. }
            | EditError::NotANumber { .. }
            | EditError::NotAValue { .. }
            | EditError::Several(_)
            | EditError::Twice(_)
            | EditError::Axis(..) => Self::Usage(error.to_string()),
        }
    }

    /// Says what went wrong and gives the exit code.
    pub(super) fn report(self) -> ExitCode {
        super::note(&format!("error: {self}\n"));
        ExitCode::from(match self {
            #[cfg(feature = "serve")]
            Self::Serve(..) => 1,
            Self::Write(..) | Self::Plot(..) | Self::Signal(_) | Self::Threads(_) => 1,
            Self::Usage(_) => 2,
            Self::Scenario(_) | Self::Shard(..) => 3,
            Self::Thresholds(_) => THRESHOLD_FAILED,
            Self::Interrupted | Self::Stopped | Self::InterruptedKept(..) => INTERRUPTED as u8,
        })
    }
}
