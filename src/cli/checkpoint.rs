//! A run that may end early keeps what is done in a file, and goes on from it.

use super::args::CompareArgs;
use super::fail::Failure;
use super::results::place_of;
use super::shard::{header_of, unreadable};
use crate::montecarlo::BATCH;
use crate::report::output::{OutputDir, StreamedFile};
use crate::scenario::Scenario;
use crate::shard::{Header, Range, Reader, Writer, same_run};
use crate::sim::Outcome;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufReader, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Outcomes that wait are written at so many bytes, if not yet put on the disk.
const MOST_WAITING: usize = 1 << 20;
/// The least batch, and the first one: nobody knows yet how long a replication takes.
const LEAST_BATCH: u64 = 8;
/// A batch need not be quicker than this.
const LEAST_INTERVAL: Duration = Duration::from_secs(1);

/// A file that grows by what is done. One segment at a time is added at its end, with a checksum: a kill loses what was
/// not written yet, and nothing else.
#[derive(Debug)]
pub(super) struct Checkpoint {
    path: PathBuf,
    writer: Writer<File>,
    every: Duration,
    /// When it was last brought up to date.
    updated: Instant,
    /// Replications it has or is about to have.
    done: u64,
    /// How many are run before the next are added, and how many of these were.
    batch: u64,
    added: u64,
    batch_begun: Instant,
}

impl Checkpoint {
    /// The checkpoint that is asked for, if one is: a new one, or one to go on from, whose replications `kept` takes in
    /// order.
    pub(super) fn open(
        args: &CompareArgs,
        scenario: &Scenario,
        kept: impl FnMut(&[Outcome]) -> Result<(), Failure>,
    ) -> Result<Option<Self>, Failure> {
        let Some(path) = &args.long_run.checkpoint else { return Ok(None) };
        // The end is what is asked for today; a later run may ask for more.
        let header = header_of(args, scenario, Range { first: 0, end: args.replications })?;
        let is_there =
            path.try_exists().map_err(|error| Failure::Write(path.display().to_string(), error))?;
        let (writer, done) = match (is_there, args.long_run.resume) {
            (true, false) => {
                return Err(Failure::Usage(format!(
                    "there is a checkpoint {} already: go on from it with --resume, or remove it",
                    path.display()
                )));
            }
            (true, true) => resume(path, &header, kept)?,
            (false, _) => (begin(path, &header)?, 0),
        };
        let (every, now) = (args.long_run.checkpoint_every, Instant::now());
        let (path, batch) = (path.clone(), LEAST_BATCH);
        Ok(Some(Self { path, writer, every, updated: now, done, batch, added: 0, batch_begun: now }))
    }

    /// Its name in messages.
    pub(super) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// How many replications to run before they are added: so many that they take a good part of the time between two
    /// updates, not more.
    pub(super) fn batch(&self) -> u64 {
        self.batch
    }

    /// Adds the next replication.
    pub(super) fn add(&mut self, outcomes: &[Outcome]) -> io::Result<()> {
        self.writer.add(outcomes);
        self.done += 1;
        self.added += 1;
        if self.added >= self.batch {
            self.end_batch();
        }
        if self.updated.elapsed() >= self.every {
            self.update()
        } else if self.writer.waiting() >= MOST_WAITING {
            self.writer.seal()
        } else {
            Ok(())
        }
    }

    fn end_batch(&mut self) {
        let (took, most) = (self.batch_begun.elapsed(), self.every.max(LEAST_INTERVAL));
        if took * 4 <= most {
            self.batch = (self.batch * 2).min(BATCH);
        } else if took > most {
            self.batch = (self.batch / 2).max(LEAST_BATCH);
        }
        self.added = 0;
        self.batch_begun = Instant::now();
    }

    /// Puts everything that was added on the disk.
    pub(super) fn update(&mut self) -> io::Result<()> {
        self.writer.seal()?;
        self.writer.get_mut().sync_data()?;
        self.updated = Instant::now();
        Ok(())
    }

    /// What is said of an interrupted run.
    pub(super) fn interrupted(&self) -> Failure {
        Failure::InterruptedKept(self.done, self.name())
    }
}

/// A new one: its header is on the disk before it takes its name.
fn begin(path: &Path, header: &Header) -> Result<Writer<File>, Failure> {
    let failed = |error| Failure::Write(path.display().to_string(), error);
    let (folder, name) = place_of(path, "--checkpoint")?;
    let folder = OutputDir::create(folder).map_err(failed)?;
    let file = folder.stream(name).map_err(failed)?;
    let writer = Writer::new(file, header).and_then(|writer| writer.try_map(StreamedFile::keep_open));
    let mut writer = writer.map_err(failed)?;
    lock(writer.get_mut(), path)?;
    Ok(writer)
}

/// One that is there: what it has is taken, and what a kill left unfinished is cut off.
fn resume(
    path: &Path,
    header: &Header,
    mut kept: impl FnMut(&[Outcome]) -> Result<(), Failure>,
) -> Result<(Writer<File>, u64), Failure> {
    let failed = |error| Failure::Write(path.display().to_string(), error);
    let bad = |error| unreadable(path, error);
    let mut file = OpenOptions::new().read(true).write(true).open(path).map_err(|error| bad(error.into()))?;
    lock(&file, path)?;
    let mut reader = Reader::new(BufReader::new(file.try_clone().map_err(failed)?)).map_err(bad)?;
    let name = path.display().to_string();
    same_run((&name, reader.header()), ("this run", header))
        .map_err(|error| Failure::Usage(error.to_string()))?;
    while let Some(segment) = reader.next_kept().map_err(bad)? {
        segment.replications.iter().try_for_each(|outcomes| kept(outcomes))?;
    }
    if reader.has_end() || reader.header().range.first != 0 {
        return Err(Failure::Usage(format!("{name} is a shard and no checkpoint; merge it with others")));
    }
    file.set_len(reader.whole()).map_err(failed)?;
    file.seek(SeekFrom::Start(reader.whole())).map_err(failed)?;
    Ok((reader.writer(file), reader.next_replication()))
}

/// Two programs that add to one file would spoil it. Where files cannot be locked, nobody watches.
fn lock(file: &File, path: &Path) -> Result<(), Failure> {
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            Err(Failure::Usage(format!("another program is writing to the checkpoint {}", path.display())))
        }
        Ok(()) | Err(TryLockError::Error(_)) => Ok(()),
    }
}
