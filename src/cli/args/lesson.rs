//! Flags of `lesson`.

use clap::Args;

/// `deploysim lesson`.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct LessonArgs {
    /// Name of the lesson, or its number [default: the list of all]
    pub name: Option<String>,
    /// The prediction: the number of an answer, or an amount, as in 2 or 12.60
    #[arg(long, value_name = "ANSWER", requires = "name", allow_hyphen_values = true)]
    pub answer: Option<String>,
}
