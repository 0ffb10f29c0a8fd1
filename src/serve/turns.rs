//! Whose turn it is. Work is done in slices, and whoever wants one queues for it: first come, first served. What takes
//! long queues apart from what does not, on threads of its own, so that the system shares the processor between the two.

use super::interest::Wanted;
use super::problem::Problem;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

/// Requests with work to do that are taken on at once; each has a thread that mostly waits.
pub(super) const MOST_ADMITTED: usize = 96;
/// Work whose cost is not known yet: scenarios that are read, first replications.
const UNKNOWN_AT_ONCE: usize = 4;
/// Slices of quick work; each uses all processors.
const QUICK_AT_ONCE: usize = 2;
/// Nobody waits longer for one slice.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// How often a waiting one looks whether it is still wanted.
const LOOK: Duration = Duration::from_millis(100);

/// Which queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    /// Nobody knows yet.
    Unknown,
    /// Slices that take some tens of milliseconds.
    Quick,
    /// Slices that may take seconds.
    Slow,
}

/// The queues, and what has been done.
pub(super) struct Turns {
    admitted: Arc<Semaphore>,
    unknown: Semaphore,
    quick: Semaphore,
    slow: Semaphore,
    quick_pool: rayon::ThreadPool,
    slow_pool: rayon::ThreadPool,
    processors: usize,
    is_closing: AtomicBool,
    pub(super) counts: Counts,
}

/// What the server has done since it started.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// Requests at work or waiting for a turn.
    pub(super) at_work: AtomicUsize,
    /// Answered, whatever the answer.
    pub(super) answered: AtomicU64,
    /// Given up because nobody waited any more.
    pub(super) cancelled: AtomicU64,
    /// Refused as too many.
    pub(super) refused: AtomicU64,
    /// Replications run.
    pub(super) replications: AtomicU64,
}

/// A place among those that are served.
#[derive(Debug)]
pub(super) struct Admission {
    _place: OwnedSemaphorePermit,
}

impl Turns {
    pub(super) fn new() -> std::io::Result<Self> {
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let pool = |name: &'static str| {
            rayon::ThreadPoolBuilder::new()
                .num_threads(processors)
                .thread_name(move |index| format!("{name}-{index}"))
                .build()
                .map_err(std::io::Error::other)
        };
        Ok(Self {
            admitted: Arc::new(Semaphore::new(MOST_ADMITTED)),
            unknown: Semaphore::new(UNKNOWN_AT_ONCE),
            quick: Semaphore::new(QUICK_AT_ONCE),
            slow: Semaphore::new(processors),
            quick_pool: pool("quick")?,
            slow_pool: pool("slow")?,
            processors,
            is_closing: AtomicBool::new(false),
            counts: Counts::default(),
        })
    }

    /// How many processors there are.
    pub(super) fn processors(&self) -> usize {
        self.processors
    }

    /// Takes a request on, or says that there are too many.
    pub(super) fn admit(&self) -> Result<Admission, Problem> {
        if self.is_closing() {
            return Err(Problem::closing());
        }
        let place = Arc::clone(&self.admitted).try_acquire_owned();
        place.map(|place| Admission { _place: place }).map_err(|_| {
            self.counts.refused.fetch_add(1, Ordering::Relaxed);
            Problem::busy()
        })
    }

    /// Waits for a turn on this thread, which must be one that may block.
    pub(super) fn take(&self, lane: Lane, wanted: &Wanted) -> Result<SemaphorePermit<'_>, NoTurn> {
        let since = Instant::now();
        let queue = match lane {
            Lane::Unknown => &self.unknown,
            Lane::Quick => &self.quick,
            Lane::Slow => &self.slow,
        };
        Handle::current().block_on(async {
            let mut place = pin!(queue.acquire());
            loop {
                if self.is_closing() {
                    return Err(NoTurn::Closing);
                }
                if !wanted.get() {
                    return Err(NoTurn::Unwanted);
                }
                match tokio::time::timeout(LOOK, place.as_mut()).await {
                    Ok(Ok(turn)) => return Ok(turn),
                    Ok(Err(_)) => return Err(NoTurn::Closing),
                    Err(_) if since.elapsed() > LONGEST_WAIT => return Err(NoTurn::Busy),
                    Err(_) => {}
                }
            }
        })
    }

    /// One more slow turn, if nobody else waits for it.
    pub(super) fn another_slow(&self) -> Option<SemaphorePermit<'_>> {
        self.slow.try_acquire().ok()
    }

    /// The threads of a lane.
    pub(super) fn pool(&self, lane: Lane) -> &rayon::ThreadPool {
        if lane == Lane::Quick { &self.quick_pool } else { &self.slow_pool }
    }

    /// Ends all work at the next occasion.
    pub(super) fn close(&self) {
        self.is_closing.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_closing(&self) -> bool {
        self.is_closing.load(Ordering::Relaxed)
    }
}

/// Why there is no turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoTurn {
    /// Nobody waits for the work any more.
    Unwanted,
    /// It would have taken too long.
    Busy,
    /// The server ends.
    Closing,
}

impl From<NoTurn> for Problem {
    fn from(reason: NoTurn) -> Self {
        match reason {
            // Nobody hears it.
            NoTurn::Unwanted | NoTurn::Closing => Self::closing(),
            NoTurn::Busy => Self::busy(),
        }
    }
}
