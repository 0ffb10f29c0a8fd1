//! Whether somebody still waits for an answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Held by what an answer goes to; work for it is over when it goes.
#[derive(Debug)]
pub(super) struct Interest(Arc<AtomicBool>);

/// Held by the work: whether somebody waits for it.
#[derive(Clone, Debug)]
pub(super) struct Wanted(Arc<AtomicBool>);

impl Interest {
    /// Both ends.
    pub(super) fn new() -> (Self, Wanted) {
        let wanted = Arc::new(AtomicBool::new(true));
        (Self(Arc::clone(&wanted)), Wanted(wanted))
    }
}

impl Drop for Interest {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

impl Wanted {
    pub(super) fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
