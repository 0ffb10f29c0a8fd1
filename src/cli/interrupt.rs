//! Ctrl-C as a flag: work in progress notices it and leaves nothing half-written.

use super::fail::Failure;
use super::fail::INTERRUPTED;
use crate::report::output;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Set once the user interrupts.
#[derive(Clone, Debug, Default)]
pub(super) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Watches for Ctrl-C and termination from now on. The first one lets the replications at hand end; a second one,
    /// of somebody who will not wait for a long one, ends the program after it has tidied `folder`.
    pub(super) fn watch(folder: &Path) -> Result<Self, Failure> {
        let interrupt = Self::default();
        let (flag, folder) = (interrupt.clone(), folder.to_owned());
        ctrlc::set_handler(move || {
            if flag.0.swap(true, Ordering::Relaxed) {
                output::remove_unfinished(&folder);
                std::process::exit(INTERRUPTED);
            }
        })?;
        Ok(interrupt)
    }

    pub(super) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
